//! Files of lists: 导出记录.

mod list;

use crate::i18n::texts::exports as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;

pub use crate::kit::export::PAGE as LIST;

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: LIST,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Customers, icon: Icon::Download }),
    parent: None,
    access: Some(Permission::Exports),
    part: Part::Work,
}];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page)];
