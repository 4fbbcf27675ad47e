//! The SQL of batches and their rows.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::scope::Scope;
use contract::batches::{BatchQuery, Kind, Source, State};
use contract::error::Code;
use contract::id::{BatchId, PartnerId, UserId};
use contract::imports::FromFile;
use contract::page::{COUNT_CAP, Page, Total, page_size};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Milliseconds for which the rows of a batch that was never started are kept.
const KEPT: i64 = 7 * 86_400_000;

const COLUMNS: &str = "SELECT partner_id, batch_id, user_id, actor, kind, state, source, targets, amount, memo, english, file_name, file_hash, reverses_id, expected, created_at, started_at, ended_at, failure, leased_until, started_by, stopping FROM batches";

/// What a batch's rows are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Targets {
    Customers(Vec<contract::id::CustomerId>),
    Query(String),
    File(FromFile),
    Reversal(BatchId),
}

/// A batch as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) partner_id: PartnerId,
    pub(super) id: BatchId,
    pub(super) user_id: UserId,
    pub(super) actor: String,
    pub(super) kind: Kind,
    pub(super) state: State,
    pub(super) source: Source,
    pub(super) targets: Targets,
    pub(super) amount: Option<i64>,
    pub(super) memo: String,
    pub(super) english: bool,
    pub(super) file_name: String,
    pub(super) file_hash: Option<String>,
    pub(super) reverses: Option<BatchId>,
    pub(super) expected: i64,
    pub(super) created_at: i64,
    pub(super) started_at: Option<i64>,
    pub(super) ended_at: Option<i64>,
    /// Why it could not be prepared.
    pub(super) failure: Option<Code>,
    /// In whose name its rows are carried out, once it was started.
    pub(super) started_by: Option<UserId>,
    /// Whether it was asked to stop while it ran.
    pub(super) stopping: bool,
    /// Until when a server owns it: who took it later has another one.
    pub(super) lease: i64,
}

pub(super) fn unknown() -> Error {
    Error::Internal("the database holds a batch of an unknown kind".into())
}

pub(super) fn code_word(code: Code) -> String {
    serde_json::to_value(code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn read_code(word: &str) -> Code {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).unwrap_or(Code::Internal)
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    Ok(Stored {
        partner_id: PartnerId(row.try_get(0)?),
        id: BatchId(row.try_get(1)?),
        user_id: UserId(row.try_get(2)?),
        actor: row.try_get(3)?,
        kind: Kind::parse(row.try_get(4)?).ok_or_else(unknown)?,
        state: State::parse(row.try_get(5)?).ok_or_else(unknown)?,
        source: Source::parse(row.try_get(6)?).ok_or_else(unknown)?,
        targets: serde_json::from_str(row.try_get(7)?).map_err(|e| Error::internal(&e))?,
        amount: row.try_get(8)?,
        memo: row.try_get(9)?,
        english: row.try_get::<i64, _>(10)? == 1,
        file_name: row.try_get(11)?,
        file_hash: row.try_get(12)?,
        reverses: row.try_get::<Option<String>, _>(13)?.map(BatchId),
        expected: row.try_get(14)?,
        created_at: row.try_get(15)?,
        started_at: row.try_get(16)?,
        ended_at: row.try_get(17)?,
        failure: row.try_get::<Option<String>, _>(18)?.map(|word| read_code(&word)),
        lease: row.try_get(19)?,
        started_by: row.try_get::<Option<String>, _>(20)?.map(UserId),
        stopping: row.try_get::<i64, _>(21)? == 1,
    })
}

pub(super) async fn insert(tx: &mut Tx, batch: &Stored) -> Result<(), Error> {
    let targets = serde_json::to_string(&batch.targets).map_err(|e| Error::internal(&e))?;
    sqlx::query("INSERT INTO batches (partner_id, batch_id, user_id, actor, kind, state, source, targets, amount, memo, english, file_name, file_hash, reverses_id, expected, created_at, leased_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)")
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .bind(batch.user_id.as_str())
        .bind(batch.actor.as_str())
        .bind(batch.kind.as_str())
        .bind(batch.state.as_str())
        .bind(batch.source.as_str())
        .bind(targets)
        .bind(batch.amount)
        .bind(batch.memo.as_str())
        .bind(i64::from(batch.english))
        .bind(batch.file_name.as_str())
        .bind(batch.file_hash.as_deref())
        .bind(batch.reverses.as_ref().map(|b| b.as_str().to_owned()))
        .bind(batch.expected)
        .bind(batch.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A batch of the partner, or `NotFound`.
pub(super) async fn need(db: &Db, scope: &Scope, id: &BatchId) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).bind(" AND batch_id = ", id.as_str());
    let row = sql.prepared().fetch_optional(db.read()).await?;
    row.map(|row| stored(&row)).transpose()?.ok_or(Error::Refused(Code::NotFound))
}

fn filter(sql: &mut Sql, scope: &Scope, query: &BatchQuery) {
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    if let Some(states) = &query.state {
        sql.any_of(" AND state IN (", states.0.iter().map(|s| s.as_str()));
    }
    if let Some(kinds) = &query.kind {
        sql.any_of(" AND kind IN (", kinds.0.iter().map(|k| k.as_str()));
    }
}

/// A page of the partner's batches, newest first, and the page around them.
pub(super) async fn list(
    db: &Db,
    scope: &Scope,
    query: &BatchQuery,
) -> Result<(Vec<Stored>, Page<()>), Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        // Ids begin with their time.
        sql.bind(if backwards { " AND batch_id > " } else { " AND batch_id < " }, &cursor.value);
    }
    sql.push(if backwards { " ORDER BY batch_id" } else { " ORDER BY batch_id DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(stored).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM batches");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |b| (b.id.to_string(), String::new()));
    Ok((items, Page { items: Vec::new(), next, previous, total: Total::capped(counted) }))
}

/// The batch that takes a batch back, or has; not one that was given up before it did anything.
pub(super) async fn reversal_of(
    connection: &mut sqlx::AnyConnection,
    partner: &PartnerId,
    id: &BatchId,
) -> Result<Option<BatchId>, Error> {
    let found: Option<String> = sqlx::query_scalar("SELECT b.batch_id FROM batches b WHERE b.partner_id = $1 AND b.reverses_id = $2 AND (b.state IN ('checking', 'ready', 'running', 'done') OR EXISTS (SELECT 1 FROM batch_rows r WHERE r.partner_id = b.partner_id AND r.batch_id = b.batch_id AND r.state = 'done')) LIMIT 1")
        .bind(partner.as_str())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(found.map(BatchId))
}

/// The batch that the same file led to and that was started.
pub(crate) async fn of_file(
    connection: &mut sqlx::AnyConnection,
    partner: &PartnerId,
    hash: &str,
) -> Result<Option<BatchId>, Error> {
    let found: Option<String> = sqlx::query_scalar("SELECT batch_id FROM batches WHERE partner_id = $1 AND file_hash = $2 AND started_at IS NOT NULL ORDER BY batch_id LIMIT 1")
        .bind(partner.as_str())
        .bind(hash)
        .fetch_optional(connection)
        .await?;
    Ok(found.map(BatchId))
}

/// Takes the next batch that a job has to work on, until `until`.
pub(super) async fn take(db: &Db, now: i64, until: i64) -> Result<Option<Stored>, Error> {
    let due = sqlx::query("SELECT partner_id, batch_id FROM batches WHERE state IN ('checking', 'running') AND leased_until <= $1 ORDER BY leased_until, batch_id LIMIT 1")
        .bind(now)
        .fetch_optional(db.read())
        .await?;
    let Some(due) = due else { return Ok(None) };
    let (partner, id): (String, String) = (due.try_get(0)?, due.try_get(1)?);
    let mut tx = db.begin().await?;
    let taken = sqlx::query("UPDATE batches SET leased_until = $1 WHERE partner_id = $2 AND batch_id = $3 AND state IN ('checking', 'running') AND leased_until <= $4")
        .bind(until)
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(now)
        .execute(&mut *tx)
        .await?
        .rows_affected()
        == 1;
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND batch_id = ", id.as_str());
    let found = sql.prepared().fetch_optional(&mut *tx).await?.map(|row| stored(&row)).transpose()?;
    if let Some(batch) = found.as_ref().filter(|b| taken && b.state == State::Checking) {
        // A server that died while it gathered has left rows.
        sqlx::query("DELETE FROM batch_rows WHERE partner_id = $1 AND batch_id = $2")
            .bind(batch.partner_id.as_str())
            .bind(batch.id.as_str())
            .execute(&mut *tx)
            .await?;
    }
    db.commit(tx).await?;
    Ok(found.filter(|_| taken))
}

/// Keeps a batch for longer, within a transaction that writes its rows. Answers whether it is still this
/// server's, in the state in which it was taken.
pub(super) async fn keep(tx: &mut Tx, batch: &mut Stored, until: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE batches SET leased_until = $1 WHERE partner_id = $2 AND batch_id = $3 AND state = $4 AND leased_until = $5")
        .bind(until)
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .bind(batch.state.as_str())
        .bind(batch.lease)
        .execute(&mut **tx)
        .await?;
    batch.lease = until;
    Ok(done.rows_affected() == 1)
}

/// Moves a batch from the state in which it was taken to another one, and lets it go. Answers whether it
/// was still this server's.
pub(super) async fn finish(
    tx: &mut Tx,
    batch: &Stored,
    state: State,
    ended: Option<i64>,
    failure: Option<Code>,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE batches SET state = $1, ended_at = $2, failure = $3, leased_until = 0 WHERE partner_id = $4 AND batch_id = $5 AND state = $6 AND leased_until = $7")
        .bind(state.as_str())
        .bind(ended)
        .bind(failure.map(code_word))
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .bind(batch.state.as_str())
        .bind(batch.lease)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes how many rows are expected.
pub(super) async fn expect(tx: &mut Tx, batch: &Stored, rows: i64) -> Result<(), Error> {
    sqlx::query("UPDATE batches SET expected = $1 WHERE partner_id = $2 AND batch_id = $3")
        .bind(rows)
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Starts a batch that is ready, in the person's name. Answers whether it was.
pub(super) async fn start(tx: &mut Tx, batch: &Stored, scope: &Scope) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE batches SET state = 'running', started_at = $1, started_by = $2, leased_until = 0 WHERE partner_id = $3 AND batch_id = $4 AND state = 'ready'")
        .bind(scope.now)
        .bind(scope.user_id.as_str())
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a batch of which nothing was carried out yet. Answers whether it was such a one.
pub(super) async fn give_up(
    tx: &mut Tx,
    (partner, id): (&PartnerId, &BatchId),
    now: i64,
    ready_only: bool,
) -> Result<bool, Error> {
    let text = if ready_only {
        "UPDATE batches SET state = 'cancelled', ended_at = $1, leased_until = 0 WHERE partner_id = $2 AND batch_id = $3 AND state = 'ready'"
    } else {
        "UPDATE batches SET state = 'cancelled', ended_at = $1, leased_until = 0 WHERE partner_id = $2 AND batch_id = $3 AND state IN ('checking', 'ready')"
    };
    let done =
        sqlx::query(text).bind(now).bind(partner.as_str()).bind(id.as_str()).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Asks a running batch to stop. Its job ends it, which alone knows what is under way. Answers whether
/// there was anything to ask.
pub(super) async fn ask_to_stop(tx: &mut Tx, (partner, id): (&PartnerId, &BatchId)) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE batches SET stopping = 1 WHERE partner_id = $1 AND batch_id = $2 AND state = 'running' AND stopping = 0")
        .bind(partner.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a batch was asked to stop.
pub(super) async fn is_stopping(db: &Db, batch: &Stored) -> Result<bool, Error> {
    let stopping: i64 =
        sqlx::query_scalar("SELECT stopping FROM batches WHERE partner_id = $1 AND batch_id = $2")
            .bind(batch.partner_id.as_str())
            .bind(batch.id.as_str())
            .fetch_one(db.read())
            .await?;
    Ok(stopping == 1)
}

/// Lets a batch go for others to have a turn; it is taken again after them.
pub(super) async fn release(db: &Db, batch: &Stored, now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    sqlx::query(
        "UPDATE batches SET leased_until = $1 WHERE partner_id = $2 AND batch_id = $3 AND leased_until = $4",
    )
    .bind(now)
    .bind(batch.partner_id.as_str())
    .bind(batch.id.as_str())
    .bind(batch.lease)
    .execute(&mut *tx)
    .await?;
    db.commit(tx).await
}

/// How many batches of the person are checked, wait or run.
pub(super) async fn open_ones(tx: &mut Tx, scope: &Scope) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM batches WHERE partner_id = $1 AND user_id = $2 AND state IN ('checking', 'ready', 'running')")
        .bind(scope.partner_id.as_str())
        .bind(scope.user_id.as_str())
        .fetch_one(&mut **tx)
        .await?)
}

/// Deletes the rows of batches that ended a week ago without having been started. For the cleaning job.
pub(crate) async fn clean(db: &Db, now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    sqlx::query("DELETE FROM batch_rows WHERE (partner_id, batch_id) IN (SELECT partner_id, batch_id FROM batches WHERE started_at IS NULL AND state IN ('cancelled', 'failed') AND ended_at <= $1)")
        .bind(now - KEPT)
        .execute(&mut *tx)
        .await?;
    db.commit(tx).await
}

/// Batches that were prepared before a moment and never started.
pub(super) async fn stale(db: &Db, before: i64) -> Result<Vec<(PartnerId, BatchId)>, Error> {
    let rows = sqlx::query(
        "SELECT partner_id, batch_id FROM batches WHERE state = 'ready' AND created_at <= $1 LIMIT 100",
    )
    .bind(before)
    .fetch_all(db.read())
    .await?;
    rows.iter().map(|row| Ok((PartnerId(row.try_get(0)?), BatchId(row.try_get(1)?)))).collect()
}
