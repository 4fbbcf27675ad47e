//! Who may pass: sessions with their cross-site check, signatures, permissions.

use super::cookies;
use crate::app::App;
use crate::door::sessions::{self as door, Visitor};
use crate::error::Error;
use crate::identity::{keys, sessions, signature, tokens};
use crate::scope::{Origin, Scope};
use crate::seal::fingerprint;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::api::{Access, Endpoint, MEMBER};
use contract::error::Code;
use contract::iam::AUTH_TOKEN;
use contract::id::SessionId;
use contract::identity::{SignOut, ViewEnd};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::net::SocketAddr;

/// What the guard found out.
#[derive(Debug, Default)]
pub(super) struct Passed {
    pub(super) scope: Option<Scope>,
    pub(super) session: Option<SessionId>,
    pub(super) key: Option<String>,
    pub(super) visitor: Option<Visitor>,
}

/// The id of a request, put there by `ops::observe`.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) String);

/// Where a request came from.
pub(super) fn origin(app: &App, request: &Request) -> Origin {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_string());
    let request_id = request.extensions().get::<RequestId>().map(|r| r.0.clone()).unwrap_or_default();
    let language = request.headers().get("accept-language").and_then(|v| v.to_str().ok()).unwrap_or("");
    Origin {
        ip: forwarded(request.headers(), app.settings.proxies).or(peer).unwrap_or_default(),
        request_id,
        english: language.trim_start().to_ascii_lowercase().starts_with("en"),
    }
}

/// The address that the outermost trusted proxy saw.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<String> {
    if proxies == 0 {
        return None;
    }
    // A proxy may add a line of its own instead of to the client's.
    let lines = headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or(""));
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let hop = hops.get(hops.len().checked_sub(proxies)?)?;
    hop.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string())
}

/// Checks who asks and whether they may.
pub(super) async fn check(
    app: &App,
    access: Access,
    parts: &Parts,
    body: &[u8],
    origin: &Origin,
) -> Result<Passed, Error> {
    match access {
        Access::Public => {
            same_site(parts)?;
            Ok(Passed::default())
        }
        Access::Customer => {
            same_site(parts)?;
            let token = cookies::read_customer(app, &parts.headers).ok_or(Code::SignedOut)?;
            let visitor = door::find(app, &token).await?.ok_or(Code::SignedOut)?;
            Ok(Passed { visitor: Some(visitor), ..Passed::default() })
        }
        Access::Entering => Ok(session(app, parts, origin).await?.0),
        Access::SignedIn => entered(app, parts, origin).await,
        Access::Needs(permission) | Access::Sensitive(permission) => {
            let passed = entered(app, parts, origin).await?;
            match &passed.scope {
                Some(scope) if scope.may(permission) => Ok(passed),
                _ => {
                    tracing::info!(?permission, request_id = %origin.request_id, "access.denied");
                    Err(Code::Forbidden.into())
                }
            }
        }
        Access::Key(permission) => {
            let passed = program(app, parts, body, origin).await?;
            match &passed.scope {
                Some(scope) if scope.may(permission) => Ok(passed),
                _ => Err(Code::Forbidden.into()),
            }
        }
        Access::Program => program(app, parts, body, origin).await,
    }
}

/// A program, by its signature or by its token.
async fn program(app: &App, parts: &Parts, body: &[u8], origin: &Origin) -> Result<Passed, Error> {
    match parts.headers.get(AUTH_TOKEN) {
        Some(token) if !parts.headers.contains_key(AUTHORIZATION) => {
            bearing(app, parts, token, body, origin).await
        }
        _ => signed(app, parts, body, origin).await,
    }
}

/// A session with all that the partner asks for.
async fn entered(app: &App, parts: &Parts, origin: &Origin) -> Result<Passed, Error> {
    match session(app, parts, origin).await? {
        (_, Some(needed)) => Err(needed.into()),
        (passed, None) => Ok(passed),
    }
}

/// A session, and what the partner asks for that it does not have.
async fn session(app: &App, parts: &Parts, origin: &Origin) -> Result<(Passed, Option<Code>), Error> {
    same_site(parts)?;
    let token = cookies::read(app, &parts.headers).ok_or(Code::SignedOut)?;
    let by_itself = parts.headers.contains_key(contract::api::BY_ITSELF)
        || parts.headers.get(ACCEPT).is_some_and(|kind| kind == "text/event-stream");
    let live = sessions::find(app, &token, by_itself).await?.ok_or(Code::SignedOut)?;
    // Another tab may have switched the partner meanwhile: what was entered was not meant for this one.
    let page_of = parts.headers.get(MEMBER).and_then(|v| v.to_str().ok());
    if !parts.method.is_safe() && page_of.is_some_and(|id| id != live.person.user_id.as_str()) {
        return Err(Code::OtherMember.into());
    }
    // Who looks at the console as somebody else changes nothing, but for ending that.
    let ends = [ViewEnd::PATH, SignOut::PATH];
    if live.viewer.is_some() && !parts.method.is_safe() && !ends.contains(&parts.uri.path()) {
        return Err(Code::ViewOnly.into());
    }
    let passed = Passed {
        scope: Some(live.scope(origin.clone(), app.clock.millis())),
        session: Some(live.id),
        ..Passed::default()
    };
    Ok((passed, live.needed))
}

/// A change must come from this console's own pages (design/security.md, check 24).
fn same_site(parts: &Parts) -> Result<(), Error> {
    if parts.method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    let own = match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        // Browsers without Sec-Fetch-Site send Origin with every change; programs send neither.
        (None, Some(origin)) => {
            let host = text(HOST.as_str()).unwrap_or("");
            origin.split_once("://").is_some_and(|(_, o)| o.eq_ignore_ascii_case(host))
        }
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(Code::CrossSite.into()) }
}

/// The published answer to a signature that does not fit; the same for an unknown key, a
/// disabled one and a wrong signature (design/security.md, check 53).
const UNSIGNED: Error = Error::Published {
    status: 401,
    code: "APIGW.0301",
    message: "Incorrect IAM authentication information: verify aksk signature fail.",
};
const SKEWED: Error = Error::Published {
    status: 401,
    code: "APIGW.0303",
    message: "Incorrect IAM authentication information: X-Sdk-Date must be signed and within 15 minutes.",
};

/// The published answer to a token that is none, or whose time is over.
const NO_TOKEN: Error = Error::Published {
    status: 401,
    code: "APIGW.0307",
    message: "Incorrect IAM authentication information: the token is invalid or has expired.",
};

async fn bearing(
    app: &App,
    parts: &Parts,
    token: &http::HeaderValue,
    body: &[u8],
    origin: &Origin,
) -> Result<Passed, Error> {
    let now = app.clock.millis();
    let person = match token.to_str() {
        Ok(text) => tokens::find(app, text).await?,
        Err(_) => None,
    };
    let Some(person) = person.filter(|p| is_own_domain(parts, p.partner.id.as_str())) else {
        tracing::info!(ip = %origin.ip, request_id = %origin.request_id, "token.denied");
        return Err(NO_TOKEN);
    };
    // Without a key of the caller's own, the same call in the same second is the same call: so it is with
    // signatures, which know no more of a call than its content and its second.
    let call = client_token(parts)?.map_or_else(
        || {
            let uri = parts.uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
            let second = (now / 1000).to_string();
            let content = String::from_utf8_lossy(body);
            fingerprint(&[token.to_str().unwrap_or(""), parts.method.as_str(), uri, &content, &second])
        },
        |key| format!("token.{key}"),
    );
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let key = Some(format!("tk.{}.{call}", person.user_id));
    Ok(Passed { scope: Some(scope), key, ..Passed::default() })
}

/// The published answer to a caller's key that is none: without it a repeat would be another call.
const NO_KEY: Error = Error::Published {
    status: 400,
    code: "CBC.0100",
    message: "X-Client-Token must be 8 to 200 characters of A-Z a-z 0-9 - _ .",
};

/// The caller's own key of a call.
fn client_token(parts: &Parts) -> Result<Option<&str>, Error> {
    let Some(token) = parts.headers.get("x-client-token") else { return Ok(None) };
    let key = token.to_str().ok().filter(|t| contract::funds::is_key(t));
    key.map(Some).ok_or(NO_KEY)
}

/// The domain is chosen by the client: it may name the program's own account only.
fn is_own_domain(parts: &Parts, partner: &str) -> bool {
    parts.headers.get("x-domain-id").is_none_or(|domain| domain.as_bytes() == partner.as_bytes())
}

async fn signed(app: &App, parts: &Parts, body: &[u8], origin: &Origin) -> Result<Passed, Error> {
    let denied = |fault: &str| {
        tracing::info!(%fault, ip = %origin.ip, request_id = %origin.request_id, "signature.denied");
        UNSIGNED
    };
    let path = parts.uri.path();
    let lower = path.to_ascii_lowercase();
    if path.contains("//")
        || path.split('/').any(|s| s == "..")
        || lower.contains("%2f")
        || lower.contains("%2e")
    {
        return Err(denied("path"));
    }
    let header =
        parts.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(|| denied("header"))?;
    let authorization = signature::parse(header).map_err(|_| denied("header"))?;
    // An unknown key is checked against a secret that nobody has, so it takes as long.
    let found = keys::find(app, &authorization.access_key).await?;
    let secret = found.as_ref().map_or("", |found| found.secret.as_str());
    let headers: Vec<(String, Vec<u8>)> =
        parts.headers.iter().map(|(n, v)| (n.as_str().to_owned(), v.as_bytes().to_vec())).collect();
    let raw = signature::Raw {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query().unwrap_or(""),
        headers: &headers,
        body,
    };
    match signature::verify(&raw, &authorization, secret, app.clock.millis()) {
        Ok(()) => {}
        Err(signature::Fault::Skewed | signature::Fault::Unsigned) => return Err(SKEWED),
        Err(_) => return Err(denied("signature")),
    }
    let found = found.ok_or_else(|| denied("key"))?;
    let person = &found.person;
    if !is_own_domain(parts, person.partner.id.as_str()) {
        return Err(denied("domain"));
    }
    keys::used(app, &authorization.access_key, &found, &origin.ip).await?;
    let token_signed = authorization.signed_headers.iter().any(|n| n == "x-client-token");
    // One that is not signed may have been put there by anybody: it is not looked at.
    let token = if token_signed { client_token(parts)? } else { None };
    let call = token.map_or_else(|| authorization.signature.clone(), |token| format!("token.{token}"));
    Ok(Passed {
        scope: Some(sessions::scope_of(
            person,
            Some(&authorization.access_key),
            origin.clone(),
            app.clock.millis(),
        )),
        key: Some(format!("ak.{}.{call}", authorization.access_key)),
        ..Passed::default()
    })
}

/// Refuses requests that give their length twice, which proxies may understand otherwise.
pub(super) async fn plain_framing(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}
