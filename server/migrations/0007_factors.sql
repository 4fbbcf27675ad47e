-- What a person signs in with, besides the password in people. All of it is the person's, of no partner.

-- Somebody asked for a new password. Known and unknown addresses are written down alike; a job answers.
CREATE TABLE reset_asks (
    ask_id      TEXT   NOT NULL PRIMARY KEY,
    email       TEXT   NOT NULL,                     -- lower case
    english     BIGINT NOT NULL,
    ip          TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    asked_at    BIGINT NOT NULL
);
CREATE INDEX reset_asks_by_age ON reset_asks (asked_at);

-- Links that set a new password. Kept for a day, for the limit of a day.
CREATE TABLE password_resets (
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    person_id   TEXT   NOT NULL,
    sent_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    ended_at    BIGINT                               -- used, or a newer one was sent
);
CREATE INDEX password_resets_by_person ON password_resets (person_id, sent_at);

-- A code app. One that was not confirmed by a first code is on for nothing yet.
CREATE TABLE totps (
    person_id      TEXT   NOT NULL PRIMARY KEY,
    sealed_secret  TEXT   NOT NULL,                  -- encrypted with the server's key
    last_step      BIGINT NOT NULL,                  -- of the last code that was taken: none is taken twice
    confirmed_at   BIGINT,
    created_at     BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    person_id   TEXT   NOT NULL,
    code_hash   TEXT   NOT NULL,                     -- keyed hash
    used_at     BIGINT,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (person_id, code_hash)
);

-- Right passwords whose second step is due.
CREATE TABLE sign_ins (
    token_hash       TEXT   NOT NULL PRIMARY KEY,
    person_id        TEXT   NOT NULL,
    invitation_hash  TEXT,                           -- the link of an invitation that was accepted with it
    tries            BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

-- Whether members must have a second factor.
ALTER TABLE partners ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;
