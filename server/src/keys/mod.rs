//! Access keys as people see them (支持 > 能力开放): made, listed, revoked. Checking signatures with them is in
//! `identity`.

mod handlers;
mod service;
mod store;

pub use handlers::mount;
