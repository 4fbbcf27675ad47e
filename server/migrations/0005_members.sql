-- People and their memberships: a person may belong to several partners. What a person signs in with is
-- theirs; name and address are copied into each membership, where lists are ordered and searched by them.

CREATE TABLE people (
    person_id       TEXT   NOT NULL PRIMARY KEY,
    email           TEXT   NOT NULL UNIQUE,          -- lower case
    name            TEXT   NOT NULL,
    password_hash   TEXT   NOT NULL,
    last_partner_id TEXT,                            -- for which the person acted last
    created_at      BIGINT NOT NULL
);

CREATE TABLE members (
    partner_id     TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    person_id      TEXT   NOT NULL,
    email          TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    roles          TEXT   NOT NULL,                  -- ' admin r1 ': presets' words and custom roles' ids
    granted        TEXT   NOT NULL DEFAULT ' ',      -- what the custom ones allow, kept with them
    supervisor_id  TEXT,
    version        BIGINT NOT NULL DEFAULT 1,
    disabled_at    BIGINT,                           -- unbound
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (partner_id, user_id)
);
CREATE UNIQUE INDEX members_by_person ON members (partner_id, person_id);
CREATE INDEX members_of_person ON members (person_id);
CREATE INDEX members_by_age ON members (partner_id, created_at, user_id);
CREATE INDEX members_by_supervisor ON members (partner_id, supervisor_id);

INSERT INTO people (person_id, email, name, password_hash, last_partner_id, created_at)
    SELECT user_id, email, name, password_hash, partner_id, created_at FROM users;
INSERT INTO members (partner_id, user_id, person_id, email, name, roles, disabled_at, created_at)
    SELECT partner_id, user_id, user_id, email, name, ' ' || role || ' ', disabled_at, created_at FROM users;
DROP TABLE users;

CREATE TABLE roles (
    partner_id   TEXT   NOT NULL,
    role_id      TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    permissions  TEXT   NOT NULL,                    -- ' customers_read exports '
    version      BIGINT NOT NULL DEFAULT 1,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (partner_id, role_id)
);
CREATE UNIQUE INDEX roles_by_name ON roles (partner_id, name);

CREATE TABLE invitations (
    partner_id     TEXT   NOT NULL,
    invitation_id  TEXT   NOT NULL,
    email          TEXT   NOT NULL,
    roles          TEXT   NOT NULL,
    token_hash     TEXT   NOT NULL UNIQUE,
    state          TEXT   NOT NULL,                  -- contract::organisation::InvitationState, as written
    invited_by     TEXT   NOT NULL,
    sent_at        BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    PRIMARY KEY (partner_id, invitation_id)
);
CREATE INDEX invitations_by_email ON invitations (email, state);
CREATE INDEX invitations_by_time ON invitations (partner_id, sent_at);

-- Each link that was sent, for the limit of a day.
CREATE TABLE invitation_links (
    partner_id  TEXT   NOT NULL,
    sent_at     BIGINT NOT NULL,
    link_id     TEXT   NOT NULL,
    PRIMARY KEY (partner_id, sent_at, link_id)
);

-- The member whose console the session's person looks at.
ALTER TABLE sessions ADD COLUMN viewing_id TEXT;
