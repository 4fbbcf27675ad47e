//! The organisation (组织 > 组织成员): people, roles, invitations; and the door of the invited.

mod invitations;
mod invite;
mod join;
mod member_form;
mod members;
mod people;
mod role_form;
mod roles;

use crate::i18n::texts::organisation as words;
use crate::parts::{Part, View};
use crate::routes::{Group, Menu, Page};
use crate::ui::icon::Icon;
use contract::access::Permission;

/// The members, the roles, the invitations.
pub const MEMBERS: &str = "/members";
/// Where an invitation leads; open to everybody who has the link.
pub const JOIN: &str = "/join/:token";

/// The pages of this area.
pub const PAGES: &[Page] = &[
    Page {
        path: MEMBERS,
        title: words::TITLE,
        menu: Some(Menu { group: Group::Organisation, icon: Icon::People }),
        parent: None,
        access: Some(Permission::MembersManage),
        part: Part::Organisation,
    },
    Page {
        path: JOIN,
        title: words::JOIN_TITLE,
        menu: None,
        parent: None,
        access: None,
        part: Part::Organisation,
    },
];

/// What they show.
pub const VIEWS: &[View] = &[(MEMBERS, people::page), (JOIN, join::page)];
