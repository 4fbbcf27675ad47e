-- Sums of consumption_lines, written with them (server/src/consumption/sums). A decimal is four whole numbers, so that
-- both engines add it up exactly: cost_0 is the whole units, rounded down, cost_9 what is left in units of 10^-9,
-- cost_18 and cost_28 what is left then in 10^-18 and 10^-28. Sums do not carry from one to the next.
-- What is in the lines already comes in when the database is opened (db::Db::migrate).

-- One customer's: what its page shows, and what people see who see some customers only.
CREATE TABLE consumption_customer_days (
    partner_id   TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL,
    day          TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    service      TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    lines        BIGINT NOT NULL,
    cost_0       BIGINT NOT NULL,
    cost_9       BIGINT NOT NULL,
    cost_18      BIGINT NOT NULL,
    cost_28      BIGINT NOT NULL,
    list_0       BIGINT NOT NULL,
    list_9       BIGINT NOT NULL,
    list_18      BIGINT NOT NULL,
    list_28      BIGINT NOT NULL,
    PRIMARY KEY (partner_id, customer_id, day, currency, service, region)
);

-- All customers' together, by day.
CREATE TABLE consumption_days (
    partner_id   TEXT   NOT NULL,
    day          TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    service      TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    lines        BIGINT NOT NULL,
    cost_0       BIGINT NOT NULL,
    cost_9       BIGINT NOT NULL,
    cost_18      BIGINT NOT NULL,
    cost_28      BIGINT NOT NULL,
    list_0       BIGINT NOT NULL,
    list_9       BIGINT NOT NULL,
    list_18      BIGINT NOT NULL,
    list_28      BIGINT NOT NULL,
    PRIMARY KEY (partner_id, day, currency, service, region)
);

-- The same by month.
CREATE TABLE consumption_months (
    partner_id   TEXT   NOT NULL,
    month        TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    service      TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    lines        BIGINT NOT NULL,
    cost_0       BIGINT NOT NULL,
    cost_9       BIGINT NOT NULL,
    cost_18      BIGINT NOT NULL,
    cost_28      BIGINT NOT NULL,
    list_0       BIGINT NOT NULL,
    list_9       BIGINT NOT NULL,
    list_18      BIGINT NOT NULL,
    list_28      BIGINT NOT NULL,
    PRIMARY KEY (partner_id, month, currency, service, region)
);

-- A month's customers.
CREATE TABLE consumption_customer_months (
    partner_id   TEXT   NOT NULL,
    month        TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL,
    lines        BIGINT NOT NULL,
    cost_0       BIGINT NOT NULL,
    cost_9       BIGINT NOT NULL,
    cost_18      BIGINT NOT NULL,
    cost_28      BIGINT NOT NULL,
    list_0       BIGINT NOT NULL,
    list_9       BIGINT NOT NULL,
    list_18      BIGINT NOT NULL,
    list_28      BIGINT NOT NULL,
    PRIMARY KEY (partner_id, month, currency, customer_id)
);

-- The lines in their list's order: all, a customer's, a service's.
DROP INDEX consumption_lines_by_day;
CREATE INDEX consumption_lines_by_day ON consumption_lines (partner_id, day, line_id);
CREATE INDEX consumption_lines_by_customer ON consumption_lines (partner_id, customer_id, day, line_id);
CREATE INDEX consumption_lines_by_service ON consumption_lines (partner_id, service, day, line_id);
