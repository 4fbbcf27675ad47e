//! The SQL of files that people brought.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::id::ImportId;
use contract::imports::KEPT_DAYS;
use sqlx::Row;

/// A file that was taken in.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its name.
    pub(crate) name: String,
    /// Its hash.
    pub(crate) sha256: String,
    /// Rows below the headings.
    pub(crate) rows: i64,
    content: String,
}

impl Found {
    /// All rows, headings first.
    pub(crate) fn cells(&self) -> Result<Vec<Vec<String>>, Error> {
        serde_json::from_str(&self.content).map_err(|e| Error::internal(&e))
    }

    /// How many columns it has.
    pub(crate) fn columns(&self) -> usize {
        self.cells().ok().and_then(|rows| rows.first().map(Vec::len)).unwrap_or(0)
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: &ImportId,
    (name, sha256): (&str, &str),
    rows: &[Vec<String>],
) -> Result<(), Error> {
    let content = serde_json::to_string(rows).map_err(|e| Error::internal(&e))?;
    sqlx::query("INSERT INTO import_files (partner_id, import_id, user_id, name, sha256, content, rows, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(scope.user_id.as_str())
        .bind(name)
        .bind(sha256)
        .bind(content)
        .bind(i64::try_from(rows.len().saturating_sub(1)).unwrap_or(0))
        .bind(scope.now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A file of the person, or `NotFound`.
pub(crate) async fn need(db: &Db, scope: &Scope, id: &ImportId) -> Result<Found, Error> {
    let row = sqlx::query("SELECT name, sha256, rows, content FROM import_files WHERE partner_id = $1 AND import_id = $2 AND user_id = $3")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(scope.user_id.as_str())
        .fetch_optional(db.read())
        .await?
        .ok_or(Code::NotFound)?;
    Ok(Found {
        name: row.try_get(0)?,
        sha256: row.try_get(1)?,
        rows: row.try_get(2)?,
        content: row.try_get(3)?,
    })
}

/// Deletes files that were taken in long ago. For the cleaning job.
pub(crate) async fn clean(db: &Db, now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    sqlx::query("DELETE FROM import_files WHERE at <= $1")
        .bind(now - KEPT_DAYS * 86_400_000)
        .execute(&mut *tx)
        .await?;
    db.commit(tx).await
}
