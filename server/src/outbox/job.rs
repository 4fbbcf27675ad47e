//! Sends waiting messages. A row is leased before it is sent, so several servers share the work.

use super::channel_word;
use crate::app::App;
use crate::codes;
use crate::company::store as company;
use crate::error::Error;
use contract::codes::Channel;
use sqlx::Row;

/// Attempts for a message that carries a code: its receiver is waiting in front of a dialog.
const CODE_ATTEMPTS: i64 = 3;
/// Attempts for any other message, over about four hours: a mail server that restarts costs none.
const ATTEMPTS: i64 = 14;
/// Milliseconds between two attempts for a code.
const RETRY: i64 = 1_000;
/// The longest wait between two attempts.
const LONGEST: i64 = 3_600_000;
/// Milliseconds for which a server owns a message that it sends.
const LEASE: i64 = 30_000;

/// Sends what is due. Answers how many messages it tried.
///
/// # Errors
/// A database that does not answer.
pub async fn send_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.millis();
    // Codes first: somebody waits for them.
    let due = sqlx::query("SELECT partner_id, message_id FROM messages WHERE state = 'waiting' AND next_at <= $1 AND leased_until <= $1 ORDER BY CASE WHEN challenge_id IS NULL THEN 1 ELSE 0 END, next_at LIMIT 20")
        .bind(now)
        .fetch_all(app.db.read())
        .await?;
    for row in &due {
        let (partner, message): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if lease(app, &partner, &message, now).await? {
            send_one(app, &partner, &message).await?;
        }
    }
    Ok(due.len())
}

async fn lease(app: &App, partner: &str, message: &str, now: i64) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    let done = sqlx::query("UPDATE messages SET leased_until = $1 WHERE partner_id = $2 AND message_id = $3 AND state = 'waiting' AND leased_until <= $4")
        .bind(now + LEASE)
        .bind(partner)
        .bind(message)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    app.db.commit(tx).await?;
    Ok(done.rows_affected() == 1)
}

async fn send_one(app: &App, partner: &str, message: &str) -> Result<(), Error> {
    let row = sqlx::query("SELECT channel, receiver, subject, sealed_text, attempts, challenge_id FROM messages WHERE partner_id = $1 AND message_id = $2")
        .bind(partner)
        .bind(message)
        .fetch_one(app.db.read())
        .await?;
    let channel = if row.try_get::<String, _>(0)? == channel_word(Channel::Sms) {
        Channel::Sms
    } else {
        Channel::Email
    };
    let text = app.seal.open(&row.try_get::<String, _>(3)?)?;
    // A mail begins with the name and the logo under which the partner's people know the console.
    let (name, logo) = company::letterhead(&app.db, partner).await?;
    let subject: String = row.try_get(2)?;
    let subject = if name.is_empty() { subject } else { format!("[{name}] {subject}") };
    let sent = app.sender.send(channel, row.try_get(1)?, (&subject, &text), logo.as_ref()).await;
    let attempts: i64 = row.try_get::<i64, _>(4)? + 1;
    let challenge: Option<String> = row.try_get(5)?;
    let now = app.clock.millis();
    let (most, wait) = match &challenge {
        Some(_) => (CODE_ATTEMPTS, RETRY),
        None => (ATTEMPTS, (RETRY << attempts.clamp(0, 20)).min(LONGEST)),
    };
    let (state, next) = match &sent {
        Ok(()) => ("delivered", now),
        Err(_) if attempts >= most => ("failed", now),
        Err(_) => ("waiting", now + wait),
    };
    if let Err(reason) = &sent {
        tracing::warn!(%message, %attempts, %reason, "outbox.send_failed");
    }
    let mut tx = app.db.begin().await?;
    // An ended message keeps no text: it may hold a code.
    sqlx::query("UPDATE messages SET state = $1, attempts = $2, next_at = $3, leased_until = 0, sealed_text = CASE WHEN $1 = 'waiting' THEN sealed_text ELSE '' END, ended_at = $4 WHERE partner_id = $5 AND message_id = $6")
        .bind(state)
        .bind(attempts)
        .bind(next)
        .bind(if state == "waiting" { None } else { Some(now) })
        .bind(partner)
        .bind(message)
        .execute(&mut *tx)
        .await?;
    if let ("failed", Some(challenge)) = (state, &challenge) {
        codes::kill(&mut tx, partner, challenge).await?;
    }
    app.db.commit(tx).await
}
