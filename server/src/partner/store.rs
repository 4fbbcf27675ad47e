//! The SQL of the partner's settings.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::money::Money;
use contract::partner::{CodeWay, Excepted, Settings};
use sqlx::{AnyConnection, Row};

/// The partner's settings.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn settings(db: &Db, scope: &Scope) -> Result<Settings, Error> {
    settings_in(&mut *db.read().acquire().await?, scope).await
}

/// As [`settings`], for whoever holds a connection: one must not wait for a second.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn settings_in(connection: &mut AnyConnection, scope: &Scope) -> Result<Settings, Error> {
    let row = sqlx::query(
        "SELECT verification, code_from, approval_from, second_factor, code_by, excepted, settings_version FROM partners WHERE partner_id = $1",
    )
    .bind(scope.partner_id.as_str())
    .fetch_optional(connection)
    .await?
    .ok_or(Code::NotFound)?;
    let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, scope.currency));
    Ok(Settings {
        verification: row.try_get::<i64, _>(0)? != 0,
        code_from: money(row.try_get(1)?),
        approval_from: money(row.try_get(2)?),
        second_factor: row.try_get::<i64, _>(3)? != 0,
        code_by: CodeWay::parse(row.try_get(4)?).unwrap_or_default(),
        excepted: Excepted::read(row.try_get(5)?),
        version: Some(row.try_get(6)?),
    })
}

/// Sets them, as a version of their own.
///
/// # Errors
/// A database that refuses.
pub(super) async fn set(tx: &mut Tx, scope: &Scope, settings: Settings) -> Result<(), Error> {
    sqlx::query(
        "UPDATE partners SET verification = $1, code_from = $2, approval_from = $3, second_factor = $4, code_by = $5, excepted = $6, settings_version = settings_version + 1 WHERE partner_id = $7",
    )
    .bind(i64::from(settings.verification))
    .bind(settings.code_from.map(|m| m.minor))
    .bind(settings.approval_from.map(|m| m.minor))
    .bind(i64::from(settings.second_factor))
    .bind(settings.code_by.as_str())
    .bind(settings.excepted.words())
    .bind(scope.partner_id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
