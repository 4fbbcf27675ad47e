//! An OpenID provider on this machine that does what it is told, right or wrong. Written from the specifications, not
//! from the server's code.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contract::sso::AnswerSso;
use hmac::{Hmac, KeyInit as _, Mac};
use http::{HeaderMap, StatusCode, header};
use reqwest::Url;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use serde_json::{Value, json};
use server::clock::Clock;
use sha2::{Digest, Sha256, Sha512};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const CLIENT: &str = "console@lanfan";
/// With characters that a header must have encoded.
pub const SECRET: &str = "s3cret: +/%ä";

/// An answer that is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Manner {
    #[default]
    Well,
    Status(u16),
    Garbage,
    Endless,
    Redirect(String),
    Slow(Duration),
}

/// How ID tokens are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sign {
    #[default]
    Es256,
    Rs256,
    Ps256,
    EdDsa,
    /// Not at all.
    None,
    /// With the public key as a secret that both have.
    HsByPublicKey,
    /// With a key that is not the one of that name.
    ByAnother,
}

/// What it does.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    pub discovery: Manner,
    /// Members of the discovery document that are others; null takes one away.
    pub metadata: Vec<(&'static str, Value)>,
    pub keys: Manner,
    pub token: Manner,
    pub sign: Sign,
    /// Claims that are others; null takes one away.
    pub claims: Vec<(&'static str, Value)>,
    /// The `kid` of tokens, where it is not that of the key.
    pub kid: Option<&'static str>,
    /// Whether tokens name no key.
    pub without_kid: bool,
    /// The subject that the userinfo endpoint tells, where it is another.
    pub other_subject: bool,
}

/// Somebody at the provider.
#[derive(Debug, Clone)]
pub struct Account {
    pub sub: String,
    pub email: Option<String>,
    pub verified: Value,
}

pub fn account(sub: &str, email: &str) -> Account {
    Account { sub: sub.into(), email: Some(email.into()), verified: json!(true) }
}

struct Keys {
    /// Counts rotations; part of the names.
    round: u32,
    ec: EcdsaKeyPair,
    another: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    rsa: RsaKeyPair,
}

struct Inside {
    url: String,
    clock: Clock,
    ways: Mutex<Ways>,
    keys: Mutex<Keys>,
    codes: Mutex<HashMap<String, (Url, Account)>>,
    asked: Mutex<HashMap<&'static str, usize>>,
}

/// The provider.
pub struct Provider {
    inside: Arc<Inside>,
    serving: JoinHandle<()>,
}

fn ec() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).expect("a key")
}

fn keys(round: u32) -> Keys {
    let ed = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    // Made for these tests, and used nowhere else.
    let text: String = include_str!("rsa.pkcs8.txt").split_whitespace().collect();
    Keys {
        round,
        ec: ec(),
        another: ec(),
        ed: Ed25519KeyPair::from_pkcs8(ed.as_ref()).expect("a key"),
        rsa: RsaKeyPair::from_pkcs8(&STANDARD.decode(text).expect("base64")).expect("a key"),
    }
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    pub async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let inside = Arc::new(Inside {
            url: format!("http://{}", listener.local_addr().expect("an address")),
            clock: clock.clone(),
            ways: Mutex::default(),
            keys: Mutex::new(keys(1)),
            codes: Mutex::default(),
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(inside.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { inside, serving }
    }

    pub fn issuer(&self) -> String {
        self.inside.url.clone()
    }

    /// Does these things from now on.
    pub fn behave(&self, ways: Ways) {
        *self.inside.ways.lock().expect("no panic") = ways;
    }

    /// Signs with new keys; the old ones are gone.
    pub fn rotate(&self) {
        let mut all = self.inside.keys.lock().expect("no panic");
        *all = keys(all.round + 1);
    }

    /// How often an endpoint was asked.
    pub fn asked(&self, what: &str) -> usize {
        self.inside.asked.lock().expect("no panic").get(what).copied().unwrap_or(0)
    }

    /// What a browser comes back with after somebody has signed in there.
    pub fn sign_in(&self, location: &str, account: Account) -> AnswerSso {
        let location = Url::parse(location).expect("an address");
        assert_eq!(location.path(), "/authorize");
        let given = parameters(&location);
        assert_eq!((given["response_type"].as_str(), given["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(given["scope"], "openid email");
        assert_eq!(given["code_challenge_method"], "S256");
        let state = given["state"].clone();
        assert!(state.len() >= 43 && given["nonce"].len() >= 43 && given["code_challenge"].len() == 43);
        let code = format!("code-{}", server::ids::new());
        self.inside.codes.lock().expect("no panic").insert(code.clone(), (location, account));
        AnswerSso { state, code, iss: self.issuer(), error: String::new() }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub fn parameters(location: &Url) -> HashMap<String, String> {
    location.query_pairs().map(|(n, v)| (n.into_owned(), v.into_owned())).collect()
}

fn note<'a>(inside: &'a Inside, what: &'static str) -> MutexGuard<'a, Ways> {
    *inside.asked.lock().expect("no panic").entry(what).or_default() += 1;
    inside.ways.lock().expect("no panic")
}

async fn in_manner(manner: Manner, well: Value) -> Response {
    let json =
        |value: Value| ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response();
    match manner {
        Manner::Well => json(well),
        Manner::Status(status) => {
            let body = json!({"error": "invalid_client\r\n<b>", "error_description": "secret things"});
            (StatusCode::from_u16(status).expect("a status"), body.to_string()).into_response()
        }
        Manner::Garbage => "<html>".into_response(),
        Manner::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Manner::Slow(by) => {
            tokio::time::sleep(by).await;
            json(well)
        }
        Manner::Endless => {
            let piece = || async { Some((Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 4096])), ())) };
            Body::from_stream(futures_util::stream::unfold((), move |()| piece())).into_response()
        }
    }
}

fn changed(mut value: Value, changes: &[(&'static str, Value)]) -> Value {
    for (name, other) in changes {
        if other.is_null() {
            value.as_object_mut().expect("an object").remove(*name);
        } else {
            value[*name] = other.clone();
        }
    }
    value
}

async fn discovery(State(inside): State<Arc<Inside>>) -> Response {
    let url = &inside.url;
    let well = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "PS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    let (manner, well) = {
        let ways = note(&inside, "discovery");
        (ways.discovery.clone(), changed(well, &ways.metadata))
    };
    in_manner(manner, well).await
}

async fn jwks(State(inside): State<Arc<Inside>>) -> Response {
    let manner = note(&inside, "jwks").keys.clone();
    let set = {
        let keys = inside.keys.lock().expect("no panic");
        let round = keys.round;
        let point = keys.ec.public_key().as_ref();
        let rsa = PublicKeyComponents::<Vec<u8>>::from(keys.rsa.public_key());
        json!({"keys": [
            {"kty": "AKP", "alg": "ML-DSA-44", "kid": "of-tomorrow", "pub": "AA"},
            {"kty": "EC", "crv": "P-256", "kid": format!("ec{round}"), "use": "sig", "alg": "ES256", "x": b64(&point[1..33]), "y": b64(&point[33..])},
            {"kty": "RSA", "kid": format!("rsa{round}"), "use": "sig", "n": b64(&rsa.n), "e": b64(&rsa.e)},
            {"kty": "RSA", "kid": "for-letters", "use": "enc", "n": b64(&rsa.n), "e": b64(&rsa.e)},
            {"kty": "OKP", "crv": "Ed25519", "kid": format!("ed{round}"), "x": b64(keys.ed.public_key().as_ref())},
        ]})
    };
    in_manner(manner, set).await
}

fn signed(inside: &Inside, ways: &Ways, claims: &Value) -> String {
    let keys = inside.keys.lock().expect("no panic");
    let round = keys.round;
    let (alg, kid) = match ways.sign {
        Sign::Es256 | Sign::ByAnother => ("ES256", format!("ec{round}")),
        Sign::Rs256 => ("RS256", format!("rsa{round}")),
        Sign::Ps256 => ("PS256", format!("rsa{round}")),
        Sign::EdDsa => ("EdDSA", format!("ed{round}")),
        Sign::None => ("none", format!("ec{round}")),
        Sign::HsByPublicKey => ("HS256", format!("rsa{round}")),
    };
    let mut header = json!({"alg": alg, "typ": "JWT"});
    if !ways.without_kid {
        header["kid"] = json!(ways.kid.map_or(kid, str::to_owned));
    }
    let message = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
    let random = SystemRandom::new();
    let rsa = |how: &'static dyn ring::signature::RsaEncoding| {
        let mut signature = vec![0; keys.rsa.public().modulus_len()];
        keys.rsa.sign(how, &random, message.as_bytes(), &mut signature).expect("it signs");
        signature
    };
    let signature = match ways.sign {
        Sign::Es256 => keys.ec.sign(&random, message.as_bytes()).expect("it signs").as_ref().to_vec(),
        Sign::ByAnother => {
            keys.another.sign(&random, message.as_bytes()).expect("it signs").as_ref().to_vec()
        }
        Sign::Rs256 => rsa(&RSA_PKCS1_SHA256),
        Sign::Ps256 => rsa(&RSA_PSS_SHA256),
        Sign::EdDsa => keys.ed.sign(message.as_bytes()).as_ref().to_vec(),
        Sign::None => Vec::new(),
        Sign::HsByPublicKey => {
            let public = PublicKeyComponents::<Vec<u8>>::from(keys.rsa.public_key());
            let mut mac = Hmac::<Sha256>::new_from_slice(&public.n).expect("any length");
            mac.update(message.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
    };
    format!("{message}.{}", b64(&signature))
}

async fn token(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: String) -> Response {
    let ways = note(&inside, "token").clone();
    let given: HashMap<String, String> =
        parameters(&Url::parse(&format!("http://form/?{body}")).expect("a form"));
    let refused = |why: &str| (StatusCode::BAD_REQUEST, json!({"error": why}).to_string()).into_response();
    let by_header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| {
        let text = String::from_utf8(STANDARD.decode(v.strip_prefix("Basic ")?).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        let plain = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
        Some((plain(id), plain(secret)))
    });
    let by_form = given.get("client_id").cloned().zip(given.get("client_secret").cloned());
    if by_header.or(by_form) != Some((CLIENT.into(), SECRET.into())) {
        return refused("invalid_client");
    }
    // A code serves once.
    let code = given.get("code").and_then(|code| inside.codes.lock().expect("no panic").remove(code));
    let Some((location, account)) = code else { return refused("invalid_grant") };
    let asked = parameters(&location);
    let challenge = b64(&Sha256::digest(given["code_verifier"].as_bytes()));
    if asked["code_challenge"] != challenge || asked["redirect_uri"] != given["redirect_uri"] {
        return refused("invalid_grant");
    }
    let access_token = format!("access-{}-{}", account.sub, account.email.clone().unwrap_or_default());
    let half = match ways.sign {
        Sign::EdDsa => b64(&Sha512::digest(access_token.as_bytes())[..32]),
        _ => b64(&Sha256::digest(access_token.as_bytes())[..16]),
    };
    let seconds = inside.clock.millis() / 1000;
    let mut claims = json!({
        "iss": inside.url, "sub": account.sub, "aud": CLIENT, "iat": seconds, "exp": seconds + 300,
        "nonce": asked["nonce"], "at_hash": half,
    });
    if let Some(email) = &account.email {
        claims["email"] = json!(email);
        claims["email_verified"] = account.verified;
    }
    let claims = changed(claims, &ways.claims);
    let id_token = signed(&inside, &ways, &claims);
    let well = json!({"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token});
    in_manner(ways.token, well).await
}

async fn userinfo(State(inside): State<Arc<Inside>>, headers: HeaderMap) -> Response {
    let other = note(&inside, "userinfo").other_subject;
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or("");
    let Some((sub, _)) = bearer.strip_prefix("Bearer access-").and_then(|t| t.split_once('-')) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let sub = if other { "somebody-else" } else { sub };
    let claims = json!({"sub": sub, "email": "finance@dist.example", "email_verified": true});
    in_manner(Manner::Well, claims).await
}
