//! Who is there: people with passwords and sessions, programs with access keys.

pub(crate) mod handlers;
pub mod keys;
pub(crate) mod membership;
pub mod passwords;
pub mod sessions;
pub mod sign_in;
pub mod signature;
pub mod store;
pub(crate) mod throttle;
pub(crate) mod tokens;

pub use handlers::mount;
