//! Signing in, what one signs in with, and one's own sessions.

mod contact;
mod factors;
mod forgot;
mod gate;
mod links;
mod needed;
mod passkeys;
mod password;
mod proof;
mod second_step;
mod security;
mod sessions;
mod sign_in;
mod sso;

pub use gate::gate;
pub use needed::{page as factor_needed, sso_page as sso_needed};
pub use proof::{Proven, ending};
pub use second_step::form_of as second_step;
pub use sign_in::fields as sign_in_form;
pub use sso::in_new_tab as sso_in_new_tab;

use crate::i18n::texts::Key;
use crate::i18n::texts::{identity as words, person, sso as sso_words};
use crate::routes::Page;

/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Single sign-on, for whoever has a sign-in name or an address.
pub const SSO: &str = "/sign-in/sso";
/// As that, with the name: it leads on at once.
pub const SSO_OF: &str = "/sign-in/sso/:name";
/// Where identity providers send the browser back to; `contract::sso::BACK`.
pub const SSO_BACK: &str = "/sign-in/callback";
/// Asking for a link that sets a new password.
pub const FORGOT: &str = "/forgot";
/// Where such a link leads; open to everybody who has it.
pub const RESET: &str = "/reset/:token";
/// What one signs in with (登录与安全).
pub const SECURITY: &str = "/security";
/// Its title, for the account menu.
pub const SECURITY_TITLE: Key = person::TITLE;
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
    Page { path: SSO, title: sso_words::SIGN_IN, menu: None, parent: None, access: None, view: sso::page },
    Page { path: SSO_OF, title: sso_words::SIGN_IN, menu: None, parent: None, access: None, view: sso::page },
    Page {
        path: SSO_BACK,
        title: sso_words::SIGN_IN,
        menu: None,
        parent: None,
        access: None,
        view: sso::back,
    },
    Page { path: FORGOT, title: person::FORGOT, menu: None, parent: None, access: None, view: forgot::page },
    Page {
        path: RESET,
        title: person::RESET,
        menu: None,
        parent: None,
        access: None,
        view: forgot::reset_page,
    },
    Page {
        path: SECURITY,
        title: person::TITLE,
        menu: None,
        parent: None,
        access: None,
        view: security::page,
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
