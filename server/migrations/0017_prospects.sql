-- Customers that members report (报备), and what is theirs alone while a report is in force.
CREATE TABLE prospects (
    partner_id    TEXT   NOT NULL,
    prospect_id   TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    core          TEXT   NOT NULL,                   -- the name without form, case and company form
    contact       TEXT   NOT NULL,
    phone         TEXT   NOT NULL,
    email         TEXT   NOT NULL,
    memo          TEXT   NOT NULL,
    search_text   TEXT   NOT NULL,                   -- lower case
    state         TEXT   NOT NULL,                   -- contract::prospects::ProspectState, or deleted
    reason        TEXT   NOT NULL DEFAULT '',        -- why the review refused it
    reporter_id   TEXT   NOT NULL,
    reporter      TEXT   NOT NULL,
    reported_at   BIGINT NOT NULL,
    held_until    BIGINT NOT NULL,                   -- or until when the review has to be over
    invited_at    BIGINT,
    customer_id   TEXT,
    PRIMARY KEY (partner_id, prospect_id)
);
CREATE INDEX prospects_by_time ON prospects (partner_id, reported_at, prospect_id);
CREATE INDEX prospects_by_state ON prospects (state, held_until);
-- What reports in force or under review claim, over all partners: each thing is one report's.
CREATE TABLE prospect_claims (
    claim         TEXT   NOT NULL PRIMARY KEY,       -- name:…, phone:…, email:…
    partner_id    TEXT   NOT NULL,
    prospect_id   TEXT   NOT NULL
);
CREATE INDEX prospect_claims_by_prospect ON prospect_claims (partner_id, prospect_id);
-- Pairs of letters of their names, to find names that are much alike.
CREATE TABLE prospect_grams (
    partner_id    TEXT   NOT NULL,
    prospect_id   TEXT   NOT NULL,
    gram          TEXT   NOT NULL,
    PRIMARY KEY (partner_id, prospect_id, gram)
);
CREATE INDEX prospect_grams_by_gram ON prospect_grams (gram);
-- Whose address or number it is, over all partners.
CREATE INDEX customers_by_email ON customers (email);
CREATE INDEX customers_by_phone ON customers (phone);

-- Invitations of customers: by mail, and what became of those who came by a general link.
CREATE TABLE customer_invitations (
    partner_id     TEXT   NOT NULL,
    invitation_id  TEXT   NOT NULL,
    kind           TEXT   NOT NULL,                  -- contract::prospects::InvitationKind
    prospect_id    TEXT,                             -- NULL of a general link
    name           TEXT   NOT NULL,
    email          TEXT   NOT NULL,
    association    BIGINT NOT NULL,
    token_hash     TEXT   NOT NULL UNIQUE,           -- of a general link the invitation's own id: nobody opens it
    state          TEXT   NOT NULL,                  -- contract::prospects::CustomerInvitationState, as written
    cause          TEXT   NOT NULL DEFAULT '',       -- contract::prospects::Cause
    inviter_id     TEXT   NOT NULL,
    inviter        TEXT   NOT NULL,
    sent_at        BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    opened_at      BIGINT,
    customer_id    TEXT,
    PRIMARY KEY (partner_id, invitation_id)
);
CREATE INDEX customer_invitations_by_time ON customer_invitations (partner_id, sent_at, invitation_id);
CREATE INDEX customer_invitations_by_prospect ON customer_invitations (partner_id, prospect_id);
-- Members' general links. They are no secret: whoever opens one may become a customer, and nothing more.
CREATE TABLE customer_links (
    partner_id     TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    association    BIGINT NOT NULL,
    token          TEXT   NOT NULL UNIQUE,
    tag            TEXT   NOT NULL,                  -- the member's account name
    since          BIGINT NOT NULL,
    PRIMARY KEY (partner_id, user_id, association)
);

-- Accounts of customers. An account is at most one partner's; its customer there has the same id.
CREATE TABLE customer_accounts (
    account_id     TEXT   NOT NULL PRIMARY KEY,
    email          TEXT   NOT NULL,                  -- lower case
    name           TEXT   NOT NULL,
    name_key       TEXT   NOT NULL UNIQUE,           -- lower case
    partner_id     TEXT,
    created_at     BIGINT NOT NULL
);
CREATE INDEX customer_accounts_by_email ON customer_accounts (email, created_at);
-- Customers who proved an address by a code.
CREATE TABLE customer_sessions (
    token_hash     TEXT   NOT NULL PRIMARY KEY,
    email          TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    last_seen_at   BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX customer_sessions_by_expiry ON customer_sessions (expires_at);
CREATE TABLE customer_consents (
    account_id     TEXT   NOT NULL,
    consent        TEXT   NOT NULL,                  -- contract::door::Consent
    version        BIGINT NOT NULL,
    at             BIGINT NOT NULL,
    ip             TEXT   NOT NULL,
    PRIMARY KEY (account_id, consent, version)
);
CREATE TABLE customer_log (
    account_id     TEXT   NOT NULL,
    entry_id       TEXT   NOT NULL,
    action         TEXT   NOT NULL,                  -- contract::door::LogAction
    partner        TEXT   NOT NULL,                  -- its name then; empty for none
    at             BIGINT NOT NULL,
    ip             TEXT   NOT NULL,
    PRIMARY KEY (account_id, entry_id)
);
-- Times of customers with their partners, one row an association.
CREATE TABLE customer_relations (
    partner_id     TEXT   NOT NULL,
    relation_id    TEXT   NOT NULL,
    customer_id    TEXT   NOT NULL,
    association    BIGINT NOT NULL,
    invitation_id  TEXT,
    begun_at       BIGINT NOT NULL,
    begun_by       TEXT   NOT NULL,                  -- who invited
    ended_at       BIGINT,
    ended_by       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (partner_id, relation_id)
);
CREATE INDEX customer_relations_by_customer ON customer_relations (partner_id, customer_id, begun_at);
