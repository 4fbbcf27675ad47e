//! Which customer manager a customer is assigned to (客户分配): single, many at once, and since when
//! (capabilities 4 to 8).

use crate::access::Permission;
use crate::api::Access;
use crate::customers::Manager;
use crate::endpoints;
use crate::id::{CustomerId, UserId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// Assigns customers to a manager, or takes them back (分配客户经理, 收回客户).
    CustomersAssign: POST "/api/customer-assignments", Access::Needs(Permission::CustomersAssign), body = Assign, reply = Assigned;
    /// The customer managers with how many customers each has.
    ManagerCounts: GET "/api/customer-assignments", Access::Needs(Permission::CustomersAssign), reply = Vec<ManagerCount>;
    /// Who has managed a customer, newest first.
    CustomerManagers: GET "/api/customers/{customer_id}/managers", Access::Needs(Permission::CustomersRead), path = CustomerId, reply = Vec<Managed>;
}

/// The most customers that one call assigns.
pub const MAX_ASSIGNED: usize = 10_000;
/// Customers that were left alone and are named in the answer; of more, only their number is.
pub const MAX_NAMED: usize = 50;

/// An assignment. Exactly one of `customers` and `query` says of which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Assign {
    /// Customers, one by one.
    pub customers: Vec<CustomerId>,
    /// All that the customer list's query string matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// To whom; nobody takes them back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<UserId>,
    /// When what the person saw was loaded: a customer that somebody else has assigned since is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Time>,
}

/// What became of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assigned {
    /// Customers that have another manager now.
    pub done: i64,
    /// Customers that had that manager already.
    pub same: i64,
    /// Customers that are not there, for this person.
    pub missing: i64,
    /// Customers that somebody else has assigned meanwhile: they are left alone.
    pub left: i64,
    /// The first of those.
    pub named: Vec<Left>,
}

/// A customer that was left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Left {
    /// The customer.
    pub id: CustomerId,
    /// The customer's name.
    pub name: String,
    /// The manager's name now; empty for none.
    pub manager: String,
    /// Who assigned it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A manager with the number of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManagerCount {
    /// The manager.
    pub manager: Manager,
    /// The sign-in address.
    pub email: String,
    /// Customers, counted up to the list's limit.
    pub customers: i64,
    /// Whether there are more.
    pub more: bool,
}

/// A time under one manager. What a customer consumes in it is that manager's (capability 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Managed {
    /// The manager's name; empty for none.
    pub manager: String,
    /// Since when; absent where that was before times were kept.
    pub from: Option<Time>,
    /// Until when; absent for the present one.
    pub until: Option<Time>,
    /// Who assigned it; empty where that is not known.
    pub by: String,
}
