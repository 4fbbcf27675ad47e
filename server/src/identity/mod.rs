//! Who is there: people with passwords and sessions, programs with access keys.

mod handlers;
pub mod keys;
pub mod passwords;
pub mod sessions;
pub mod sign_in;
pub mod signature;
pub mod store;
mod throttle;

pub use handlers::mount;
