//! The second step of signing in: a code app, passkeys, recovery codes.

mod handlers;
pub(crate) mod proof;
pub(crate) mod qr;
pub(crate) mod recovery;
mod setup;
pub(crate) mod step;
pub(crate) mod store;
pub mod totp;

pub use handlers::mount;
pub(crate) use setup::shown;
pub use store::clean;
