//! Switching the type of an association (切换关联类型) and ending it (解除关联): one side asks, the other answers
//! (capabilities 1 to 3, product/states.md D1).

use crate::access::Permission;
use crate::api::Access;
use crate::customers::{AssociationType, Frozen};
use crate::endpoints;
use crate::filter::OneOf;
use crate::id::{AssociationRequestId, CustomerId};
use crate::money::Money;
use crate::page::Page;
use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "associations";
    /// What stands against a switch or an end, and what it would do. Nothing is kept.
    AssociationCheck: GET "/api/customers/{customer_id}/association", Access::Needs(Permission::CustomersRelate), path = CustomerId, query = CheckQuery, reply = Check;
    /// Asks the customer to agree to a switch or an end.
    AssociationAsk: POST "/api/customers/{customer_id}/association", Access::Needs(Permission::CustomersRelate), path = CustomerId, body = Ask, reply = Request;
    /// Requests of both sides, newest first (关联关系操作记录).
    AssociationRequests: GET "/api/association-requests", Access::Needs(Permission::CustomersRead), query = RequestQuery, reply = Page<Request>;
    /// Answers a customer's request (同意, 驳回).
    AssociationAnswer: POST "/api/association-requests/{request_id}", Access::Needs(Permission::CustomersRelate), path = AssociationRequestId, body = Answer, reply = Request;
    /// Takes the partner's own request back.
    AssociationWithdraw: DELETE "/api/association-requests/{request_id}", Access::Needs(Permission::CustomersRelate), path = AssociationRequestId, reply = ();
    /// What became of a customer's relation to the partner, newest first.
    CustomerTimeline: GET "/api/customers/{customer_id}/timeline", Access::Needs(Permission::CustomersRead), path = CustomerId, reply = Vec<Milestone>;
    /// A customer asks to leave the partner (我的合作伙伴 > 更多操作 > 解除关联).
    DoorEnd: POST "/api/door/accounts/{customer_id}/end", Access::Customer, path = CustomerId, body = EndWish, reply = Request;
    /// A customer answers the partner's request.
    DoorAnswer: POST "/api/door/requests/{request_id}", Access::Customer, path = AssociationRequestId, body = Answer, reply = Request;
    /// Requests of an account, newest first.
    DoorRequests: GET "/api/door/accounts/{customer_id}/requests", Access::Customer, path = CustomerId, reply = Vec<Request>;
}

/// Days in which a request is answered.
pub const ANSWER_DAYS: i64 = 15;
/// Requests about one customer that each side may make in [`LIMIT_DAYS`] (product/states.md D1).
pub const MAX_REQUESTS: i64 = 3;
/// Days over which requests are counted: three months.
pub const LIMIT_DAYS: i64 = 90;
/// The longest reason.
pub const MAX_REASON: usize = 256;

words! {
    /// What is asked for.
    Kind {
        /// 切换关联类型.
        Switch = "switch",
        /// 解除关联.
        End = "end",
    }
}

words! {
    /// Who asked.
    Side {
        /// The partner.
        Partner = "partner",
        /// The customer.
        Customer = "customer",
    }
}

words! {
    /// How a request stands.
    State {
        /// The other side has yet to answer.
        Pending = "pending",
        /// It was agreed to, and carried out.
        Done = "done",
        /// The other side refused.
        Refused = "refused",
        /// Who asked took it back.
        Withdrawn = "withdrawn",
        /// Nobody answered in time.
        Expired = "expired",
        /// It was agreed to, and something stood against it by then.
        Failed = "failed",
    }
}

words! {
    /// What can be done with a request.
    Act {
        /// The other side agrees, and nothing stands against it.
        Agree = "agree",
        /// The other side agrees, and something stands against it.
        Fail = "fail",
        /// The other side refuses.
        Refuse = "refuse",
        /// Who asked takes it back.
        Withdraw = "withdraw",
        /// Its time is over.
        Expire = "expire",
    }
}

impl State {
    /// Where an act leads; only what is pending goes anywhere.
    #[must_use]
    pub fn after(self, act: Act) -> Option<Self> {
        (self == Self::Pending).then_some(match act {
            Act::Agree => Self::Done,
            Act::Fail => Self::Failed,
            Act::Refuse => Self::Refused,
            Act::Withdraw => Self::Withdrawn,
            Act::Expire => Self::Expired,
        })
    }
}

words! {
    /// What stands against it (product/states.md D1). What the platform does not know of a customer yet (reserved
    /// instances, support plans, special contracts) stands against nothing.
    Obstacle {
        /// The account is frozen: unfreeze it first.
        Frozen = "frozen",
        /// Money waits for a code or an approval: finish or cancel that first.
        MoneyHeld = "money_held",
        /// A request is open already.
        Pending = "pending",
        /// Too many requests in three months.
        TooMany = "too_many",
    }
}

/// What is known of a customer when something shall become of its association.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the account is frozen.
    pub frozen: Frozen,
    /// Whether money is held, or waits for approval.
    pub held: bool,
    /// Whether a request is open.
    pub pending: bool,
    /// Requests of the asking side in the last three months.
    pub requests: i64,
}

/// What stands against asking.
#[must_use]
pub fn obstacles(facts: Facts) -> Vec<Obstacle> {
    let mut against = standing(facts);
    if facts.pending {
        against.push(Obstacle::Pending);
    }
    if facts.requests >= MAX_REQUESTS {
        against.push(Obstacle::TooMany);
    }
    against
}

/// What stands against carrying it out.
#[must_use]
pub fn standing(facts: Facts) -> Vec<Obstacle> {
    let mut against = Vec::new();
    if facts.frozen != Frozen::No {
        against.push(Obstacle::Frozen);
    }
    if facts.held {
        against.push(Obstacle::MoneyHeld);
    }
    against
}

/// The other type.
#[must_use]
pub fn other(of: AssociationType) -> AssociationType {
    match of {
        AssociationType::Consultative => AssociationType::Resale,
        AssociationType::Resale => AssociationType::Consultative,
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CheckQuery {
    /// A switch or an end; a switch when absent.
    pub kind: Option<Kind>,
}

/// What stands against it, and what it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Check {
    /// The type now.
    pub before: AssociationType,
    /// The type after a switch.
    pub after: Option<AssociationType>,
    /// What stands against it; nothing where it can be asked for.
    pub obstacles: Vec<Obstacle>,
    /// The customer's balance, which goes back to the partner; absent where none does.
    pub returned: Option<Money>,
    /// Where the customer is asked, masked; empty where no address is known.
    pub email: String,
}

/// What a partner asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// A switch or an end.
    pub kind: Kind,
    /// Why; an end needs it.
    #[serde(default)]
    pub reason: String,
    /// 已了解以上注意事项并同意此操作.
    pub understood: bool,
}

/// What a customer asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndWish {
    /// Why.
    pub reason: String,
}

/// An answer of the other side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 同意, or 驳回.
    pub agree: bool,
    /// Why not; a refusal of the partner needs it.
    #[serde(default)]
    pub reason: String,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Request {
    /// The request.
    pub id: AssociationRequestId,
    /// The customer.
    pub customer: CustomerId,
    /// The customer's name when it was asked for.
    pub customer_name: String,
    /// A switch or an end.
    pub kind: Kind,
    /// Who asked.
    pub side: Side,
    /// The type before.
    pub before: AssociationType,
    /// The type after a switch.
    pub after: Option<AssociationType>,
    /// Who asked, by name; empty for a customer.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// How it stands.
    pub state: State,
    /// When it was asked for.
    pub at: Time,
    /// Until when it can be answered.
    pub until: Time,
    /// When it was answered, or came to its end.
    pub answered_at: Option<Time>,
    /// Why it was refused.
    pub answer: String,
    /// Why it could not be carried out.
    pub obstacle: Option<Obstacle>,
    /// What went back to the partner, or would: the customer's balance.
    pub returned: Option<Money>,
}

words! {
    /// What a timeline tells.
    MilestoneKind {
        /// A member reported the customer.
        Reported = "reported",
        /// A member invited it.
        Invited = "invited",
        /// It was associated.
        Associated = "associated",
        /// Its association type was switched.
        Switched = "switched",
        /// It was assigned to a manager.
        Assigned = "assigned",
        /// It was taken back from its manager.
        Unassigned = "unassigned",
        /// A switch was asked for.
        SwitchAsked = "switch_asked",
        /// An end was asked for.
        EndAsked = "end_asked",
        /// A request came to nothing.
        NotDone = "not_done",
        /// The association was ended; the customer came back later.
        Ended = "ended",
    }
}

/// A moment of a customer's relation to the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Milestone {
    /// When.
    pub at: Time,
    /// What.
    pub kind: MilestoneKind,
    /// The association type from then on, where it is about one.
    pub association: Option<AssociationType>,
    /// The manager from then on, where it is about one.
    pub manager: String,
    /// Who did it; empty where that is not known.
    pub by: String,
    /// How the request ended, where it came to nothing.
    pub state: Option<State>,
}

/// What requests are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RequestQuery {
    /// Only these states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOf<State>>,
    /// Only these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<OneOf<Kind>>,
    /// Only one customer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_pending_goes_on_and_then_it_is_over() {
        for state in State::ALL.iter().copied() {
            for act in Act::ALL.iter().copied() {
                let next = state.after(act);
                assert_eq!(next.is_some(), state == State::Pending, "{state:?} {act:?}");
                assert_ne!(next, Some(State::Pending));
            }
        }
    }

    #[test]
    fn each_obstacle_stands_alone() {
        let free = Facts { frozen: Frozen::No, held: false, pending: false, requests: MAX_REQUESTS - 1 };
        assert_eq!(obstacles(free), []);
        assert_eq!(obstacles(Facts { frozen: Frozen::Account, ..free }), [Obstacle::Frozen]);
        assert_eq!(obstacles(Facts { held: true, ..free }), [Obstacle::MoneyHeld]);
        assert_eq!(obstacles(Facts { pending: true, ..free }), [Obstacle::Pending]);
        assert_eq!(obstacles(Facts { requests: MAX_REQUESTS, ..free }), [Obstacle::TooMany]);
        // What was asked for is carried out however often was asked.
        assert_eq!(standing(Facts { pending: true, requests: 9, ..free }), []);
        for of in [AssociationType::Consultative, AssociationType::Resale] {
            assert_eq!(other(other(of)), of);
        }
    }
}
