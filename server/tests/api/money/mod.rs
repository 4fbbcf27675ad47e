//! Money of a partner and its customers: appropriation, reclaim, codes, keys, records, the books.

mod amounts;
mod app_codes;
mod approvals;
mod at_once;
mod codes;
mod keys;
mod passkeys;
mod records;
pub mod settings;
mod tamper;
mod together;
mod walk;
mod with_code;
