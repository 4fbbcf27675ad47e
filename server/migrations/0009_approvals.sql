-- From which amounts on movements ask for a code and for a second member's approval, and what waits for one.

ALTER TABLE partners ADD COLUMN code_from BIGINT;      -- minor units; nothing: all
ALTER TABLE partners ADD COLUMN approval_from BIGINT;  -- minor units; nothing: none

CREATE TABLE approvals (
    partner_id    TEXT   NOT NULL,
    approval_id   TEXT   NOT NULL,
    kind          TEXT   NOT NULL,                     -- the published operation_type
    customer_id   TEXT   NOT NULL,
    amount        BIGINT NOT NULL,
    currency      TEXT   NOT NULL,
    memo          TEXT   NOT NULL,
    request_key   TEXT   NOT NULL,                     -- the caller's key: of the request and of its movement
    fingerprint   TEXT   NOT NULL,
    state         TEXT   NOT NULL,                     -- contract::approvals::ApprovalState, as written
    user_id       TEXT   NOT NULL,                     -- who asked
    asked_by      TEXT   NOT NULL,
    asked_at      BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    decided_by    TEXT   NOT NULL DEFAULT '',
    decided_at    BIGINT,
    reason        TEXT   NOT NULL DEFAULT '',
    transfer_id   TEXT,
    PRIMARY KEY (partner_id, approval_id)
);
CREATE UNIQUE INDEX approvals_by_key ON approvals (partner_id, request_key);
CREATE INDEX approvals_by_time ON approvals (partner_id, asked_at, approval_id);
CREATE INDEX approvals_by_state ON approvals (partner_id, state, expires_at);
