//! Single sign-on by OpenID Connect: a partner's members sign in at the partner's own identity provider
//! (docs/decisions/0018-single-sign-on.md).

mod answer;
mod attempts;
mod begin;
mod crypto;
mod handlers;
mod links;
mod notice;
mod provider;
mod setup;
pub(crate) mod store;
mod token;

pub use attempts::clean;
pub use handlers::mount;
pub use provider::Providers;
