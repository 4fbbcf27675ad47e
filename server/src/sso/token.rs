//! The ID token: whose it is, for whom, from when to when, and that it belongs to this sign-in (OpenID Connect Core
//! 1.0, 3.1.3.7). No network, no database, no clock.

use super::crypto::{self, ALLOWED};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::error::Code;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Number, Value};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// How far two clocks may be apart, in milliseconds.
const SKEW: i64 = 60_000;
/// The longest subject (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    /// Who issues it.
    pub(super) issuer: &'a str,
    /// For whom it is.
    pub(super) client_id: &'a str,
    /// What was sent along with this sign-in.
    pub(super) nonce: &'a str,
    /// The access token that came with it, where one did.
    pub(super) access_token: Option<&'a str>,
    /// When the sign-in was begun, in milliseconds since 1970.
    pub(super) begun_at: i64,
    /// Now, as that.
    pub(super) now: i64,
}

/// What a token says.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    pub(super) sub: String,
    #[serde(default)]
    aud: Value,
    azp: Option<String>,
    exp: Option<Number>,
    iat: Option<Number>,
    nbf: Option<Number>,
    nonce: Option<String>,
    at_hash: Option<String>,
    #[serde(flatten)]
    pub(super) email: Email,
}

/// What a provider says of the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Email {
    email: Option<String>,
    /// Some providers write it as a text.
    email_verified: Option<Value>,
}

impl Email {
    /// The address, if the provider vouches for it.
    pub(super) fn verified(&self) -> Option<&str> {
        let vouched = match &self.email_verified {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        self.email.as_deref().map(str::trim).filter(|_| vouched)
    }

    /// Whether there is none.
    pub(super) fn is_missing(&self) -> bool {
        self.email.is_none()
    }
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Its key is none of these: it may be a new one.
    UnknownKey,
    /// For good.
    Because(Code),
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self::Because(code)
    }
}

/// Reads a token that one of the keys has signed, and checks what it says.
pub(super) fn read(token: &str, keys: &[Jwk], expected: Expected<'_>) -> Result<Claims, Refused> {
    crypto::install();
    // What cannot be read here is `none`, or no token at all.
    let header = decode_header(token).map_err(|_| Code::SsoSignature)?;
    if !ALLOWED.contains(&header.alg) {
        return Err(Code::SsoSignature.into());
    }
    let named: Vec<&Jwk> =
        keys.iter().filter(|k| header.kid.is_none() || k.common.key_id == header.kid).collect();
    if named.is_empty() {
        return Err(Refused::UnknownKey);
    }
    let mut rules = Validation::new(header.alg);
    // Times and audience are looked at below: by this server's clock, and as OpenID Connect has it.
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let signed = named.into_iter().filter(|key| suits(key, header.alg)).find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        decode::<Claims>(token, &key, &rules).ok()
    });
    let claims = signed.ok_or(Code::SsoSignature)?.claims;
    check(&claims, header.alg, expected)?;
    Ok(claims)
}

/// Whether a key is for signing, and for nothing but this algorithm where it says so.
fn suits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    let name = format!("{algorithm:?}");
    signs && key.common.key_algorithm.as_ref().is_none_or(|own| format!("{own:?}") == name)
}

fn check(claims: &Claims, algorithm: Algorithm, expected: Expected<'_>) -> Result<(), Code> {
    if claims.iss != expected.issuer {
        return Err(Code::SsoIssuer);
    }
    let audience: Vec<&str> = match &claims.aud {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let party = claims.azp.as_deref();
    let is_meant = audience.contains(&expected.client_id)
        && party.is_none_or(|party| party == expected.client_id)
        && (audience.len() == 1 || party.is_some());
    if !is_meant {
        return Err(Code::SsoAudience);
    }
    let (Some(ends), Some(issued)) = (millis(claims.exp.as_ref()), millis(claims.iat.as_ref())) else {
        return Err(Code::SsoTime);
    };
    let begins = millis(claims.nbf.as_ref()).unwrap_or(issued);
    let in_time = ends > expected.now - SKEW
        && issued <= expected.now + SKEW
        && begins <= expected.now + SKEW
        // It was made for this sign-in, so not before that began.
        && issued >= expected.begun_at - SKEW;
    if !in_time {
        return Err(Code::SsoTime);
    }
    if claims.nonce.as_deref().is_none_or(|nonce| !same(nonce, expected.nonce)) {
        return Err(Code::SsoNonce);
    }
    if let Some(hash) = &claims.at_hash
        && expected.access_token.is_none_or(|token| !same(hash, &half_hash(token, algorithm)))
    {
        return Err(Code::SsoSignature);
    }
    if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT {
        return Err(Code::SsoUnreadable);
    }
    Ok(())
}

/// A time of a token in milliseconds. They are seconds; a fraction, where somebody writes one, is left out.
fn millis(seconds: Option<&Number>) -> Option<i64> {
    let text = seconds?.to_string();
    let whole: i64 = text.split('.').next()?.parse().ok()?;
    // Beyond that a number is no time.
    (0..100_000_000_000).contains(&whole).then_some(whole * 1000)
}

/// The left half of an access token's hash, as `at_hash` has it.
fn half_hash(token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::EdDSA => Sha512::digest(token.as_bytes()).to_vec(),
        _ => Sha256::digest(token.as_bytes()).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

fn same(a: &str, b: &str) -> bool {
    bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_800_000_000_000;

    fn expected() -> Expected<'static> {
        Expected {
            issuer: "https://id.example",
            client_id: "console",
            nonce: "n",
            access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            begun_at: NOW - 30_000,
            now: NOW,
        }
    }

    fn told(change: &Value) -> Result<(), Code> {
        let seconds = NOW / 1000;
        let mut claims = json!({
            "iss": "https://id.example", "sub": "s", "aud": "console", "exp": seconds + 300, "iat": seconds,
            "nonce": "n",
        });
        for (name, value) in change.as_object().cloned().unwrap_or_default() {
            claims[name] = value;
        }
        let claims = serde_json::from_value(claims).expect("claims");
        check(&claims, Algorithm::RS256, expected())
    }

    #[test]
    fn a_token_is_from_the_issuer_for_this_client() {
        assert_eq!(told(&json!({})), Ok(()));
        assert_eq!(told(&json!({"iss": "https://id.example/"})), Err(Code::SsoIssuer));
        assert_eq!(told(&json!({"iss": ""})), Err(Code::SsoIssuer));
        for aud in
            [json!("other"), json!(["other"]), json!([]), json!(null), json!(7), json!(["console", "other"])]
        {
            assert_eq!(told(&json!({"aud": aud})), Err(Code::SsoAudience), "{aud}");
        }
        assert_eq!(told(&json!({"aud": ["console"]})), Ok(()));
        assert_eq!(told(&json!({"aud": ["console", "other"], "azp": "console"})), Ok(()));
        assert_eq!(told(&json!({"azp": "other"})), Err(Code::SsoAudience));
        assert_eq!(told(&json!({"sub": ""})), Err(Code::SsoUnreadable));
        assert_eq!(told(&json!({"sub": "s".repeat(256)})), Err(Code::SsoUnreadable));
    }

    #[test]
    fn clocks_may_be_a_minute_apart_and_no_more() {
        let seconds = NOW / 1000;
        for (claim, at, fits) in [
            ("exp", seconds - 59, true),
            ("exp", seconds - 60, false),
            ("iat", seconds + 60, true),
            ("iat", seconds + 61, false),
            ("iat", seconds - 90, true),
            ("iat", seconds - 91, false),
            ("nbf", seconds + 60, true),
            ("nbf", seconds + 61, false),
        ] {
            assert_eq!(told(&json!({claim: at})).is_ok(), fits, "{claim} {}", at - seconds);
        }
        for nonsense in [json!(null), json!(-1), json!(1e300)] {
            assert_eq!(told(&json!({"exp": nonsense})), Err(Code::SsoTime), "{nonsense}");
            assert_eq!(told(&json!({"iat": nonsense})), Err(Code::SsoTime), "{nonsense}");
        }
        let fraction: Value = serde_json::from_str(&format!("{seconds}.5")).expect("a number");
        assert_eq!(told(&json!({"exp": fraction})), Ok(()));
    }

    #[test]
    fn it_belongs_to_this_sign_in_and_this_access_token() {
        assert_eq!(told(&json!({"nonce": "other"})), Err(Code::SsoNonce));
        assert_eq!(told(&json!({"nonce": null})), Err(Code::SsoNonce));
        // The example of OpenID Connect Core 1.0, appendix A.3.
        assert_eq!(told(&json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"})), Ok(()));
        assert_eq!(told(&json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RR"})), Err(Code::SsoSignature));
        let claims: Claims = serde_json::from_value(json!({"at_hash": "x"})).expect("claims");
        assert!(claims.email.is_missing());
    }

    #[test]
    fn only_addresses_that_are_vouched_for_count() {
        let email = |value: Value| serde_json::from_value::<Email>(value).expect("an address");
        let address = "a@b.example";
        for (vouched, counts) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("yes"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            let told = email(json!({"email": address, "email_verified": vouched}));
            assert_eq!(told.verified().is_some(), counts, "{vouched}");
        }
        assert_eq!(email(json!({"email": address})).verified(), None);
        assert_eq!(email(json!({"email_verified": true})).verified(), None);
    }
}
