//! Who changes how people sign in shows that it is them who sit there: by the password, and by the second step where
//! they have one (design/security.md, check 10).

use super::password;
use crate::app::App;
use crate::audit::Trail;
use crate::db::Tx;
use crate::error::Error;
use crate::factors::step::Given;
use crate::factors::{proof, store as factors};
use crate::identity::store::Person;
use crate::scope::Scope;
use contract::factors::Proof;
use contract::id::PartnerId;

/// Checks the password, at the pace of sign-ins.
///
/// # Errors
/// A fault of `password`, `TooManyAttempts`.
pub(crate) async fn by_password(app: &App, scope: &Scope, password: &str) -> Result<Person, Error> {
    let person = password::person(app, scope).await?;
    password::prove(app, scope, &person, "password", password).await?;
    Ok(person)
}

/// Begins the change of somebody whose password was right: a transaction in which a code or a passkey's answer is spent
/// where the person has a second step, and the trails of these partners.
///
/// # Errors
/// A fault of `code`, or `PasskeyWrong`.
pub(crate) async fn begin(
    app: &App,
    scope: &Scope,
    person: &Person,
    given: &Proof,
    partners: impl IntoIterator<Item = &PartnerId>,
) -> Result<(Tx, Trail), Error> {
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, partners).await?;
    if factors::has(&mut tx, &person.person_id).await?.any() {
        let second = Given::of(&given.code, given.passkey.as_ref())?;
        tx = proof::second(app, scope, person, tx, second).await?;
    }
    Ok((tx, trail))
}
