//! The SQL of the partner's settings.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::partner::Settings;
use sqlx::Row;

/// The partner's settings.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn settings(db: &Db, scope: &Scope) -> Result<Settings, Error> {
    let row = sqlx::query("SELECT verification, second_factor FROM partners WHERE partner_id = $1")
        .bind(scope.partner_id.as_str())
        .fetch_optional(db.read())
        .await?
        .ok_or(Code::NotFound)?;
    let on = |at: usize| -> Result<bool, Error> { Ok(row.try_get::<i64, _>(at)? != 0) };
    Ok(Settings { verification: on(0)?, second_factor: on(1)? })
}

/// Sets them.
///
/// # Errors
/// A database that refuses.
pub(super) async fn set(tx: &mut Tx, scope: &Scope, settings: Settings) -> Result<(), Error> {
    sqlx::query("UPDATE partners SET verification = $1, second_factor = $2 WHERE partner_id = $3")
        .bind(i64::from(settings.verification))
        .bind(i64::from(settings.second_factor))
        .bind(scope.partner_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
