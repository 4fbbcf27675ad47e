-- Whether members who have a code app confirm with it instead of a code by mail.
ALTER TABLE partners ADD COLUMN code_by_app BIGINT NOT NULL DEFAULT 0;

-- Whether a token was given for a second step too.
ALTER TABLE api_tokens ADD COLUMN strong BIGINT NOT NULL DEFAULT 0;

-- Who invited: an invitation is worth no more than whoever sent it.
ALTER TABLE invitations ADD COLUMN inviter_id TEXT NOT NULL DEFAULT '';
