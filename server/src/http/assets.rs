//! The built console, inside the program: compressed at build time, hashed names kept for good.

use super::guard::RequestId;
use super::respond;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

/// A built file in its three forms.
struct Asset {
    path: &'static str,
    kind: &'static str,
    /// Whether the name holds a hash of the content.
    immutable: bool,
    etag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The policy that fits the built page: its inline scripts by their hashes, nothing else inline.
pub(super) fn content_security_policy() -> HeaderValue {
    HeaderValue::from_static(CONTENT_SECURITY)
}

/// Serves a built file, or the console's page for an address of the console.
pub(super) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    // An API's path in capitals is a mistaken call, not a page.
    let lower = path.to_ascii_lowercase();
    let id = request.extensions().get::<RequestId>().map(|r| r.0.clone()).unwrap_or_default();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let name = path.trim_start_matches('/');
    let is_api = lower
        .trim_start_matches('/')
        .split('/')
        .next()
        .is_some_and(|first| matches!(first, "api" | "v2" | "v3"));
    if !is_read || is_api {
        return respond::not_found(&lower, &id);
    }
    if let Some(asset) = ASSETS.iter().find(|a| a.path == name && a.path != PAGE) {
        return file(asset, request.headers());
    }
    // A name with a dot is a file that is not there; addresses of pages have none.
    if name.contains('.') {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    match ASSETS.iter().find(|a| a.path == PAGE) {
        Some(page) => file(page, request.headers()),
        None => (StatusCode::NOT_FOUND, "this program was built without the console\n").into_response(),
    }
}

/// Which build of the console this program holds: the name of its code (its parts have other names).
#[must_use]
pub fn build() -> &'static str {
    ASSETS.iter().find(|a| a.path.ends_with("_bg.wasm")).map_or("", |a| a.path)
}

/// The console's page.
const PAGE: &str = "index.html";

fn file(asset: &Asset, headers: &HeaderMap) -> Response {
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == asset.etag.as_bytes());
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let takes =
        |name: &str| accepted.split(',').any(|part| part.split(';').next().is_some_and(|n| n.trim() == name));
    let (body, encoding) = if takes("br") {
        (asset.brotli, Some("br"))
    } else if takes("gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(body)) };
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(ETAG, HeaderValue::from_static(asset.etag));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let (Some(encoding), false) = (encoding, known) {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
