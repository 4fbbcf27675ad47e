//! The identity endpoints of programs: tokens, and the account of a key.

mod handlers;
mod service;

pub use handlers::mount;
