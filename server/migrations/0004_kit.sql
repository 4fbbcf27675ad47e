-- What all lists share: saved views, work on many rows, files that people bring, notices.

CREATE INDEX customers_by_date ON customers (partner_id, associated_on);
CREATE INDEX customers_by_account_name ON customers (partner_id, account_name);

CREATE TABLE views (
    partner_id  TEXT   NOT NULL,
    view_id     TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    list        TEXT   NOT NULL,                     -- contract::views::LISTS
    name        TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    shared      BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    changed_by  TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (partner_id, view_id)
);
CREATE UNIQUE INDEX views_by_name ON views (partner_id, user_id, list, name);

-- With which view a list opens, for a person.
CREATE TABLE view_defaults (
    partner_id  TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    list        TEXT   NOT NULL,
    view_id     TEXT   NOT NULL,
    PRIMARY KEY (partner_id, user_id, list)
);

CREATE TABLE batches (
    partner_id    TEXT   NOT NULL,
    batch_id      TEXT   NOT NULL,                   -- begins with its time
    user_id       TEXT   NOT NULL,
    actor         TEXT   NOT NULL,
    kind          TEXT   NOT NULL,                   -- contract::batches::Kind
    state         TEXT   NOT NULL,                   -- contract::batches::State
    source        TEXT   NOT NULL,                   -- contract::batches::Source
    targets       TEXT   NOT NULL,                   -- JSON: what its rows are made of
    amount        BIGINT,                            -- for each; NULL: all that is available, or the file's
    memo          TEXT   NOT NULL,
    english       BIGINT NOT NULL,
    file_name     TEXT   NOT NULL,
    file_hash     TEXT,                              -- of a file's rows
    reverses_id   TEXT,
    expected      BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    started_at    BIGINT,
    ended_at      BIGINT,
    failure       TEXT,                              -- contract::error::Code
    started_by    TEXT,                              -- in whose name its rows are carried out
    stopping      BIGINT NOT NULL DEFAULT 0,         -- asked to stop while it ran
    leased_until  BIGINT NOT NULL,
    PRIMARY KEY (partner_id, batch_id)
);
CREATE INDEX batches_by_state ON batches (state, leased_until);
CREATE INDEX batches_by_file ON batches (partner_id, file_hash);
CREATE INDEX batches_by_reversed ON batches (partner_id, reverses_id);

CREATE TABLE batch_rows (
    partner_id     TEXT   NOT NULL,
    batch_id       TEXT   NOT NULL,
    number         BIGINT NOT NULL,
    customer_id    TEXT   NOT NULL,                  -- '' where a file names none that there is
    customer_name  TEXT   NOT NULL,
    amount         BIGINT,                           -- minor units
    memo           TEXT   NOT NULL,
    state          TEXT   NOT NULL,                  -- contract::batches::RowState
    reason         TEXT,                             -- contract::error::Code
    fault          TEXT,                             -- JSON: contract::error::Fault
    source_id      TEXT,                             -- the transfer that it takes back
    cells          TEXT,                             -- JSON: what a file's row says, where it was refused
    transfer_id    TEXT,
    PRIMARY KEY (partner_id, batch_id, number)
);
CREATE INDEX batch_rows_by_state ON batch_rows (partner_id, batch_id, state, number);

CREATE TABLE import_files (
    partner_id  TEXT   NOT NULL,
    import_id   TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    content     TEXT   NOT NULL,                     -- JSON: the rows, headings first
    rows        BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (partner_id, import_id)
);

CREATE INDEX import_files_by_time ON import_files (at);

CREATE TABLE notices (
    partner_id  TEXT   NOT NULL,
    notice_id   TEXT   NOT NULL,                     -- begins with its time
    user_id     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,                     -- contract::notices::Kind
    action      TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    actor       TEXT   NOT NULL,
    rows        BIGINT NOT NULL,
    amount      BIGINT,
    currency    TEXT,
    at          BIGINT NOT NULL,
    read_at     BIGINT,
    PRIMARY KEY (partner_id, notice_id)
);
CREATE INDEX notices_by_user ON notices (partner_id, user_id, notice_id);
CREATE INDEX notices_by_time ON notices (at);
CREATE INDEX notices_unread ON notices (partner_id, user_id, read_at);

CREATE TABLE notice_choices (
    partner_id  TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    console     BIGINT NOT NULL,
    email       BIGINT NOT NULL,
    PRIMARY KEY (partner_id, user_id, kind)
);

-- Up to which event of a partner notices have been written.
CREATE TABLE notice_heads (
    partner_id  TEXT   NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL
);
-- Files of one page, or of rows that were chosen.
ALTER TABLE exports ADD COLUMN page_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN ids TEXT;

-- What happened before there were notices is no news.
INSERT INTO notice_heads (partner_id, seq) SELECT partner_id, seq FROM audit_heads;
