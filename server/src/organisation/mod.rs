//! The partner's organisation (组织): members with their roles, custom roles, invitations.

mod handlers;
mod invitations;
mod invited;
pub(crate) mod join;
mod members;
mod roles;
mod store;

pub use handlers::mount;
