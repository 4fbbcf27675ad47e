//! Saved views of lists: a person's own, shared with the partner's members or not.

mod handlers;
mod service;
pub(crate) mod store;

pub use handlers::mount;
