//! The server's API tests: one program, a file a subject, on SQLite and on PostgreSQL.
//!
//! Settings from the environment, all optional; what is not set is skipped with a note:
//! `TEST_POSTGRES_URL` (a superuser's `postgres://…/postgres`; each test makes a database of its own),
//! `TEST_PYTHON` (a Python with `huaweicloudsdkbss` and `aiosmtpd`), `FOCUS_SAMPLE` (a real bill file).

mod harness;

mod access;
mod associations;
mod console;
mod consumption;
mod customers;
mod exports;
mod focus;
mod front;
mod kit;
mod mail;
mod money;
mod organisation;
mod partner;
mod person;
mod process;
mod programs;
mod prospects;
mod published;
mod sso;
mod webhooks;
