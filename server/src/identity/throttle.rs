//! Slows down guessing: per account and per address, in the database, so that several servers
//! count together. Nobody is locked out for good (design/security.md, check 16).

use crate::db::{Db, Tx};
use crate::error::Error;
use contract::error::Code;
use sqlx::Row;

/// Free failures before waiting begins.
const FREE_FOR_ACCOUNT: i64 = 10;
const FREE_FOR_ADDRESS: i64 = 50;
const FREE_ASKING: i64 = 20;
/// The longest wait, in milliseconds.
const LONGEST: i64 = 15 * 60 * 1000;
/// Milliseconds of quiet after which failures are forgotten.
const FORGET: i64 = 60 * 60 * 1000;

/// What is counted: an account or an address.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    key: String,
    free: i64,
}

impl Counter {
    pub(crate) fn account(email: &str) -> Self {
        Self { key: format!("account:{}", crate::seal::fingerprint(&[email])), free: FREE_FOR_ACCOUNT }
    }

    /// Who confirms with a code app: each act has tries of its own, and acts are begun without end.
    pub(crate) fn app(person_id: &str) -> Self {
        Self { key: format!("app:{person_id}"), free: FREE_FOR_ACCOUNT }
    }

    /// Who asks for mails: each time counts.
    pub(crate) fn asking(ip: &str) -> Self {
        Self { key: format!("asking:{ip}"), free: FREE_ASKING }
    }

    /// Who asks for codes at the customer's door: each time counts.
    pub(crate) fn door(ip: &str) -> Self {
        Self { key: format!("door:{ip}"), free: FREE_FOR_ADDRESS }
    }

    /// What becomes of an address at the customer's door, one thing after the other: it never waits.
    pub(crate) fn door_to(email: &str) -> Self {
        Self { key: format!("door-to:{}", crate::seal::fingerprint(&[email])), free: i64::MAX }
    }

    /// Who asks for codes to one address from one place: each time counts.
    pub(crate) fn door_at(ip: &str, email: &str) -> Self {
        Self { key: format!("door-at:{}", crate::seal::fingerprint(&[ip, email])), free: FREE_FOR_ACCOUNT }
    }

    pub(crate) fn address(ip: &str) -> Self {
        Self { key: format!("address:{ip}"), free: FREE_FOR_ADDRESS }
    }
}

/// Milliseconds until the next try is allowed, 0 for now.
async fn wait(db: &Db, counters: &[Counter], now: i64) -> Result<i64, Error> {
    let mut longest = 0;
    for counter in counters {
        let until: Option<i64> =
            sqlx::query_scalar("SELECT blocked_until FROM throttles WHERE throttle_key = $1")
                .bind(counter.key.as_str())
                .fetch_optional(db.read())
                .await?;
        longest = longest.max(until.unwrap_or(0) - now);
    }
    Ok(longest)
}

/// Refuses a try that comes too soon.
pub(crate) async fn check(db: &Db, counters: &[Counter], now: i64) -> Result<(), Error> {
    match wait(db, counters, now).await? {
        wait if wait > 0 => Err(Error::Counted(Code::TooManyAttempts, (wait + 999) / 1000)),
        _ => Ok(()),
    }
}

/// As [`check`], in a transaction that holds the counters: what others have counted meanwhile holds too, so that
/// many tries at once are no more than as many one after the other.
pub(crate) async fn check_in(db: &Db, tx: &mut Tx, counters: &[Counter], now: i64) -> Result<(), Error> {
    let mut longest = 0;
    for counter in counters {
        let mut sql = crate::db::Sql::new("SELECT blocked_until FROM throttles");
        sql.bind(" WHERE throttle_key = ", counter.key.as_str()).push(db.for_update());
        if let Some(row) = sql.prepared().fetch_optional(&mut **tx).await? {
            longest = longest.max(row.try_get::<i64, _>(0)? - now);
        }
    }
    if longest > 0 {
        return Err(Error::Counted(Code::TooManyAttempts, (longest + 999) / 1000));
    }
    Ok(())
}

/// Counts a failure.
pub(crate) async fn failed(tx: &mut Tx, counters: &[Counter], now: i64) -> Result<(), Error> {
    for counter in counters {
        let row = sqlx::query("INSERT INTO throttles (throttle_key, failures, blocked_until, updated_at) VALUES ($1, 1, 0, $2) ON CONFLICT (throttle_key) DO UPDATE SET failures = CASE WHEN throttles.updated_at < $3 THEN 1 ELSE throttles.failures + 1 END, updated_at = $2 RETURNING failures")
            .bind(counter.key.as_str())
            .bind(now)
            .bind(now - FORGET)
            .fetch_one(&mut **tx)
            .await?;
        let over = row.try_get::<i64, _>(0)?.saturating_sub(counter.free);
        if over >= 0 {
            let wait = LONGEST.min(1000_i64.saturating_mul(1 << over.min(20)));
            sqlx::query("UPDATE throttles SET blocked_until = $1 WHERE throttle_key = $2")
                .bind(now + wait)
                .bind(counter.key.as_str())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Forgets the failures of an account that signed in.
pub(crate) async fn succeeded(tx: &mut Tx, counter: &Counter) -> Result<(), Error> {
    sqlx::query("DELETE FROM throttles WHERE throttle_key = $1")
        .bind(counter.key.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
