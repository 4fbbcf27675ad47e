-- Whether members who have a code app confirm with it instead of a code by mail.
ALTER TABLE partners ADD COLUMN code_by_app BIGINT NOT NULL DEFAULT 0;
