//! The session cookie, that of a customer's session, that of a second step that is due, and those of sign-ins that have gone to a provider.

use crate::app::App;
use crate::identity::sessions::Token;
use contract::factors::STEP_MINUTES;
use contract::sso::ATTEMPT_MINUTES;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Over HTTPS the `__Host-` prefix keeps other hosts and plain HTTP from setting it.
fn name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_session" } else { "pc_session" }
}

fn step_name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_step" } else { "pc_step" }
}

fn customer_name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_customer" } else { "pc_customer" }
}

/// Each sign-in at a provider has a cookie of its own, named by its first letters: two tabs do not disturb each other.
fn sso_name(app: &App, token: &str) -> String {
    let short: String = token.chars().take(8).collect();
    if app.settings.https { format!("__Host-pc_sso_{short}") } else { format!("pc_sso_{short}") }
}

/// The token that a request carries.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<String> {
    named(name(app), headers)
}

/// The token of a customer's session that a request carries.
pub(super) fn read_customer(app: &App, headers: &HeaderMap) -> Option<String> {
    named(customer_name(app), headers)
}

/// The token of a second step that a request carries.
pub(super) fn read_step(app: &App, headers: &HeaderMap) -> Option<String> {
    named(step_name(app), headers)
}

/// The tokens of sign-ins at providers that a request carries.
pub(super) fn read_sso(app: &App, headers: &HeaderMap) -> Vec<String> {
    let start = sso_name(app, "");
    all(headers).filter(|(name, _)| name.starts_with(&start)).map(|(_, value)| value.to_owned()).collect()
}

fn named(name: &str, headers: &HeaderMap) -> Option<String> {
    all(headers).find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
}

fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The header that sets a session's cookie.
pub(crate) fn set(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, name(app), &token.0, ""))
}

/// The header that removes it.
pub(crate) fn clear(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, name(app), "", "; Max-Age=0"))
}

/// The header that sets the cookie of a customer's session.
pub(crate) fn set_customer(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, customer_name(app), &token.0, ""))
}

/// The header that removes it.
pub(crate) fn clear_customer(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, customer_name(app), "", "; Max-Age=0"))
}

/// The header that sets the cookie of a second step.
pub(crate) fn set_step(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, step_name(app), &token.0, &format!("; Max-Age={}", STEP_MINUTES * 60)))
}

/// The header that removes it.
pub(crate) fn clear_step(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, step_name(app), "", "; Max-Age=0"))
}

/// The header that sets the cookie of a sign-in at a provider. `Lax`: the browser comes back from elsewhere.
pub(crate) fn set_sso(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    let extra = format!("; Max-Age={}", ATTEMPT_MINUTES * 60);
    (SET_COOKIE, of_site(app, "Lax", &sso_name(app, &token.0), &token.0, &extra))
}

/// The header that removes it.
pub(crate) fn clear_sso(app: &App, token: &str) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, of_site(app, "Lax", &sso_name(app, token), "", "; Max-Age=0"))
}

fn value(app: &App, name: &str, token: &str, extra: &str) -> HeaderValue {
    of_site(app, "Strict", name, token, extra)
}

fn of_site(app: &App, site: &str, name: &str, token: &str, extra: &str) -> HeaderValue {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite={site}{secure}{extra}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
