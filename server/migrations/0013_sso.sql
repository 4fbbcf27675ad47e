-- Single sign-on by OpenID Connect: a partner's identity provider, who is linked there, sign-ins under way.

CREATE TABLE sso_providers (
    partner_id     TEXT   NOT NULL,
    name           TEXT   NOT NULL UNIQUE,             -- the partner's sign-in name, lower case
    issuer         TEXT   NOT NULL,
    client_id      TEXT   NOT NULL,
    sealed_secret  TEXT   NOT NULL,                    -- encrypted with the server's key
    domains        TEXT   NOT NULL,                    -- ' a.example b.example '; ' ' allows all
    metadata       TEXT   NOT NULL,                    -- what discovery said, in JSON
    discovered_at  BIGINT NOT NULL,
    round          BIGINT NOT NULL,                    -- counts changes of issuer, client and secret
    tested_at      BIGINT,                             -- a whole sign-in succeeded in this round
    tested_by      TEXT   NOT NULL DEFAULT '',
    enabled        BIGINT NOT NULL DEFAULT 0,
    required       BIGINT NOT NULL DEFAULT 0,          -- members must use it while it is enabled
    both_steps     BIGINT NOT NULL DEFAULT 1,          -- it stands for the second step too
    version        BIGINT NOT NULL,
    PRIMARY KEY (partner_id)
);

-- Admins who may go on signing in otherwise where it is required.
CREATE TABLE sso_exempt (
    partner_id  TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    PRIMARY KEY (partner_id, user_id)
);

-- Whom a provider means: nothing but issuer and subject says so.
CREATE TABLE sso_links (
    partner_id  TEXT   NOT NULL,
    link_id     TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    issuer      TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    email       TEXT   NOT NULL,                       -- as the provider had it when it was linked
    linked_at   BIGINT NOT NULL,
    used_at     BIGINT,
    PRIMARY KEY (partner_id, link_id)
);
CREATE UNIQUE INDEX sso_links_by_subject ON sso_links (partner_id, issuer, subject);
CREATE INDEX sso_links_by_member ON sso_links (partner_id, user_id);

-- Sign-ins that have gone to a provider and not come back. A row goes with the first answer.
CREATE TABLE sso_attempts (
    state_hash    TEXT   NOT NULL PRIMARY KEY,
    browser_hash  TEXT   NOT NULL,                     -- of the cookie of the browser that began it
    partner_id    TEXT   NOT NULL,
    round         BIGINT NOT NULL,
    tester_id     TEXT   NOT NULL DEFAULT '',          -- of a test: the member who makes it
    session_id    TEXT   NOT NULL DEFAULT '',          -- and in which session
    next          TEXT   NOT NULL,                     -- where to go then: an address of the console
    ip            TEXT   NOT NULL,
    begun_at      BIGINT NOT NULL
);
CREATE INDEX sso_attempts_by_age ON sso_attempts (begun_at);
CREATE INDEX sso_attempts_by_ip ON sso_attempts (ip);

-- The link by which a session began; nothing where it began otherwise.
ALTER TABLE sessions ADD COLUMN sso_link TEXT;
-- As that, of a sign-in whose second step is due.
ALTER TABLE sign_ins ADD COLUMN sso_partner TEXT;
ALTER TABLE sign_ins ADD COLUMN sso_link TEXT;
