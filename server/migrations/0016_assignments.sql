-- Times of customers under their managers, one row an assignment; manager_id is NULL for a time without one. A customer
-- whose manager was never changed has none. Days are those of bills (GMT+8): the day of a change is the new manager's.
CREATE TABLE customer_managers (
    partner_id     TEXT   NOT NULL,
    assignment_id  TEXT   NOT NULL,
    customer_id    TEXT   NOT NULL,
    manager_id     TEXT,
    from_at        BIGINT NOT NULL,                    -- 0 for the time before the first change
    from_day       TEXT   NOT NULL,                    -- '' for the time before the first change
    until_at       BIGINT,
    until_day      TEXT,
    assigned_by    TEXT   NOT NULL,
    PRIMARY KEY (partner_id, assignment_id)
);
CREATE INDEX customer_managers_by_customer ON customer_managers (partner_id, customer_id, from_at);
