//! The second step of signing in: a code app, recovery codes.

mod handlers;
mod qr;
mod recovery;
mod setup;
pub(crate) mod step;
pub(crate) mod store;
pub mod totp;

pub use handlers::mount;
pub use store::clean;
