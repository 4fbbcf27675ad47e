//! Customer development (客户拓展): customers are reported, and invited to associate (capabilities 18 to 26).

mod check;
mod handlers;
mod import;
pub(crate) mod invitations;
pub(crate) mod invited;
mod links;
mod names;
pub mod review;
mod service;
pub(crate) mod store;

pub use handlers::mount;
pub(crate) use names::claims;
pub(crate) use service::expire_due;
