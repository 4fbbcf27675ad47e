//! The audit trail (操作日志): who did what, from where, with what difference.

mod changes;
mod list;

pub use list::panel;

use crate::i18n::text;
use crate::i18n::texts::audit as words;
use crate::parts::{Part, View};
use crate::router;
use crate::routes::{Group, Menu, Page};
use crate::session;
use crate::ui::icon::Icon;
use crate::ui::rows::{Bit, bit};
use contract::access::Permission;

/// The partner's trail.
pub const LIST: &str = "/audit";

/// The address of the entries about one object.
#[must_use]
pub fn of(id: &str) -> String {
    format!("{LIST}?subject={}", router::encode(id))
}

/// A name in a row that leads to the entries about its object, for whoever may read them.
#[must_use]
pub fn name(id: &str, name: &str) -> Bit {
    if session::can(Permission::AuditRead) {
        return bit("a").attr("href", of(id)).attr("title", text(words::TITLE)).child(name).into();
    }
    name.into()
}

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: LIST,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Organisation, icon: Icon::Eye }),
    parent: None,
    access: Some(Permission::AuditRead),
    part: Part::Work,
}];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page)];
