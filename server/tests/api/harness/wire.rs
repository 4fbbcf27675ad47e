//! Requests as they go over the wire, so that a test can bend every part; and how a program signs them.

use server::clock::Clock;
use server::identity::signature::{Raw, canonical_request, sign as hmac};
use sha2::{Digest, Sha256};

/// A request.
#[derive(Debug, Clone)]
pub struct Wire {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Wire {
    pub fn new(method: &str, target: &str, body: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// Adds a header, or puts another value into one that is there.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.headers.iter_mut().find(|(n, _)| n == name) {
            Some(found) => found.1 = value.to_owned(),
            None => self.headers.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        &found.expect("a header that the test put there").1
    }
}

/// Signs with an access key as the official SDK does: all headers, the clock's second.
pub fn sign(wire: Wire, clock: &Clock, access: &str, secret: &str) -> Wire {
    let date = clock.now().format("%Y%m%dT%H%M%SZ").to_string();
    let wire = if wire.headers.iter().any(|(n, _)| n == "x-sdk-date") {
        wire
    } else {
        wire.with("x-sdk-date", &date)
    };
    let mut names: Vec<String> = wire.headers.iter().map(|(n, _)| n.clone()).collect();
    names.sort();
    let headers: Vec<(String, Vec<u8>)> =
        wire.headers.iter().map(|(n, v)| (n.clone(), v.as_bytes().to_vec())).collect();
    let (path, query) = wire.target.split_once('?').unwrap_or((&wire.target, ""));
    let raw = Raw { method: &wire.method, path, query, headers: &headers, body: &wire.body };
    let body_hash = hex::encode(Sha256::digest(&wire.body));
    let canonical = canonical_request(&raw, &names, &body_hash).expect("every signed header is there");
    let signature = hmac(secret, wire.header("x-sdk-date"), &canonical);
    let names = names.join(";");
    let header = format!("SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, Signature={signature}");
    wire.with("authorization", &header)
}
