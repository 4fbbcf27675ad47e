//! The SQL of what people sign in with.

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::scope::Origin;
use sqlx::{AnyConnection, Row};

/// How long a sent link is kept, for the limit of a day.
pub(super) const DAY: i64 = 86_400_000;

/// Somebody who is known by address or id.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) password_hash: String,
}

pub(super) async fn known(connection: &mut AnyConnection, person_id: &str) -> Result<Option<Known>, Error> {
    let row = sqlx::query("SELECT email, name, password_hash FROM people WHERE person_id = $1")
        .bind(person_id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(Known { email: row.try_get(0)?, name: row.try_get(1)?, password_hash: row.try_get(2)? }))
        .transpose()
}

/// Sets a password in place of the one that was checked. Answers whether that was still the one.
pub(super) async fn set_password(
    tx: &mut Tx,
    person_id: &str,
    before: &str,
    hash: &str,
) -> Result<bool, Error> {
    let done =
        sqlx::query("UPDATE people SET password_hash = $1 WHERE person_id = $2 AND password_hash = $3")
            .bind(hash)
            .bind(person_id)
            .bind(before)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets a person's address, in all memberships too. Answers whether it was nobody else's.
pub(super) async fn set_email(tx: &mut Tx, person_id: &str, email: &str) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE people SET email = $1 WHERE person_id = $2 AND NOT EXISTS (SELECT 1 FROM people o WHERE o.email = $1)")
        .bind(email)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE members SET email = $1 WHERE person_id = $2")
        .bind(email)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// A person's phone; empty where there is none.
pub(super) async fn phone(connection: &mut AnyConnection, person_id: &str) -> Result<String, Error> {
    let phone = sqlx::query_scalar("SELECT phone FROM people WHERE person_id = $1")
        .bind(person_id)
        .fetch_one(connection)
        .await?;
    Ok(phone)
}

/// Sets a person's phone; empty takes it away.
pub(super) async fn set_phone(tx: &mut Tx, person_id: &str, phone: &str) -> Result<(), Error> {
    sqlx::query("UPDATE people SET phone = $1 WHERE person_id = $2")
        .bind(phone)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Somebody's wish for a new password.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) origin: Origin,
}

pub(super) async fn insert_ask(tx: &mut Tx, ask: &Ask, now: i64) -> Result<(), Error> {
    sqlx::query("INSERT INTO reset_asks (ask_id, email, english, ip, request_id, asked_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(ask.id.as_str())
        .bind(ask.email.as_str())
        .bind(i64::from(ask.origin.english))
        .bind(ask.origin.ip.as_str())
        .bind(ask.origin.request_id.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn asks(app: &App) -> Result<Vec<Ask>, Error> {
    let rows = sqlx::query(
        "SELECT ask_id, email, english, ip, request_id FROM reset_asks ORDER BY asked_at LIMIT 20",
    )
    .fetch_all(app.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            let origin = Origin {
                english: row.try_get::<i64, _>(2)? != 0,
                ip: row.try_get(3)?,
                request_id: row.try_get(4)?,
            };
            Ok(Ask { id: row.try_get(0)?, email: row.try_get(1)?, origin })
        })
        .collect()
}

/// Takes a wish away. Answers whether it was there: of several servers one answers it.
pub(super) async fn take_ask(tx: &mut Tx, id: &str) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM reset_asks WHERE ask_id = $1").bind(id).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

/// How many links a person was sent since a time, and when the last one was.
pub(super) async fn links_since(
    connection: &mut AnyConnection,
    person_id: &str,
    since: i64,
) -> Result<(i64, i64), Error> {
    let row = sqlx::query("SELECT COUNT(*), CAST(COALESCE(MAX(sent_at), 0) AS BIGINT) FROM password_resets WHERE person_id = $1 AND sent_at > $2")
        .bind(person_id)
        .bind(since)
        .fetch_one(connection)
        .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Adds a link; the person's earlier ones end.
pub(super) async fn insert_link(
    tx: &mut Tx,
    person_id: &str,
    (hash, until): (&str, i64),
    now: i64,
) -> Result<(), Error> {
    end_links(tx, person_id, now).await?;
    sqlx::query(
        "INSERT INTO password_resets (token_hash, person_id, sent_at, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(hash)
    .bind(person_id)
    .bind(now)
    .bind(until)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn end_links(tx: &mut Tx, person_id: &str, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE password_resets SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL")
        .bind(now)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whose link it is and until when it is valid, if it is.
pub(super) async fn link(
    connection: &mut AnyConnection,
    hash: &str,
    now: i64,
) -> Result<Option<(String, i64)>, Error> {
    let row = sqlx::query("SELECT person_id, expires_at FROM password_resets WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2")
        .bind(hash)
        .bind(now)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// Uses a link up. Answers whether it was valid: a link is used once.
pub(super) async fn use_link(tx: &mut Tx, hash: &str, now: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE password_resets SET ended_at = $1 WHERE token_hash = $2 AND ended_at IS NULL AND expires_at > $1")
        .bind(now)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes what is no longer needed. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM password_resets WHERE sent_at <= $1").bind(now - DAY).execute(&mut *tx).await?;
    app.db.commit(tx).await
}
