//! The audit trail: who did what to which object, in a hash chain a partner.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::filter::{Days, OneOf};
use crate::page::Page;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "audit";
    /// Entries of the partner's audit trail, newest first.
    AuditList: GET "/api/audit", Access::Needs(Permission::AuditRead), query = AuditQuery, reply = Page<AuditEntry>;
}

/// What the audit trail is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AuditQuery {
    /// Only what concerns this object, for example a customer's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Only acts of these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Days>,
    /// Only acts of these areas: the part of an action before the dot, for example `funds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<OneOf<String>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// The entry's place in the partner's chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who: a person's name and address, or an access key.
    pub actor: String,
    /// What, for example `funds.appropriate`.
    pub action: String,
    /// The object's kind and id.
    pub subject: String,
    /// Details of the act as JSON text: what was before and after.
    pub detail: String,
    /// From which address.
    pub ip: String,
    /// The request.
    pub request_id: String,
    /// The hash that chains it to the entry before, in hex.
    pub hash: String,
}
