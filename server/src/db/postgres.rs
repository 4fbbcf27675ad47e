//! What only PostgreSQL has: the n-gram index, triggers against change.

/// Statements that may run at every start.
pub(super) const SCHEMA: &[&str] = &[
    "DROP TABLE IF EXISTS customer_grams",
    "CREATE TABLE IF NOT EXISTS customer_search (seq BIGINT NOT NULL PRIMARY KEY, grams TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS export_pieces (partner_id TEXT NOT NULL, export_id TEXT NOT NULL, piece BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (partner_id, export_id, piece))",
    "CREATE INDEX IF NOT EXISTS customer_search_index ON customer_search USING gin (string_to_array(grams, ' '))",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
    "CREATE OR REPLACE TRIGGER transfers_keep BEFORE UPDATE OR DELETE ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION append_only()",
    "CREATE OR REPLACE TRIGGER entries_keep BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION append_only()",
    "CREATE OR REPLACE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION append_only()",
];
