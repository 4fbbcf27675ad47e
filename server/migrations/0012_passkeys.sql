-- Passkeys (WebAuthn) of people: a second factor, and a way to sign in alone. They are the person's, of no partner.

-- Whose a passkey is, as the passkey itself knows it: random, and nothing that tells who it is.
ALTER TABLE people ADD COLUMN passkey_handle TEXT;
CREATE UNIQUE INDEX people_by_passkey_handle ON people (passkey_handle);

CREATE TABLE passkeys (
    passkey_id     TEXT   NOT NULL PRIMARY KEY,
    person_id      TEXT   NOT NULL,
    credential_id  TEXT   NOT NULL UNIQUE,           -- Base64url, as the browser tells it
    public_key     TEXT   NOT NULL,                  -- COSE, in hex
    sign_count     BIGINT NOT NULL,                  -- of the last use; one that goes back is refused
    transports     TEXT   NOT NULL,                  -- words with blanks between them
    name           TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    last_used_at   BIGINT
);
CREATE INDEX passkeys_by_person ON passkeys (person_id, created_at);

-- Challenges that were answered, until they would have ended anyway: none is answered twice.
CREATE TABLE passkey_answers (
    challenge_hash  TEXT   NOT NULL PRIMARY KEY,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX passkey_answers_by_expiry ON passkey_answers (expires_at);
