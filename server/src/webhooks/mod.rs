//! Webhooks: tells partners' own systems what happened. Deliveries are written out of the audit trail, one an
//! endpoint and event, and sent by a job until they are taken.

mod courier;
mod deliveries;
mod events;
mod handlers;
pub mod job;
mod queue;
mod service;
mod sign;
mod store;

pub use courier::Courier;
pub use handlers::mount;
pub(crate) use queue::clean;
