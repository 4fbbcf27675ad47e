//! The way back: what the provider sent the browser with is taken once, checked, and becomes a session.

use super::attempts::{self, Attempt};
use super::begin::{self, Secrets};
use super::provider::Exchange;
use super::store::{self, Link, Provider};
use super::token::{self, Claims, Email, Expected, Refused};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::factors::step;
use crate::factors::store as factors;
use crate::identity::sessions::{self, Token};
use crate::identity::store::{Person, member_by_email, person_of};
use crate::ids;
use crate::scope::Origin;
use contract::access::Permission;
use contract::audit::Action;
use contract::error::Code;
use contract::factors::Step;
use contract::id::{SessionId, SsoLinkId};
use contract::sso::{AnswerSso, is_allowed};
use contract::text::mask_email;
use serde_json::json;
use subtle::ConstantTimeEq;

/// What a sign-in has come to.
pub(super) enum Outcome {
    /// A session has begun; then the place to go to.
    Session(Box<Person>, Token, SessionId, String),
    /// The second step is due; the token says whose.
    Due(Token, Step, String),
    /// A test has succeeded.
    Tested,
}

/// An answer with what is known of its attempt.
pub(super) struct Answered {
    pub(super) outcome: Result<Outcome, Error>,
    /// The browser's cookie, where it was the attempt's: it has served.
    pub(super) browser: Option<String>,
}

/// Whom the provider means.
struct Subject {
    id: String,
    email: Email,
}

/// Takes a provider's answer.
///
/// # Errors
/// In what is answered: each cause has its code.
pub(super) async fn take(
    app: &App,
    given: &AnswerSso,
    cookies: &[String],
    origin: &Origin,
    user_agent: &str,
) -> Result<Answered, Error> {
    let early = |code: Code| Ok(Answered { outcome: Err(code.into()), browser: None });
    let mut connection = app.db.read().acquire().await?;
    let found = attempts::find(&mut connection, &begin::hash(&given.state), app.clock.millis()).await?;
    drop(connection);
    let Some(attempt) = found else { return early(Code::SsoStale) };
    let own = |cookie: &&String| begin::hash(cookie).as_bytes().ct_eq(attempt.browser_hash.as_bytes()).into();
    let Some(browser) = cookies.iter().find(own) else { return early(Code::SsoOtherBrowser) };
    let mut tx = app.db.begin().await?;
    let is_first = attempts::take(&mut tx, &attempt.state_hash).await?;
    app.db.commit(tx).await?;
    if !is_first {
        return early(Code::SsoStale);
    }
    let secrets = Secrets::new(browser, &given.state);
    let outcome = go_on(app, given, &attempt, &secrets, origin, user_agent).await;
    if let Err(Error::Refused(code)) = &outcome {
        failed(app, &attempt, *code, origin).await?;
    }
    Ok(Answered { outcome, browser: Some(browser.clone()) })
}

/// Notes in the partner's trail why a sign-in came to nothing: who sets single sign-on up sees what is wrong.
async fn failed(app: &App, attempt: &Attempt, code: Code, origin: &Origin) -> Result<(), Error> {
    tracing::info!(?code, partner = %attempt.partner_id, request_id = %origin.request_id, "sso.failed");
    let act = Act {
        partner_id: attempt.partner_id.clone(),
        actor: "OpenID Connect".into(),
        action: Action::IdentitySsoFailed,
        kind: "partner",
        id: attempt.partner_id.to_string(),
        detail: json!({"reason": code, "test": attempt.tester.is_some()}),
        origin: origin.clone(),
    };
    let mut tx = app.db.begin().await?;
    crate::audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await
}

async fn go_on(
    app: &App,
    given: &AnswerSso,
    attempt: &Attempt,
    secrets: &Secrets,
    origin: &Origin,
    user_agent: &str,
) -> Result<Outcome, Error> {
    let mut connection = app.db.read().acquire().await?;
    let provider = current(&mut connection, attempt).await?;
    drop(connection);
    let subject = told(app, given, attempt, &provider, secrets).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&attempt.partner_id]).await?;
    // The provider took its time: what is set up may be another one by now.
    let provider = current(&mut tx, attempt).await?;
    let now = app.clock.millis();
    let (person, link) = member(app, &mut tx, &mut trail, (&provider, attempt), &subject, origin).await?;
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let act = |action, detail| Act::of(&scope, action, "user", person.user_id.as_str(), detail);
    store::used(&mut tx, &provider.partner_id, &link, now).await?;
    let outcome = if let Some((_, session)) = &attempt.tester {
        let may = person.rights.may(Permission::PartnerSettings);
        if !may || !sessions::is_live(app, &mut tx, &SessionId(session.clone())).await? {
            return Err(Code::SignedOut.into());
        }
        if !store::tested(&mut tx, (&provider.partner_id, provider.round), &scope.actor, now).await? {
            return Err(Code::SsoOff.into());
        }
        let detail = json!({"issuer": provider.issuer});
        trail.add(
            &Act::of(&scope, Action::PartnerSsoTested, "partner", provider.partner_id.as_str(), detail),
            now,
        )?;
        Outcome::Tested
    } else {
        let has = factors::has(&mut tx, &person.person_id).await?;
        if !provider.both_steps && has.any() {
            let (token, due) = step::begin(app, &mut tx, &person.person_id, has, None).await?;
            step::by_sso(&mut tx, &token, &provider.partner_id, &link).await?;
            trail.add(&act(Action::IdentityStepDue, json!({"sso": true})), now)?;
            Outcome::Due(token, due, attempt.next.clone())
        } else {
            let (token, session) = sessions::begin(app, &mut tx, &person, origin, user_agent).await?;
            sessions::began_by(&mut tx, &session, &link).await?;
            trail.add(&act(Action::IdentitySignIn, json!({"sso": true})), now)?;
            Outcome::Session(Box::new(person.clone()), token, session, attempt.next.clone())
        }
    };
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(outcome)
}

/// The provider that the sign-in went to, if it is still set up as it was then, and switched on.
async fn current(connection: &mut sqlx::AnyConnection, attempt: &Attempt) -> Result<Provider, Error> {
    store::provider(connection, &attempt.partner_id)
        .await?
        .filter(|p| p.round == attempt.round && (p.enabled || attempt.tester.is_some()))
        .ok_or(Error::Refused(Code::SsoOff))
}

/// What the provider tells: by its answer, and by the tokens that it gives for the code.
async fn told(
    app: &App,
    given: &AnswerSso,
    attempt: &Attempt,
    provider: &Provider,
    secrets: &Secrets,
) -> Result<Subject, Error> {
    let metadata = &provider.metadata;
    let names_itself = metadata.authorization_response_iss_parameter_supported;
    if (names_itself || !given.iss.is_empty()) && given.iss != provider.issuer {
        return Err(Code::SsoIssuer.into());
    }
    match given.error.as_str() {
        "" => {}
        "access_denied" => return Err(Code::SsoDenied.into()),
        "temporarily_unavailable" | "server_error" => return Err(Code::SsoUnreachable.into()),
        _ => return Err(Code::SsoRefused.into()),
    }
    if given.code.is_empty() {
        return Err(Code::SsoUnreadable.into());
    }
    let secret = app.seal.open(&provider.sealed_secret)?;
    let (verifier, redirect_uri) = (secrets.verifier(), begin::redirect_uri(app));
    let exchange = Exchange {
        client_id: &provider.client_id,
        secret: &secret,
        code: &given.code,
        redirect_uri: &redirect_uri,
        verifier: &verifier,
    };
    let tokens = app.providers.exchange(metadata, exchange).await?;
    let access_token = tokens.access_token.as_deref();
    let nonce = secrets.nonce();
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce: &nonce,
        access_token,
        begun_at: attempt.begun_at,
        now: app.clock.millis(),
    };
    let claims = checked(app, &tokens.id_token, &metadata.jwks_uri, expected).await?;
    let mut email = claims.email;
    // Many say more of a person to whoever asks with the access token (OpenID Connect Core 1.0, 5.4).
    if let (true, Some(url), Some(access)) = (email.is_missing(), &metadata.userinfo_endpoint, access_token) {
        let more = app.providers.user_info(url, access).await?;
        if more.sub != claims.sub {
            return Err(Code::SsoUnreadable.into());
        }
        email = more.email;
    }
    Ok(Subject { id: claims.sub, email })
}

/// The claims of a token that one of the provider's keys has signed; the keys are asked for anew once where it names
/// one that is not known.
async fn checked(app: &App, token: &str, uri: &str, expected: Expected<'_>) -> Result<Claims, Code> {
    for unknown in [false, true] {
        let keys = app.providers.keys(uri, unknown, expected.now).await?;
        match token::read(token, &keys, expected) {
            Ok(claims) => return Ok(claims),
            Err(Refused::Because(code)) => return Err(code),
            Err(Refused::UnknownKey) => {}
        }
    }
    Err(Code::SsoSignature)
}

/// The member that a subject is linked to; one that has its address is linked now.
async fn member(
    app: &App,
    tx: &mut Tx,
    trail: &mut Trail,
    (provider, attempt): (&Provider, &Attempt),
    subject: &Subject,
    origin: &Origin,
) -> Result<(Person, SsoLinkId), Error> {
    let partner = &provider.partner_id;
    let tester = attempt.tester.as_ref().map(|(user, _)| user);
    if let Some(link) = store::link(tx, partner, (&provider.issuer, &subject.id)).await? {
        if tester.is_some_and(|user| *user != link.user_id) {
            return Err(Code::SsoOtherMember.into());
        }
        let person = person_of(tx, partner, &link.user_id).await?.ok_or(Code::SsoStranger)?;
        return Ok((person, link.id));
    }
    let email = subject.email.verified().ok_or(Code::SsoUnverified)?;
    if !is_allowed(email, &provider.domains) {
        return Err(Code::SsoDomain.into());
    }
    let user = member_by_email(tx, partner, email).await?.ok_or(Code::SsoStranger)?;
    if tester.is_some_and(|tester| *tester != user) {
        return Err(Code::SsoOtherMember.into());
    }
    // Another account with the address that this one had is not this one.
    if store::is_linked(tx, (partner, &user), &provider.issuer).await? {
        return Err(Code::SsoLinked.into());
    }
    let person = person_of(tx, partner, &user).await?.ok_or(Code::SsoStranger)?;
    let link = Link { id: SsoLinkId(ids::new()), user_id: user };
    let now = app.clock.millis();
    store::insert_link(tx, (partner, &link), (&provider.issuer, &subject.id, email), now).await?;
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let detail = json!({"issuer": provider.issuer, "email": mask_email(email)});
    let id = person.user_id.as_str();
    trail.add(&Act::of(&scope, Action::IdentitySsoLinked, "user", id, detail), now)?;
    Ok((person, link.id))
}
