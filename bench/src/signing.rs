//! `SDK-HMAC-SHA256`, as a client signs (written apart from the server's own code).

use crate::client::Body;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Signs requests with an access key.
#[derive(Debug, Clone)]
pub struct Signer {
    host: String,
    access_key: String,
    mac: Hmac<Sha256>,
}

impl Signer {
    /// Takes a key.
    pub fn new(address: SocketAddr, access_key: &str, secret: &str) -> anyhow::Result<Self> {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        Ok(Self { host: address.to_string(), access_key: access_key.to_owned(), mac })
    }

    /// A signed request. `path` has no query; `token` is the signed `X-Client-Token`.
    pub fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: String,
    ) -> http::Result<Request<Body>> {
        let date = date();
        let mut headers = vec![("content-type", "application/json"), ("host", &self.host)];
        headers.extend(token.map(|token| ("x-client-token", token)));
        headers.push(("x-sdk-date", &date));
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let slash = if path.ends_with('/') { "" } else { "/" };
        let canonical = format!("{method}\n{path}{slash}\n\n{lines}\n{names}\n{}", hash(body.as_bytes()));
        let to_sign = format!("{ALGORITHM}\n{date}\n{}", hash(canonical.as_bytes()));
        let mut mac = self.mac.clone();
        mac.update(to_sign.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let authorization =
            format!("{ALGORITHM} Access={}, SignedHeaders={names}, Signature={signature}", self.access_key);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
            .header(HOST, &self.host)
            .header("x-sdk-date", &date)
            .header(AUTHORIZATION, authorization);
        if let Some(token) = token {
            request = request.header("x-client-token", token);
        }
        request.body(Body::from(body))
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[expect(clippy::disallowed_methods, reason = "a client of the real server signs with the real time")]
fn date() -> String {
    chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).format("%Y%m%dT%H%M%SZ").to_string()
}
