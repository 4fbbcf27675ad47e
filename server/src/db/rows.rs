//! Inserts many rows with few statements.

use super::sql::{Sql, Value};
use crate::error::Error;
use sqlx::AnyConnection;

/// Values in one statement: below the limit of both databases (32,766 and 65,535).
const MAX_VALUES: usize = 15_000;

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
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut sql = Sql::new(insert);
        sql.rows(rows.by_ref().take(chunk)).push(after);
        written += sql.query().execute(&mut *connection).await?.rows_affected();
    }
    Ok(written)
}
