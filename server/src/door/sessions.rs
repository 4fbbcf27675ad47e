//! Sessions of customers: a random token in a cookie of its own, its hash in the database. A session is for an
//! address that was proven by a code.

use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::identity::sessions::Token;
use sha2::{Digest, Sha256};
use sqlx::Row;

/// A session ends after this long without use.
const IDLE: i64 = 30 * 60 * 1000;
/// And after this long in any case.
const LONGEST: i64 = 12 * 60 * 60 * 1000;
/// How exactly the last use is noted.
const GRAIN: i64 = 60 * 1000;

/// Who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// The address that was proven, in lower case.
    pub(crate) email: String,
    /// The hash of the session's token.
    hash: String,
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Begins a session.
pub(super) async fn begin(tx: &mut Tx, email: &str, now: i64) -> Result<Token, Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    sqlx::query("INSERT INTO customer_sessions (token_hash, email, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)")
        .bind(hash(&token))
        .bind(email)
        .bind(now)
        .bind(now + LONGEST)
        .execute(&mut **tx)
        .await?;
    Ok(Token(token))
}

/// The live session of a token; notes its use.
pub(crate) async fn find(app: &App, token: &str) -> Result<Option<Visitor>, Error> {
    let (now, hash) = (app.clock.millis(), hash(token));
    let row = sqlx::query("SELECT email, last_seen_at FROM customer_sessions WHERE token_hash = $1 AND expires_at > $2 AND last_seen_at > $3")
        .bind(hash.as_str())
        .bind(now)
        .bind(now - IDLE)
        .fetch_optional(app.db.read())
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<i64, _>(1)? < now - GRAIN {
        let mut tx = app.db.begin().await?;
        sqlx::query("UPDATE customer_sessions SET last_seen_at = $1 WHERE token_hash = $2")
            .bind(now)
            .bind(hash.as_str())
            .execute(&mut *tx)
            .await?;
        app.db.commit(tx).await?;
    }
    Ok(Some(Visitor { email: row.try_get(0)?, hash }))
}

/// Ends a session.
pub(super) async fn end(app: &App, visitor: &Visitor) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM customer_sessions WHERE token_hash = $1")
        .bind(visitor.hash.as_str())
        .execute(&mut *tx)
        .await?;
    app.db.commit(tx).await
}

/// Removes what has ended.
pub(crate) async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM customer_sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(now)
        .bind(now - IDLE)
        .execute(&mut *tx)
        .await?;
    app.db.commit(tx).await
}
