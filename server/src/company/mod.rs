//! The partner as a company (伙伴信息 > 公司信息): its details, name and logo; people's preferences.

mod handlers;
mod service;
pub(crate) mod store;

pub use handlers::mount;
