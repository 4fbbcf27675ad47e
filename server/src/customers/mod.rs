//! Customers: the list, one customer, personal data on request.

mod bss;
pub mod create;
mod handlers;
pub mod list;
pub mod store;

pub use handlers::mount;
