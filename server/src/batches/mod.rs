//! Work on many objects at once: gathered and checked by a job, looked at, started, carried out by the job.
//! Each row is a movement with a key of its own, so that a server that dies in the middle moves nothing
//! twice (docs/decisions/0011).

mod gather;
mod handlers;
pub mod job;
mod lines;
mod service;
pub(crate) mod store;

pub use handlers::mount;
pub(crate) use store::clean;
