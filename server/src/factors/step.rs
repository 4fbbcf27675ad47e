//! The second step of signing in: due after a right password where the person has a factor, for five minutes and
//! five tries. Only then does a session begin.

use super::{recovery, store, totp};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::sessions::{self, Token};
use crate::identity::store::{Person, person_by_person, person_of};
use crate::identity::throttle::{self, Counter};
use crate::organisation::join;
use crate::passkeys::{self, Purpose, Refused};
use crate::scope::Origin;
use crate::sso::store as sso;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::factors::{STEP_MINUTES, STEP_TRIES, Step, is_totp, plain_code};
use contract::id::{PartnerId, SessionId, SsoLinkId};
use contract::passkeys::PasskeyAnswer;
use contract::time::from_millis;
use serde_json::json;
use sha2::{Digest, Sha256};

/// What a sign-in has come to.
pub(crate) enum Outcome {
    /// A session has begun.
    Session(Box<Person>, Token, SessionId),
    /// A second factor is due; the token says whose.
    Due(Token, Step),
}

/// What is given in the second step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    /// A code of the app, or a recovery code.
    Code(&'a str),
    /// A passkey's answer.
    Passkey(&'a PasskeyAnswer),
}

impl<'a> Given<'a> {
    /// A passkey's answer, or else a code.
    ///
    /// # Errors
    /// A fault of `code` where there is neither.
    pub(crate) fn of(code: &'a str, passkey: Option<&'a PasskeyAnswer>) -> Result<Self, Error> {
        match passkey {
            Some(answer) => Ok(Self::Passkey(answer)),
            None if code.trim().is_empty() => Err(Error::field("code", Fault::Required)),
            None => Ok(Self::Code(code)),
        }
    }
}

/// Why a second step was not passed.
pub(crate) struct Missed {
    /// What the person is told.
    pub(crate) error: Error,
    /// What the trail may have to be told.
    pub(crate) refused: Refused,
}

/// Begins the second step, for an invitation where one was accepted. The caller commits.
pub(crate) async fn begin(
    app: &App,
    tx: &mut Tx,
    person_id: &str,
    has: store::Has,
    invitation_hash: Option<String>,
) -> Result<(Token, Step), Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let until = app.clock.millis() + STEP_MINUTES * 60_000;
    let pending = store::Pending {
        token_hash: hash(&token),
        person_id: person_id.to_owned(),
        invitation_hash,
        sso: None,
    };
    store::insert_pending(tx, &pending, until).await?;
    let purpose = Purpose::Step { token_hash: &pending.token_hash };
    let passkey = passkeys::for_person(app, tx, person_id, purpose, until).await?;
    Ok((Token(token), Step { totp: has.totp_since.is_some(), passkey, until: from_millis(until) }))
}

/// Notes that the step before was single sign-on, for one partner. The caller commits.
pub(crate) async fn by_sso(
    tx: &mut Tx,
    token: &Token,
    partner: &PartnerId,
    link: &SsoLinkId,
) -> Result<(), Error> {
    store::set_sso(tx, &hash(&token.0), partner, link).await
}

/// Passes the second step, and begins the session.
///
/// # Errors
/// `StepExpired` where none is due any more, `CodeWrong` or `PasskeyWrong` with the tries that are left,
/// `TooManyAttempts`; what an invitation is refused with.
pub(crate) async fn pass(
    app: &App,
    token: Option<&str>,
    given: Given<'_>,
    origin: &Origin,
    user_agent: &str,
) -> Result<(Person, Token, SessionId), Error> {
    let now = app.clock.millis();
    let token_hash = hash(token.ok_or(Code::StepExpired)?);
    let mut connection = app.db.read().acquire().await?;
    let pending = store::pending(&mut connection, &token_hash, now).await?.ok_or(Code::StepExpired)?;
    let person = match &pending.sso {
        None => person_by_person(&mut connection, &pending.person_id).await?,
        // A link that was taken away meanwhile leads nowhere.
        Some((partner, link)) => match sso::linked(&mut connection, partner, link).await? {
            Some(user) => person_of(&mut connection, partner, &user).await?,
            None => None,
        },
    };
    drop(connection);
    if let Some(invitation) = &pending.invitation_hash {
        return join::go_on(app, invitation, (&pending, given), origin, user_agent).await;
    }
    let person = person.ok_or(Code::StepExpired)?;
    let counters = [Counter::account(&person.email), Counter::address(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&person.partner.id]).await?;
    throttle::check_in(&app.db, &mut tx, &counters, now).await?;
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let act = |action| Act::of(&scope, action, "user", person.user_id.as_str(), json!({}));
    if let Err(missed) = spend(app, &mut tx, &pending, given).await? {
        throttle::failed(&mut tx, &counters, now).await?;
        trail.add(&act(Action::IdentitySignInFailed), now)?;
        missed.refused.tell(&mut trail, &scope, now)?;
        trail.write(&mut tx).await?;
        app.db.commit(tx).await?;
        tracing::info!(ip = %origin.ip, "sign_in.step_failed");
        return Err(missed.error);
    }
    throttle::succeeded(&mut tx, &counters[0]).await?;
    let (token, session) = sessions::begin(app, &mut tx, &person, origin, user_agent).await?;
    if let Some((_, link)) = &pending.sso {
        sessions::began_by(&mut tx, &session, link).await?;
    }
    trail.add(&act(Action::IdentitySignIn), now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok((person, token, session))
}

/// Tries what is given for the second step. The try counts, so the caller commits whatever comes of it; the
/// inner error says why it was not right.
pub(crate) async fn spend(
    app: &App,
    tx: &mut Tx,
    pending: &store::Pending,
    given: Given<'_>,
) -> Result<Result<(), Missed>, Error> {
    let now = app.clock.millis();
    let Some(tries) = store::count_try(tx, &pending.token_hash, STEP_TRIES, now).await? else {
        return Ok(Err(Missed { error: Code::StepExpired.into(), refused: Refused::default() }));
    };
    let purpose = Purpose::Step { token_hash: &pending.token_hash };
    let Err(refused) = take(app, tx, (&pending.person_id, purpose), given).await? else {
        store::end_pending(tx, &pending.token_hash).await?;
        return Ok(Ok(()));
    };
    let error = match (STEP_TRIES - tries, given) {
        (0, _) => Code::StepExpired.into(),
        (left, Given::Code(_)) => Error::Counted(Code::CodeWrong, left),
        (left, Given::Passkey(_)) => Error::Counted(Code::PasskeyWrong, left),
    };
    Ok(Err(Missed { error, refused }))
}

/// Takes what is given of a person's factor for a purpose; what is right is spent.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn take(
    app: &App,
    tx: &mut Tx,
    (person_id, purpose): (&str, Purpose<'_>),
    given: Given<'_>,
) -> Result<Result<(), Refused>, Error> {
    match given {
        Given::Code(code) if check(app, tx, person_id, code).await? => Ok(Ok(())),
        Given::Code(_) => Ok(Err(Refused::default())),
        Given::Passkey(answer) => {
            let taken = passkeys::take(app, tx, purpose, Some(person_id), answer).await?;
            Ok(taken.map(drop))
        }
    }
}

/// Whether a code is a person's, of the app or for recovery; a right one is spent.
pub(crate) async fn check(app: &App, tx: &mut Tx, person_id: &str, code: &str) -> Result<bool, Error> {
    let plain = plain_code(code);
    if !is_totp(&plain) {
        return recovery::spend(app, tx, person_id, &plain).await;
    }
    let Some(own) = store::totp(tx, person_id).await?.filter(|own| own.is_on) else { return Ok(false) };
    let secret = app.seal.open(&own.sealed_secret)?;
    match totp::step_of(&secret, &plain, app.clock.millis(), own.last_step) {
        Some(step) => store::take_step(tx, person_id, step).await,
        None => Ok(false),
    }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
