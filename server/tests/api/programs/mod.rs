//! Programs' access: keys that people make, tokens, the account of a key.

mod keys;
mod tokens;
