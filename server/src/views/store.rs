//! The SQL of saved views.

use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::id::ViewId;
use contract::identity::OpeningView;
use contract::time::from_millis;
use contract::views::{DefaultView, NewView, View, ViewUpdate};
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT v.view_id, v.list, v.name, v.query, v.shared, v.user_id, u.name AS owner, v.version, v.changed_at, d.view_id AS opens FROM views v JOIN members u ON u.partner_id = v.partner_id AND u.user_id = v.user_id";

fn select(scope: &Scope) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(
        " LEFT JOIN view_defaults d ON d.partner_id = v.partner_id AND d.view_id = v.view_id AND d.user_id = ",
        scope.user_id.as_str(),
    )
    .bind(" WHERE v.partner_id = ", scope.partner_id.as_str())
    .bind(" AND (v.shared = 1 OR v.user_id = ", scope.user_id.as_str())
    .push(")");
    sql
}

/// The views that the person may use, by name.
pub(super) async fn list(db: &Db, scope: &Scope) -> Result<Vec<View>, Error> {
    let mut sql = select(scope);
    sql.push(" ORDER BY v.name, v.view_id LIMIT 1000");
    sql.prepared().fetch_all(db.read()).await?.iter().map(|row| view(row, scope)).collect()
}

pub(super) async fn find(db: &Db, scope: &Scope, id: &ViewId) -> Result<Option<View>, Error> {
    let mut sql = select(scope);
    sql.bind(" AND v.view_id = ", id.as_str());
    sql.prepared().fetch_optional(db.read()).await?.map(|row| view(&row, scope)).transpose()
}

/// The views with which lists open for a person.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn opening(db: &Db, scope: &Scope) -> Result<Vec<OpeningView>, Error> {
    let mut sql = select(scope);
    sql.push(" AND d.view_id IS NOT NULL ORDER BY v.list");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let opening = |row: &AnyRow| {
        Ok(OpeningView { id: ViewId(row.try_get(0)?), list: row.try_get(1)?, query: row.try_get(3)? })
    };
    rows.iter().map(opening).collect()
}

fn view(row: &AnyRow, scope: &Scope) -> Result<View, Error> {
    let user: String = row.try_get(5)?;
    Ok(View {
        id: ViewId(row.try_get(0)?),
        list: row.try_get(1)?,
        name: row.try_get(2)?,
        query: row.try_get(3)?,
        shared: row.try_get::<i64, _>(4)? == 1,
        mine: user == scope.user_id.as_str(),
        owner: row.try_get(6)?,
        version: row.try_get(7)?,
        changed_at: from_millis(row.try_get(8)?),
        default: row.try_get::<Option<String>, _>(9)?.is_some(),
    })
}

/// How many views the person has.
pub(super) async fn count(tx: &mut Tx, scope: &Scope) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM views WHERE partner_id = $1 AND user_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .fetch_one(&mut **tx)
        .await?)
}

/// The person's view of a list with this name.
pub(super) async fn named(
    tx: &mut Tx,
    scope: &Scope,
    list: &str,
    name: &str,
) -> Result<Option<ViewId>, Error> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT view_id FROM views WHERE partner_id = $1 AND user_id = $2 AND list = $3 AND name = $4",
    )
    .bind(scope.partner_id.as_str())
    .bind(scope.user_id.as_str())
    .bind(list)
    .bind(name)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(id.map(ViewId))
}

pub(super) async fn insert(tx: &mut Tx, scope: &Scope, id: &ViewId, new: &NewView) -> Result<(), Error> {
    sqlx::query("INSERT INTO views (partner_id, view_id, user_id, list, name, query, shared, version, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(scope.user_id.as_str())
        .bind(new.list.as_str())
        .bind(new.name.trim())
        .bind(new.query.as_str())
        .bind(i64::from(new.shared))
        .bind(scope.actor.as_str())
        .bind(scope.now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Changes a view that still has the version that was changed. Answers whether it had.
pub(super) async fn update(
    tx: &mut Tx,
    scope: &Scope,
    id: &ViewId,
    update: &ViewUpdate,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE views SET name = $1, query = $2, shared = $3, version = version + 1, changed_by = $4, changed_at = $5 WHERE partner_id = $6 AND view_id = $7 AND version = $8")
        .bind(update.name.trim())
        .bind(update.query.as_str())
        .bind(i64::from(update.shared))
        .bind(scope.actor.as_str())
        .bind(scope.now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(update.version)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who changed a view last, and when.
pub(super) async fn last_change(db: &Db, scope: &Scope, id: &ViewId) -> Result<Option<(String, i64)>, Error> {
    let row = sqlx::query("SELECT changed_by, changed_at FROM views WHERE partner_id = $1 AND view_id = $2")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .fetch_optional(db.read())
        .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// Deletes a view; lists that opened with it open plainly.
pub(super) async fn delete(tx: &mut Tx, scope: &Scope, id: &ViewId) -> Result<(), Error> {
    for statement in [
        "DELETE FROM view_defaults WHERE partner_id = $1 AND view_id = $2",
        "DELETE FROM views WHERE partner_id = $1 AND view_id = $2",
    ] {
        sqlx::query(statement).bind(scope.partner_id.as_str()).bind(id.as_str()).execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) async fn choose(tx: &mut Tx, scope: &Scope, chosen: &DefaultView) -> Result<(), Error> {
    sqlx::query("DELETE FROM view_defaults WHERE partner_id = $1 AND user_id = $2 AND list = $3")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(chosen.list.as_str())
        .execute(&mut **tx)
        .await?;
    let Some(id) = &chosen.view else { return Ok(()) };
    sqlx::query("INSERT INTO view_defaults (partner_id, user_id, list, view_id) VALUES ($1, $2, $3, $4)")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .bind(chosen.list.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
