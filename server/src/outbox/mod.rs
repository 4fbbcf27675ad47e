//! Messages to people: written with the change that causes them, sent by a job, retried.
//! Nothing is sent from inside a request (architecture, rule 5).

pub mod job;
mod letter;
mod sender;

pub use letter::Logo;
pub use sender::{Delivery, Sender};

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::ids;
use crate::seal::Seal;
use contract::codes::Channel;
use contract::id::{ChallengeId, PartnerId, UserId};
use contract::identity::Message;
use contract::text::{mask_email, mask_phone};
use contract::time::from_millis;
use sqlx::Row;
use std::time::Duration;

/// A message to send.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// In whose name.
    pub partner_id: PartnerId,
    /// The person who may read it in the demo's message centre; empty for none.
    pub user_id: String,
    /// The challenge whose code it carries.
    pub challenge_id: Option<String>,
    /// How it goes.
    pub channel: Channel,
    /// To which address or number.
    pub receiver: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server of the receiver took it.
    Delivered,
    /// It cannot be delivered.
    Failed,
    /// Neither yet.
    Waiting,
}

/// Adds a message to the outbox. With the embedded delivery it is delivered by that.
/// Answers its id.
///
/// # Errors
/// A database that refuses.
pub async fn enqueue(app: &App, tx: &mut Tx, message: &NewMessage, now: i64) -> Result<String, Error> {
    let embedded = app.sender.is_embedded(message.channel);
    add(tx, message, &app.seal, embedded, now).await
}

/// Leaves a message in the outbox for the server that runs next to this command. Answers its id.
///
/// # Errors
/// A database that refuses.
pub async fn leave(tx: &mut Tx, message: &NewMessage, seal: &Seal, now: i64) -> Result<String, Error> {
    add(tx, message, seal, false, now).await
}

async fn add(
    tx: &mut Tx,
    message: &NewMessage,
    seal: &Seal,
    embedded: bool,
    now: i64,
) -> Result<String, Error> {
    let id = ids::new();
    let sealed = seal.seal(&message.text)?;
    let row = vec![
        message.partner_id.as_str().into(),
        id.as_str().into(),
        message.user_id.as_str().into(),
        message.challenge_id.clone().into(),
        channel_word(message.channel).into(),
        message.receiver.as_str().into(),
        message.subject.as_str().into(),
        sealed.into(),
        if embedded { "delivered" } else { "waiting" }.into(),
        0.into(),
        now.into(),
        0.into(),
        now.into(),
    ];
    crate::db::insert_rows(
        tx,
        "INSERT INTO messages (partner_id, message_id, user_id, challenge_id, channel, receiver, subject, sealed_text, state, attempts, next_at, leased_until, created_at) VALUES ",
        vec![row],
        "",
    )
    .await?;
    Ok(id)
}

/// Tells the sending job of this server that there is something to do.
pub fn wake(app: &App) {
    app.outbox_wake.notify_one();
}

/// Waits until a message has an outcome, six seconds at most.
///
/// # Errors
/// A database that does not answer.
pub async fn outcome(app: &App, partner: &PartnerId, id: &str) -> Result<Outcome, Error> {
    for _ in 0..120 {
        let state: Option<String> =
            sqlx::query_scalar("SELECT state FROM messages WHERE partner_id = $1 AND message_id = $2")
                .bind(partner.as_str())
                .bind(id)
                .fetch_optional(app.db.read())
                .await?;
        match state.as_deref() {
            Some("delivered") => return Ok(Outcome::Delivered),
            Some("failed") | None => return Ok(Outcome::Failed),
            Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    Ok(Outcome::Waiting)
}

/// The messages that the embedded delivery kept for a person, newest first.
///
/// # Errors
/// A database that does not answer.
pub async fn inbox(app: &App, partner: &PartnerId, user: &UserId) -> Result<Vec<Message>, Error> {
    if !app.sender.is_embedded(Channel::Email) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT message_id, channel, receiver, subject, sealed_text, created_at FROM messages WHERE partner_id = $1 AND user_id = $2 AND state = 'delivered' ORDER BY created_at DESC, message_id DESC LIMIT 20")
        .bind(partner.as_str())
        .bind(user.as_str())
        .fetch_all(app.db.read())
        .await?;
    rows.iter()
        .map(|row| {
            let receiver: String = row.try_get(2)?;
            let sms = row.try_get::<String, _>(1)? == "sms";
            Ok(Message {
                id: row.try_get(0)?,
                sent_to: if sms { mask_phone(&receiver) } else { mask_email(&receiver) },
                subject: row.try_get(3)?,
                text: app.seal.open(&row.try_get::<String, _>(4)?)?,
                at: from_millis(row.try_get(5)?),
            })
        })
        .collect()
}

/// The text of the newest message with a code, where the embedded delivery kept it.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn text_of(
    app: &App,
    partner: &PartnerId,
    challenge: &ChallengeId,
) -> Result<Option<String>, Error> {
    if !app.sender.is_embedded(Channel::Email) {
        return Ok(None);
    }
    let sealed: Option<String> = sqlx::query_scalar("SELECT sealed_text FROM messages WHERE partner_id = $1 AND challenge_id = $2 AND state = 'delivered' ORDER BY created_at DESC, message_id DESC LIMIT 1")
        .bind(partner.as_str())
        .bind(challenge.as_str())
        .fetch_optional(app.db.read())
        .await?;
    sealed.map(|sealed| app.seal.open(&sealed)).transpose()
}

pub(crate) fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Sms => "sms",
        Channel::App => "app",
        Channel::Passkey => "passkey",
    }
}
