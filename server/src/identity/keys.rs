//! Access keys (AK/SK): the secret is shown once and kept encrypted, since verifying a
//! signature needs it.

use super::store::{PERSON_COLUMNS, PERSON_WIDTH, Person, permissions, person, with_team, words};
use crate::app::App;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::seal::Seal;
use contract::access::Permission;
use contract::id::{PartnerId, UserId};
use rand::RngExt;
use sqlx::Row;

/// How exactly the last use is noted.
const GRAIN: i64 = 60 * 1000;

/// An access key with its secret, at the only moment when both are known.
#[derive(Clone)]
pub struct NewKey {
    /// The public part, 20 characters.
    pub access_key: String,
    /// The secret part, 40 characters.
    pub secret_key: String,
}

impl NewKey {
    /// A fresh random key.
    #[must_use]
    pub fn random() -> Self {
        let text = |alphabet: &[u8], length: usize| -> String {
            let mut rng = rand::rng();
            (0..length).map(|_| char::from(alphabet[rng.random_range(0..alphabet.len())])).collect()
        };
        Self {
            access_key: text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20),
            secret_key: text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40),
        }
    }
}

/// What a key is limited to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits<'a> {
    /// What it may do, of what its owner may; all of that where this is empty.
    pub scopes: &'a [Permission],
    /// When it ends, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    /// The caller's key of the call that makes it.
    pub made_by: Option<&'a str>,
}

/// A key that can be called with.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its owner, with no more rights than the key has.
    pub person: Person,
    /// Its secret.
    pub secret: String,
    used_at: Option<i64>,
}

/// Stores a key of a person.
///
/// # Errors
/// A database that refuses.
pub async fn insert(
    tx: &mut Tx,
    seal: &Seal,
    owner: (&PartnerId, &UserId),
    name: &str,
    key: &NewKey,
    limits: Limits<'_>,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO access_keys (access_key, partner_id, user_id, name, sealed_secret, created_at, scopes, expires_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(key.access_key.as_str())
        .bind(owner.0.as_str())
        .bind(owner.1.as_str())
        .bind(name)
        .bind(seal.seal(&key.secret_key)?)
        .bind(now)
        .bind(words(limits.scopes.iter().map(|s| s.as_str())))
        .bind(limits.expires_at)
        .bind(limits.made_by)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// An active key.
///
/// # Errors
/// A database that does not answer, or a secret sealed by another installation.
pub async fn find(app: &App, access_key: &str) -> Result<Option<Found>, Error> {
    let mut sql = Sql::new("SELECT ");
    sql.push(PERSON_COLUMNS)
        .push(", k.sealed_secret, k.scopes, k.used_at FROM access_keys k JOIN members u ON u.partner_id = k.partner_id AND u.user_id = k.user_id JOIN partners p ON p.partner_id = k.partner_id")
        .bind(" WHERE k.access_key = ", access_key)
        .push(" AND k.disabled_at IS NULL AND u.disabled_at IS NULL")
        .bind(" AND (k.expires_at IS NULL OR k.expires_at > ", app.clock.millis())
        .push(")");
    let mut connection = app.db.read().acquire().await?;
    let Some(row) = sql.prepared().fetch_optional(&mut *connection).await? else { return Ok(None) };
    let secret = app.seal.open(&row.try_get::<String, _>(PERSON_WIDTH)?)?;
    let mut person = with_team(&mut connection, person(&row)?).await?;
    let scopes = permissions(row.try_get(PERSON_WIDTH + 1)?);
    if !scopes.is_empty() {
        person.rights = person.rights.only(&scopes);
    }
    Ok(Some(Found { person, secret, used_at: row.try_get(PERSON_WIDTH + 2)? }))
}

/// Notes that a key was used, to the minute.
///
/// # Errors
/// A database that refuses.
pub async fn used(app: &App, access_key: &str, found: &Found, ip: &str) -> Result<(), Error> {
    let now = app.clock.millis();
    if found.used_at.is_some_and(|at| at > now - GRAIN) {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    sqlx::query("UPDATE access_keys SET used_at = $1, used_from = $2 WHERE access_key = $3 AND (used_at IS NULL OR used_at < $1)")
        .bind(now)
        .bind(ip)
        .bind(access_key)
        .execute(&mut *tx)
        .await?;
    app.db.commit(tx).await
}

/// The partner of a key, active or not.
///
/// # Errors
/// A database that does not answer.
pub async fn owner(tx: &mut Tx, access_key: &str) -> Result<Option<PartnerId>, Error> {
    let owner: Option<String> =
        sqlx::query_scalar("SELECT partner_id FROM access_keys WHERE access_key = $1")
            .bind(access_key)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(owner.map(PartnerId))
}

/// Disables a key at once. Answers whether it was there and active.
///
/// # Errors
/// A database that refuses.
pub async fn disable(tx: &mut Tx, access_key: &str, now: i64) -> Result<bool, Error> {
    let done =
        sqlx::query("UPDATE access_keys SET disabled_at = $1 WHERE access_key = $2 AND disabled_at IS NULL")
            .bind(now)
            .bind(access_key)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}
