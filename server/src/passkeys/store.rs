//! The SQL of passkeys.

use crate::app::App;
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use contract::id::PasskeyId;
use contract::passkeys::Passkey;
use contract::time::from_millis;
use sqlx::{AnyConnection, Row};

/// A person's passkeys, oldest first.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn list(connection: &mut AnyConnection, person_id: &str) -> Result<Vec<Passkey>, Error> {
    let rows = sqlx::query("SELECT passkey_id, name, created_at, last_used_at FROM passkeys WHERE person_id = $1 ORDER BY created_at, passkey_id")
        .bind(person_id)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Passkey {
                id: PasskeyId(row.try_get(0)?),
                name: row.try_get(1)?,
                created_at: from_millis(row.try_get(2)?),
                last_used_at: row.try_get::<Option<i64>, _>(3)?.map(from_millis),
            })
        })
        .collect()
}

/// What the browser needs to know of a passkey to ask it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) credential_id: String,
    pub(super) transports: String,
}

pub(super) async fn known(connection: &mut AnyConnection, person_id: &str) -> Result<Vec<Known>, Error> {
    let rows = sqlx::query(
        "SELECT credential_id, transports FROM passkeys WHERE person_id = $1 ORDER BY created_at, passkey_id",
    )
    .bind(person_id)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok(Known { credential_id: row.try_get(0)?, transports: row.try_get(1)? })).collect()
}

/// A passkey with whose it is.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) passkey_id: String,
    pub(super) person_id: String,
    pub(super) handle: String,
    pub(super) public_key: Vec<u8>,
    pub(super) sign_count: i64,
    pub(super) name: String,
}

/// A passkey by its credential id; locked, so that of two answers at once the second sees the first one's count.
pub(super) async fn by_credential(db: &Db, tx: &mut Tx, id: &str) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new("SELECT passkey_id, person_id, public_key, sign_count, name FROM passkeys");
    sql.bind(" WHERE credential_id = ", id).push(db.for_update());
    let Some(row) = sql.prepared().fetch_optional(&mut **tx).await? else { return Ok(None) };
    let person_id: String = row.try_get(1)?;
    let handle: Option<String> =
        sqlx::query_scalar("SELECT COALESCE(passkey_handle, '') FROM people WHERE person_id = $1")
            .bind(person_id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    let public_key: String = row.try_get(2)?;
    Ok(Some(Stored {
        passkey_id: row.try_get(0)?,
        person_id,
        handle: handle.unwrap_or_default(),
        public_key: hex::decode(public_key).map_err(|e| Error::internal(&e))?,
        sign_count: row.try_get(3)?,
        name: row.try_get(4)?,
    }))
}

/// Whose passkey it is.
pub(super) async fn person_of(connection: &mut AnyConnection, id: &str) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar("SELECT person_id FROM passkeys WHERE credential_id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?)
}

/// The handle of a person, made with the first passkey. The person's row is locked: who adds two passkeys at once adds
/// them one after the other.
pub(super) async fn handle(tx: &mut Tx, person_id: &str, new: &str) -> Result<String, Error> {
    let row = sqlx::query("UPDATE people SET passkey_handle = COALESCE(passkey_handle, $1) WHERE person_id = $2 RETURNING passkey_handle")
        .bind(new)
        .bind(person_id)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get(0)?)
}

pub(super) async fn count(connection: &mut AnyConnection, person_id: &str) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM passkeys WHERE person_id = $1")
        .bind(person_id)
        .fetch_one(connection)
        .await?)
}

/// A passkey to add.
#[derive(Debug, Clone)]
pub(super) struct New<'a> {
    pub(super) passkey_id: &'a str,
    pub(super) person_id: &'a str,
    pub(super) credential_id: &'a str,
    pub(super) public_key: &'a [u8],
    pub(super) sign_count: i64,
    pub(super) transports: &'a str,
    pub(super) name: &'a str,
}

/// Adds a passkey. Answers whether its id was new.
pub(super) async fn insert(tx: &mut Tx, new: New<'_>, now: i64) -> Result<bool, Error> {
    let done = sqlx::query("INSERT INTO passkeys (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING")
        .bind(new.passkey_id)
        .bind(new.person_id)
        .bind(new.credential_id)
        .bind(hex::encode(new.public_key))
        .bind(new.sign_count)
        .bind(new.transports)
        .bind(new.name)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The name of one of a person's passkeys.
pub(super) async fn name(
    connection: &mut AnyConnection,
    person_id: &str,
    id: &PasskeyId,
) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar("SELECT name FROM passkeys WHERE person_id = $1 AND passkey_id = $2")
        .bind(person_id)
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?)
}

pub(super) async fn rename(tx: &mut Tx, person_id: &str, id: &PasskeyId, name: &str) -> Result<(), Error> {
    sqlx::query("UPDATE passkeys SET name = $1 WHERE person_id = $2 AND passkey_id = $3")
        .bind(name)
        .bind(person_id)
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, person_id: &str, id: &PasskeyId) -> Result<(), Error> {
    sqlx::query("DELETE FROM passkeys WHERE person_id = $1 AND passkey_id = $2")
        .bind(person_id)
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes all of a person's passkeys. Answers how many there were.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn remove_all(tx: &mut Tx, person_id: &str) -> Result<u64, Error> {
    let done =
        sqlx::query("DELETE FROM passkeys WHERE person_id = $1").bind(person_id).execute(&mut **tx).await?;
    Ok(done.rows_affected())
}

pub(super) async fn note_use(tx: &mut Tx, passkey_id: &str, sign_count: i64, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE passkeys SET sign_count = $1, last_used_at = $2 WHERE passkey_id = $3")
        .bind(sign_count)
        .bind(now)
        .bind(passkey_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that a challenge was answered. Answers whether it was for the first time.
pub(super) async fn answer_once(tx: &mut Tx, challenge_hash: &str, until: i64) -> Result<bool, Error> {
    let done = sqlx::query("INSERT INTO passkey_answers (challenge_hash, expires_at) VALUES ($1, $2) ON CONFLICT (challenge_hash) DO NOTHING")
        .bind(challenge_hash)
        .bind(until)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes answered challenges whose time is over. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM passkey_answers WHERE expires_at <= $1").bind(now).execute(&mut *tx).await?;
    app.db.commit(tx).await
}
