//! Changing the own password.

use super::{notice, rules, store};
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::error::Error;
use crate::factors::store as factors;
use crate::identity::sessions::{self, Token};
use crate::identity::store::{Person, person_by_id};
use crate::identity::throttle::{self, Counter};
use crate::outbox;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::SessionId;
use contract::person::ChangePassword;
use serde_json::json;

/// Sets a new password. The person's other sessions end with it, whichever partner they are for, and this one
/// goes on under another token.
///
/// # Errors
/// Faults of `current` and `password`, `TooManyAttempts`.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    wanted: &ChangePassword,
) -> Result<Token, Error> {
    let person = person(app, scope).await?;
    let known = prove(app, scope, &person, "current", &wanted.current).await?;
    rules::check("password", &wanted.password, &[&known.email, &known.name, &person.partner.name])?;
    let hash = app.passwords.hash(&wanted.password).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if !store::set_password(&mut tx, &person.person_id, &known.password_hash, &hash).await? {
        return Err(Error::field("current", Fault::Wrong));
    }
    store::end_links(&mut tx, &person.person_id, scope.now).await?;
    factors::end_pending_of(&mut tx, &person.person_id).await?;
    let ended = sessions::end_of_person(&mut tx, &person.person_id, Some(session)).await?;
    let token = sessions::rotate(&mut tx, session).await?;
    let detail = json!({"sessions": ended});
    let id = scope.user_id.as_str();
    trail.add(&Act::of(scope, Action::IdentityPasswordChanged, "user", id, detail), app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &known.email, scope.origin.english, &notice::PASSWORD_SET).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(token)
}

/// The asking person, as stored now.
///
/// # Errors
/// `SignedOut` for one who is no member any more.
pub(crate) async fn person(app: &App, scope: &Scope) -> Result<Person, Error> {
    let mut connection = app.db.read().acquire().await?;
    person_by_id(&mut connection, scope).await?.ok_or(Error::Refused(Code::SignedOut))
}

/// Checks the password of the asking person, at the pace of sign-ins: a session that was left open is no way
/// to guess it.
///
/// # Errors
/// A fault of the field, or `TooManyAttempts`.
pub(crate) async fn prove(
    app: &App,
    scope: &Scope,
    person: &Person,
    field: &str,
    password: &str,
) -> Result<store::Known, Error> {
    if password.is_empty() {
        return Err(Error::field(field, Fault::Required));
    }
    let counters = counters(person, scope);
    check_pace(app, scope, &counters).await?;
    let mut connection = app.db.read().acquire().await?;
    let known = store::known(&mut connection, &person.person_id).await?.ok_or(Code::SignedOut)?;
    drop(connection);
    if app.passwords.verify(password, Some(&known.password_hash)).await? {
        return Ok(known);
    }
    refuse(app, scope, &counters, None).await?;
    Err(Error::field(field, Fault::Wrong))
}

/// What wrong passwords and codes of a person are counted by.
pub(crate) fn counters(person: &Person, scope: &Scope) -> [Counter; 2] {
    [Counter::account(&person.email), Counter::address(&scope.origin.ip)]
}

/// Refuses what comes too soon after wrong ones.
///
/// # Errors
/// `TooManyAttempts`.
pub(crate) async fn check_pace(app: &App, scope: &Scope, counters: &[Counter]) -> Result<(), Error> {
    throttle::check(&app.db, counters, scope.now).await
}

/// Counts a wrong password or factor, and writes it down, with what else there is to tell.
pub(crate) async fn refuse(
    app: &App,
    scope: &Scope,
    counters: &[Counter],
    also: Option<Act>,
) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    throttle::failed(&mut tx, counters, scope.now).await?;
    let act = Act::of(scope, Action::IdentityProofFailed, "user", scope.user_id.as_str(), json!({}));
    for act in [Some(act), also].iter().flatten() {
        audit::record(&app.db, &mut tx, act, app.clock.millis()).await?;
    }
    app.db.commit(tx).await
}
