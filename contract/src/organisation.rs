//! The partner's organisation (组织 > 组织成员): members, their roles, invitations (capabilities 84 and 86,
//! product/states.md D7).

use crate::access::{PartnerKind, Permission, Role, Sight};
use crate::api::Access;
use crate::endpoints;
use crate::factors::SignedIn;
use crate::filter::OneOf;
use crate::id::{InvitationId, InvitationToken, RoleId, UserId};
use crate::identity::{RoleName, Session};
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "organisation";
    /// The partner's members, in the order in which they came.
    MemberList: GET "/api/members", Access::Needs(Permission::MembersManage), query = MemberQuery, reply = Page<Member>;
    /// Gives a member other roles or another supervisor. Takes effect with the member's next request.
    MemberChange: PUT "/api/members/{user_id}", Access::Needs(Permission::MembersManage), path = UserId, body = ChangeMember, reply = Member;
    /// Ends a membership (取消绑定): sessions and access keys end, assigned customers are nobody's.
    MemberUnbind: DELETE "/api/members/{user_id}", Access::Needs(Permission::MembersManage), path = UserId, reply = ();
    /// Looks at the console as a member does; nothing can be changed meanwhile.
    MemberLook: POST "/api/members/{user_id}/view", Access::Needs(Permission::MembersManage), path = UserId, reply = Session;
    /// All roles: presets and custom ones.
    RoleList: GET "/api/roles", Access::Needs(Permission::MembersManage), reply = Vec<RoleRow>;
    /// Defines a custom role (创建自定义角色), at most 10.
    RoleCreate: POST "/api/roles", Access::Needs(Permission::MembersManage), body = NewRole, reply = RoleRow;
    /// Changes a custom role for everybody who has it.
    RoleChange: PUT "/api/roles/{role_id}", Access::Needs(Permission::MembersManage), path = RoleId, body = ChangeRole, reply = RoleRow;
    /// Deletes a custom role that nobody has.
    RoleDelete: DELETE "/api/roles/{role_id}", Access::Needs(Permission::MembersManage), path = RoleId, reply = ();
    /// Invitations, newest first.
    InvitationList: GET "/api/invitations", Access::Needs(Permission::MembersManage), query = InvitationQuery, reply = Page<Invitation>;
    /// Invites people by e-mail; each gets a link that is valid for 7 days. At most 100 a day.
    InvitationCreate: POST "/api/invitations", Access::Needs(Permission::MembersManage), body = NewInvitations, reply = Vec<InvitationLink>;
    /// Sends an invitation again with a new link; the old link is void.
    InvitationResend: POST "/api/invitations/{invitation_id}/link", Access::Needs(Permission::MembersManage), path = InvitationId, reply = InvitationLink;
    /// Takes an invitation back.
    InvitationCancel: DELETE "/api/invitations/{invitation_id}", Access::Needs(Permission::MembersManage), path = InvitationId, reply = ();
    /// What an invitation's link says. Public: the link is the secret.
    JoinView: GET "/api/join/{token}", Access::Public, path = InvitationToken, reply = Welcome;
    /// Accepts an invitation and signs in; the person's other invitations are void. Somebody who is known and has
    /// a second factor joins with the second step.
    JoinAccept: POST "/api/join/{token}", Access::Public, path = InvitationToken, body = Acceptance, reply = SignedIn;
}

/// Days for which an invitation's link is valid.
pub const LINK_DAYS: i64 = 7;
/// Invitations of a partner in a day of GMT+8 (product/states.md, D7).
pub const INVITATIONS_A_DAY: i64 = 100;
/// People who can be invited at once.
pub const MAX_INVITED: usize = 50;
/// The longest name of a role or a person.
pub const MAX_NAME: usize = 64;

/// A member of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// The person, as a member of this partner.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The sign-in address.
    pub email: String,
    /// The roles, at most 3.
    pub roles: Vec<RoleName>,
    /// Which customers the roles show together.
    pub sight: Sight,
    /// Whose managers' customers a supervisor sees: the member above.
    pub supervisor: Option<UserId>,
    /// The supervisor's name.
    pub supervisor_name: String,
    /// Since when.
    pub since: Time,
    /// When any session was last used, to the minute.
    pub seen: Option<Time>,
    /// Counts the changes: what is sent back with one.
    pub version: i64,
    /// Whether it is the asking person.
    pub own: bool,
}

/// What members are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MemberQuery {
    /// A part of the name or of the address, in any letter case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only members with one of these roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<OneOf<RoleId>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What a member shall have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    /// The roles, 1 to 3.
    pub roles: Vec<RoleId>,
    /// The member above, if any.
    pub supervisor: Option<UserId>,
    /// The version that the change was made from.
    pub version: i64,
}

/// A role with what it allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleRow {
    /// The role.
    pub role: RoleName,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// Which customers it shows.
    pub sight: Sight,
    /// How many members have it.
    pub members: i64,
    /// Counts the changes of a custom one.
    pub version: i64,
}

impl RoleRow {
    /// Which preset it is, if it is one.
    #[must_use]
    pub fn preset(&self) -> Option<Role> {
        Role::parse(self.role.id.as_str())
    }
}

/// A custom role to define.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Its name, of no other role.
    pub name: String,
    /// What it allows: at least one thing, none that the asking person may not do.
    pub permissions: Vec<Permission>,
}

/// What a custom role shall be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// The version that the change was made from.
    pub version: i64,
}

words! {
    /// How an invitation stands (product/states.md, D7).
    InvitationState {
        /// 已邀请.
        Invited = "invited",
        /// 已绑定: accepted.
        Accepted = "accepted",
        /// 已失效: the link is older than 7 days, or another invitation was accepted.
        Expired = "expired",
        /// Taken back.
        Cancelled = "cancelled",
    }
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// With which roles.
    pub roles: Vec<RoleName>,
    /// How it stands.
    pub state: InvitationState,
    /// Who invited.
    pub by: String,
    /// When the link was sent last.
    pub at: Time,
    /// Until when the link is valid.
    pub until: Time,
}

/// What invitations are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct InvitationQuery {
    /// Only those that stand so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<InvitationState>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// People to invite.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvitations {
    /// Their addresses, 1 to 50.
    pub emails: Vec<String>,
    /// The roles that they will have, 1 to 3, none that allows more than the asking person may.
    pub roles: Vec<RoleId>,
}

/// An invitation's link. It is told here and in the mail, and kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationLink {
    /// To whom.
    pub email: String,
    /// The secret part of the link: the address is the console's with `/join/` and this.
    pub token: InvitationToken,
}

/// What the invited person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Welcome {
    /// Who invites.
    pub partner_name: String,
    /// What the partner is.
    pub partner_kind: PartnerKind,
    /// The member who invited.
    pub by: String,
    /// The invited address.
    pub email: String,
    /// The roles.
    pub roles: Vec<RoleName>,
    /// Until when the link is valid.
    pub until: Time,
    /// Whether the address is known: then the person's own password is asked for, else a new one is set.
    pub known: bool,
}

/// The answer of the invited person.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The person's name; not asked of somebody who is known.
    pub name: String,
    /// The own password of somebody who is known, else a new one.
    pub password: String,
    /// Whether the person agrees that name, account, phone and mail are shared with the partner
    /// (capability 84).
    pub consent: bool,
}

impl std::fmt::Debug for Acceptance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptance").finish_non_exhaustive()
    }
}
