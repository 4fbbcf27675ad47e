//! The organisation (issue 4, parts 1 and 2): members, roles, invitations, partners of a person.

mod invitations;
mod members;
mod partners;
mod roles;
