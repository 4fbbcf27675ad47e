//! Files that people bring: read once, kept as plain rows, made into batches (design/security.md, check 56).

mod handlers;
pub(crate) mod read;
mod service;
pub(crate) mod store;

pub use handlers::mount;
pub(crate) use store::clean;
