//! `SDK-HMAC-SHA256` (product/signing.md, signing-observed.md): verified on the raw bytes of
//! the request, before anything is parsed.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// The only algorithm that is taken; there is no falling back.
const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// How far the client's clock may be off, in milliseconds.
pub const SKEW: i64 = 15 * 60 * 1000;
/// Everything but the unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parts of an `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The access key.
    pub access_key: String,
    /// The signed headers' names, in the order of the header.
    pub signed_headers: Vec<String>,
    /// The signature in hex.
    pub signature: String,
}

/// Why a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No header, another algorithm, or one that cannot be read.
    Unreadable,
    /// `host` or `x-sdk-date` is not among the signed headers, or a signed header is missing.
    Unsigned,
    /// The date is no date, or more than 15 minutes off.
    Skewed,
    /// `X-Sdk-Content-Sha256` is not the body's hash.
    WrongBody,
    /// The signature does not fit.
    Mismatch,
}

/// A request as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The path as sent.
    pub path: &'a str,
    /// The query as sent, without `?`.
    pub query: &'a str,
    /// The headers as sent: lower-case name, raw value.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body as sent.
    pub body: &'a [u8],
}

impl Raw<'_> {
    fn header(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let value = found.next()?;
        // A header that comes twice has no one value to sign.
        found.next().is_none().then_some(value.1.as_slice())
    }
}

/// Reads an `Authorization` header.
///
/// # Errors
/// `Unreadable`.
pub fn parse(header: &str) -> Result<Authorization, Fault> {
    let rest = header.strip_prefix(ALGORITHM).and_then(|r| r.strip_prefix(' ')).ok_or(Fault::Unreadable)?;
    let (mut access_key, mut names, mut signature) = (None, None, None);
    for part in rest.split(',') {
        match part.trim().split_once('=') {
            Some(("Access", v)) if access_key.is_none() => access_key = Some(v.to_owned()),
            Some(("SignedHeaders", v)) if names.is_none() => names = Some(v.to_owned()),
            Some(("Signature", v)) if signature.is_none() => signature = Some(v.to_owned()),
            _ => return Err(Fault::Unreadable),
        }
    }
    let signature = signature.filter(|s| s.len() == 64).ok_or(Fault::Unreadable)?;
    let signed_headers = names.ok_or(Fault::Unreadable)?.split(';').map(str::to_owned).collect();
    Ok(Authorization { access_key: access_key.ok_or(Fault::Unreadable)?, signed_headers, signature })
}

/// Checks a request against its `Authorization`. `now` is in milliseconds.
///
/// # Errors
/// The first rule that it breaks.
pub fn verify(raw: &Raw<'_>, authorization: &Authorization, secret: &str, now: i64) -> Result<(), Fault> {
    for needed in ["host", "x-sdk-date"] {
        if !authorization.signed_headers.iter().any(|n| n == needed) {
            return Err(Fault::Unsigned);
        }
    }
    let date = raw.header("x-sdk-date").and_then(|d| std::str::from_utf8(d).ok()).ok_or(Fault::Unsigned)?;
    let at = chrono::NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").map_err(|_| Fault::Skewed)?;
    if (at.and_utc().timestamp_millis() - now).abs() > SKEW {
        return Err(Fault::Skewed);
    }
    let body_hash = hex::encode(Sha256::digest(raw.body));
    if let Some(claimed) = raw.header("x-sdk-content-sha256")
        && claimed != body_hash.as_bytes()
    {
        return Err(Fault::WrongBody);
    }
    let canonical = canonical_request(raw, &authorization.signed_headers, &body_hash)?;
    let expected = sign(secret, date, &canonical);
    if bool::from(expected.as_bytes().ct_eq(authorization.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Fault::Mismatch)
    }
}

/// Signs a canonical request, as a client does.
#[must_use]
pub fn sign(secret: &str, date: &str, canonical: &[u8]) -> String {
    let to_sign = format!("{ALGORITHM}\n{date}\n{}", hex::encode(Sha256::digest(canonical)));
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(to_sign.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The bytes that are hashed and signed.
///
/// # Errors
/// `Unsigned` where a signed header is missing or comes twice.
pub fn canonical_request(raw: &Raw<'_>, signed: &[String], body_hash: &str) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(512);
    for line in [raw.method, &canonical_path(raw.path), &canonical_query(raw.query)] {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    for name in signed {
        let value = raw.header(name).ok_or(Fault::Unsigned)?;
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        out.extend_from_slice(value.trim_ascii());
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(signed.join(";").as_bytes());
    out.push(b'\n');
    out.extend_from_slice(body_hash.as_bytes());
    Ok(out)
}

/// The path decoded and encoded again, always with a final `/`.
fn canonical_path(path: &str) -> String {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let mut out = String::with_capacity(path.len() + 1);
    for (index, segment) in decoded.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        let _ = write!(out, "{}", utf8_percent_encode(segment, ENCODED));
    }
    if !out.ends_with('/') {
        out.push('/');
    }
    out
}

/// The query's pairs decoded, sorted, and encoded again.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            (decode(key), decode(value))
        })
        .collect();
    pairs.sort();
    let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests;
