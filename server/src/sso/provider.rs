//! The way to identity providers: discovery, keys, tokens. To allowed addresses only, no redirect followed, ten
//! seconds, and no more of an answer than a provider has reason to say.

use super::crypto::NAMES;
use super::token::Email;
use crate::guard::{self, Resolver};
use contract::error::{Code, Fault};
use http::StatusCode;
use jsonwebtoken::jwk::Jwk;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a provider may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const MAX_ANSWER: usize = 256 * 1024;
/// How long keys are used without asking for them again, in milliseconds.
const KEYS_KEPT: i64 = 60 * 60 * 1000;
/// How long after asking for keys they are not asked for again, whatever tokens name.
const KEYS_WAIT: i64 = 60 * 1000;
/// The most providers whose keys are kept.
const MAX_KEPT: usize = 1_000;

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    pub(super) userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    response_types_supported: Option<Vec<String>>,
    /// RFC 9207: it names itself in its answers.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Whether a provider like this can be used: with codes, S256 and a signature that is known here. What a provider
    /// does not tell is tried.
    fn is_usable(&self) -> bool {
        let has = |list: &Option<Vec<String>>, wanted: &[&str]| {
            list.as_ref().is_none_or(|all| all.iter().any(|one| wanted.contains(&one.as_str())))
        };
        has(&self.response_types_supported, &["code"])
            && has(&self.code_challenge_methods_supported, &["S256"])
            && has(&self.id_token_signing_alg_values_supported, &NAMES)
            && has(
                &self.token_endpoint_auth_methods_supported,
                &["client_secret_basic", "client_secret_post"],
            )
    }

    fn endpoints(&self) -> impl Iterator<Item = &String> {
        [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(&self.userinfo_endpoint)
    }
}

/// What the token endpoint gives for a code.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

/// What the provider says of whoever signed in, where its token does not.
#[derive(Deserialize)]
pub(super) struct UserInfo {
    pub(super) sub: String,
    #[serde(flatten)]
    pub(super) email: Email,
}

/// Why there is no answer that can be used.
#[derive(Debug)]
enum Trouble {
    /// None came.
    Silent(reqwest::Error),
    /// Its address is none that may be called.
    NotAllowed,
    /// It is too long, or not what it should be.
    Unreadable,
}

impl From<Trouble> for Code {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Silent(why) => {
                // Without the address: it may carry what is not for logs.
                tracing::info!(why = %why.without_url(), "sso.silent");
                Code::SsoUnreachable
            }
            Trouble::NotAllowed | Trouble::Unreadable => Code::SsoUnreadable,
        }
    }
}

/// Whom a code is exchanged for.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) client_id: &'a str,
    pub(super) secret: &'a str,
    pub(super) code: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) verifier: &'a str,
}

/// Calls identity providers, and keeps their keys.
#[derive(Debug)]
pub struct Providers {
    http: Client,
    private: bool,
    kept: Mutex<HashMap<String, Kept>>,
}

/// Keys, and when they were asked for.
#[derive(Debug, Clone)]
struct Kept {
    keys: Arc<Vec<Jwk>>,
    at: i64,
}

impl Providers {
    /// With `private`, addresses of intranets and plain HTTP are allowed.
    ///
    /// # Errors
    /// A machine without what TLS needs.
    pub fn new(private: bool) -> anyhow::Result<Self> {
        let http = Client::builder()
            .dns_resolver(Arc::new(Resolver { private }))
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!private)
            // A proxy would resolve names by itself.
            .no_proxy()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT / 2)
            .user_agent("Partner-Center/1")
            .build()?;
        Ok(Self { http, private, kept: Mutex::default() })
    }

    /// What a provider says of itself.
    ///
    /// # Errors
    /// `Invalid` for an address that may not be called, `Unreachable`, `OtherIssuer` where it names itself otherwise,
    /// `NoProvider` for everything else that cannot be used.
    pub(super) async fn discover(&self, issuer: &str) -> Result<Metadata, Fault> {
        let issuer = issuer.trim();
        let address = guard::check(issuer, self.private)?;
        if address.query().is_some() {
            return Err(Fault::Invalid);
        }
        let known = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let request = self.get(&known).map_err(|_| Fault::Invalid)?;
        let (status, body) = match self.fetch(request).await {
            Ok(answer) => answer,
            Err(Trouble::Silent(why)) => {
                tracing::info!(why = %why.without_url(), "sso.discovery_silent");
                return Err(Fault::Unreachable);
            }
            Err(_) => return Err(Fault::NoProvider),
        };
        if status.is_server_error() {
            return Err(Fault::Unreachable);
        }
        let metadata: Metadata = match serde_json::from_slice(&body) {
            Ok(metadata) if status == StatusCode::OK => metadata,
            _ => return Err(Fault::NoProvider),
        };
        // People leave the last slash out; which of both it is, the provider says.
        if metadata.issuer.trim_end_matches('/') != issuer.trim_end_matches('/') {
            return Err(Fault::OtherIssuer);
        }
        let allowed = metadata.endpoints().all(|url| guard::check(url, self.private).is_ok());
        if allowed && metadata.is_usable() { Ok(metadata) } else { Err(Fault::NoProvider) }
    }

    /// The tokens for a code.
    ///
    /// # Errors
    /// `SsoUnreachable`, `SsoRefused`, `SsoUnreadable`.
    pub(super) async fn exchange(&self, metadata: &Metadata, what: Exchange<'_>) -> Result<Tokens, Code> {
        let url = self.allowed(&metadata.token_endpoint)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", what.code),
            ("redirect_uri", what.redirect_uri),
            ("code_verifier", what.verifier),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_ref();
        let by_header = methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic"));
        let mut request = self.http.post(url).header("accept", "application/json");
        if by_header {
            // RFC 6749, 2.3.1: each part is encoded as a form would be.
            let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            request = request.basic_auth(part(what.client_id), Some(part(what.secret)));
        } else {
            form.extend([("client_id", what.client_id), ("client_secret", what.secret)]);
        }
        let (status, body) = self.fetch(request.form(&form)).await?;
        if status.is_server_error() {
            return Err(Code::SsoUnreachable);
        }
        if status != StatusCode::OK {
            tracing::info!(%status, error = error_word(&body), "sso.code_refused");
            return Err(Code::SsoRefused);
        }
        read(&body)
    }

    /// What the provider says of whoever signed in.
    ///
    /// # Errors
    /// `SsoUnreachable`, `SsoUnreadable`.
    pub(super) async fn user_info(&self, url: &str, access_token: &str) -> Result<UserInfo, Code> {
        let (status, body) = self.fetch(self.get(url)?.bearer_auth(access_token)).await?;
        if status == StatusCode::OK { read(&body) } else { Err(Code::SsoUnreadable) }
    }

    /// A provider's keys; asked for anew where they are old, or where a token names one that is not among those that
    /// are kept: then a minute after the last time at the soonest.
    ///
    /// # Errors
    /// `SsoUnreachable`, `SsoUnreadable`.
    pub(super) async fn keys(&self, uri: &str, unknown: bool, now: i64) -> Result<Arc<Vec<Jwk>>, Code> {
        let longest = if unknown { KEYS_WAIT } else { KEYS_KEPT };
        if let Some(kept) = self.kept(uri).filter(|kept| (0..longest).contains(&(now - kept.at))) {
            return Ok(kept.keys);
        }
        let (status, body) = self.fetch(self.get(uri)?).await?;
        if status.is_server_error() {
            return Err(Code::SsoUnreachable);
        }
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = if status == StatusCode::OK { read(&body)? } else { return Err(Code::SsoUnreadable) };
        // Keys of kinds that nobody here knows are no fault.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        let kept = Kept { keys: Arc::new(keys), at: now };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_KEPT {
            all.clear();
        }
        all.insert(uri.to_owned(), kept.clone());
        Ok(kept.keys)
    }

    fn kept(&self, uri: &str) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()
    }

    /// The installation may have become stricter since the address was accepted.
    fn allowed(&self, url: &str) -> Result<Url, Trouble> {
        guard::check(url, self.private).map_err(|_| Trouble::NotAllowed)
    }

    fn get(&self, url: &str) -> Result<RequestBuilder, Trouble> {
        Ok(self.http.get(self.allowed(url)?).header("accept", "application/json"))
    }

    async fn fetch(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let mut answer = request.send().await.map_err(Trouble::Silent)?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(Trouble::Silent)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(Trouble::Unreadable);
            }
        }
        Ok((status, body))
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Code> {
    serde_json::from_slice(body).map_err(|_| Code::SsoUnreadable)
}

/// The word of a refusal (RFC 6749, 5.2), for the log: letters only, whatever a provider writes.
fn error_word(body: &[u8]) -> String {
    let word = serde_json::from_slice::<Value>(body).ok();
    let word = word.as_ref().and_then(|v| v.get("error")?.as_str()).unwrap_or_default();
    word.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect()
}
