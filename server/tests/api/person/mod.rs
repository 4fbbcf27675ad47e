//! What a person signs in with.

mod passwords;
mod resets;

pub use resets::reset_token;
