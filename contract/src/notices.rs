//! What a person is told without asking: notices, how they want to get them, and what changed elsewhere
//! (design/ux-checklist.md, 55, 57).

use crate::api::{Access, File};
use crate::endpoints;
use crate::filter::OneOf;
use crate::id::NoticeId;
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "notices";
    /// The person's notices, newest first.
    NoticeList: GET "/api/notices", Access::SignedIn, query = NoticeQuery, reply = Page<Notice>;
    /// Marks notices as read: these, or all where none is named. Answers how many are unread.
    NoticesRead: POST "/api/notices/read", Access::SignedIn, body = ReadNotices, reply = Unread;
    /// How the person wants to be told, a line a kind.
    NoticeChoices: GET "/api/notices/choices", Access::SignedIn, reply = Vec<Choice>;
    /// Changes that, for the kinds that are named.
    NoticeChoicesChange: PUT "/api/notices/choices", Access::SignedIn, body = Vec<Choice>, reply = Vec<Choice>;
    /// Changes as they happen, as server-sent events: each is a [`Live`] in JSON.
    LiveEvents: GET "/api/live", Access::SignedIn, reply = File;
}

words! {
    /// What a notice tells.
    Kind {
        /// A file that the person asked for is ready, or could not be made.
        Export = "export",
        /// A batch of the person can be started, or has ended.
        Batch = "batch",
        /// Somebody else, or a program, moved money.
        Movement = "movement",
        /// Somebody signed in with the person's password.
        SignIn = "sign_in",
        /// An endpoint for events was switched off since it only failed.
        Webhook = "webhook",
        /// A movement waits for the person's approval, or the person's own was decided.
        Approval = "approval",
        /// Members, roles: who may do what was changed.
        Organisation = "organisation",
        /// What protects the partner was changed: settings, keys, endpoints, receivers.
        Security = "security",
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notice {
    /// The notice.
    pub id: NoticeId,
    /// What it tells.
    pub kind: Kind,
    /// What happened, for example `exports.made`.
    pub action: String,
    /// The object's id.
    pub subject: String,
    /// Who did it.
    pub actor: String,
    /// How many rows it is about, where it is about rows.
    pub count: i64,
    /// The amount, where it is about one.
    pub amount: Option<Money>,
    /// When.
    pub at: Time,
    /// Whether the person has read it.
    pub read: bool,
}

/// What the notices are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NoticeQuery {
    /// Only these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<OneOf<Kind>>,
    /// Only unread ones, or only read ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Notices to mark as read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadNotices {
    /// These; all where it is empty.
    pub ids: Vec<NoticeId>,
}

/// How many notices are unread; at most 100 are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread {
    /// The number.
    pub count: i64,
}

/// How a person wants to be told of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The kind.
    pub kind: Kind,
    /// In the console.
    pub console: bool,
    /// By e-mail.
    pub email: bool,
    /// By text message, to the confirmed phone.
    #[serde(default)]
    pub sms: bool,
}

impl Choice {
    /// What holds for a person who has chosen nothing. Movements are many: they are told on request.
    #[must_use]
    pub fn usual(kind: Kind) -> Self {
        let email = matches!(kind, Kind::SignIn | Kind::Webhook | Kind::Approval);
        Self { kind, console: kind != Kind::Movement, email, sms: false }
    }
}

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Live {
    /// The areas in which it did: the part of an audit action before the dot.
    pub areas: Vec<String>,
    /// The person's unread notices.
    pub unread: i64,
    /// Movements of others that wait for the person's approval.
    pub approvals: i64,
    /// The console's build on the server.
    pub build: String,
    /// What the person may do, as a word that changes with it; empty once the session has ended.
    pub session: String,
}
