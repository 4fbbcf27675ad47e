//! Whom a partner's messages go to besides its members (消息接收设置).

mod handlers;
mod service;
pub(crate) mod store;

pub use handlers::mount;
