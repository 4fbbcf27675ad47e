//! Group C2, accounts: balances, appropriation, reclaim, adjustment records.

use super::{Amount, ParameterError, filter, paging, required};
use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::funds::AdjustmentKind;
use crate::time::{Time, from_bss};
use serde::{Deserialize, Serialize};

endpoints! { "funds";
    /// The partner's balances; a distributor may ask for a reseller's (`list_partner_balances`).
    ListPartnerBalances: GET "/v2/accounts/partner-accounts/balances", Access::Key(Permission::FundsRead), query = PartnerBalancesQuery, reply = ListPartnerBalancesResponse;
    /// Balances of up to 100 resale customers (`list_customers_balances_detail`).
    ListCustomersBalancesDetail: POST "/v2/accounts/customer-accounts/balances/batch-query", Access::Key(Permission::FundsRead), body = CustomersBalancesRequest, reply = CustomersBalancesResponse;
    /// Appropriates to a resale customer (`update_customer_account_amount`). The same key and
    /// signature, or the same signed `X-Client-Token`, answers the first result.
    UpdateCustomerAccountAmount: POST "/v2/accounts/partner-accounts/adjust-amount", Access::Key(Permission::FundsAppropriate), body = AdjustAccountRequest, reply = AdjustAccountResponse;
    /// Reclaims from a resale customer (`reclaim_to_partner_account`). Repeats as above.
    ReclaimToPartnerAccount: POST "/v2/accounts/partner-accounts/reclaim", Access::Key(Permission::FundsReclaim), body = AdjustAccountRequest, reply = ReclaimResponse;
    /// Appropriation and reclaim records (`list_partner_adjust_records`).
    ListPartnerAdjustRecords: GET "/v3/accounts/partner-accounts/adjust-records", Access::Key(Permission::AdjustmentsRead), query = AdjustRecordsQuery, reply = AdjustRecordsResponse;
}

/// The query of `list_partner_balances`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PartnerBalancesQuery {
    /// The reseller that a distributor asks for.
    pub indirect_partner_id: Option<String>,
}

/// The answer of `list_partner_balances`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListPartnerBalancesResponse {
    /// The accounts.
    pub account_balances: Vec<AccountBalance>,
}

/// An account in `list_partner_balances`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountBalance {
    /// The ledger account.
    pub account_id: String,
    /// 1 balance, 2 credit, 5 bonus, 7 deposit, 8 appropriable.
    pub account_type: i64,
    /// The posted balance.
    pub amount: Amount,
    /// The currency.
    pub currency: String,
    /// Earmarked: held for movements that wait for their code.
    pub designated_amount: Amount,
    /// Paid by credit.
    pub credit_amount: Amount,
    /// 1 = yuan.
    pub measure_id: i64,
}

/// The body of `list_customers_balances_detail`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CustomersBalancesRequest {
    /// The customers, 1 to 100.
    pub customer_infos: Option<Vec<CustomerInfo>>,
    /// The reseller whose customers a distributor asks for.
    pub indirect_partner_id: Option<String>,
}

/// A customer in a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CustomerInfo {
    /// The customer.
    pub customer_id: Option<String>,
}

impl CustomersBalancesRequest {
    /// The customers asked for.
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<Vec<String>, ParameterError> {
        let infos = self.customer_infos.as_deref().unwrap_or_default();
        if infos.is_empty() {
            return Err(ParameterError { parameter: "customer_infos", reason: "is required" });
        }
        if infos.len() > 100 {
            return Err(ParameterError {
                parameter: "customer_infos",
                reason: "must have at most 100 items",
            });
        }
        infos
            .iter()
            .map(|info| required("customer_id", info.customer_id.as_deref(), 64).map(str::to_owned))
            .collect()
    }
}

/// The answer of `list_customers_balances_detail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomersBalancesResponse {
    /// Resale customers' balances; others are left out.
    pub customer_balances: Vec<CustomerBalance>,
}

/// A customer's balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerBalance {
    /// The customer.
    pub customer_id: String,
    /// What the customer owes.
    pub debt_amount: Amount,
    /// The available amount.
    pub amount: Amount,
    /// The currency.
    pub currency: String,
    /// 1 = yuan.
    pub measure_id: i64,
}

/// The body of `update_customer_account_amount` and `reclaim_to_partner_account`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AdjustAccountRequest {
    /// The customer.
    pub customer_id: Option<String>,
    /// The amount: above 0, at most 2 decimals.
    pub amount: Option<Amount>,
    /// The reseller whose customer it is, from a distributor.
    pub indirect_partner_id: Option<String>,
}

/// The answer of `update_customer_account_amount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdjustAccountResponse {
    /// The movement.
    pub transfer_id: String,
}

/// The answer of `reclaim_to_partner_account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReclaimResponse {
    /// The movement.
    pub trans_id: String,
}

/// The query of `list_partner_adjust_records`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AdjustRecordsQuery {
    /// The customer.
    pub customer_id: Option<String>,
    /// `SOURCE_OPERATION_BEADJUST`, `…_BERETRIEVE` or `…_BEUNBIND`.
    pub operation_type: Option<String>,
    /// Strictly after, UTC.
    pub operation_time_begin: Option<String>,
    /// Strictly before, UTC.
    pub operation_time_end: Option<String>,
    /// The movement.
    pub trans_id: Option<String>,
    /// Rows to skip.
    pub offset: Option<i64>,
    /// Rows to answer, 1 to 100.
    pub limit: Option<i64>,
    /// The reseller that a distributor asks for.
    pub indirect_partner_id: Option<String>,
}

/// The checked filters of `list_partner_adjust_records`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdjustRecordsFilter {
    /// The customer.
    pub customer_id: Option<String>,
    /// The kind.
    pub kind: Option<AdjustmentKind>,
    /// Strictly after.
    pub begin: Option<Time>,
    /// Strictly before.
    pub end: Option<Time>,
    /// The movement.
    pub transfer_id: Option<String>,
    /// Rows to skip.
    pub offset: i64,
    /// Rows to answer.
    pub limit: i64,
}

impl AdjustRecordsQuery {
    /// Checks the query by the published rules (product/api.md C2). Blank is "no filter".
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<AdjustRecordsFilter, ParameterError> {
        let (offset, limit) = paging(self.offset, self.limit)?;
        let owned =
            |name, value: &Option<String>, max| Ok(filter(name, value.as_deref(), max)?.map(str::to_owned));
        let time = |parameter, value: &Option<String>| match filter(parameter, value.as_deref(), 64)? {
            None => Ok(None),
            Some(text) => from_bss(text)
                .map(Some)
                .ok_or(ParameterError { parameter, reason: "must be yyyy-MM-dd'T'HH:mm:ss'Z'" }),
        };
        let kind = match filter("operation_type", self.operation_type.as_deref(), 64)? {
            None => None,
            Some(text) => Some(AdjustmentKind::from_operation_type(text).ok_or(ParameterError {
                parameter: "operation_type",
                reason: "is not one of the known values",
            })?),
        };
        Ok(AdjustRecordsFilter {
            customer_id: owned("customer_id", &self.customer_id, 64)?,
            kind,
            begin: time("operation_time_begin", &self.operation_time_begin)?,
            end: time("operation_time_end", &self.operation_time_end)?,
            transfer_id: owned("trans_id", &self.trans_id, 64)?,
            offset,
            limit,
        })
    }
}

/// The answer of `list_partner_adjust_records`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdjustRecordsResponse {
    /// The records, newest first.
    pub records: Vec<AdjustRecord>,
    /// How many match in all.
    pub total_count: i64,
}

/// A record. `amount` is text here, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdjustRecord {
    /// The customer.
    pub customer_id: String,
    /// The customer's name.
    pub customer_name: String,
    /// The kind.
    pub operation_type: String,
    /// The amount.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// The usage scene.
    pub apply_scene: String,
    /// When, UTC.
    pub operation_time: String,
    /// 1 = yuan.
    pub measure_id: i64,
    /// The movement.
    pub trans_id: String,
    /// The remark.
    pub memo: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_no_filter() {
        let blank = AdjustRecordsQuery {
            customer_id: Some(String::new()),
            operation_type: Some(String::new()),
            operation_time_begin: Some(String::new()),
            operation_time_end: Some(String::new()),
            trans_id: Some(String::new()),
            ..Default::default()
        };
        assert_eq!(blank.check(), AdjustRecordsQuery::default().check());
    }

    #[test]
    fn unknown_values_are_refused() {
        let kind = AdjustRecordsQuery { operation_type: Some("x".into()), ..Default::default() };
        let time = AdjustRecordsQuery { operation_time_begin: Some("today".into()), ..Default::default() };
        assert_eq!(kind.check().map_err(|e| e.parameter), Err("operation_type"));
        assert_eq!(time.check().map_err(|e| e.parameter), Err("operation_time_begin"));
    }

    #[test]
    fn at_most_100_customers_at_once() {
        let of = |n: usize| CustomersBalancesRequest {
            customer_infos: Some(vec![CustomerInfo { customer_id: Some("c".into()) }; n]),
            indirect_partner_id: None,
        };
        assert!(of(0).check().is_err());
        assert!(of(100).check().is_ok());
        assert!(of(101).check().is_err());
    }
}
