//! Adding passkeys, renaming and removing them.

use super::options::{self, site};
use super::take::new_handle;
use super::{Purpose, challenge, store, verify};
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::error::Error;
use crate::factors::step::Given;
use crate::factors::{self, proof, recovery, store as factor_store};
use crate::identity::sessions::{self, Token};
use crate::person::{notice, password};
use crate::scope::Scope;
use crate::{ids, outbox};
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::factors::{Factors, Proof, RecoveryCodes};
use contract::id::{PasskeyId, SessionId};
use contract::passkeys::{
    MAX_PASSKEY_NAME, MAX_PASSKEYS, NewPasskey, PASSKEY_MINUTES, PasskeyName, PasskeyOptions,
};
use contract::text;
use serde_json::{Value, json};

const TIME: i64 = PASSKEY_MINUTES * 60_000;
/// The most hints on how to reach a passkey, and the longest of them: WebAuthn knows six words.
const TRANSPORTS: (usize, usize) = (8, 20);

/// What the person's passkeys are asked to prove a change.
///
/// # Errors
/// `PasskeysOff`; `Changed` for somebody who has none.
pub(super) async fn ask(app: &App, scope: &Scope) -> Result<PasskeyOptions, Error> {
    site(app)?;
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    let purpose = Purpose::Proof { person: &person.person_id };
    let asked =
        options::for_person(app, &mut connection, &person.person_id, purpose, app.clock.millis() + TIME)
            .await?;
    asked.ok_or(Error::Refused(Code::Changed))
}

/// Begins to add a passkey. What it answers serves this session only.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`; `TooMany`; `PasskeysOff`.
pub(super) async fn begin(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    given: &Proof,
) -> Result<PasskeyOptions, Error> {
    site(app)?;
    let person = password::person(app, scope).await?;
    let known = password::prove(app, scope, &person, "password", &given.password).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    // A passkey signs in alone: whoever has a second step shows it before there is a way around it.
    if factor_store::has(&mut tx, &person.person_id).await?.any() {
        let second = Given::of(&given.code, given.passkey.as_ref())?;
        tx = proof::second(app, scope, &person, tx, second).await?;
    }
    if store::count(&mut tx, &person.person_id).await? >= MAX_PASSKEYS {
        return Err(Code::TooMany.into());
    }
    let handle = store::handle(&mut tx, &person.person_id, &new_handle()).await?;
    let passkeys = store::known(&mut tx, &person.person_id).await?;
    trail.add(&act(scope, Action::IdentityPasskeyBegun, json!({})), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    let purpose = Purpose::Add { person: &person.person_id, session: session.as_str() };
    let user = (handle.as_str(), known.email.as_str(), known.name.as_str());
    options::creation(app, purpose, app.clock.millis() + TIME, user, &passkeys)
}

/// Adds the passkey that was made. With the first factor the recovery codes come, and sessions that began without it
/// end; this one goes on under another token.
///
/// # Errors
/// Faults of `name`; `PasskeyWrong`; `PasskeyKnown`; `TooMany`; `PasskeysOff`.
pub(super) async fn add(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    new: &NewPasskey,
) -> Result<(RecoveryCodes, Token), Error> {
    let site = site(app)?;
    let name = named(&new.name)?;
    let person = password::person(app, scope).await?;
    let now = app.clock.millis();
    let made = verify::registered(site, new).map_err(|wrong| {
        tracing::info!(?wrong, request_id = %scope.origin.request_id, "passkey.not_added");
        Error::Refused(Code::PasskeyWrong)
    })?;
    let purpose = Purpose::Add { person: &person.person_id, session: session.as_str() };
    let until = challenge::fits(app, purpose, &made.challenge, now).ok_or(Code::PasskeyWrong)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    store::handle(&mut tx, &person.person_id, &new_handle()).await?;
    if store::count(&mut tx, &person.person_id).await? >= MAX_PASSKEYS {
        return Err(Code::TooMany.into());
    }
    if !store::answer_once(&mut tx, &challenge::hash(&made.challenge), until).await? {
        return Err(Code::PasskeyWrong.into());
    }
    let is_first = !factor_store::has(&mut tx, &person.person_id).await?.any();
    let passkey = store::New {
        passkey_id: &ids::new(),
        person_id: &person.person_id,
        credential_id: &made.credential_id,
        public_key: &made.public_key,
        sign_count: made.sign_count,
        transports: &transports(&new.transports),
        name,
    };
    if !store::insert(&mut tx, passkey, now).await? {
        return Err(Code::PasskeyKnown.into());
    }
    let codes = if is_first {
        sessions::end_of_person(&mut tx, &person.person_id, Some(session)).await?;
        recovery::renew(app, &mut tx, &person.person_id).await?
    } else {
        RecoveryCodes { codes: Vec::new() }
    };
    let token = sessions::rotate(&mut tx, session).await?;
    trail.add(&act(scope, Action::IdentityPasskeyAdded, json!({"name": name})), now)?;
    trail.write(&mut tx).await?;
    let english = scope.origin.english;
    notice::tell_of(app, &mut tx, &person, &person.email, english, (&notice::PASSKEY_ADDED, name)).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok((codes, token))
}

/// Gives a passkey another name.
///
/// # Errors
/// Faults of `name`; `NotFound`.
pub(super) async fn rename(
    app: &App,
    scope: &Scope,
    id: &PasskeyId,
    wanted: &PasskeyName,
) -> Result<(), Error> {
    let name = named(&wanted.name)?;
    let person = password::person(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let before = store::name(&mut tx, &person.person_id, id).await?.ok_or(Code::NotFound)?;
    if before == name {
        return Ok(());
    }
    store::rename(&mut tx, &person.person_id, id, name).await?;
    let detail = json!({"name": {"before": before, "after": name}});
    let done = act(scope, Action::IdentityPasskeyRenamed, detail);
    audit::record(&app.db, &mut tx, &done, app.clock.millis()).await?;
    app.db.commit(tx).await
}

/// Removes a passkey. With the last factor the recovery codes go.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`; `NotFound`.
pub(super) async fn remove(
    app: &App,
    scope: &Scope,
    id: &PasskeyId,
    given: &Proof,
) -> Result<Factors, Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    store::name(&mut connection, &person.person_id, id).await?.ok_or(Code::NotFound)?;
    drop(connection);
    let (person, mut tx, mut trail) = proof::proven(app, scope, given).await?;
    let name = store::name(&mut tx, &person.person_id, id).await?.ok_or(Code::NotFound)?;
    store::remove(&mut tx, &person.person_id, id).await?;
    if !factor_store::has(&mut tx, &person.person_id).await?.any() {
        factor_store::set_recovery_codes(&mut tx, &person.person_id, &[], scope.now).await?;
    }
    trail.add(&act(scope, Action::IdentityPasskeyRemoved, json!({"name": name})), app.clock.millis())?;
    trail.write(&mut tx).await?;
    let english = scope.origin.english;
    notice::tell_of(app, &mut tx, &person, &person.email, english, (&notice::PASSKEY_REMOVED, &name)).await?;
    let left = factors::shown(app, &mut tx, &person.person_id).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(left)
}

fn named(name: &str) -> Result<&str, Error> {
    text::required(name, MAX_PASSKEY_NAME).map_err(|fault: Fault| Error::field("name", fault))
}

/// Hints as they are kept: what is no such word is left out.
fn transports(given: &[String]) -> String {
    let is_word = |w: &&String| {
        (1..=TRANSPORTS.1).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    };
    let words: Vec<&str> = given.iter().filter(is_word).take(TRANSPORTS.0).map(String::as_str).collect();
    words.join(" ")
}

fn act(scope: &Scope, action: Action, detail: Value) -> Act {
    Act::of(scope, action, "user", scope.user_id.as_str(), detail)
}
