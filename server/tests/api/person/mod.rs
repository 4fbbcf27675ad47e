//! What a person signs in with.

mod emails;
pub mod factors;
pub mod passkeys;
mod passwords;
mod phones;
mod required;
mod resets;

pub use resets::reset_token;
