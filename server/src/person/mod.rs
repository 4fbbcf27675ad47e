//! What a person signs in with: changed by the person, set anew by a mailed link.

pub(crate) mod address;
mod email;
mod handlers;
pub(crate) mod notice;
pub(crate) mod password;
mod phone;
pub(crate) mod present;
pub mod reset;
pub mod rules;
mod store;

pub use handlers::mount;
pub use store::clean;
