//! Which manager a customer is assigned to (客户分配), and since when (capabilities 4 to 8).

mod handlers;
mod service;
pub(crate) mod store;

pub use handlers::mount;
