//! What customers consumed, from bill files in the FOCUS form.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::filter::{Days, OneOf};
use crate::id::CustomerId;
use crate::money::Currency;
use crate::page::Page;
use crate::time::{Day, Time, bill_day};
use chrono::{Datelike, Months, NaiveDate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

endpoints! { "customers";
    /// A customer's consumption by service and day (GMT+8), of the latest month that has any
    /// or of the given month. Not the partner's bill (capability 54).
    ConsumptionView: GET "/api/customers/{customer_id}/consumption", Access::Needs(Permission::CustomersRead), path = CustomerId, query = MonthQuery, reply = Consumption;
    /// What all customers that the person sees consumed in some months: by day or month, by service, by customer
    /// (消费汇总, capability 54).
    ConsumptionSummary: GET "/api/consumption", Access::Needs(Permission::CustomersRead), query = SummaryQuery, reply = Summary;
    /// The bill lines that consumption is made of (消费明细), newest day first.
    ConsumptionLines: GET "/api/consumption/lines", Access::Needs(Permission::CustomersRead), query = LineQuery, reply = Page<ConsumptionLine>;
    /// By what the lines can be filtered: what occurs in them.
    ConsumptionChoices: GET "/api/consumption/choices", Access::Needs(Permission::CustomersRead), reply = Choices;
}

/// How many months can be looked at, the present one counted (capability 54: 最多支持前溯18个月).
pub const MONTHS_BACK: u32 = 18;
/// How many customers a summary names in each currency: those that cost most.
pub const TOP_CUSTOMERS: usize = 10;

/// A month of bills, in GMT+8. On the wire `2026-11`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Month(String);

impl Month {
    /// Reads the wire's form; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        (text.len() == 7 && Day::read(&format!("{text}-01")).is_some()).then(|| Self(text.to_owned()))
    }

    /// The month that a day is in.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(format!("{:04}-{:02}", day.0.year(), day.0.month()))
    }

    /// The months that can be looked at, seen from a moment: the present one first, then [`MONTHS_BACK`] in all.
    #[must_use]
    pub fn all(now: Time) -> Vec<Self> {
        let first = Self::of(bill_day(now)).first_day();
        (0..MONTHS_BACK)
            .filter_map(|n| first.0.checked_sub_months(Months::new(n)))
            .map(|d| Self::of(Day(d)))
            .collect()
    }

    /// As text, `2026-11`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(&self) -> Day {
        Day::read(&format!("{}-01", self.0)).unwrap_or(Day(NaiveDate::MIN))
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(&self) -> Day {
        let next = self.first_day().0.checked_add_months(Months::new(1)).and_then(|day| day.pred_opt());
        next.map_or_else(|| self.first_day(), Day)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a month"))
    }
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

/// Which months are summed up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SummaryQuery {
    /// The first one; `to` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Month>,
    /// The last one; the latest with consumption when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Month>,
}

/// What some months cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// The months that have consumption, newest first, at most 18 (capability 54).
    pub months: Vec<Month>,
    /// The first month summed up; absent where there is no consumption at all.
    pub from: Option<Month>,
    /// The last month summed up; absent with `from`.
    pub to: Option<Month>,
    /// One part a currency: totals never mix currencies.
    pub currencies: Vec<CurrencySummary>,
}

/// The part of a summary that is in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CurrencySummary {
    /// The currency.
    pub currency: Currency,
    /// What all of it cost, an exact decimal.
    pub total: String,
    /// The same at list prices, an exact decimal.
    pub list_total: String,
    /// Of how many lines that is the sum.
    pub lines: i64,
    /// By day in one month, by month in several, in order. The key is the day or the month.
    pub steps: Vec<Share>,
    /// By service, most expensive first. The key is the service's name as bills have it.
    pub services: Vec<Share>,
    /// The customers that cost most, at most [`TOP_CUSTOMERS`]. The key is the customer's id.
    pub customers: Vec<Share>,
}

/// A part of a total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// What it is the part of.
    pub key: String,
    /// A customer's name; empty for days, months and services, whose key says it.
    pub name: String,
    /// What it cost, an exact decimal.
    pub cost: String,
    /// Of how many lines that is the sum.
    pub lines: i64,
}

/// What the lines are asked for. A total of the summary is the sum of the lines with the same values here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LineQuery {
    /// Only this customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Only these months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<OneOf<Month>>,
    /// Only these days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Days>,
    /// Only this service, by its name as bills have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Only this region; `none` for lines without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only this currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The cursor of a page, from an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Rows a page: 25, 50 or 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsumptionLine {
    /// Which line.
    pub id: String,
    /// The day in GMT+8.
    pub day: Day,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name at the time of asking: real name, or account name before authentication.
    pub customer_name: String,
    /// The service's name as the bill has it.
    pub service: String,
    /// The region as the bill has it; empty where it has none.
    pub region: String,
    /// The resource as the bill has it; empty where it has none.
    pub resource: String,
    /// What kind of charge, by FOCUS: `Usage`, `Purchase`, `Tax`, `Credit`, `Adjustment`.
    pub category: String,
    /// Who provides it.
    pub provider: String,
    /// The currency.
    pub currency: Currency,
    /// What it cost, an exact decimal.
    pub cost: String,
    /// The same at list price, an exact decimal.
    pub list_cost: String,
}

/// By what lines can be filtered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choices {
    /// The months that have consumption, newest first.
    pub months: Vec<Month>,
    /// The services, by name.
    pub services: Vec<String>,
    /// The regions, by name; an empty one stands for lines without a region.
    pub regions: Vec<String>,
    /// The currencies.
    pub currencies: Vec<Currency>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::from_bss;

    #[test]
    fn months_are_read_and_end_where_they_do() {
        let days = |text: &str| Month::read(text).map(|m| format!("{} {}", m.first_day(), m.last_day()));
        assert_eq!(days("2026-02").as_deref(), Some("2026-02-01 2026-02-28"));
        assert_eq!(days("2024-02").as_deref(), Some("2024-02-01 2024-02-29"));
        assert_eq!(days("2026-12").as_deref(), Some("2026-12-01 2026-12-31"));
        for bad in ["", "2026", "2026-13", "2026-00", "2026-1", "2026-1-", "26-01", "2026-11-01", "2026_11"] {
            assert_eq!(Month::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn eighteen_months_are_looked_at_in_gmt8() {
        let months = Month::all(from_bss("2026-10-31T16:00:00Z").expect("a time"));
        assert_eq!((months.len(), months[0].as_str(), months[17].as_str()), (18, "2026-11", "2025-06"));
        assert_eq!(Month::all(from_bss("2026-10-31T15:59:59Z").expect("a time"))[0].as_str(), "2026-10");
    }
}
