//! The SQL of second factors.

use crate::app::App;
use crate::db::{Tx, insert_rows};
use crate::error::Error;
use contract::id::{PartnerId, SsoLinkId};
use sqlx::{AnyConnection, Row};

/// What a person has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Has {
    pub(crate) totp_since: Option<i64>,
    pub(crate) recovery_codes: i64,
    pub(crate) passkeys: i64,
}

impl Has {
    /// Whether a second step is due after the password.
    pub(crate) fn any(self) -> bool {
        self.totp_since.is_some() || self.passkeys > 0
    }
}

pub(crate) async fn has(connection: &mut AnyConnection, person_id: &str) -> Result<Has, Error> {
    let row = sqlx::query("SELECT (SELECT confirmed_at FROM totps WHERE person_id = $1), (SELECT COUNT(*) FROM recovery_codes WHERE person_id = $1 AND used_at IS NULL), (SELECT COUNT(*) FROM passkeys WHERE person_id = $1)")
        .bind(person_id)
        .fetch_one(connection)
        .await?;
    Ok(Has { totp_since: row.try_get(0)?, recovery_codes: row.try_get(1)?, passkeys: row.try_get(2)? })
}

/// A code app.
#[derive(Debug, Clone)]
pub(super) struct Totp {
    pub(super) sealed_secret: String,
    pub(super) last_step: i64,
    pub(super) is_on: bool,
}

pub(super) async fn totp(connection: &mut AnyConnection, person_id: &str) -> Result<Option<Totp>, Error> {
    let row = sqlx::query("SELECT sealed_secret, last_step, CAST(CASE WHEN confirmed_at IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM totps WHERE person_id = $1")
        .bind(person_id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Totp {
            sealed_secret: row.try_get(0)?,
            last_step: row.try_get(1)?,
            is_on: row.try_get::<i64, _>(2)? != 0,
        })
    })
    .transpose()
}

/// Begins to set an app up in place of one that was not confirmed. Answers whether none is on.
pub(super) async fn begin_totp(
    tx: &mut Tx,
    person_id: &str,
    sealed_secret: &str,
    now: i64,
) -> Result<bool, Error> {
    let done = sqlx::query("INSERT INTO totps (person_id, sealed_secret, last_step, created_at) VALUES ($1, $2, 0, $3) ON CONFLICT (person_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0, created_at = excluded.created_at WHERE totps.confirmed_at IS NULL")
        .bind(person_id)
        .bind(sealed_secret)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Turns an app on. Answers whether it was off.
pub(super) async fn confirm_totp(tx: &mut Tx, person_id: &str, step: i64, now: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE totps SET confirmed_at = $1, last_step = $2 WHERE person_id = $3 AND confirmed_at IS NULL AND last_step < $2")
        .bind(now)
        .bind(step)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the step of a code. Answers whether no code of it or a later one was taken.
pub(super) async fn take_step(tx: &mut Tx, person_id: &str, step: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE totps SET last_step = $1 WHERE person_id = $2 AND confirmed_at IS NOT NULL AND last_step < $1")
        .bind(step)
        .bind(person_id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn end_totp(tx: &mut Tx, person_id: &str) -> Result<bool, Error> {
    let done =
        sqlx::query("DELETE FROM totps WHERE person_id = $1").bind(person_id).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

/// What was taken off somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Whether there was a code app.
    pub(crate) totp: bool,
    /// How many passkeys there were.
    pub(crate) passkeys: u64,
}

/// Takes the second step off somebody who has lost all of it. Answers what there was.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn rescue(tx: &mut Tx, person_id: &str) -> Result<Taken, Error> {
    let totp = end_totp(tx, person_id).await?;
    let passkeys = crate::passkeys::store::remove_all(tx, person_id).await?;
    sqlx::query("DELETE FROM recovery_codes WHERE person_id = $1").bind(person_id).execute(&mut **tx).await?;
    end_pending_of(tx, person_id).await?;
    Ok(Taken { totp, passkeys })
}

/// Puts new recovery codes in the place of the old ones; with none, there are none.
pub(crate) async fn set_recovery_codes(
    tx: &mut Tx,
    person_id: &str,
    hashes: &[String],
    now: i64,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE person_id = $1").bind(person_id).execute(&mut **tx).await?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.iter().map(|hash| vec![person_id.into(), hash.as_str().into(), now.into()]).collect();
    insert_rows(tx, "INSERT INTO recovery_codes (person_id, code_hash, created_at) VALUES ", rows, "")
        .await?;
    Ok(())
}

/// Uses a code up. Answers whether it was there and not used.
pub(super) async fn use_recovery_code(
    tx: &mut Tx,
    person_id: &str,
    hash: &str,
    now: i64,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE recovery_codes SET used_at = $1 WHERE person_id = $2 AND code_hash = $3 AND used_at IS NULL",
    )
    .bind(now)
    .bind(person_id)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A right password whose second step is due.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) token_hash: String,
    pub(crate) person_id: String,
    pub(crate) invitation_hash: Option<String>,
    /// The partner and the link, where the step before was single sign-on.
    pub(crate) sso: Option<(PartnerId, SsoLinkId)>,
}

pub(super) async fn insert_pending(tx: &mut Tx, pending: &Pending, until: i64) -> Result<(), Error> {
    sqlx::query("INSERT INTO sign_ins (token_hash, person_id, invitation_hash, tries, expires_at) VALUES ($1, $2, $3, 0, $4)")
        .bind(pending.token_hash.as_str())
        .bind(pending.person_id.as_str())
        .bind(pending.invitation_hash.clone())
        .bind(until)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn pending(
    connection: &mut AnyConnection,
    token_hash: &str,
    now: i64,
) -> Result<Option<Pending>, Error> {
    let row = sqlx::query(
        "SELECT person_id, invitation_hash, sso_partner, sso_link FROM sign_ins WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let (partner, link): (Option<String>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
        Ok(Pending {
            token_hash: token_hash.to_owned(),
            person_id: row.try_get(0)?,
            invitation_hash: row.try_get(1)?,
            sso: partner.map(PartnerId).zip(link.map(SsoLinkId)),
        })
    })
    .transpose()
}

pub(super) async fn set_sso(
    tx: &mut Tx,
    token_hash: &str,
    partner: &PartnerId,
    link: &SsoLinkId,
) -> Result<(), Error> {
    sqlx::query("UPDATE sign_ins SET sso_partner = $1, sso_link = $2 WHERE token_hash = $3")
        .bind(partner.as_str())
        .bind(link.as_str())
        .bind(token_hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Counts a try. Answers how many there were with it; nothing where there may be none.
pub(super) async fn count_try(
    tx: &mut Tx,
    token_hash: &str,
    most: i64,
    now: i64,
) -> Result<Option<i64>, Error> {
    let row = sqlx::query("UPDATE sign_ins SET tries = tries + 1 WHERE token_hash = $1 AND tries < $2 AND expires_at > $3 RETURNING tries")
        .bind(token_hash)
        .bind(most)
        .bind(now)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

pub(super) async fn end_pending(tx: &mut Tx, token_hash: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM sign_ins WHERE token_hash = $1").bind(token_hash).execute(&mut **tx).await?;
    Ok(())
}

/// Ends the second steps of a person whose password is another one now.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn end_pending_of(tx: &mut Tx, person_id: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM sign_ins WHERE person_id = $1").bind(person_id).execute(&mut **tx).await?;
    Ok(())
}

/// Removes second steps that nobody took. For the cleaning job.
///
/// # Errors
/// A database that refuses.
pub async fn clean(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1").bind(now).execute(&mut *tx).await?;
    app.db.commit(tx).await
}
