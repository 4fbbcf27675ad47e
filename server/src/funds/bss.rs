//! The published operations of accounts (product/api.md C2).

use super::movement::{Direction, Order, Outcome};
use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::Call;
use crate::ledger::AccountKey;
use crate::partner;
use crate::resellers::act_on;
use crate::scope::Scope;
use contract::bss::accounts::{
    AccountBalance, AdjustAccountRequest, AdjustAccountResponse, AdjustRecord, AdjustRecordsResponse,
    CustomerBalance, CustomersBalancesResponse, ListCustomersBalancesDetail, ListPartnerAdjustRecords,
    ListPartnerBalances, ListPartnerBalancesResponse, ReclaimResponse, ReclaimToPartnerAccount,
    UpdateCustomerAccountAmount,
};
use contract::bss::{Amount, ParameterError, required};
use contract::error::Code;
use contract::id::CustomerId;
use contract::money::Money;
use contract::time::to_bss;

/// 1 = yuan (product/api.md).
const YUAN: i64 = 1;
/// The account that appropriations are paid from.
const BALANCE_ACCOUNT: i64 = 1;

pub(super) async fn list_partner_balances(
    app: App,
    call: Call<ListPartnerBalances>,
) -> Result<ListPartnerBalancesResponse, Error> {
    let scope = act_on(&app, call.scope()?, call.query.indirect_partner_id.as_deref()).await?;
    let own = AccountKey::partner(&scope.partner_id, scope.currency);
    let balance = store::balance(&app.db, &own, scope.currency).await?;
    Ok(ListPartnerBalancesResponse {
        account_balances: vec![AccountBalance {
            account_id: balance.account_id,
            account_type: BALANCE_ACCOUNT,
            amount: balance.posted.into(),
            currency: scope.currency.to_string(),
            designated_amount: balance.held.into(),
            credit_amount: Money::new(0, scope.currency).into(),
            measure_id: YUAN,
        }],
    })
}

pub(super) async fn list_customers_balances(
    app: App,
    call: Call<ListCustomersBalancesDetail>,
) -> Result<CustomersBalancesResponse, Error> {
    let ids = call.body.check()?;
    let scope = act_on(&app, call.scope()?, call.body.indirect_partner_id.as_deref()).await?;
    let found = store::resale_balances(&app.db, &scope, &ids).await?;
    let balances = found.into_iter().map(|(customer_id, available)| CustomerBalance {
        customer_id,
        debt_amount: Money::new(0, scope.currency).into(),
        amount: available.into(),
        currency: scope.currency.to_string(),
        measure_id: YUAN,
    });
    Ok(CustomersBalancesResponse { customer_balances: balances.collect() })
}

pub(super) async fn appropriate(
    app: App,
    call: Call<UpdateCustomerAccountAmount>,
) -> Result<AdjustAccountResponse, Error> {
    let transfer_id = adjust(&app, call.scope()?, &call.body, call.key()?, Direction::Appropriate).await?;
    Ok(AdjustAccountResponse { transfer_id })
}

pub(super) async fn reclaim(app: App, call: Call<ReclaimToPartnerAccount>) -> Result<ReclaimResponse, Error> {
    let trans_id = adjust(&app, call.scope()?, &call.body, call.key()?, Direction::Reclaim).await?;
    Ok(ReclaimResponse { trans_id })
}

/// A program's movement is not asked for a code: the published request has no field for one
/// (docs/decisions/0005-codes-and-programs.md).
async fn adjust(
    app: &App,
    scope: &Scope,
    asked: &AdjustAccountRequest,
    key: &str,
    direction: Direction,
) -> Result<String, Error> {
    let customer = required("customer_id", asked.customer_id.as_deref(), 64)?;
    let scope = act_on(app, scope, asked.indirect_partner_id.as_deref()).await?;
    let wrong =
        ParameterError { parameter: "amount", reason: "must be a number above 0 with at most 2 decimals" };
    let amount = asked.amount.as_ref().and_then(|a: &Amount| a.to_minor(scope.currency).ok()).ok_or(wrong)?;
    let order = Order {
        scope,
        direction,
        customer_id: CustomerId::from(customer),
        amount,
        memo: String::new(),
        key: key.to_owned(),
        reverses: None,
    };
    // A program cannot wait for a person: what a second member must approve is asked for in the console. What was
    // done before is told all the same.
    let settings = partner::settings(&app.db, &order.scope).await?;
    if settings.asks_approval(amount) && !service::is_seen(app, &order).await? {
        return Err(Code::ApprovalNeeded.into());
    }
    let outcome = app.desk.submit(order).await?;
    if let Outcome::Posted { .. } = &outcome {
        app.metrics.movements.inc();
    }
    Ok(outcome.transfer().to_string())
}

pub(super) async fn list_adjust_records(
    app: App,
    call: Call<ListPartnerAdjustRecords>,
) -> Result<AdjustRecordsResponse, Error> {
    let filter = call.query.check()?;
    let scope = act_on(&app, call.scope()?, call.query.indirect_partner_id.as_deref()).await?;
    let (records, total_count) = store::records(&app.db, &scope, &filter).await?;
    let records = records.into_iter().map(|record| AdjustRecord {
        customer_id: record.customer_id.0,
        customer_name: record.customer_name,
        operation_type: record.kind.operation_type().to_owned(),
        amount: record.amount.decimal(),
        currency: record.amount.currency.to_string(),
        apply_scene: String::new(),
        operation_time: to_bss(record.at),
        measure_id: YUAN,
        trans_id: record.transfer_id.0,
        memo: record.memo,
    });
    Ok(AdjustRecordsResponse { records: records.collect(), total_count })
}
