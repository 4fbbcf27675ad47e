//! Notices to people: written by a job out of the audit trail, so that no request waits for them; and what
//! changed, told to the consoles that are open.

mod audience;
mod handlers;
pub mod job;
pub mod live;
pub(crate) mod store;
mod words;

pub use handlers::mount;
pub(crate) use store::clean;
