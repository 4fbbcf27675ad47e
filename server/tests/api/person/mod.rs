//! What a person signs in with.

mod emails;
pub mod factors;
mod passwords;
mod required;
mod resets;

pub use resets::reset_token;
