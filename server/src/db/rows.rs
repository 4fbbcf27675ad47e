//! Inserts many rows with few statements.

use super::sql::{Sql, Value};
use crate::error::Error;
use sqlx::AnyConnection;

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
    let Some(width) = rows.first().map(Vec::len) else { return Ok(0) };
    let chunk = (MAX_VALUES / width.max(1)).max(1);
    let mut written = 0;
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let full = rows.len() >= chunk;
        let mut sql = Sql::new(insert);
        sql.rows(rows.by_ref().take(chunk)).push(after);
        let sql = sql.many(connection);
        // Full statements all have the same text, so they stay prepared.
        let query = if full { sql.prepared() } else { sql.query() };
        written += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(written)
}
