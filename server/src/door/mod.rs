//! The customer's door: who proves an address by a code is let in, follows an invitation, and looks after the own
//! accounts (capabilities 2, 16, 25).

pub(crate) mod accounts;
mod associate;
mod enter;
mod handlers;
pub(crate) mod sessions;

pub use handlers::mount;
pub(crate) use sessions::clean;
