-- What a partner tells of itself and how it looks; what a person prefers.

CREATE TABLE companies (
    partner_id  TEXT   NOT NULL PRIMARY KEY,
    details     TEXT   NOT NULL,                       -- contract::company::Details in JSON
    logo_type   TEXT   NOT NULL DEFAULT '',
    logo        TEXT   NOT NULL DEFAULT '',            -- base64
    logo_hash   TEXT   NOT NULL DEFAULT '',
    version     BIGINT NOT NULL DEFAULT 0
);

ALTER TABLE people ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN zone TEXT NOT NULL DEFAULT '';
