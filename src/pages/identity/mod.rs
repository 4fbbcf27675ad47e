//! Signing in, and one's own sessions.

mod gate;
mod sessions;
mod sign_in;

pub use gate::gate;
pub use sign_in::fields as sign_in_form;

use crate::i18n::texts::Key;
use crate::i18n::texts::identity as words;
use crate::routes::Page;

/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// One's own sessions (登录会话).
pub const SESSIONS: &str = "/sessions";
/// The title of the sessions' page, for the account menu.
pub const SESSIONS_TITLE: Key = words::SESSIONS;

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: SIGN_IN,
        title: words::SIGN_IN,
        menu: None,
        parent: None,
        access: None,
        view: sign_in::page,
    },
    Page {
        path: SESSIONS,
        title: words::SESSIONS,
        menu: None,
        parent: None,
        access: None,
        view: sessions::page,
    },
];
