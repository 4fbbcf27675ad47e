//! The SQL of the partner's settings.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::identity::store;
use crate::scope::Scope;
use contract::error::Code;
use contract::partner::Settings;

/// The partner's settings.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn settings(db: &Db, scope: &Scope) -> Result<Settings, Error> {
    let mut connection = db.read().acquire().await?;
    let partner = store::partner(&mut connection, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    Ok(Settings { verification: partner.verification })
}

/// Sets them.
///
/// # Errors
/// A database that refuses.
pub(super) async fn set(tx: &mut Tx, scope: &Scope, settings: Settings) -> Result<(), Error> {
    sqlx::query("UPDATE partners SET verification = $1 WHERE partner_id = $2")
        .bind(i64::from(settings.verification))
        .bind(scope.partner_id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
