//! Access keys for programs (支持 > 能力开放): the person's own; for admins everybody's.

mod create;
mod list;

use crate::i18n::texts::keys as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;

/// The keys.
pub const LIST: &str = "/access-keys";

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: LIST,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Support, icon: Icon::Key }),
    parent: None,
    access: None,
    part: Part::Work,
}];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page)];
