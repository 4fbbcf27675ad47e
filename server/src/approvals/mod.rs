//! Four-eyes approval of movements: asked for, given, refused, taken back.

mod handlers;
pub(crate) mod service;
pub(crate) mod store;

pub use handlers::mount;
