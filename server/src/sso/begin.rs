//! The way out: to the provider, with a state, a nonce and a challenge that belong to this browser.

use super::attempts::{self, Attempt};
use super::provider::Metadata;
use super::store::{self, Provider};
use crate::app::App;
use crate::error::Error;
use crate::identity::sessions::Token;
use crate::identity::throttle::{self, Counter};
use crate::scope::{Origin, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::error::Code;
use contract::id::{SessionId, UserId};
use contract::sso::{BACK, BeginSso, SsoWay, check_name, domain_of, local};
use reqwest::Url;
use sha2::{Digest, Sha256};

/// How long what discovery said is used without looking again, in milliseconds.
const DISCOVERED: i64 = 24 * 60 * 60 * 1000;
/// Sign-ins that may be under way from one address: a whole company behind one router, and no more.
const MOST_UNDER_WAY: i64 = 500;

/// The address that providers send browsers back to.
pub(super) fn redirect_uri(app: &App) -> String {
    format!("{}{BACK}", app.settings.public_url)
}

/// What one attempt's values are made of: the browser's cookie and the state, so that none of them is in the database.
pub(super) struct Secrets {
    browser: String,
    state: String,
}

impl Secrets {
    pub(super) fn new(browser: &str, state: &str) -> Self {
        Self { browser: browser.to_owned(), state: state.to_owned() }
    }

    /// The code verifier (RFC 7636): 43 characters.
    pub(super) fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// The nonce that the ID token must carry.
    pub(super) fn nonce(&self) -> String {
        self.derived("nonce")
    }

    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier().as_bytes()))
    }

    fn derived(&self, what: &str) -> String {
        let text = format!("{what}:{}:{}", self.browser, self.state);
        URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
    }
}

/// The hash under which a state or a browser's cookie is in the database.
pub(super) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Begins a sign-in for a partner's sign-in name, or for an address whose domain leads to one. An address says nothing
/// of members: its domain alone decides.
///
/// # Errors
/// `SsoUnknown`, `TooManyAttempts`.
pub(super) async fn sign_in(app: &App, wanted: &BeginSso, origin: &Origin) -> Result<(SsoWay, Token), Error> {
    let now = app.clock.millis();
    let counters = [Counter::address(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut connection = app.db.read().acquire().await?;
    let found = match domain_of(&wanted.name) {
        Some(domain) => store::enabled_by_domain(&mut connection, &domain).await?,
        None => match check_name(&wanted.name) {
            Ok(name) => store::enabled_by_name(&mut connection, &name).await?,
            Err(_) => None,
        },
    };
    drop(connection);
    let Some(provider) = found else {
        let mut tx = app.db.begin().await?;
        throttle::failed(&mut tx, &counters, now).await?;
        app.db.commit(tx).await?;
        return Err(Code::SsoUnknown.into());
    };
    let hint = domain_of(&wanted.name).map(|_| wanted.name.trim());
    let next = local(&wanted.next).unwrap_or("/");
    go(app, provider, (next, hint), None, origin).await
}

/// Begins a test of the asking admin's.
///
/// # Errors
/// `NotFound` without a provider; `SsoUnreachable` or `SsoUnreadable` where it cannot be used now.
pub(super) async fn test(app: &App, scope: &Scope, session: &SessionId) -> Result<(SsoWay, Token), Error> {
    let mut connection = app.db.read().acquire().await?;
    let provider = store::provider(&mut connection, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    drop(connection);
    let tester = (scope.user_id.clone(), session.to_string());
    go(app, provider, ("/", None), Some(tester), &scope.origin).await
}

async fn go(
    app: &App,
    mut provider: Provider,
    (next, hint): (&str, Option<&str>),
    tester: Option<(UserId, String)>,
    origin: &Origin,
) -> Result<(SsoWay, Token), Error> {
    let now = app.clock.millis();
    // A test looks again; a sign-in only where that was long ago, and goes on with what there is where it fails.
    if tester.is_some() || now - provider.discovered_at > DISCOVERED {
        match discovered(app, &provider, now).await {
            Ok(metadata) => provider.metadata = metadata,
            Err(why) if tester.is_some() => return Err(why),
            Err(why) => tracing::warn!(%why, partner = %provider.partner_id, "sso.discovery_failed"),
        }
    }
    let random = || hex::encode(rand::random::<[u8; 32]>());
    let (browser, state) = (random(), random());
    let secrets = Secrets::new(&browser, &state);
    let mut location =
        Url::parse(&provider.metadata.authorization_endpoint).map_err(|_| Code::SsoUnreadable)?;
    location
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &redirect_uri(app))
        .append_pair("scope", "openid email")
        .append_pair("state", &state)
        .append_pair("nonce", &secrets.nonce())
        .append_pair("code_challenge", &secrets.challenge())
        .append_pair("code_challenge_method", "S256");
    if let Some(hint) = hint {
        location.query_pairs_mut().append_pair("login_hint", hint);
    }
    let attempt = Attempt {
        state_hash: hash(&state),
        browser_hash: hash(&browser),
        partner_id: provider.partner_id,
        round: provider.round,
        tester,
        next: next.to_owned(),
        begun_at: now,
    };
    let mut tx = app.db.begin().await?;
    if attempts::under_way(&mut tx, &origin.ip, now).await? >= MOST_UNDER_WAY {
        return Err(Error::Counted(Code::TooManyAttempts, 60));
    }
    attempts::insert(&mut tx, &attempt, &origin.ip).await?;
    app.db.commit(tx).await?;
    Ok((SsoWay { location: location.to_string() }, Token(browser)))
}

/// What the provider says of itself now.
async fn discovered(app: &App, provider: &Provider, now: i64) -> Result<Metadata, Error> {
    use contract::error::Fault;
    let found = app.providers.discover(&provider.issuer).await.map_err(|fault| match fault {
        Fault::Unreachable => Code::SsoUnreachable,
        _ => Code::SsoUnreadable,
    })?;
    let mut tx = app.db.begin().await?;
    store::rediscovered(&mut tx, (&provider.partner_id, provider.round), &found, now).await?;
    app.db.commit(tx).await?;
    Ok(found)
}
