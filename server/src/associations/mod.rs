//! Switching the type of an association and ending it (capabilities 1 to 3, product/states.md D1).

mod effects;
mod handlers;
mod service;
mod store;
mod timeline;

pub use handlers::mount;
pub(crate) use service::expire_due;
