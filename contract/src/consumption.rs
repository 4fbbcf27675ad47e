//! What customers consumed, from bill files in the FOCUS form.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::id::CustomerId;
use crate::money::Currency;
use crate::time::Day;
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// A customer's consumption by service and day (GMT+8), of the latest month that has any
    /// or of the given month. Not the partner's bill (capability 54).
    ConsumptionView: GET "/api/customers/{customer_id}/consumption", Access::Needs(Permission::CustomersRead), path = CustomerId, query = MonthQuery, reply = Consumption;
}

/// Which month is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct MonthQuery {
    /// `yyyy-MM`; the latest with consumption when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
}

/// A customer's consumption of one month in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consumption {
    /// The month shown, `yyyy-MM`; absent where the customer has no consumption at all.
    pub month: Option<String>,
    /// The months that have consumption, newest first, at most 18 (capability 54).
    pub months: Vec<String>,
    /// One part a currency: totals never mix currencies.
    pub currencies: Vec<CurrencyConsumption>,
}

/// The part of a month's consumption that is in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CurrencyConsumption {
    /// The currency.
    pub currency: Currency,
    /// The month's total, an exact decimal.
    pub total: String,
    /// The services, most expensive first.
    pub services: Vec<ServiceConsumption>,
}

/// What one service cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServiceConsumption {
    /// The service's name as the bill has it.
    pub service: String,
    /// The month's total, an exact decimal.
    pub total: String,
    /// The days with a cost, in order.
    pub days: Vec<DayCost>,
}

/// What one day cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayCost {
    /// The day in GMT+8.
    pub day: Day,
    /// The cost, an exact decimal.
    pub cost: String,
}
