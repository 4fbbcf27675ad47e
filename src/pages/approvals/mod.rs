//! Four-eyes approval (审批): movements that wait for a second member.

mod decide;
mod list;

use crate::i18n::texts::approvals as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;

/// What waits and what was decided.
pub const LIST: &str = "/approvals";

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: LIST,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Finance, icon: Icon::Check }),
    parent: None,
    access: None,
    part: Part::Work,
}];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page)];
