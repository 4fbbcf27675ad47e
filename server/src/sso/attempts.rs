//! The SQL of sign-ins that have gone to a provider.

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use contract::id::{PartnerId, UserId};
use contract::sso::ATTEMPT_MINUTES;
use sqlx::{AnyConnection, Row};

/// How long a sign-in at a provider may take, in milliseconds.
const LONGEST: i64 = ATTEMPT_MINUTES * 60_000;

/// A sign-in that has gone to a provider.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) state_hash: String,
    pub(super) browser_hash: String,
    pub(super) partner_id: PartnerId,
    pub(super) round: i64,
    /// Of a test: who makes it, and in which session.
    pub(super) tester: Option<(UserId, String)>,
    pub(super) next: String,
    pub(super) begun_at: i64,
}

/// Writes one down, from an address.
pub(super) async fn insert(tx: &mut Tx, attempt: &Attempt, ip: &str) -> Result<(), Error> {
    let tester = attempt.tester.as_ref();
    sqlx::query("INSERT INTO sso_attempts (state_hash, browser_hash, partner_id, round, tester_id, session_id, next, ip, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(attempt.state_hash.as_str())
        .bind(attempt.browser_hash.as_str())
        .bind(attempt.partner_id.as_str())
        .bind(attempt.round)
        .bind(tester.map_or("", |(user, _)| user.as_str()))
        .bind(tester.map_or("", |(_, session)| session))
        .bind(attempt.next.as_str())
        .bind(ip)
        .bind(attempt.begun_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How many from an address are under way.
pub(super) async fn under_way(connection: &mut AnyConnection, ip: &str, now: i64) -> Result<i64, Error> {
    let row = sqlx::query("SELECT COUNT(*) FROM sso_attempts WHERE ip = $1 AND begun_at > $2")
        .bind(ip)
        .bind(now - LONGEST)
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// The one of a state, if its time is not over.
pub(super) async fn find(
    connection: &mut AnyConnection,
    state_hash: &str,
    now: i64,
) -> Result<Option<Attempt>, Error> {
    let row = sqlx::query("SELECT browser_hash, partner_id, round, tester_id, session_id, next, begun_at FROM sso_attempts WHERE state_hash = $1 AND begun_at > $2")
        .bind(state_hash)
        .bind(now - LONGEST)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let tester: String = row.try_get(3)?;
        let session: String = row.try_get(4)?;
        Ok(Attempt {
            state_hash: state_hash.to_owned(),
            browser_hash: row.try_get(0)?,
            partner_id: PartnerId(row.try_get(1)?),
            round: row.try_get(2)?,
            tester: (!tester.is_empty()).then_some((UserId(tester), session)),
            next: row.try_get(5)?,
            begun_at: row.try_get(6)?,
        })
    })
    .transpose()
}

/// Ends it: its answer is taken once. Answers whether it was there.
pub(super) async fn take(tx: &mut Tx, state_hash: &str) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM sso_attempts WHERE state_hash = $1")
        .bind(state_hash)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes sign-ins that never came back. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM sso_attempts WHERE begun_at <= $1")
        .bind(now - LONGEST)
        .execute(&mut *tx)
        .await?;
    app.db.commit(tx).await
}
