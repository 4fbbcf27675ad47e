-- Whom a partner's messages go to besides its members, and what each of them is told.
CREATE TABLE receivers (
    partner_id         TEXT   NOT NULL,
    receiver_id        TEXT   NOT NULL,
    name               TEXT   NOT NULL,
    email              TEXT   NOT NULL,                -- empty for none
    phone              TEXT   NOT NULL,                -- empty for none
    email_confirmed_at BIGINT,
    phone_confirmed_at BIGINT,
    version            BIGINT NOT NULL DEFAULT 0,
    created_at         BIGINT NOT NULL,
    PRIMARY KEY (partner_id, receiver_id)
);
CREATE TABLE receiver_kinds (
    partner_id         TEXT   NOT NULL,
    receiver_id        TEXT   NOT NULL,
    kind               TEXT   NOT NULL,                -- contract::notices::Kind
    email              BIGINT NOT NULL,
    sms                BIGINT NOT NULL,
    PRIMARY KEY (partner_id, receiver_id, kind)
);
-- A person's own notices by text message, to the confirmed phone.
ALTER TABLE notice_choices ADD COLUMN sms BIGINT NOT NULL DEFAULT 0;
