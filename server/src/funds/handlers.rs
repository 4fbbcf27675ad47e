//! The endpoints of money.

use super::movement::Direction;
use super::{bss, service, store};
use crate::app::App;
use crate::codes;
use crate::customers::store as customers;
use crate::error::Error;
use crate::http::{Call, Mount};
use crate::ledger::AccountKey;
use crate::partner;
use crate::scope::Scope;
use contract::bss::accounts as published;
use contract::codes::{Challenge, StepUp};
use contract::customers::{can_appropriate, can_reclaim};
use contract::error::Code;
use contract::funds::{
    Adjustment, AdjustmentList, Appropriate, AppropriationQuote, Balance, BalanceList, CodeResend,
    MovementVoid, Quote, Receipt, ReceiptView, Reclaim, ReclaimQuote,
};
use contract::id::CustomerId;
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(BalanceList, balances)
        .on(AppropriationQuote, async |app, call: Call<AppropriationQuote>| {
            quote(&app, call.scope()?, &call.path, Direction::Appropriate).await
        })
        .on(Appropriate, appropriate)
        .on(ReclaimQuote, async |app, call: Call<ReclaimQuote>| {
            quote(&app, call.scope()?, &call.path, Direction::Reclaim).await
        })
        .on(Reclaim, reclaim)
        .on(MovementVoid, void)
        .on(ReceiptView, receipt)
        .on(AdjustmentList, adjustments)
        .on(CodeResend, resend)
        .on(published::ListPartnerBalances, bss::list_partner_balances)
        .on(published::ListCustomersBalancesDetail, bss::list_customers_balances)
        .on(published::UpdateCustomerAccountAmount, bss::appropriate)
        .on(published::ReclaimToPartnerAccount, bss::reclaim)
        .on(published::ListPartnerAdjustRecords, bss::list_adjust_records)
}

async fn balances(app: App, call: Call<BalanceList>) -> Result<Vec<Balance>, Error> {
    let scope = call.scope()?;
    let own = AccountKey::partner(&scope.partner_id, scope.currency);
    Ok(vec![store::balance(&app.db, &own, scope.currency).await?])
}

async fn quote(app: &App, scope: &Scope, id: &CustomerId, direction: Direction) -> Result<Quote, Error> {
    let found = customers::find(&app.db, scope, id).await?.ok_or(Code::NotFound)?;
    let refusal = match direction {
        Direction::Appropriate => can_appropriate(found.row.association, found.row.frozen),
        Direction::Reclaim => can_reclaim(found.row.association),
    };
    let own = AccountKey::partner(&scope.partner_id, scope.currency);
    let settings = partner::settings(&app.db, scope).await?;
    Ok(Quote {
        partner: store::balance(&app.db, &own, scope.currency).await?,
        customer: store::balance(&app.db, &customers::account(scope, id), scope.currency).await?,
        refusal: refusal.err(),
        code_needed: settings.asks(direction.sensitive()),
        code_from: settings.code_from,
        approval_from: settings.approval_from,
    })
}

async fn appropriate(app: App, call: Call<Appropriate>) -> Result<StepUp<Receipt>, Error> {
    let order = service::order(call.scope()?, Direction::Appropriate, &call.path, &call.body, call.key()?)?;
    service::move_with_code(&app, order, call.code.as_deref()).await
}

async fn reclaim(app: App, call: Call<Reclaim>) -> Result<StepUp<Receipt>, Error> {
    let order = service::order(call.scope()?, Direction::Reclaim, &call.path, &call.body, call.key()?)?;
    service::move_with_code(&app, order, call.code.as_deref()).await
}

async fn void(app: App, call: Call<MovementVoid>) -> Result<(), Error> {
    service::give_up(&app, call.scope()?, &call.path.0).await
}

async fn receipt(app: App, call: Call<ReceiptView>) -> Result<Receipt, Error> {
    store::receipt(&app.db, call.scope()?, &call.path).await?.ok_or(Error::Refused(Code::NotFound))
}

async fn adjustments(app: App, call: Call<AdjustmentList>) -> Result<Page<Adjustment>, Error> {
    let scope = call.scope()?;
    store::check(scope, &call.query)?;
    store::adjustments(&app.db, scope, &call.query).await
}

async fn resend(app: App, call: Call<CodeResend>) -> Result<Challenge, Error> {
    codes::resend(&app, call.scope()?, &call.path).await
}
