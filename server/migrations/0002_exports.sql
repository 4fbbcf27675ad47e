-- Files of lists: what was asked for, and how far it is. The pieces of a file are in export_pieces,
-- which holds bytes and so differs by engine (server/src/db).
CREATE TABLE exports (
    partner_id    TEXT   NOT NULL,
    export_id     TEXT   NOT NULL,                   -- begins with its time
    user_id       TEXT   NOT NULL,
    actor         TEXT   NOT NULL,
    list          TEXT   NOT NULL,                   -- contract::exports::ListName
    format        TEXT   NOT NULL,
    query         TEXT   NOT NULL,                   -- the list's query string
    columns       TEXT   NOT NULL,                   -- JSON: keys and headings
    english       BIGINT NOT NULL,
    masked        BIGINT NOT NULL,
    state         TEXT   NOT NULL,                   -- contract::exports::State
    rows_written  BIGINT NOT NULL,
    expected      BIGINT NOT NULL,
    bytes         BIGINT NOT NULL,
    sha256        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    expires_at    BIGINT,
    leased_until  BIGINT NOT NULL,
    PRIMARY KEY (partner_id, export_id)
);
CREATE INDEX exports_by_state ON exports (state, leased_until);
