//! The SQL of batches' rows.

use super::store::{Stored, code_word, read_code, unknown};
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::batches::{BatchRow, Reason, RowQuery, RowState};
use contract::error::{Code, Fault};
use contract::id::{BatchId, PartnerId, TransferId};
use contract::money::{Currency, Money};
use contract::page::{Page, Total, page_size};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// A row as stored.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) number: i64,
    pub(super) customer_id: String,
    pub(super) customer_name: String,
    pub(super) amount: Option<i64>,
    pub(super) memo: String,
    pub(super) state: RowState,
    pub(super) reason: Option<Code>,
    pub(super) fault: Option<Fault>,
    /// The transfer that it takes back.
    pub(super) source: Option<TransferId>,
    /// What a file's row says.
    pub(super) cells: Option<Vec<String>>,
    pub(super) transfer: Option<TransferId>,
}

/// Rows of one state and reason.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub(super) state: RowState,
    pub(super) reason: Option<Code>,
    pub(super) rows: i64,
    pub(super) amount: i64,
}

/// The figures of batches, by batch.
pub(super) async fn figures(
    db: &Db,
    scope: &Scope,
    ids: &[&BatchId],
) -> Result<BTreeMap<String, Vec<Figure>>, Error> {
    let mut found: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(
        "SELECT batch_id, state, reason, COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM batch_rows",
    );
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .any_of(" AND batch_id IN (", ids.iter().map(|id| id.as_str()))
        .push(" GROUP BY batch_id, state, reason");
    for row in sql.prepared().fetch_all(db.read()).await? {
        found.entry(row.try_get(0)?).or_default().push(Figure {
            state: RowState::parse(row.try_get(1)?).ok_or_else(unknown)?,
            reason: row.try_get::<Option<String>, _>(2)?.map(|word| read_code(&word)),
            rows: row.try_get(3)?,
            amount: row.try_get(4)?,
        });
    }
    Ok(found)
}

fn rows_of(sql: &mut Sql, partner: &PartnerId, id: &BatchId) {
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND batch_id = ", id.as_str());
}

const LINE: &str = "SELECT number, customer_id, customer_name, amount, memo, state, reason, fault, source_id, transfer_id, cells FROM batch_rows";

fn line(row: &AnyRow) -> Result<Line, Error> {
    Ok(Line {
        number: row.try_get(0)?,
        customer_id: row.try_get(1)?,
        customer_name: row.try_get(2)?,
        amount: row.try_get(3)?,
        memo: row.try_get(4)?,
        state: RowState::parse(row.try_get(5)?).ok_or_else(unknown)?,
        reason: row.try_get::<Option<String>, _>(6)?.map(|word| read_code(&word)),
        fault: row.try_get::<Option<String>, _>(7)?.and_then(|json| serde_json::from_str(&json).ok()),
        source: row.try_get::<Option<String>, _>(8)?.map(TransferId),
        transfer: row.try_get::<Option<String>, _>(9)?.map(TransferId),
        cells: row.try_get::<Option<String>, _>(10)?.and_then(|json| serde_json::from_str(&json).ok()),
    })
}

/// The rows of a state after a number, in their order.
pub(super) async fn lines(
    db: &Db,
    (partner, id): (&PartnerId, &BatchId),
    states: &[RowState],
    after: i64,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    let mut sql = Sql::new(LINE);
    rows_of(&mut sql, partner, id);
    sql.any_of(" AND state IN (", states.iter().map(|s| s.as_str()))
        .bind(" AND number > ", after)
        .bind(" ORDER BY number LIMIT ", limit);
    sql.prepared().fetch_all(db.read()).await?.iter().map(line).collect()
}

/// A page of a batch's rows.
pub(super) async fn rows(
    db: &Db,
    scope: &Scope,
    id: &BatchId,
    query: &RowQuery,
) -> Result<Page<BatchRow>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let narrow = |sql: &mut Sql| {
        rows_of(sql, &scope.partner_id, id);
        if let Some(states) = &query.state {
            sql.any_of(" AND state IN (", states.0.iter().map(|s| s.as_str()));
        }
    };
    let mut sql = Sql::new(LINE);
    narrow(&mut sql);
    if let Some(cursor) = &from {
        let number: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
        sql.bind(if backwards { " AND number < " } else { " AND number > " }, number);
    }
    sql.push(if backwards { " ORDER BY number DESC" } else { " ORDER BY number" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let found = sql.prepared().fetch_all(db.read()).await?;
    let found = found.iter().map(line).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM batch_rows");
    narrow(&mut count);
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |l| (l.number.to_string(), String::new()));
    let items = items.into_iter().map(|l| view(l, scope.currency)).collect();
    Ok(Page { items, next, previous, total: Total::exact(counted) })
}

/// A row as people see it.
pub(super) fn view(line: Line, currency: Currency) -> BatchRow {
    BatchRow {
        number: line.number,
        customer_id: line.customer_id,
        customer_name: line.customer_name,
        amount: line.amount.map(|minor| Money::new(minor, currency)),
        memo: line.memo,
        state: line.state,
        reason: line.reason,
        fault: line.fault,
        transfer_id: line.transfer,
    }
}

pub(super) async fn insert_lines(tx: &mut Tx, batch: &Stored, lines: &[Line]) -> Result<(), Error> {
    let rows = lines.iter().map(|l| {
        let fault = l.fault.and_then(|f| serde_json::to_string(&f).ok());
        vec![
            batch.partner_id.as_str().into(),
            batch.id.as_str().into(),
            l.number.into(),
            l.customer_id.as_str().into(),
            l.customer_name.as_str().into(),
            l.amount.into(),
            l.memo.as_str().into(),
            l.state.as_str().into(),
            l.reason.map(code_word).into(),
            fault.into(),
            l.source.as_ref().map(ToString::to_string).into(),
            l.cells.as_ref().and_then(|cells| serde_json::to_string(cells).ok()).into(),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    insert_rows(tx, "INSERT INTO batch_rows (partner_id, batch_id, number, customer_id, customer_name, amount, memo, state, reason, fault, source_id, cells) VALUES ", rows, "").await?;
    Ok(())
}

/// Writes what became of a row that waited.
pub(super) async fn settle(
    tx: &mut Tx,
    batch: &Stored,
    number: i64,
    result: &Result<TransferId, Code>,
) -> Result<(), Error> {
    let state = if result.is_ok() { RowState::Done } else { RowState::Failed };
    sqlx::query("UPDATE batch_rows SET state = $1, reason = $2, transfer_id = $3 WHERE partner_id = $4 AND batch_id = $5 AND number = $6 AND state = 'waiting'")
        .bind(state.as_str())
        .bind(result.as_ref().err().map(|code| code_word(*code)))
        .bind(result.as_ref().ok().map(ToString::to_string))
        .bind(batch.partner_id.as_str())
        .bind(batch.id.as_str())
        .bind(number)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Why rows were refused or failed, most frequent first.
pub(super) fn reasons(figures: &[Figure]) -> Vec<Reason> {
    let mut by_code: BTreeMap<String, Reason> = BTreeMap::new();
    for figure in figures {
        if let Some(code) = figure.reason {
            by_code.entry(code_word(code)).or_insert(Reason { code, rows: 0 }).rows += figure.rows;
        }
    }
    let mut reasons: Vec<Reason> = by_code.into_values().collect();
    reasons.sort_by_key(|r| std::cmp::Reverse(r.rows));
    reasons
}

/// Leaves the rows that still wait.
pub(super) async fn leave(tx: &mut Tx, batch: &Stored) -> Result<(), Error> {
    sqlx::query(
        "UPDATE batch_rows SET state = 'left' WHERE partner_id = $1 AND batch_id = $2 AND state = 'waiting'",
    )
    .bind(batch.partner_id.as_str())
    .bind(batch.id.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
