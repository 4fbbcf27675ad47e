//! Group C1, customers: `list_sub_customers`.

use super::{ParameterError, filter, paging};
use crate::access::Permission;
use crate::api::Access;
use crate::customers::AssociationType;
use crate::endpoints;
use crate::time::{Time, from_bss};
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// Lists customers (`list_sub_customers`).
    ListSubCustomers: POST "/v2/partners/sub-customers/query", Access::Key(Permission::CustomersRead), body = ListSubCustomersRequest, reply = ListSubCustomersResponse;
}

/// The body of `list_sub_customers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListSubCustomersRequest {
    /// Login account name; fuzzy, no spaces.
    pub account_name: Option<String>,
    /// Real-name-authentication name; fuzzy, no spaces.
    pub customer: Option<String>,
    /// Rows to skip.
    pub offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    pub limit: Option<i64>,
    /// Label; fuzzy, no spaces, letter case matters.
    pub label: Option<String>,
    /// `1` consultative, `2` resale.
    pub association_type: Option<String>,
    /// Associated from, UTC.
    pub associated_on_begin: Option<String>,
    /// Associated to, UTC.
    pub associated_on_end: Option<String>,
    /// The customer.
    pub customer_id: Option<String>,
    /// The reseller whose customers a distributor asks for.
    pub indirect_partner_id: Option<String>,
}

/// The checked filters of `list_sub_customers`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubCustomerFilter {
    /// Part of the login account name.
    pub account_name: Option<String>,
    /// Part of the real name.
    pub customer: Option<String>,
    /// Part of the label.
    pub label: Option<String>,
    /// The association type.
    pub association: Option<AssociationType>,
    /// Associated at or after.
    pub begin: Option<Time>,
    /// Associated at or before.
    pub end: Option<Time>,
    /// The customer.
    pub customer_id: Option<String>,
    /// Rows to skip.
    pub offset: i64,
    /// Rows to answer.
    pub limit: i64,
}

impl ListSubCustomersRequest {
    /// Checks the request by the published rules (product/api.md C1; capabilities 14 and 15).
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<SubCustomerFilter, ParameterError> {
        let (offset, limit) = paging(self.offset, self.limit)?;
        let fuzzy = |name, value: &Option<String>, max| {
            let text = filter(name, value.as_deref(), max)?;
            match text {
                Some(t) if t.contains(' ') => {
                    Err(ParameterError { parameter: name, reason: "must not contain spaces" })
                }
                other => Ok(other.map(str::to_owned)),
            }
        };
        let association = match filter("association_type", self.association_type.as_deref(), 64)? {
            None => None,
            Some("1") => Some(AssociationType::Consultative),
            Some("2") => Some(AssociationType::Resale),
            Some(_) => {
                return Err(ParameterError { parameter: "association_type", reason: "must be 1 or 2" });
            }
        };
        // Here an empty text is not "no filter" but an error.
        let time = |parameter, value: &Option<String>| match value.as_deref() {
            None => Ok(None),
            Some(text) => from_bss(text)
                .map(Some)
                .ok_or(ParameterError { parameter, reason: "must be yyyy-MM-dd'T'HH:mm:ss'Z'" }),
        };
        Ok(SubCustomerFilter {
            account_name: fuzzy("account_name", &self.account_name, 64)?,
            customer: fuzzy("customer", &self.customer, 128)?,
            label: fuzzy("label", &self.label, 64)?,
            association,
            begin: time("associated_on_begin", &self.associated_on_begin)?,
            end: time("associated_on_end", &self.associated_on_end)?,
            customer_id: filter("customer_id", self.customer_id.as_deref(), 64)?.map(str::to_owned),
            offset,
            limit,
        })
    }
}

/// The answer of `list_sub_customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListSubCustomersResponse {
    /// The customers.
    pub customer_infos: Vec<CustomerInformation>,
    /// How many match in all.
    pub count: i64,
}

/// A customer in `list_sub_customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerInformation {
    /// Real-name-authentication name.
    pub customer: String,
    /// Login account name.
    pub account_name: String,
    /// The customer.
    pub customer_id: String,
    /// Time of association, UTC.
    pub associated_on: String,
    /// `1` or `2`.
    pub association_type: String,
    /// Label.
    pub label: String,
    /// Phone.
    pub telephone: String,
    /// `-1`, `0`, `1` or `2`; see `VerifiedStatus`.
    pub verified_status: String,
    /// The phone's country code.
    pub country_code: String,
    /// -1, 0 or 1; see `CustomerType`.
    pub customer_type: i64,
    /// 0, 1 or 2; see `Frozen`.
    pub is_frozen: i64,
    /// The customer manager; at most one.
    pub account_managers: Vec<AccountManager>,
    /// The user id on the partner's platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xaccount_id: Option<String>,
    /// The platform id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xaccount_type: Option<String>,
    /// `V0` to `V5`.
    pub customer_level: String,
    /// E-mail.
    pub email: String,
}

/// A customer manager in `list_sub_customers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountManager {
    /// Login account name.
    pub account_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<SubCustomerFilter, ParameterError> {
        serde_json::from_str::<ListSubCustomersRequest>(json).expect("JSON of the right types").check()
    }

    #[test]
    fn absent_empty_and_null_are_no_filter() {
        let none = parse("{}");
        for name in ["account_name", "customer", "label", "association_type", "customer_id"] {
            assert_eq!(parse(&format!("{{\"{name}\": \"\"}}")), none, "{name} empty");
            assert_eq!(parse(&format!("{{\"{name}\": null}}")), none, "{name} null");
        }
    }

    #[test]
    fn an_empty_time_is_refused_but_null_is_not() {
        for name in ["associated_on_begin", "associated_on_end"] {
            assert!(parse(&format!("{{\"{name}\": \"\"}}")).is_err(), "{name} empty");
            assert!(parse(&format!("{{\"{name}\": null}}")).is_ok(), "{name} null");
        }
    }

    #[test]
    fn limits_hold() {
        assert!(parse(&format!("{{\"customer\": \"{}\"}}", "客".repeat(128))).is_ok());
        assert!(parse(&format!("{{\"customer\": \"{}\"}}", "客".repeat(129))).is_err());
        assert!(parse("{\"account_name\": \"a b\"}").is_err());
        assert!(parse("{\"association_type\": \"3\"}").is_err());
        assert!(parse("{\"limit\": 101}").is_err());
    }
}
