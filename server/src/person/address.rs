//! A code to an address or a phone that somebody wants to be reached by: only its reader has it.

use super::{password, present};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes::{self, Receiver};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store::Person;
use crate::ids;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::codes::Challenge;
use contract::error::Code;
use contract::factors::Proof;
use contract::person::ConfirmAddress;
use serde_json::json;

/// What somebody wants to be reached by.
pub(crate) struct Wanted<'a> {
    /// Where the code goes.
    pub(crate) receiver: Receiver,
    /// It, masked, for the trail.
    pub(crate) masked: String,
    /// What the code is for.
    pub(crate) purpose: &'static str,
    /// Whose it is to be: kind and id, for the trail.
    pub(crate) subject: (&'static str, &'a str),
    /// The act of asking.
    pub(crate) action: Action,
    /// What the message says, in Chinese and in English.
    pub(crate) summary: [&'static str; 2],
}

/// Sends the code, and commits.
///
/// # Errors
/// `CodeTooSoon`, `CodeLimit`, `CodeNotSent`.
pub(crate) async fn send_code(
    app: &App,
    scope: &Scope,
    (mut tx, mut trail): (Tx, Trail),
    wanted: Wanted<'_>,
) -> Result<Challenge, Error> {
    // The new one proves itself: no app answers for it.
    let content = fingerprint(&[&wanted.receiver.address]);
    let mut order = codes::order_for(scope, wanted.receiver, wanted.purpose, &ids::new(), &content);
    order.summary = wanted.summary[usize::from(order.english)].to_owned();
    codes::wait_between(app, &mut tx, &order).await?;
    let (challenge, message) = codes::issue(app, &mut tx, order).await?;
    let ((kind, id), detail) = (wanted.subject, json!({"to": wanted.masked}));
    trail.add(&Act::of(scope, wanted.action, kind, id, detail), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    codes::delivered(app, &scope.partner_id, &message).await?;
    Ok(challenge)
}

/// The password and the second step proven, where the person has one: whoever has it shows it before codes go
/// elsewhere. Answers the transaction in which its code is spent.
///
/// # Errors
/// Faults of `password` and `code`, `PasskeyWrong`, `TooManyAttempts`.
pub(crate) async fn proven(
    app: &App,
    scope: &Scope,
    person: &Person,
    given: &Proof,
) -> Result<(Tx, Trail), Error> {
    password::prove(app, scope, person, "password", &given.password).await?;
    present::begin(app, scope, person, given, [&scope.partner_id]).await
}

/// Spends the code in the caller's transaction, and answers what it was sent to. A try that was not right is
/// committed, so that it counts.
///
/// # Errors
/// What is wrong with the code; `NotFound` for somebody else's.
pub(crate) async fn confirmed(
    app: &App,
    mut tx: Tx,
    scope: &Scope,
    purpose: &'static str,
    given: &ConfirmAddress,
) -> Result<(Tx, String), Error> {
    let found = codes::receiver_of(app, &mut tx, scope, &given.challenge, purpose).await?;
    let (subject, address) = found.ok_or(Code::NotFound)?;
    let content = fingerprint(&[&address]);
    let order = (scope, purpose, subject.as_str(), content.as_str());
    match codes::spend(app, &mut tx, order, given.code.trim()).await?.or_error() {
        Ok(()) => Ok((tx, address)),
        Err(error) => {
            app.db.commit(tx).await?;
            Err(error)
        }
    }
}
