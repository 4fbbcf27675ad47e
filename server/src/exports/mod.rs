//! Files of lists: asked for, made by a job, kept for a while (design/ux-checklist.md, 36–38;
//! design/security.md, checks 56 and 57).

mod cells;
mod handlers;
pub mod job;
mod lists;
mod service;
mod store;
mod words;
mod write;

pub use handlers::mount;
pub(crate) use lists::check;
pub(crate) use words::reason;
pub(crate) use write::csv_file;
