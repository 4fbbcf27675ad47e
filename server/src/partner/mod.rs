//! The partner itself (伙伴信息): its settings.

mod handlers;
mod service;
mod store;

pub use handlers::mount;
pub(crate) use store::{settings, settings_in};
