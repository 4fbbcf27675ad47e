//! Money of a partner and its customers: balances, appropriation, reclaim, adjustment records.

use crate::access::Permission;
use crate::api::Access;
use crate::codes::{Challenge, StepUp};
use crate::endpoints;
use crate::error::Code;
use crate::filter::{Amounts, Days, OneOf};
use crate::id::{ChallengeId, CustomerId, TransferId};
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "funds";
    /// The partner's balances.
    BalanceList: GET "/api/funds/balances", Access::Needs(Permission::FundsRead), reply = Vec<Balance>;
    /// What stands before an appropriation to a customer: both balances, and whether it may be done.
    AppropriationQuote: GET "/api/customers/{customer_id}/appropriations/quote", Access::Needs(Permission::FundsAppropriate), path = CustomerId, reply = Quote;
    /// Moves money from the partner to one resale customer (拨款, capability 27).
    Appropriate: POST "/api/customers/{customer_id}/appropriations", Access::Sensitive(Permission::FundsAppropriate), path = CustomerId, body = NewMovement, reply = StepUp<Receipt>;
    /// What stands before a reclaim from a customer.
    ReclaimQuote: GET "/api/customers/{customer_id}/reclaims/quote", Access::Needs(Permission::FundsReclaim), path = CustomerId, reply = Quote;
    /// Moves money from one resale customer back to the partner (回收, capability 29).
    Reclaim: POST "/api/customers/{customer_id}/reclaims", Access::Sensitive(Permission::FundsReclaim), path = CustomerId, body = NewMovement, reply = StepUp<Receipt>;
    /// Gives up a movement that waits for its code; what it held is free again.
    /// Repeating it changes nothing.
    MovementVoid: DELETE "/api/movements/{key}", Access::Needs(Permission::FundsAppropriate), path = MovementKey, reply = ();
    /// The receipt of a posted movement.
    ReceiptView: GET "/api/transfers/{transfer_id}", Access::Needs(Permission::AdjustmentsRead), path = TransferId, reply = Receipt;
    /// The adjustment records (调账记录), newest first.
    AdjustmentList: GET "/api/adjustments", Access::Needs(Permission::AdjustmentsRead), query = AdjustmentQuery, reply = Page<Adjustment>;
    /// Sends the verification code once more; the code before is dead from then on.
    CodeResend: POST "/api/verification-codes/{challenge_id}/resend", Access::SignedIn, path = ChallengeId, reply = Challenge;
}

/// The caller's own key of a movement, in a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MovementKey(pub String);

impl crate::api::PathParameter for MovementKey {
    fn fill(&self, template: &str) -> String {
        template.replace("{key}", &self.0)
    }
    fn read(text: Option<&str>) -> Option<Self> {
        text.filter(|t| is_key(t)).map(|t| Self(t.to_owned()))
    }
}

/// Whether a text can be a caller's key: 8 to 200 of `A-Z a-z 0-9 - _ .`.
#[must_use]
pub fn is_key(text: &str) -> bool {
    (8..=200).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Whether a key is of a kind that callers do not choose: those of batches and of signed calls.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    ["batch.", "ak.", "tk.", "token."].iter().any(|kind| key.starts_with(kind))
}

/// A balance: what is posted, what is held, what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Balance {
    /// The ledger account.
    pub account_id: String,
    /// The posted balance.
    pub posted: Money,
    /// Held for movements that wait for their code.
    pub held: Money,
    /// Posted less held.
    pub available: Money,
}

/// What stands before a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// The partner's account.
    pub partner: Balance,
    /// The customer's account.
    pub customer: Balance,
    /// Why it may not be done at all, if so.
    pub refusal: Option<Code>,
    /// Whether a verification code will be asked for.
    pub code_needed: bool,
    /// From which amount on it is asked for; for all where absent.
    pub code_from: Option<Money>,
    /// From which amount on a second member must approve it; none where absent.
    pub approval_from: Option<Money>,
}

/// A movement to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMovement {
    /// The amount as a plain decimal, `100.10`.
    pub amount: String,
    /// A remark for the records, at most 256 characters.
    #[serde(default)]
    pub memo: String,
}

/// The kinds of adjustment (`operation_type` of the published API).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// 拨款.
    Appropriation,
    /// 回收.
    Reclaim,
    /// 解绑回收: on disassociation.
    Unbind,
}

impl AdjustmentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Appropriation, Self::Reclaim, Self::Unbind];

    /// The published name, also the database's.
    #[must_use]
    pub fn operation_type(self) -> &'static str {
        match self {
            Self::Appropriation => "SOURCE_OPERATION_BEADJUST",
            Self::Reclaim => "SOURCE_OPERATION_BERETRIEVE",
            Self::Unbind => "SOURCE_OPERATION_BEUNBIND",
        }
    }

    /// Reads the published name.
    #[must_use]
    pub fn from_operation_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.operation_type() == text)
    }
}

/// The proof of a posted movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The movement as the records have it.
    pub adjustment: Adjustment,
    /// The partner's posted balance right after.
    pub partner_after: Money,
    /// The customer's posted balance right after.
    pub customer_after: Money,
    /// Whether this answer repeats one given before: nothing was moved again.
    pub repeated: bool,
}

/// A row of the adjustment records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Adjustment {
    /// The movement.
    pub transfer_id: TransferId,
    /// What kind.
    pub kind: AdjustmentKind,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name at the time of asking: real name, or account name before authentication.
    pub customer_name: String,
    /// The amount moved, above zero.
    pub amount: Money,
    /// When it was posted.
    pub at: Time,
    /// Who did it: a person's name, or an access key.
    pub actor: String,
    /// The remark.
    pub memo: String,
}

/// What the adjustment records are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AdjustmentQuery {
    /// Only this customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Only these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<OneOf<AdjustmentKind>>,
    /// Only amounts between these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amounts>,
    /// Only movements of these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Days>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Whether an account with this much available can pay an amount.
///
/// # Errors
/// `InsufficientBalance`.
pub fn can_pay(available_minor: i64, amount_minor: i64) -> Result<(), Code> {
    if amount_minor <= available_minor { Ok(()) } else { Err(Code::InsufficientBalance) }
}
