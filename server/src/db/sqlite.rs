//! What only SQLite has: pragmas, the full-text table, triggers against change.

use sqlx::AnyConnection;

/// Sets a fresh connection up. FULL is the durability promise: what is answered is on the disk
/// (design/security.md, finding 1).
pub(super) async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in [
        "PRAGMA busy_timeout = 15000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -12000",
        "PRAGMA wal_autocheckpoint = 4000",
    ] {
        sqlx::raw_sql(pragma).execute(&mut *connection).await?;
    }
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await?;
    if synchronous == 2 { Ok(()) } else { Err(sqlx::Error::Configuration("synchronous is not FULL".into())) }
}

/// How many connections read: each keeps pages of its own in memory, and more of them than cores
/// only wait for each other.
pub(super) fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(cores).unwrap_or(2).saturating_add(1).clamp(3, 8)
}

/// Statements that may run at every start.
pub(super) const SCHEMA: &[&str] = &[
    "DROP TABLE IF EXISTS customer_grams",
    "CREATE VIRTUAL TABLE IF NOT EXISTS customer_search USING fts5(grams, content='', contentless_delete=1)",
    "CREATE TABLE IF NOT EXISTS export_pieces (partner_id TEXT NOT NULL, export_id TEXT NOT NULL, piece BIGINT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (partner_id, export_id, piece))",
    // Tokens gathered in memory before they are written: many customers at once need fewer merges.
    "INSERT INTO customer_search (customer_search, rank) VALUES ('hashsize', 16777216)",
    "CREATE TRIGGER IF NOT EXISTS transfers_keep BEFORE UPDATE ON ledger_transfers BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS transfers_stay BEFORE DELETE ON ledger_transfers BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_keep BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_keep BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_stay BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'append-only'); END",
];

/// Whether an error is SQLite's `IOERR`: the disk failed, the outcome is unknown.
pub(super) fn is_io_error(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(10)
}

/// SQLite's primary result code of a database error.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
