//! Inserts many rows with few statements.

use super::sql::{Sql, Value};
use crate::error::Error;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};

/// Values in one statement.
const MAX_VALUES: usize = 2_000;

/// Inserts rows with `insert` (up to and with `VALUES `) and `after` (a conflict clause, or empty).
/// Answers how many rows were written.
///
/// # Errors
/// What the database refuses.
pub async fn insert_rows(
    connection: &mut AnyConnection,
    insert: &'static str,
    rows: Vec<Vec<Value>>,
    after: &'static str,
) -> Result<u64, Error> {
    let mut written = 0;
    for query in statements(connection, insert, rows, after) {
        written += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(written)
}

/// As [`insert_rows`], where `after` ends with what is answered of each row that was written (`RETURNING …`).
///
/// # Errors
/// What the database refuses.
pub async fn insert_rows_returning(
    connection: &mut AnyConnection,
    insert: &'static str,
    rows: Vec<Vec<Value>>,
    after: &'static str,
) -> Result<Vec<AnyRow>, Error> {
    let mut written = Vec::new();
    for query in statements(connection, insert, rows, after) {
        written.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(written)
}

fn statements(
    connection: &AnyConnection,
    insert: &'static str,
    rows: Vec<Vec<Value>>,
    after: &'static str,
) -> Vec<Query<'static, Any, AnyArguments>> {
    let Some(width) = rows.first().map(Vec::len) else { return Vec::new() };
    let chunk = (MAX_VALUES / width.max(1)).max(1);
    let mut statements = Vec::with_capacity(rows.len().div_ceil(chunk));
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let full = rows.len() >= chunk;
        let mut sql = Sql::new(insert);
        sql.rows(rows.by_ref().take(chunk)).push(after);
        let sql = sql.many(connection);
        // Full statements all have the same text, so they stay prepared.
        statements.push(if full { sql.prepared() } else { sql.query() });
    }
    statements
}
