//! Proving a change of what a person signs in with: the password, and a factor where there is one.

use super::step::{self, Given};
use super::store;
use crate::app::App;
use crate::audit::Trail;
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store::Person;
use crate::passkeys::Purpose;
use crate::person::password;
use crate::scope::Scope;
use contract::error::{Code, Fault};
use contract::factors::Proof;

/// The person with password and factor proven, and a transaction in which the factor's proof is spent.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`; `Changed` for somebody without a factor.
pub(crate) async fn proven(app: &App, scope: &Scope, proof: &Proof) -> Result<(Person, Tx, Trail), Error> {
    let given = Given::of(&proof.code, proof.passkey.as_ref())?;
    let person = password::person(app, scope).await?;
    password::prove(app, scope, &person, "password", &proof.password).await?;
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if !store::has(&mut tx, &person.person_id).await?.any() {
        return Err(Code::Changed.into());
    }
    let tx = second(app, scope, &person, tx, given).await?;
    Ok((person, tx, trail))
}

/// Takes what is given of a factor, in the caller's transaction; a wrong one is counted in one of its own.
///
/// # Errors
/// A fault of `code`, or `PasskeyWrong`.
pub(crate) async fn second(
    app: &App,
    scope: &Scope,
    person: &Person,
    mut tx: Tx,
    given: Given<'_>,
) -> Result<Tx, Error> {
    let purpose = Purpose::Proof { person: &person.person_id };
    let Err(refused) = step::take(app, &mut tx, (&person.person_id, purpose), given).await? else {
        return Ok(tx);
    };
    drop(tx);
    password::refuse(app, scope, &password::counters(person, scope), refused.act(scope)).await?;
    Err(match given {
        Given::Code(_) => Error::field("code", Fault::Wrong),
        Given::Passkey(_) => Code::PasskeyWrong.into(),
    })
}
