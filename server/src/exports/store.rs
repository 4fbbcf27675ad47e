//! The SQL of exports. A file is kept in pieces in the database, so that every server can hand it out.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::exports::{Export, ExportColumn, ExportQuery, Format, ListName, State};
use contract::id::{CustomerId, ExportId, PartnerId, UserId};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT partner_id, export_id, user_id, actor, list, format, state, rows_written, expected, bytes, sha256, masked, created_at, ended_at, expires_at FROM exports";

/// What the job needs to know of an export.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) partner_id: PartnerId,
    pub(super) id: ExportId,
    pub(super) user_id: UserId,
    pub(super) list: ListName,
    pub(super) format: Format,
    pub(super) query: String,
    pub(super) columns: Vec<ExportColumn>,
    pub(super) english: bool,
    pub(super) masked: bool,
    /// Only the page that the query asks for.
    pub(super) page_only: bool,
    /// Only these rows.
    pub(super) ids: Option<Vec<CustomerId>>,
    /// Until when this server owns it: who took it later has another one.
    pub(super) lease: i64,
}

/// A new export, waiting.
pub(super) struct New<'a> {
    pub(super) id: &'a ExportId,
    pub(super) list: ListName,
    pub(super) format: Format,
    pub(super) query: &'a str,
    pub(super) columns: &'a str,
    pub(super) masked: bool,
    pub(super) page_only: bool,
    pub(super) ids: Option<String>,
    pub(super) at: i64,
}

pub(super) async fn insert(tx: &mut Tx, scope: &Scope, new: &New<'_>) -> Result<(), Error> {
    sqlx::query("INSERT INTO exports (partner_id, export_id, user_id, actor, list, format, query, columns, english, masked, state, rows_written, expected, bytes, sha256, created_at, leased_until, page_only, ids) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, 0, 0, '', $11, 0, $12, $13)")
        .bind(scope.partner_id.as_str())
        .bind(new.id.as_str())
        .bind(scope.user_id.as_str())
        .bind(scope.actor.as_str())
        .bind(new.list.as_str())
        .bind(new.format.as_str())
        .bind(new.query)
        .bind(new.columns)
        .bind(i64::from(scope.origin.english))
        .bind(i64::from(new.masked))
        .bind(new.at)
        .bind(i64::from(new.page_only))
        .bind(new.ids.as_deref())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How many exports of the person wait or are being made.
pub(super) async fn open_ones(tx: &mut Tx, scope: &Scope) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM exports WHERE partner_id = $1 AND user_id = $2 AND state IN ('waiting', 'running')")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .fetch_one(&mut **tx)
        .await?)
}

/// An export of the partner.
pub(super) async fn find(db: &Db, scope: &Scope, id: &ExportId) -> Result<Option<Export>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).bind(" AND export_id = ", id.as_str());
    own(&mut sql, scope);
    sql.prepared().fetch_optional(db.read()).await?.map(|row| export(&row, scope)).transpose()
}

/// People who see only their own customers see only their own exports.
fn own(sql: &mut Sql, scope: &Scope) {
    if scope.is_limited() {
        sql.bind(" AND user_id = ", scope.user_id.as_str());
    }
}

/// A page of the partner's exports, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &ExportQuery) -> Result<Page<Export>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    own(&mut sql, scope);
    if let Some(cursor) = &from {
        // Ids begin with their time.
        sql.bind(if backwards { " AND export_id > " } else { " AND export_id < " }, &cursor.value);
    }
    sql.push(if backwards { " ORDER BY export_id" } else { " ORDER BY export_id DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(|row| export(row, scope)).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM exports");
    count.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    own(&mut count, scope);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |e| (e.id.to_string(), String::new()));
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

fn export(row: &AnyRow, scope: &Scope) -> Result<Export, Error> {
    let id = ExportId(row.try_get(1)?);
    let user: String = row.try_get(2)?;
    let list = ListName::parse(row.try_get(4)?).ok_or_else(unknown)?;
    let format = Format::parse(row.try_get(5)?).ok_or_else(unknown)?;
    let created: i64 = row.try_get(12)?;
    Ok(Export {
        file_name: file_name(list, format, created),
        id,
        list,
        format,
        state: State::parse(row.try_get(6)?).ok_or_else(unknown)?,
        rows: row.try_get(7)?,
        expected: row.try_get(8)?,
        bytes: row.try_get(9)?,
        sha256: row.try_get(10)?,
        masked: row.try_get::<i64, _>(11)? == 1,
        asked_by: row.try_get(3)?,
        mine: user == scope.user_id.as_str(),
        created_at: from_millis(created),
        ended_at: row.try_get::<Option<i64>, _>(13)?.map(from_millis),
        expires_at: row.try_get::<Option<i64>, _>(14)?.map(from_millis),
    })
}

fn unknown() -> Error {
    Error::Internal("the database holds an export of an unknown kind".into())
}

/// A plain name, with the day in GMT+8.
fn file_name(list: ListName, format: Format, created: i64) -> String {
    let day = contract::time::bill_day(from_millis(created));
    format!("{}-{day}.{}", list.as_str(), format.as_str())
}

/// Takes the next export that waits, or one whose server died, until `until`.
pub(super) async fn take(db: &Db, now: i64, until: i64) -> Result<Option<Task>, Error> {
    let due = sqlx::query("SELECT partner_id, export_id FROM exports WHERE state IN ('waiting', 'running') AND leased_until <= $1 ORDER BY export_id LIMIT 1")
        .bind(now)
        .fetch_optional(db.read())
        .await?;
    let Some(due) = due else { return Ok(None) };
    let (partner, id): (String, String) = (due.try_get(0)?, due.try_get(1)?);
    let mut tx = db.begin().await?;
    let row = sqlx::query("UPDATE exports SET state = 'running', leased_until = $1, rows_written = 0, bytes = 0 WHERE partner_id = $2 AND export_id = $3 AND state IN ('waiting', 'running') AND leased_until <= $4 RETURNING user_id, list, format, query, columns, english, masked, page_only, ids")
        .bind(until)
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
    // A server that died has left pieces.
    delete_pieces(&mut tx, &partner, &id).await?;
    db.commit(tx).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Task {
        partner_id: PartnerId(partner),
        id: ExportId(id),
        user_id: UserId(row.try_get(0)?),
        list: ListName::parse(row.try_get(1)?).ok_or_else(unknown)?,
        format: Format::parse(row.try_get(2)?).ok_or_else(unknown)?,
        query: row.try_get(3)?,
        columns: serde_json::from_str(row.try_get(4)?).map_err(|e| Error::internal(&e))?,
        english: row.try_get::<i64, _>(5)? == 1,
        masked: row.try_get::<i64, _>(6)? == 1,
        page_only: row.try_get::<i64, _>(7)? == 1,
        ids: row
            .try_get::<Option<String>, _>(8)?
            .map(|json| serde_json::from_str(&json).map_err(|e| Error::internal(&e)))
            .transpose()?,
        lease: until,
    }))
}

/// How far an export is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) rows: i64,
    pub(super) expected: i64,
    pub(super) bytes: i64,
}

/// Notes progress with the next pieces, and keeps the export for longer. Answers whether it goes on:
/// it may have been stopped, or taken by another server after this one's lease had ended.
pub(super) async fn advance(
    db: &Db,
    task: &mut Task,
    progress: Progress,
    pieces: &[(i64, Vec<u8>)],
    until: i64,
) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let going = sqlx::query("UPDATE exports SET rows_written = $1, expected = $2, bytes = $3, leased_until = $4 WHERE partner_id = $5 AND export_id = $6 AND state = 'running' AND leased_until = $7")
        .bind(progress.rows)
        .bind(progress.expected)
        .bind(progress.bytes)
        .bind(until)
        .bind(task.partner_id.as_str())
        .bind(task.id.as_str())
        .bind(task.lease)
        .execute(&mut *tx)
        .await?
        .rows_affected()
        == 1;
    if going {
        for (number, bytes) in pieces {
            sqlx::query(
                "INSERT INTO export_pieces (partner_id, export_id, piece, bytes) VALUES ($1, $2, $3, $4)",
            )
            .bind(task.partner_id.as_str())
            .bind(task.id.as_str())
            .bind(number)
            .bind(bytes.clone())
            .execute(&mut *tx)
            .await?;
        }
    }
    db.commit(tx).await?;
    task.lease = until;
    Ok(going)
}

/// Ends an export that runs. Answers whether it did: it may have been stopped, or taken by another.
pub(super) async fn end(
    tx: &mut Tx,
    task: &Task,
    state: State,
    sha256: &str,
    (now, expires): (i64, Option<i64>),
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE exports SET state = $1, sha256 = $2, ended_at = $3, expires_at = $4, leased_until = 0 WHERE partner_id = $5 AND export_id = $6 AND state = 'running' AND leased_until = $7")
        .bind(state.as_str())
        .bind(sha256)
        .bind(now)
        .bind(expires)
        .bind(task.partner_id.as_str())
        .bind(task.id.as_str())
        .bind(task.lease)
        .execute(&mut **tx)
        .await?;
    let ended = done.rows_affected() == 1;
    if ended && state != State::Done {
        delete_pieces(tx, task.partner_id.as_str(), task.id.as_str()).await?;
    }
    Ok(ended)
}

/// Stops or deletes an export. Answers whether there was anything to end.
pub(super) async fn remove(tx: &mut Tx, scope: &Scope, id: &ExportId, now: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE exports SET state = 'gone', ended_at = COALESCE(ended_at, $1), expires_at = $1, leased_until = 0 WHERE partner_id = $2 AND export_id = $3 AND state <> 'gone'")
        .bind(now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    delete_pieces(tx, scope.partner_id.as_str(), id.as_str()).await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes files whose time is over.
pub(super) async fn expire(db: &Db, now: i64) -> Result<(), Error> {
    let over = sqlx::query(
        "SELECT partner_id, export_id FROM exports WHERE state = 'done' AND expires_at <= $1 LIMIT 100",
    )
    .bind(now)
    .fetch_all(db.read())
    .await?;
    for row in &over {
        let (partner, id): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let mut tx = db.begin().await?;
        sqlx::query(
            "UPDATE exports SET state = 'gone' WHERE partner_id = $1 AND export_id = $2 AND state = 'done'",
        )
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        delete_pieces(&mut tx, &partner, &id).await?;
        db.commit(tx).await?;
    }
    Ok(())
}

async fn delete_pieces(tx: &mut Tx, partner: &str, id: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM export_pieces WHERE partner_id = $1 AND export_id = $2")
        .bind(partner)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A piece of a file, compressed as it was written.
pub(super) async fn piece(
    db: &Db,
    partner: &PartnerId,
    id: &ExportId,
    number: i64,
) -> Result<Option<Vec<u8>>, Error> {
    let row = sqlx::query(
        "SELECT bytes FROM export_pieces WHERE partner_id = $1 AND export_id = $2 AND piece = $3",
    )
    .bind(partner.as_str())
    .bind(id.as_str())
    .bind(number)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| row.try_get(0).map_err(Error::from)).transpose()
}

/// The export, or `NotFound`.
pub(super) async fn need(db: &Db, scope: &Scope, id: &ExportId) -> Result<Export, Error> {
    find(db, scope, id).await?.ok_or(Error::Refused(Code::NotFound))
}
