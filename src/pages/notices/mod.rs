//! Notices to the person (消息中心): what happened that they may want to know.

mod choices;
mod list;
mod matrix;
mod receiver_confirm;
mod receiver_form;
mod receivers;
mod settings;

use crate::i18n::texts::{Key, notices as words};
use crate::parts::{Part, View};
use crate::routes::Page;
use contract::notices::Kind;

/// The notices.
pub const LIST: &str = "/notices";
/// How messages come, and to whom (消息接收设置).
pub const SETTINGS: &str = "/message-settings";
/// Its title, for the account menu.
pub const SETTINGS_TITLE: Key = words::SETTINGS;

/// What a kind of notice is called.
fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Export => words::KIND_EXPORT,
        Kind::Batch => words::KIND_BATCH,
        Kind::Movement => words::KIND_MOVEMENT,
        Kind::SignIn => words::KIND_SIGN_IN,
        Kind::Webhook => words::KIND_WEBHOOK,
        Kind::Approval => words::KIND_APPROVAL,
        Kind::Organisation => words::KIND_ORGANISATION,
        Kind::Security => words::KIND_SECURITY,
    }
}

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page { path: LIST, title: words::TITLE, menu: None, parent: None, access: None, part: Part::Settings },
    Page {
        path: SETTINGS,
        title: words::SETTINGS,
        menu: None,
        parent: None,
        access: None,
        part: Part::Settings,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(LIST, list::page), (SETTINGS, settings::page)];
