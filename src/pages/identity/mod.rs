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
pub use proof::{Proven, ending};
pub use second_step::form_of as second_step;

use crate::i18n::texts::Key;
use crate::i18n::texts::{factors as factor_words, identity as words, person, sso as sso_words};
use crate::parts::{self, Part, View};
use crate::routes::Page;
use crate::ui::prelude::*;
use crate::ui::skeleton;

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
    Page { path: SIGN_IN, title: words::SIGN_IN, menu: None, parent: None, access: None, part: Part::Doors },
    Page { path: SSO, title: sso_words::SIGN_IN, menu: None, parent: None, access: None, part: Part::Doors },
    Page {
        path: SSO_OF,
        title: sso_words::SIGN_IN,
        menu: None,
        parent: None,
        access: None,
        part: Part::Doors,
    },
    Page {
        path: SSO_BACK,
        title: sso_words::SIGN_IN,
        menu: None,
        parent: None,
        access: None,
        part: Part::Doors,
    },
    Page { path: FORGOT, title: person::FORGOT, menu: None, parent: None, access: None, part: Part::Doors },
    Page { path: RESET, title: person::RESET, menu: None, parent: None, access: None, part: Part::Doors },
    Page {
        path: SECURITY,
        title: person::TITLE,
        menu: None,
        parent: None,
        access: None,
        part: Part::Settings,
    },
    Page {
        path: SESSIONS,
        title: words::SESSIONS,
        menu: None,
        parent: None,
        access: None,
        part: Part::Settings,
    },
];

/// The name of the sign-in over a page among the views.
const AGAIN: &str = "again";
/// The names of what stands in for every page while a factor, or single sign-on, is asked for.
const FACTOR_NEEDED: &str = "factor-needed";
const SSO_NEEDED: &str = "sso-needed";

/// What the pages show that are for everybody.
pub const DOORS: &[View] = &[
    (SIGN_IN, sign_in::page),
    (SSO, sso::page),
    (SSO_OF, sso::page),
    (SSO_BACK, sso::back),
    (FORGOT, forgot::page),
    (RESET, forgot::reset_page),
    (AGAIN, sign_in::again),
];

/// What one's own pages show.
pub const VIEWS: &[View] = &[
    (SECURITY, security::page),
    (SESSIONS, sessions::page),
    (FACTOR_NEEDED, needed::page),
    (SSO_NEEDED, needed::sso_page),
];

/// The sign-in over a page whose session has ended.
#[must_use]
pub fn sign_in_again() -> AnyView {
    parts::piece(Part::Doors, AGAIN, |failed| failed.unwrap_or_else(|| skeleton::lines(4)))
}

/// What stands in for every page while a second factor is asked for.
#[must_use]
pub fn factor_needed() -> AnyView {
    needed(FACTOR_NEEDED, factor_words::NEEDED)
}

/// What stands in for every page while single sign-on is asked for.
#[must_use]
pub fn sso_needed() -> AnyView {
    needed(SSO_NEEDED, sso_words::NEEDED)
}

fn needed(name: &'static str, title: Key) -> AnyView {
    parts::piece(Part::Settings, name, move |failed| {
        gate(title, failed.unwrap_or_else(|| skeleton::lines(4)))
    })
}
