//! Notices to the person (消息中心): what happened that they may want to know.

mod choices;
mod list;

pub use choices::section as choices;

use crate::i18n::texts::{Key, notices as words};
use crate::routes::Page;
use contract::notices::Kind;

/// The notices.
pub const LIST: &str = "/notices";

/// What a kind of notice is called.
fn kind_name(kind: Kind) -> Key {
    match kind {
        Kind::Export => words::KIND_EXPORT,
        Kind::Batch => words::KIND_BATCH,
        Kind::Movement => words::KIND_MOVEMENT,
        Kind::SignIn => words::KIND_SIGN_IN,
        Kind::Webhook => words::KIND_WEBHOOK,
    }
}

/// The pages of this area.
pub const PAGES: &[Page] =
    &[Page { path: LIST, title: words::TITLE, menu: None, parent: None, access: None, view: list::page }];
