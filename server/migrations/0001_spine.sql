-- One text for both databases: TEXT and BIGINT only, times as milliseconds since 1970 (UTC),
-- money as minor units. Every business table's key begins with the owning partner.

CREATE TABLE partners (
    partner_id      TEXT   NOT NULL PRIMARY KEY,
    number          BIGINT NOT NULL UNIQUE,          -- small, for the ranges of customers.seq
    kind            TEXT   NOT NULL,                 -- contract::access::PartnerKind
    name            TEXT   NOT NULL,
    distributor_id  TEXT,                            -- of a reseller
    currency        TEXT   NOT NULL,
    verification    BIGINT NOT NULL DEFAULT 0,       -- 验证码验证, off by default
    customer_count  BIGINT NOT NULL DEFAULT 0,
    last_seq        BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL
);
CREATE INDEX partners_by_distributor ON partners (distributor_id);

CREATE TABLE users (
    partner_id     TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    email          TEXT   NOT NULL UNIQUE,           -- lower case
    name           TEXT   NOT NULL,
    role           TEXT   NOT NULL,                  -- contract::access::Role
    phone          TEXT   NOT NULL DEFAULT '',
    password_hash  TEXT   NOT NULL,
    disabled_at    BIGINT,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (partner_id, user_id)
);

CREATE TABLE sessions (
    token_hash    TEXT   NOT NULL PRIMARY KEY,
    session_id    TEXT   NOT NULL UNIQUE,
    partner_id    TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    ip            TEXT   NOT NULL,
    user_agent    TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (partner_id, user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE throttles (
    throttle_key   TEXT   NOT NULL PRIMARY KEY,
    failures       BIGINT NOT NULL,
    blocked_until  BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);

CREATE TABLE access_keys (
    access_key     TEXT   NOT NULL PRIMARY KEY,
    partner_id     TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    sealed_secret  TEXT   NOT NULL,                  -- encrypted with the server's key
    created_at     BIGINT NOT NULL,
    disabled_at    BIGINT
);
CREATE INDEX access_keys_by_user ON access_keys (partner_id, user_id);

CREATE TABLE customers (
    partner_id     TEXT   NOT NULL,
    customer_id    TEXT   NOT NULL,
    seq            BIGINT NOT NULL,                  -- order of association, unique over all partners
    name           TEXT   NOT NULL,
    account_name   TEXT   NOT NULL,
    sort_name      TEXT   NOT NULL,
    search_text    TEXT   NOT NULL,                  -- lower case: what a search looks through
    association    BIGINT NOT NULL,
    verified       BIGINT NOT NULL,
    customer_type  BIGINT NOT NULL,
    frozen         BIGINT NOT NULL DEFAULT 0,
    manager_id     TEXT,
    phone          TEXT   NOT NULL,
    country_code   TEXT   NOT NULL,
    email          TEXT   NOT NULL,
    label          TEXT   NOT NULL DEFAULT '',
    level          TEXT   NOT NULL DEFAULT 'V0',
    xaccount_id    TEXT,
    xaccount_type  TEXT,
    bill_account   TEXT,                             -- the sub-account's id in bill files
    associated_on  BIGINT NOT NULL,
    PRIMARY KEY (partner_id, customer_id)
);
CREATE UNIQUE INDEX customers_by_seq ON customers (seq);
-- The list's default order: without it the planner sorts all customers of the partner.
CREATE INDEX customers_by_place ON customers (partner_id, seq);
CREATE INDEX customers_by_association ON customers (partner_id, association, seq);
CREATE INDEX customers_by_manager ON customers (partner_id, manager_id, seq);
CREATE INDEX customers_by_name ON customers (partner_id, sort_name, customer_id);
CREATE UNIQUE INDEX customers_by_bill_account ON customers (partner_id, bill_account);

-- The ledger. Accounts carry sums of their entries; transfers and entries are only ever added.
CREATE TABLE ledger_accounts (
    partner_id      TEXT   NOT NULL,
    account_id      TEXT   NOT NULL,
    kind            TEXT   NOT NULL,                 -- ledger::AccountKind
    owner_id        TEXT   NOT NULL,
    currency        TEXT   NOT NULL,
    posted          BIGINT NOT NULL,
    held            BIGINT NOT NULL,
    available       BIGINT NOT NULL,                 -- posted - held, for sorting
    entries         BIGINT NOT NULL,                 -- how many entries it has
    PRIMARY KEY (partner_id, account_id)
);
CREATE INDEX ledger_accounts_by_available ON ledger_accounts (partner_id, kind, available, owner_id);

CREATE TABLE ledger_transfers (
    partner_id         TEXT   NOT NULL,
    transfer_id        TEXT   NOT NULL,
    phase              TEXT   NOT NULL,              -- single, pending, post, void, expire
    pending_id         TEXT,                         -- the pending transfer that post, void, expire end
    reverses_id        TEXT,                         -- the transfer that this one corrects
    kind               TEXT   NOT NULL,
    debit_partner_id   TEXT   NOT NULL,
    debit_account_id   TEXT   NOT NULL,
    credit_partner_id  TEXT   NOT NULL,
    credit_account_id  TEXT   NOT NULL,
    amount             BIGINT NOT NULL,
    currency           TEXT   NOT NULL,
    customer_id        TEXT,
    actor              TEXT   NOT NULL,
    memo               TEXT   NOT NULL,
    at                 BIGINT NOT NULL,
    expires_at         BIGINT,                       -- of a pending one
    PRIMARY KEY (partner_id, transfer_id)
);
CREATE UNIQUE INDEX ledger_transfers_by_pending ON ledger_transfers (partner_id, pending_id);
CREATE INDEX ledger_transfers_by_time ON ledger_transfers (partner_id, at, transfer_id);
CREATE INDEX ledger_transfers_by_customer ON ledger_transfers (partner_id, customer_id, at, transfer_id);

CREATE TABLE ledger_entries (
    partner_id           TEXT   NOT NULL,
    account_id           TEXT   NOT NULL,
    entry                BIGINT NOT NULL,            -- 1, 2, 3 … of its account
    transfer_partner_id  TEXT   NOT NULL,
    transfer_id          TEXT   NOT NULL,
    amount               BIGINT NOT NULL,            -- below zero where the account pays
    balance_after        BIGINT NOT NULL,
    at                   BIGINT NOT NULL,
    PRIMARY KEY (partner_id, account_id, entry)
);
CREATE INDEX ledger_entries_by_transfer ON ledger_entries (transfer_partner_id, transfer_id);

-- Pending transfers that nothing has ended yet.
CREATE TABLE ledger_open_holds (
    partner_id   TEXT   NOT NULL,
    transfer_id  TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (partner_id, transfer_id)
);
CREATE INDEX ledger_open_holds_by_expiry ON ledger_open_holds (expires_at);

-- The first result of every sensitive call, by the caller's own key.
CREATE TABLE requests (
    partner_id   TEXT   NOT NULL,
    request_key  TEXT   NOT NULL,
    fingerprint  TEXT   NOT NULL,                    -- hash of what was asked for
    transfer_id  TEXT,                               -- the transfer that it made
    refusal      TEXT,                               -- or the code with which it was refused
    at           BIGINT NOT NULL,
    PRIMARY KEY (partner_id, request_key)
);

CREATE TABLE challenges (
    partner_id     TEXT   NOT NULL,
    challenge_id   TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,                  -- who asked; '' for a program
    purpose        TEXT   NOT NULL,                  -- the act that the code allows
    subject        TEXT   NOT NULL,                  -- the caller's key of the act
    fingerprint    TEXT   NOT NULL,                  -- hash of the act's content
    channel        TEXT   NOT NULL,
    receiver       TEXT   NOT NULL,
    summary        TEXT   NOT NULL,                  -- what the message says the code is for
    english        BIGINT NOT NULL,
    minutes        BIGINT NOT NULL,
    code_hash      TEXT   NOT NULL,                  -- keyed hash; '' when dead
    tries          BIGINT NOT NULL,
    sends          BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    resend_at      BIGINT NOT NULL,
    used_at        BIGINT,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (partner_id, challenge_id)
);
CREATE UNIQUE INDEX challenges_by_subject ON challenges (partner_id, purpose, subject);

-- Codes sent, for the limits a receiver and a person.
CREATE TABLE code_sends (
    partner_id  TEXT   NOT NULL,
    send_id     TEXT   NOT NULL,
    limit_key   TEXT   NOT NULL,                     -- hash of the receiver, or the person
    at          BIGINT NOT NULL,
    PRIMARY KEY (partner_id, send_id, limit_key)
);
CREATE INDEX code_sends_by_key ON code_sends (partner_id, limit_key, at);

CREATE TABLE messages (
    partner_id    TEXT   NOT NULL,
    message_id    TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    challenge_id  TEXT,                              -- dies if the message cannot be delivered
    channel       TEXT   NOT NULL,
    receiver      TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    sealed_text   TEXT   NOT NULL,                   -- encrypted; emptied once delivered
    state         TEXT   NOT NULL,                   -- waiting, delivered, failed
    attempts      BIGINT NOT NULL,
    next_at       BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    PRIMARY KEY (partner_id, message_id)
);
CREATE INDEX messages_waiting ON messages (state, next_at);
CREATE INDEX messages_by_user ON messages (partner_id, user_id, created_at);

-- What happened, for webhooks and mail to come; written with the change itself.
CREATE TABLE events (
    partner_id  TEXT   NOT NULL,
    seq         BIGINT NOT NULL,                     -- the audit entry's
    kind        TEXT   NOT NULL,
    payload     TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (partner_id, seq)
);

CREATE TABLE audit_heads (
    partner_id  TEXT   NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    hash        TEXT   NOT NULL
);
CREATE TABLE audit_entries (
    partner_id   TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    actor        TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,                    -- kind:id
    subject_id   TEXT   NOT NULL,
    detail       TEXT   NOT NULL,                    -- JSON
    ip           TEXT   NOT NULL,
    request_id   TEXT   NOT NULL,
    hash         TEXT   NOT NULL,
    PRIMARY KEY (partner_id, seq)
);
CREATE INDEX audit_entries_by_subject ON audit_entries (partner_id, subject_id, seq);

-- Consumption: the bill's lines by their identity, and the sums that pages show.
CREATE TABLE consumption_lines (
    partner_id   TEXT   NOT NULL,
    line_id      TEXT   NOT NULL,                    -- hash of the row: the same row is one line
    customer_id  TEXT   NOT NULL,
    month        TEXT   NOT NULL,                    -- yyyy-MM, GMT+8
    day          TEXT   NOT NULL,                    -- yyyy-MM-dd, GMT+8
    provider     TEXT   NOT NULL,
    service      TEXT   NOT NULL,
    resource_id  TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    cost         TEXT   NOT NULL,                    -- exact decimal
    list_cost    TEXT   NOT NULL,
    imported_at  BIGINT NOT NULL,
    PRIMARY KEY (partner_id, line_id)
);
CREATE INDEX consumption_lines_by_day ON consumption_lines (partner_id, customer_id, day);

CREATE TABLE imports (
    partner_id   TEXT   NOT NULL,
    file_hash    TEXT   NOT NULL,
    file_name    TEXT   NOT NULL,
    rows         BIGINT NOT NULL,
    added        BIGINT NOT NULL,
    refused      BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (partner_id, file_hash)
);
