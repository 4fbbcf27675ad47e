-- Where partners' own systems are told what happened, and what became of each telling.

CREATE TABLE webhook_endpoints (
    partner_id     TEXT   NOT NULL,
    endpoint_id    TEXT   NOT NULL,
    url            TEXT   NOT NULL,
    description    TEXT   NOT NULL,
    events         TEXT   NOT NULL,                  -- ' batch.done funds.appropriated '
    state          TEXT   NOT NULL,                  -- contract::webhooks::WebhookState
    sealed_secret  TEXT   NOT NULL,                  -- encrypted with the server's key
    sealed_before  TEXT   NOT NULL DEFAULT '',       -- the secret before it
    before_until   BIGINT NOT NULL DEFAULT 0,        -- until when that signs too
    failing_since  BIGINT,                           -- since when attempts do nothing but fail
    seq            BIGINT NOT NULL,                  -- up to which entry of the trail deliveries are written
    replay_until   BIGINT NOT NULL DEFAULT 0,        -- up to which entry they are written a second time
    version        BIGINT NOT NULL DEFAULT 1,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (partner_id, endpoint_id)
);

CREATE TABLE webhook_deliveries (
    partner_id    TEXT   NOT NULL,
    delivery_id   TEXT   NOT NULL,                   -- begins with its time
    endpoint_id   TEXT   NOT NULL,
    event_id      TEXT   NOT NULL,                   -- the header webhook-id
    kind          TEXT   NOT NULL,                   -- contract::webhooks::EventKind
    payload       TEXT   NOT NULL,                   -- the body, byte for byte
    state         TEXT   NOT NULL,                   -- contract::webhooks::DeliveryState
    attempts      BIGINT NOT NULL DEFAULT 0,         -- made in all
    tries         BIGINT NOT NULL DEFAULT 0,         -- made since it was asked for last
    status        BIGINT,                            -- of the last answer
    fault         TEXT,                              -- contract::webhooks::AttemptFault, of the last attempt
    event_at      BIGINT NOT NULL,
    queued_at     BIGINT NOT NULL,                   -- event_at, or when it was asked for again
    next_at       BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL DEFAULT 0,
    ended_at      BIGINT,
    PRIMARY KEY (partner_id, delivery_id)
);
CREATE UNIQUE INDEX webhook_deliveries_by_event ON webhook_deliveries (partner_id, endpoint_id, event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (partner_id, endpoint_id, state, next_at);
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (partner_id, endpoint_id, state, ended_at);
CREATE INDEX webhook_deliveries_by_end ON webhook_deliveries (ended_at);

CREATE TABLE webhook_attempts (
    partner_id   TEXT   NOT NULL,
    delivery_id  TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    millis       BIGINT NOT NULL,
    status       BIGINT,
    fault        TEXT,
    PRIMARY KEY (partner_id, delivery_id, number)
);
