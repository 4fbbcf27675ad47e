-- Requests to switch the type of an association, or to end it: one side asks, the other answers.
CREATE TABLE association_requests (
    partner_id     TEXT   NOT NULL,
    request_id     TEXT   NOT NULL,
    customer_id    TEXT   NOT NULL,
    customer_name  TEXT   NOT NULL,
    kind           TEXT   NOT NULL,                  -- contract::associations::Kind
    side           TEXT   NOT NULL,                  -- contract::associations::Side: who asked
    before_type    BIGINT NOT NULL,
    after_type     BIGINT,                           -- of a switch
    manager_id     TEXT,                             -- the customer's manager when it was asked for
    actor          TEXT   NOT NULL,
    reason         TEXT   NOT NULL,
    state          TEXT   NOT NULL,                  -- contract::associations::State, as written
    asked_at       BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    answered_at    BIGINT,
    answered_by    TEXT   NOT NULL DEFAULT '',
    answer         TEXT   NOT NULL DEFAULT '',       -- why it was refused
    obstacle       TEXT   NOT NULL DEFAULT '',       -- contract::associations::Obstacle: why it could not be carried out
    returned       BIGINT,                           -- what went back to the partner, in minor units
    PRIMARY KEY (partner_id, request_id)
);
CREATE INDEX association_requests_by_time ON association_requests (partner_id, asked_at, request_id);
CREATE INDEX association_requests_by_customer ON association_requests (partner_id, customer_id, asked_at);
CREATE UNIQUE INDEX association_requests_pending ON association_requests (partner_id, customer_id) WHERE state = 'pending';
-- Names of those who were customers once: their records stay.
CREATE TABLE former_customers (
    partner_id     TEXT   NOT NULL,
    customer_id    TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    account_name   TEXT   NOT NULL,
    ended_at       BIGINT NOT NULL,
    PRIMARY KEY (partner_id, customer_id)
);
