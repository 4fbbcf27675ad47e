//! Signing in, and the sessions of the signed-in person.

use crate::access::{PartnerKind, Permission, Sight};
use crate::api::Access;
use crate::endpoints;
use crate::factors::SignedIn;
use crate::id::{PartnerId, RoleId, SessionId, UserId, ViewId};
use crate::money::Currency;
use crate::preferences::Preferences;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The longest e-mail address.
pub const MAX_EMAIL: usize = 254;
/// The shortest password that may be set.
pub const MIN_PASSWORD: usize = 8;
/// The longest password that is looked at.
pub const MAX_PASSWORD: usize = 256;

endpoints! { "identity";
    /// Signs in with e-mail and password. Sets the session cookie, or says that a second factor is due.
    SignIn: POST "/api/session", Access::Public, body = Credentials, reply = SignedIn;
    /// Who is signed in, for which partner, with which permissions.
    CurrentSession: GET "/api/session", Access::Entering, reply = Session;
    /// Goes on for another of the person's partners. The session gets a new cookie.
    PartnerSwitch: POST "/api/session/partner", Access::Entering, body = Switch, reply = Session;
    /// Goes on as oneself after looking at the console as a member.
    ViewEnd: DELETE "/api/session/view", Access::Entering, reply = Session;
    /// Ends this session.
    SignOut: DELETE "/api/session", Access::Entering, reply = ();
    /// The person's sessions, newest first.
    SessionList: GET "/api/sessions", Access::SignedIn, reply = Vec<SessionRow>;
    /// Ends one of the person's sessions.
    SessionRevoke: DELETE "/api/sessions/{session_id}", Access::SignedIn, path = SessionId, reply = ();
    /// Ends all of the person's sessions, this one too.
    SessionRevokeAll: DELETE "/api/sessions", Access::SignedIn, reply = ();
    /// Messages that the embedded delivery kept for this person, newest first. Empty unless the
    /// server runs with the demo's message centre.
    MessageList: GET "/api/messages", Access::SignedIn, reply = Vec<Message>;
}

/// What a person signs in with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The e-mail address, in any letter case.
    pub email: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The signed-in person, as the console needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The person.
    pub user_id: UserId,
    /// The person's name.
    pub name: String,
    /// The sign-in address.
    pub email: String,
    /// The person's roles.
    pub roles: Vec<RoleName>,
    /// What the roles allow.
    pub permissions: Vec<Permission>,
    /// Which customers they show.
    pub sight: Sight,
    /// Whether the partner asks for a second factor and the person has none yet: then nothing else is open.
    pub factor_needed: bool,
    /// Whether the partner asks for single sign-on and this session did not begin by it: then nothing else is open.
    #[serde(default)]
    pub sso_needed: bool,
    /// The partner's name for single sign-on; empty where that is not on.
    #[serde(default)]
    pub sso: String,
    /// Whether the session began by single sign-on: then it is for this partner only.
    #[serde(default)]
    pub by_sso: bool,
    /// Who looks at the console as this person, if somebody does: then nothing can be changed.
    pub viewer: Option<String>,
    /// The partners for which the person can act, this one among them.
    pub partners: Vec<Membership>,
    /// The partner for which the person acts.
    pub partner_id: PartnerId,
    /// The partner's name.
    pub partner_name: String,
    /// What the partner is.
    pub partner_kind: PartnerKind,
    /// The currency of the partner's accounts.
    pub currency: Currency,
    /// Whether the server keeps messages in the console's message centre (demo only).
    pub message_centre: bool,
    /// The partner's name in its console; empty where that is the product's.
    pub display_name: String,
    /// The hash of the partner's logo; empty where it has none.
    pub logo: String,
    /// What the person prefers.
    pub preferences: Preferences,
    /// When the session ends unless it is used before.
    pub idle_until: Time,
    /// When it ends in any case.
    pub ends_at: Time,
    /// The person's unread notices.
    pub unread: i64,
    /// Movements of others that wait for the person's approval.
    pub approvals: i64,
    /// The views with which lists open.
    pub views: Vec<OpeningView>,
}

/// A role by its name: a preset one has a name in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleName {
    /// The role: a preset's word, or a custom one's id.
    pub id: RoleId,
    /// The name of a custom one; empty for a preset.
    pub name: String,
}

/// A partner for which a person can act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Membership {
    /// The partner.
    pub partner_id: PartnerId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
}

/// For which partner to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// The partner.
    pub partner_id: PartnerId,
}

/// The view with which a list opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpeningView {
    /// The list.
    pub list: String,
    /// The view.
    pub id: ViewId,
    /// Its query string.
    pub query: String,
}

/// A session in the list of the person's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When the person signed in.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_seen_at: Time,
    /// The address it came from.
    pub ip: String,
    /// The browser, as it names itself.
    pub user_agent: String,
    /// Whether it began by single sign-on.
    #[serde(default)]
    pub by_sso: bool,
}

/// A message in the demo's message centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// The message.
    pub id: String,
    /// Where it would have gone, masked.
    pub sent_to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// When it was delivered.
    pub at: Time,
}
