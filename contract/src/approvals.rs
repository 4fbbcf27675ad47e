//! Four-eyes approval: a movement from a certain amount on waits until a second member has approved it
//! (design/security.md, check 23). Nobody approves their own.

use crate::access::Permission;
use crate::api::Access;
use crate::codes::StepUp;
use crate::endpoints;
use crate::filter::OneOf;
use crate::funds::AdjustmentKind;
use crate::id::{ApprovalId, CustomerId, TransferId};
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "approvals";
    /// Movements that wait or waited for approval, newest first: all for who may approve, else one's own.
    ApprovalList: GET "/api/approvals", Access::SignedIn, query = ApprovalQuery, reply = Page<Approval>;
    /// Approves a movement of somebody else: it is done in the same moment.
    ApprovalGive: POST "/api/approvals/{approval_id}/approval", Access::Sensitive(Permission::FundsApprove), path = ApprovalId, reply = StepUp<Approval>;
    /// Refuses a movement of somebody else.
    ApprovalRefuse: POST "/api/approvals/{approval_id}/refusal", Access::Needs(Permission::FundsApprove), path = ApprovalId, body = Refusal, reply = Approval;
    /// Takes one's own request back.
    ApprovalWithdraw: DELETE "/api/approvals/{approval_id}", Access::SignedIn, path = ApprovalId, reply = ();
}

/// Hours for which a request waits.
pub const WAIT_HOURS: i64 = 72;
/// The longest reason.
pub const MAX_REASON: usize = 200;

words! {
    /// How a request stands.
    ApprovalState {
        /// It waits.
        Waiting = "waiting",
        /// It was approved, and the money has moved.
        Approved = "approved",
        /// It was refused.
        Refused = "refused",
        /// Who asked has taken it back.
        Withdrawn = "withdrawn",
        /// Nobody has decided in time.
        Expired = "expired",
    }
}

/// A movement that waits or waited for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approval {
    /// The request.
    pub id: ApprovalId,
    /// What shall be done.
    pub kind: AdjustmentKind,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer_name: String,
    /// The amount.
    pub amount: Money,
    /// The remark.
    pub memo: String,
    /// How it stands.
    pub state: ApprovalState,
    /// Who asked.
    pub by: String,
    /// Whether the asking person did: then somebody else decides.
    pub own: bool,
    /// When it was asked.
    pub at: Time,
    /// Until when it waits.
    pub until: Time,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Time>,
    /// Why it was refused.
    pub reason: String,
    /// The movement, once it is done.
    pub transfer_id: Option<TransferId>,
}

/// What requests are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalQuery {
    /// Only those that stand so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<ApprovalState>>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// In words, for who asked; at most 200 characters.
    pub reason: String,
}
