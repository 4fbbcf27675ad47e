//! The audit trail (操作日志): who did what, from where, with what difference.

mod changes;
mod list;

pub use list::panel;

use crate::i18n::texts::audit as words;
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;

/// The partner's trail.
pub const LIST: &str = "/audit";

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: LIST,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Organisation, icon: Icon::Eye }),
    parent: None,
    access: Some(Permission::AuditRead),
    view: list::page,
}];
