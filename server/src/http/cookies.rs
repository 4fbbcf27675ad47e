//! The session cookie.

use crate::app::App;
use crate::identity::sessions::Token;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// Over HTTPS the `__Host-` prefix keeps other hosts and plain HTTP from setting it.
fn name(app: &App) -> &'static str {
    if app.settings.https { "__Host-pc_session" } else { "pc_session" }
}

/// The token that a request carries.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name(app))
        .map(|(_, value)| value.to_owned())
}

/// The header that sets a session's cookie.
pub(crate) fn set(app: &App, token: &Token) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, &token.0, ""))
}

/// The header that removes it.
pub(crate) fn clear(app: &App) -> (http::HeaderName, HeaderValue) {
    (SET_COOKIE, value(app, "", "; Max-Age=0"))
}

fn value(app: &App, token: &str, extra: &str) -> HeaderValue {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let text = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{extra}", name(app));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
