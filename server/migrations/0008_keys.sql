-- What an access key may do, how long, and when it was used; tokens for programs that do not sign.

ALTER TABLE access_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT ' ';  -- ' funds_read '; nothing: all that its owner may
ALTER TABLE access_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE access_keys ADD COLUMN used_at BIGINT;                    -- to the minute
ALTER TABLE access_keys ADD COLUMN used_from TEXT NOT NULL DEFAULT '';
ALTER TABLE access_keys ADD COLUMN made_by TEXT;                      -- the caller's key of the call that made it
CREATE UNIQUE INDEX access_keys_by_call ON access_keys (partner_id, user_id, made_by);
CREATE INDEX access_keys_by_age ON access_keys (partner_id, created_at, access_key);

CREATE TABLE api_tokens (
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    partner_id  TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    ip          TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX api_tokens_by_user ON api_tokens (partner_id, user_id);
CREATE INDEX api_tokens_by_end ON api_tokens (expires_at);
