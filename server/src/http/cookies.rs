//! The session cookie, and that of a second step that is due.

use crate::app::App;
use crate::identity::sessions::Token;
use contract::factors::STEP_MINUTES;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Over HTTPS the `__Host-` prefix keeps other hosts and plain HTTP from setting it.
fn name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_session" } else { "pc_session" }
}

fn step_name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_step" } else { "pc_step" }
}

/// The token that a request carries.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<String> {
    named(name(app), headers)
}

/// The token of a second step that a request carries.
pub(super) fn read_step(app: &App, headers: &HeaderMap) -> Option<String> {
    named(step_name(app), headers)
}

fn named(name: &str, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

/// The header that sets a session's cookie.
pub(crate) fn set(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, name(app), &token.0, ""))
}

/// The header that removes it.
pub(crate) fn clear(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, name(app), "", "; Max-Age=0"))
}

/// The header that sets the cookie of a second step.
pub(crate) fn set_step(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, step_name(app), &token.0, &format!("; Max-Age={}", STEP_MINUTES * 60)))
}

/// The header that removes it.
pub(crate) fn clear_step(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, step_name(app), "", "; Max-Age=0"))
}

fn value(app: &App, name: &str, token: &str, extra: &str) -> HeaderValue {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{extra}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
