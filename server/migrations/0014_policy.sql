-- The phone that a person has confirmed; empty where there is none. How a partner's codes come (contract::partner::CodeWay).
ALTER TABLE people ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE partners ADD COLUMN code_by TEXT NOT NULL DEFAULT 'email';
UPDATE partners SET code_by = 'app' WHERE code_by_app <> 0;
ALTER TABLE partners DROP COLUMN code_by_app;
-- Operations that ask for no code though codes are on (contract::partner::Sensitive, with commas between), and how
-- often the settings were changed: who has looked at older ones is told so.
ALTER TABLE partners ADD COLUMN excepted TEXT NOT NULL DEFAULT '';
ALTER TABLE partners ADD COLUMN settings_version BIGINT NOT NULL DEFAULT 0;
