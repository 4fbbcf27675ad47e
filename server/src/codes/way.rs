//! How a person confirms: with a passkey, with the code of an app, or with a code that is sent.

use super::{APPROPRIATE, APPROVAL, BATCH, KEY, RECLAIM, SETTINGS};
use super::{Order, Stored, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::factors::step;
use crate::identity::throttle::{self, Counter};
use crate::passkeys::{self, Purpose, Refused};
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::codes::{Challenge, Channel};
use contract::error::Code;
use contract::partner::CodeWay;
use contract::passkeys::PasskeyAnswer;

/// How a person's code comes, and to which address.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// How.
    pub channel: Channel,
    /// To which address; the person's own where an app shows the code or a passkey confirms.
    pub address: String,
}

/// Where a person's codes come: the way that the partner wants where the person can be reached by it, else the
/// address that the person signs in with. Nothing is sent to somebody who has a passkey, until it is asked for.
///
/// # Errors
/// A database that does not answer.
pub async fn receiver(app: &App, tx: &mut Tx, scope: &Scope) -> Result<Receiver, Error> {
    let reach = store::reach_of(tx, scope).await?.ok_or(Code::SignedOut)?;
    let by_passkey = reach.has_passkey && app.settings.passkeys.is_some();
    let or_passkey = |channel| if by_passkey { Channel::Passkey } else { channel };
    Ok(match reach.way {
        CodeWay::App if reach.has_app => Receiver { channel: Channel::App, address: reach.email },
        CodeWay::Sms if !reach.phone.is_empty() => {
            Receiver { channel: or_passkey(Channel::Sms), address: reach.phone }
        }
        _ => Receiver { channel: or_passkey(Channel::Email), address: reach.email },
    })
}

/// How a code goes to a receiver, once somebody with a passkey has it sent after all.
pub(super) fn sent_to(address: &str) -> Channel {
    if address.contains('@') { Channel::Email } else { Channel::Sms }
}

/// A challenge as its person sees it, with what a passkey is asked.
pub(super) async fn view(app: &App, tx: &mut Tx, stored: &Stored) -> Result<Challenge, Error> {
    let asked = match person(tx, &stored.order).await? {
        Some(person_id) if !stored.used => {
            let act = act(stored);
            let purpose = Purpose::Confirm { act: &act };
            passkeys::for_person(app, tx, &person_id, purpose, stored.expires_at).await?
        }
        _ => None,
    };
    Ok(stored.view(asked))
}

/// Takes a passkey's answer in place of the code.
pub(super) async fn take(
    app: &App,
    tx: &mut Tx,
    stored: &Stored,
    answer: &PasskeyAnswer,
) -> Result<Result<(), Refused>, Error> {
    let Some(person_id) = person(tx, &stored.order).await? else { return Ok(Err(Refused::default())) };
    let act = act(stored);
    let taken = passkeys::take(app, tx, Purpose::Confirm { act: &act }, Some(&person_id), answer).await?;
    Ok(taken.map(drop))
}

/// Whether a code is the one that the person's app shows; a right one is spent. Wrong ones are counted for the person
/// over all acts, and a right one does not forget them: who has only the session cannot guess for ever.
///
/// # Errors
/// `TooManyAttempts`.
pub(super) async fn is_of_app(app: &App, tx: &mut Tx, order: &Order, code: &str) -> Result<bool, Error> {
    let Some(person_id) = store::person_of(tx, &order.partner_id, &order.user_id).await? else {
        return Ok(false);
    };
    let (counter, now) = ([Counter::app(&person_id)], app.clock.millis());
    throttle::check_in(&app.db, tx, &counter, now).await?;
    let is_right = step::check(app, tx, &person_id, code).await?;
    if !is_right {
        throttle::failed(tx, &counter, now).await?;
    }
    Ok(is_right)
}

/// What a passkey may confirm. Other codes prove the address or number that they are sent to.
const BY_PASSKEY: [&str; 6] = [APPROPRIATE, RECLAIM, SETTINGS, APPROVAL, KEY, BATCH];

/// Whose passkey may answer, if any may.
async fn person(tx: &mut Tx, order: &Order) -> Result<Option<String>, Error> {
    if !BY_PASSKEY.contains(&order.purpose) {
        return Ok(None);
    }
    store::person_of(tx, &order.partner_id, &order.user_id).await
}

/// What a code of this challenge is bound to, and with it the passkey's answer.
fn act(stored: &Stored) -> String {
    let order = &stored.order;
    fingerprint(&[
        order.partner_id.as_str(),
        stored.id.as_str(),
        order.purpose,
        &order.subject,
        &order.fingerprint,
        &order.receiver,
    ])
}
