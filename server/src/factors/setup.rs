//! Setting a code app up, and taking it away.

use super::step::Given;
use super::{proof, qr, recovery, store, totp};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::identity::sessions::{self, Token};
use crate::outbox;
use crate::passkeys::store as passkeys;
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
use sqlx::AnyConnection;

/// Who issues the codes, as apps show it.
const ISSUER: &str = "Partner Center";

/// What the person has.
pub(super) async fn view(app: &App, scope: &Scope) -> Result<Factors, Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    shown(app, &mut connection, &person.person_id).await
}

/// Makes a secret for a code app; it counts for nothing until a first code confirms it.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`; `Changed` where an app is on.
pub(super) async fn begin_totp(app: &App, scope: &Scope, given: &Proof) -> Result<NewTotp, Error> {
    let person = password::person(app, scope).await?;
    let known = password::prove(app, scope, &person, "password", &given.password).await?;
    let secret = totp::new_secret();
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let has = store::has(&mut tx, &person.person_id).await?;
    if has.totp_since.is_none() && has.any() {
        let second = Given::of(&given.code, given.passkey.as_ref())?;
        tx = proof::second(app, scope, &person, tx, second).await?;
    }
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

/// Turns the app on. With the first factor the recovery codes come, and sessions that began without it end; this one
/// goes on under another token.
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
        password::refuse(app, scope, &counters, None).await?;
        return Err(Error::field("code", Fault::Wrong));
    };
    let is_first = !store::has(&mut tx, &person.person_id).await?.any();
    if !store::confirm_totp(&mut tx, &person.person_id, found, scope.now).await? {
        return Err(Code::Changed.into());
    }
    let codes = if is_first {
        sessions::end_of_person(&mut tx, &person.person_id, Some(session)).await?;
        recovery::renew(app, &mut tx, &person.person_id).await?
    } else {
        RecoveryCodes { codes: Vec::new() }
    };
    let token = sessions::rotate(&mut tx, session).await?;
    trail.add(&act(scope, Action::IdentityTotpOn), app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::TOTP_ON).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok((codes, token))
}

/// Turns the app off, by the password and a factor. With the last factor the recovery codes go.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`; `Changed` where none is on.
pub(super) async fn end_totp(app: &App, scope: &Scope, given: &Proof) -> Result<Factors, Error> {
    let (person, mut tx, mut trail) = proof::proven(app, scope, given).await?;
    if !store::end_totp(&mut tx, &person.person_id).await? {
        return Err(Code::Changed.into());
    }
    if !store::has(&mut tx, &person.person_id).await?.any() {
        store::set_recovery_codes(&mut tx, &person.person_id, &[], scope.now).await?;
    }
    trail.add(&act(scope, Action::IdentityTotpOff), app.clock.millis())?;
    trail.write(&mut tx).await?;
    let left = shown(app, &mut tx, &person.person_id).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::TOTP_OFF).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(left)
}

/// Makes the recovery codes anew, by the password and a factor.
///
/// # Errors
/// As [`end_totp`].
pub(super) async fn renew_recovery(app: &App, scope: &Scope, given: &Proof) -> Result<RecoveryCodes, Error> {
    let (person, mut tx, mut trail) = proof::proven(app, scope, given).await?;
    let codes = recovery::renew(app, &mut tx, &person.person_id).await?;
    trail.add(&act(scope, Action::IdentityRecoveryRenewed), app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::RECOVERY_RENEWED)
        .await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(codes)
}

/// What a person has, as the person sees it.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn shown(
    app: &App,
    connection: &mut AnyConnection,
    person_id: &str,
) -> Result<Factors, Error> {
    let has = store::has(connection, person_id).await?;
    Ok(Factors {
        totp: has.totp_since.map(from_millis),
        recovery_codes: has.recovery_codes,
        passkeys: passkeys::list(connection, person_id).await?,
        passkey_site: app.settings.passkeys.as_ref().map(|site| site.origin.clone()),
    })
}

fn act(scope: &Scope, action: Action) -> Act {
    Act::of(scope, action, "user", scope.user_id.as_str(), json!({}))
}
