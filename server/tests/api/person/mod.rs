//! What a person signs in with.

mod emails;
pub mod factors;
mod passwords;
mod phones;
mod required;
mod resets;

pub use resets::reset_token;
