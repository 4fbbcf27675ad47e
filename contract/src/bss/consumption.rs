//! Group C5, bills: who consumed, and the consumption rows of a customer. Bill files carry services by name, regions,
//! resources, amounts and the kind of charge; what they do not carry is left out of the answer, and a filter by it
//! finds nothing.

use super::{Exact, ParameterError, filter, paging, required};
use crate::access::Permission;
use crate::api::Access;
use crate::consumption::Month;
use crate::customers::AssociationType;
use crate::endpoints;
use crate::time::Day;
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// Lists the customers that consumed in a month (`list_consume_sub_customers`).
    ListConsumeSubCustomers: POST "/v2/bills/subcustomer-bills/res-fee-records/sub-customers/query", Access::Key(Permission::CustomersRead), body = ConsumeSubCustomersRequest, reply = ConsumeSubCustomersResponse;
    /// Lists the consumption rows of a customer in a month (`list_sub_customer_bill_detail`).
    ListSubCustomerBillDetail: GET "/v2/bills/subcustomer-bills/res-fee-records", Access::Key(Permission::CustomersRead), query = BillDetailQuery, reply = BillDetailResponse;
}

/// The body of `list_consume_sub_customers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ConsumeSubCustomersRequest {
    /// The month, `YYYY-MM`.
    pub bill_cycle: Option<String>,
    /// Rows to skip.
    pub offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    pub limit: Option<i64>,
}

impl ConsumeSubCustomersRequest {
    /// Checks the request: the month, rows to skip, rows to answer.
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<(Month, i64, i64), ParameterError> {
        let month = bill_cycle(self.bill_cycle.as_deref())?;
        let (offset, limit) = paging(self.offset, self.limit)?;
        Ok((month, offset, limit))
    }
}

fn bill_cycle(text: Option<&str>) -> Result<Month, ParameterError> {
    let text = required("bill_cycle", text, 7)?;
    Month::read(text).ok_or(ParameterError { parameter: "bill_cycle", reason: "must be YYYY-MM" })
}

/// The answer of `list_consume_sub_customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsumeSubCustomersResponse {
    /// The customers, by id.
    pub sub_customers: Vec<ConsumeSubCustomer>,
    /// How many there are in all.
    pub total_count: i64,
}

/// A customer in `list_consume_sub_customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsumeSubCustomer {
    /// The customer.
    pub customer_id: String,
}

/// The query of `list_sub_customer_bill_detail`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct BillDetailQuery {
    /// The month, `YYYY-MM`.
    pub bill_cycle: Option<String>,
    /// The customer.
    pub customer_id: Option<String>,
    /// The service: its name, since bill files carry no codes.
    pub service_type_code: Option<String>,
    /// The region.
    pub region_code: Option<String>,
    /// 1, 3, 10 or 11.
    pub charging_mode: Option<String>,
    /// 1 purchase, 5 usage, 9 compensation, 16 charge; others are known and never occur.
    pub bill_detail_type: Option<String>,
    /// The resource.
    pub resource_id: Option<String>,
    /// Not carried by bill files: finds nothing.
    pub resource_name: Option<String>,
    /// Not carried by bill files: finds nothing.
    pub trade_id: Option<String>,
    /// The customer manager of the day.
    pub account_manager_id: Option<String>,
    /// `1` consultative, `2` resale.
    pub association_type: Option<String>,
    /// Rows to skip.
    pub offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    pub limit: Option<i64>,
    /// The reseller that a distributor asks for.
    pub indirect_partner_id: Option<String>,
    /// The first day, of the same month; together with the last one.
    pub bill_date_begin: Option<String>,
    /// The last day, of the same month.
    pub bill_date_end: Option<String>,
}

/// The checked filters of `list_sub_customer_bill_detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillDetailFilter {
    /// The customer.
    pub customer_id: String,
    /// The first day.
    pub begin: Day,
    /// The last day.
    pub end: Day,
    /// The service.
    pub service: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The kinds of charge that may occur, as FOCUS names them; all where absent.
    pub categories: Option<Vec<&'static str>>,
    /// The resource.
    pub resource: Option<String>,
    /// The customer manager of the day.
    pub manager: Option<String>,
    /// The association type.
    pub association: Option<AssociationType>,
    /// Whether it is asked for something that no row has.
    pub nothing: bool,
    /// Rows to skip.
    pub offset: i64,
    /// Rows to answer.
    pub limit: i64,
}

/// What FOCUS calls a kind of charge, with its published `charging_mode` and `bill_detail_type` where it has them.
const CATEGORIES: [(&str, Option<i64>, Option<i64>); 5] = [
    ("Usage", Some(3), Some(5)),
    ("Purchase", Some(1), Some(1)),
    ("Credit", None, Some(9)),
    ("Adjustment", None, Some(16)),
    ("Tax", None, None),
];
const CHARGING_MODES: [i64; 4] = [1, 3, 10, 11];
const DETAIL_TYPES: [i64; 15] = [1, 2, 3, 4, 5, 8, 9, 14, 16, 18, 20, 23, 24, 25, 103];

/// The published `charging_mode` and `bill_detail_type` of a kind of charge.
#[must_use]
pub fn charge_codes(category: &str) -> (Option<i64>, Option<i64>) {
    let known = CATEGORIES.iter().find(|(name, ..)| *name == category);
    known.map_or((None, None), |(_, mode, kind)| (*mode, *kind))
}

impl BillDetailQuery {
    /// Checks the query by the published rules (product/api.md C5): `key=` is no filter; an empty text in quotes is
    /// refused where only numbers, ids or dates are taken.
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<BillDetailFilter, ParameterError> {
        let month = bill_cycle(self.bill_cycle.as_deref())?;
        let customer_id = required("customer_id", self.customer_id.as_deref(), 64)?.to_owned();
        let (offset, limit) = paging(self.offset, self.limit)?;
        let text = |parameter, value: &Option<String>, max| match filter(parameter, value.as_deref(), max)? {
            Some("\"\"") => Err(ParameterError { parameter, reason: "must not be empty" }),
            other => Ok(other.map(str::to_owned)),
        };
        let mode = number("charging_mode", self.charging_mode.as_deref(), &CHARGING_MODES)?;
        let kind = number("bill_detail_type", self.bill_detail_type.as_deref(), &DETAIL_TYPES)?;
        let fits = |(_, m, k): &&(&str, Option<i64>, Option<i64>)| {
            mode.is_none_or(|mode| *m == Some(mode)) && kind.is_none_or(|kind| *k == Some(kind))
        };
        let categories: Vec<_> = CATEGORIES.iter().filter(fits).map(|(name, ..)| *name).collect();
        let association = match filter("association_type", self.association_type.as_deref(), 64)? {
            None => None,
            Some("1") => Some(AssociationType::Consultative),
            Some("2") => Some(AssociationType::Resale),
            Some(_) => {
                return Err(ParameterError { parameter: "association_type", reason: "must be 1 or 2" });
            }
        };
        let names =
            [text("resource_name", &self.resource_name, 256)?, text("trade_id", &self.trade_id, 256)?];
        let (begin, end) = days(&month, self.bill_date_begin.as_deref(), self.bill_date_end.as_deref())?;
        Ok(BillDetailFilter {
            customer_id,
            begin,
            end,
            service: filter("service_type_code", self.service_type_code.as_deref(), 64)?.map(str::to_owned),
            region: filter("region_code", self.region_code.as_deref(), 64)?.map(str::to_owned),
            nothing: names.iter().any(Option::is_some) || categories.is_empty(),
            categories: (mode.is_some() || kind.is_some()).then_some(categories),
            resource: text("resource_id", &self.resource_id, 256)?,
            manager: text("account_manager_id", &self.account_manager_id, 64)?,
            association,
            offset,
            limit,
        })
    }
}

/// One of some numbers; `null` and nothing are no filter.
fn number(
    parameter: &'static str,
    value: Option<&str>,
    known: &[i64],
) -> Result<Option<i64>, ParameterError> {
    match value {
        None | Some("" | "null") => Ok(None),
        Some(text) => match text.parse().ok().filter(|n| known.contains(n)) {
            Some(number) => Ok(Some(number)),
            None => Err(ParameterError { parameter, reason: "is not one of the known values" }),
        },
    }
}

/// The days asked for: two of the month, or all of it.
fn days(month: &Month, begin: Option<&str>, end: Option<&str>) -> Result<(Day, Day), ParameterError> {
    let wrong = |parameter, reason| ParameterError { parameter, reason };
    let day = |parameter, text: Option<&str>| match filter(parameter, text, 10)? {
        None => Ok(None),
        Some(text) => match Day::read(text).filter(|day| Month::of(*day) == *month) {
            Some(day) => Ok(Some(day)),
            None => Err(wrong(parameter, "must be a day YYYY-MM-DD of the bill cycle")),
        },
    };
    match (day("bill_date_begin", begin)?, day("bill_date_end", end)?) {
        (None, None) => Ok((month.first_day(), month.last_day())),
        (Some(begin), Some(end)) if begin <= end => Ok((begin, end)),
        (Some(_), Some(_)) => Err(wrong("bill_date_end", "must not be before bill_date_begin")),
        (Some(_), None) => Err(wrong("bill_date_end", "is required with bill_date_begin")),
        (None, Some(_)) => Err(wrong("bill_date_begin", "is required with bill_date_end")),
    }
}

/// The answer of `list_sub_customer_bill_detail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BillDetailResponse {
    /// How many rows match in all.
    pub total_count: i64,
    /// The currency of all amounts: that of the partner's accounts.
    pub currency: String,
    /// The rows, newest day first.
    pub fee_records: Vec<FeeRecord>,
}

/// A row of `list_sub_customer_bill_detail`: the published fields that bill files carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeeRecord {
    /// The month.
    pub bill_cycle: String,
    /// The customer.
    pub customer_id: String,
    /// `1` or `2`; absent where the customer is associated no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_type: Option<String>,
    /// The service's name, as `service_type_code` filters it.
    pub service_type_code: String,
    /// The service's name.
    pub service_type_name: String,
    /// 1 yearly or monthly, 3 pay-per-use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charging_mode: Option<i64>,
    /// Which row.
    pub id: String,
    /// What kind of charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill_detail_type: Option<i64>,
    /// The resource.
    pub resource_id: String,
    /// The region.
    pub region_code: String,
    /// When the day begins in which it was consumed (GMT+8), UTC.
    pub consume_time: String,
    /// At list price.
    pub official_amount: Exact,
    /// What the list price is reduced by.
    pub official_discount_amount: Exact,
    /// What is to be paid.
    pub payment_amount: Exact,
    /// The customer manager of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_manager_id: Option<String>,
    /// The partner.
    pub partner_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "bill_cycle=2026-10&customer_id=c1";

    fn check(more: &str) -> Result<BillDetailFilter, &'static str> {
        let pairs = LEAST.split('&').chain(more.split('&').filter(|p| !p.is_empty()));
        let map: serde_json::Map<_, _> = pairs
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let query: BillDetailQuery = serde_json::from_value(map.into()).map_err(|_| "json")?;
        query.check().map_err(|e| e.parameter)
    }

    #[test]
    fn blank_is_no_filter_and_what_is_refused_is() {
        let none = check("").expect("the smallest query");
        assert_eq!(
            (none.begin.to_string(), none.end.to_string()),
            ("2026-10-01".into(), "2026-10-31".into())
        );
        for name in [
            "service_type_code",
            "region_code",
            "charging_mode",
            "bill_detail_type",
            "resource_id",
            "resource_name",
            "trade_id",
            "account_manager_id",
            "association_type",
            "bill_date_begin",
            "bill_date_end",
        ] {
            assert_eq!(check(&format!("{name}=")).as_ref(), Ok(&none), "{name}");
            let empty = check(&format!("{name}=\"\""));
            match name {
                "service_type_code" => assert_eq!(empty.map(|f| f.service).ok(), Some(Some("\"\"".into()))),
                "region_code" => assert_eq!(empty.map(|f| f.region).ok(), Some(Some("\"\"".into()))),
                _ => assert_eq!(empty, Err(name)),
            }
        }
        assert_eq!(check("charging_mode=null"), Ok(none.clone()));
        assert_eq!(check("resource_id=null").map(|f| f.resource), Ok(Some("null".into())));
        assert_eq!(check("trade_id=null").map(|f| f.nothing), Ok(true));
        assert_eq!(check("association_type=null"), Err("association_type"));
    }

    #[test]
    fn charges_are_told_apart_by_mode_and_kind() {
        let found = |more| check(more).map(|f| (f.categories, f.nothing));
        assert_eq!(found("charging_mode=3"), Ok((Some(vec!["Usage"]), false)));
        assert_eq!(found("bill_detail_type=9"), Ok((Some(vec!["Credit"]), false)));
        assert_eq!(found("charging_mode=1&bill_detail_type=5"), Ok((Some(vec![]), true)));
        assert_eq!(found("charging_mode=11"), Ok((Some(vec![]), true)));
        assert_eq!(found("charging_mode=2"), Err("charging_mode"));
        assert_eq!(found("bill_detail_type=6"), Err("bill_detail_type"));
        assert_eq!(charge_codes("Usage"), (Some(3), Some(5)));
        assert_eq!(charge_codes("Tax"), (None, None));
    }

    #[test]
    fn days_come_together_and_in_the_month() {
        assert!(check("bill_date_begin=2026-10-02&bill_date_end=2026-10-02").is_ok());
        for (more, wrong) in [
            ("bill_date_begin=2026-10-02", "bill_date_end"),
            ("bill_date_end=2026-10-02", "bill_date_begin"),
            ("bill_date_begin=2026-10-03&bill_date_end=2026-10-02", "bill_date_end"),
            ("bill_date_begin=2026-09-30&bill_date_end=2026-10-02", "bill_date_begin"),
            ("bill_date_begin=2026-10-01&bill_date_end=2026-11-01", "bill_date_end"),
            ("limit=101", "json"),
        ] {
            assert_eq!(check(more), Err(wrong), "{more}");
        }
    }

    #[test]
    fn the_month_is_required() {
        let check = |cycle: Option<&str>| {
            let asked =
                ConsumeSubCustomersRequest { bill_cycle: cycle.map(Into::into), ..Default::default() };
            asked.check().map(|(month, offset, limit)| (month.to_string(), offset, limit))
        };
        assert_eq!(check(Some("2026-10")), Ok(("2026-10".into(), 0, 10)));
        for bad in [None, Some(""), Some("2026"), Some("2026-13"), Some("2026-10-01"), Some("202610")] {
            assert_eq!(check(bad).map_err(|e| e.parameter), Err("bill_cycle"), "{bad:?}");
        }
    }
}
