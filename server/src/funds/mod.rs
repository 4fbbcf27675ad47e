//! Money of a partner and its customers: balances, appropriation (拨款), reclaim (回收),
//! adjustment records (调账记录).

mod bss;
pub mod desk;
mod handlers;
pub(crate) mod movement;
pub(crate) mod service;
pub(crate) mod store;

pub use handlers::mount;
pub use movement::{Direction, Order};
