//! Confirming an act that is no movement of money: at once where no code is asked for, else with the code that
//! was sent for exactly this act.

use super::{Order, delivered, find, issue, order_for, receiver, spend, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::scope::Scope;
use contract::codes::Challenge;
use contract::time::to_millis;

/// An act that a person may have to confirm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confirmation<'a> {
    /// What it is, one of [`super::PURPOSES`].
    pub(crate) purpose: &'static str,
    /// The caller's key of the call.
    pub(crate) key: &'a str,
    /// The hash of its content: a code serves this content only.
    pub(crate) content: &'a str,
    /// What the message says it is, in Chinese and in English.
    pub(crate) summary: (&'a str, &'a str),
}

/// Whether an act may go on.
pub(crate) enum Confirmed {
    /// It may, in this transaction.
    Yes(Tx),
    /// A code was sent.
    CodeNeeded(Challenge),
}

/// Asks for the code, or spends the one that was given, in the caller's transaction.
///
/// # Errors
/// What is wrong with the code; the try is counted.
pub(crate) async fn confirm(
    app: &App,
    mut tx: Tx,
    scope: &Scope,
    act: Confirmation<'_>,
    code: Option<&str>,
) -> Result<Confirmed, Error> {
    let Some(code) = code else {
        return ask(app, tx, scope, act).await.map(Confirmed::CodeNeeded);
    };
    let verdict = spend(app, &mut tx, (scope, act.purpose, act.key, act.content), code).await?;
    match verdict.or_error() {
        Ok(()) => Ok(Confirmed::Yes(tx)),
        Err(error) => {
            app.db.commit(tx).await?;
            Err(error)
        }
    }
}

/// The code for the act: the one that was sent for this call, or a new one.
async fn ask(app: &App, mut tx: Tx, scope: &Scope, act: Confirmation<'_>) -> Result<Challenge, Error> {
    if let Some(challenge) = find(app, &mut tx, scope, act.purpose, act.key).await? {
        if to_millis(challenge.expires_at) > app.clock.millis() {
            return Ok(challenge);
        }
        // Its time is over: whoever asks once more under the same key gets one that can be used.
        store::forget(&mut tx, &scope.partner_id, &challenge.id).await?;
    }
    let to = receiver(app, &mut tx, scope).await?;
    let order = order_for(scope, to, act.purpose, act.key, act.content);
    let summary = if order.english { act.summary.1 } else { act.summary.0 };
    let order = Order { summary: summary.to_owned(), ..order };
    let (challenge, message) = issue(app, &mut tx, order).await?;
    app.db.commit(tx).await?;
    delivered(app, &scope.partner_id, &message).await?;
    Ok(challenge)
}
