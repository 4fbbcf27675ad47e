//! Setting a code app up, and taking it away.

use super::{qr, recovery, step, store, totp};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::identity::sessions::{self, Token};
use crate::outbox;
use crate::person::{notice, password};
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::factors::{
    Factors, NewTotp, Proof, RecoveryCodes, TOTP_DIGITS, TOTP_SECONDS, is_totp, plain_code,
};
use contract::id::SessionId;
use contract::time::from_millis;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// Who issues the codes, as apps show it.
const ISSUER: &str = "Partner Center";

/// What the person has.
pub(super) async fn view(app: &App, scope: &Scope) -> Result<Factors, Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    Ok(shown(store::has(&mut connection, &person.person_id).await?))
}

/// Makes a secret for a code app; it counts for nothing until a first code confirms it.
///
/// # Errors
/// A fault of `password`, `TooManyAttempts`; `Changed` where an app is on.
pub(super) async fn begin_totp(app: &App, scope: &Scope, given: &str) -> Result<NewTotp, Error> {
    let person = password::person(app, scope).await?;
    let known = password::prove(app, scope, &person, "password", given).await?;
    let secret = totp::new_secret();
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if !store::begin_totp(&mut tx, &person.person_id, &app.seal.seal(&secret)?, scope.now).await? {
        return Err(Code::Changed.into());
    }
    trail.add(&act(scope, Action::IdentityTotpBegun), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    let uri = format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={TOTP_DIGITS}&period={TOTP_SECONDS}",
        issuer = utf8_percent_encode(ISSUER, NON_ALPHANUMERIC),
        account = utf8_percent_encode(&known.email, NON_ALPHANUMERIC),
    );
    let (qr_path, qr_size) = qr::path(&uri)?;
    Ok(NewTotp { secret, uri, qr_path, qr_size })
}

/// Turns the app on. Sessions that began without it end; this one goes on under another token.
///
/// # Errors
/// A fault of `code`; `Changed` where nothing waits for one; `TooManyAttempts`.
pub(super) async fn confirm_totp(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    code: &str,
) -> Result<(RecoveryCodes, Token), Error> {
    let person = password::person(app, scope).await?;
    let counters = password::counters(&person, scope);
    password::check_pace(app, scope, &counters).await?;
    let plain = plain_code(code);
    if plain.is_empty() {
        return Err(Error::field("code", Fault::Required));
    }
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let waiting = store::totp(&mut tx, &person.person_id).await?.filter(|totp| !totp.is_on);
    let waiting = waiting.ok_or(Code::Changed)?;
    let secret = app.seal.open(&waiting.sealed_secret)?;
    let found = is_totp(&plain).then(|| totp::step_of(&secret, &plain, scope.now, waiting.last_step));
    let Some(found) = found.flatten() else {
        drop(tx);
        password::refuse(app, scope, &counters).await?;
        return Err(Error::field("code", Fault::Wrong));
    };
    if !store::confirm_totp(&mut tx, &person.person_id, found, scope.now).await? {
        return Err(Code::Changed.into());
    }
    let codes = recovery::renew(app, &mut tx, &person.person_id).await?;
    sessions::end_of_person(&mut tx, &person.person_id, Some(session)).await?;
    let token = sessions::rotate(&mut tx, session).await?;
    trail.add(&act(scope, Action::IdentityTotpOn), app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::TOTP_ON).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok((codes, token))
}

/// Turns the app off, by the password and a code.
///
/// # Errors
/// Faults of `password` and `code`, `TooManyAttempts`; `Changed` where none is on.
pub(super) async fn end_totp(app: &App, scope: &Scope, proof: &Proof) -> Result<Factors, Error> {
    let (person, mut tx, mut trail) = proven(app, scope, proof).await?;
    if !store::end_totp(&mut tx, &person.person_id).await? {
        return Err(Code::Changed.into());
    }
    store::set_recovery_codes(&mut tx, &person.person_id, &[], scope.now).await?;
    trail.add(&act(scope, Action::IdentityTotpOff), app.clock.millis())?;
    trail.write(&mut tx).await?;
    let left = store::has(&mut tx, &person.person_id).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::TOTP_OFF).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(shown(left))
}

/// Makes the recovery codes anew, by the password and a code.
///
/// # Errors
/// As [`end_totp`].
pub(super) async fn renew_recovery(app: &App, scope: &Scope, proof: &Proof) -> Result<RecoveryCodes, Error> {
    let (person, mut tx, mut trail) = proven(app, scope, proof).await?;
    let codes = recovery::renew(app, &mut tx, &person.person_id).await?;
    trail.add(&act(scope, Action::IdentityRecoveryRenewed), app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::RECOVERY_RENEWED)
        .await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(codes)
}

/// The person with password and code proven, and a transaction in which the code is spent.
async fn proven(
    app: &App,
    scope: &Scope,
    proof: &Proof,
) -> Result<(crate::identity::store::Person, crate::db::Tx, Trail), Error> {
    if proof.code.trim().is_empty() {
        return Err(Error::field("code", Fault::Required));
    }
    let person = password::person(app, scope).await?;
    password::prove(app, scope, &person, "password", &proof.password).await?;
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if !store::has(&mut tx, &person.person_id).await?.any() {
        return Err(Code::Changed.into());
    }
    if !step::check(app, &mut tx, &person.person_id, &proof.code).await? {
        drop(tx);
        password::refuse(app, scope, &password::counters(&person, scope)).await?;
        return Err(Error::field("code", Fault::Wrong));
    }
    Ok((person, tx, trail))
}

fn shown(has: store::Has) -> Factors {
    Factors { totp: has.totp_since.map(from_millis), recovery_codes: has.recovery_codes }
}

fn act(scope: &Scope, action: Action) -> Act {
    Act::of(scope, action, "user", scope.user_id.as_str(), json!({}))
}
