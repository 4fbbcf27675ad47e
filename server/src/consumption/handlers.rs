//! The endpoints of consumption.

use super::{bss, lines, store, summary};
use crate::app::App;
use crate::customers::store as customers;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::bss::consumption as published;
use contract::consumption::{
    Choices, Consumption, ConsumptionChoices, ConsumptionLine, ConsumptionLines, ConsumptionSummary,
    ConsumptionView, Month, Summary,
};
use contract::error::{Code, Fault};
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ConsumptionView, view)
        .on(ConsumptionSummary, summed)
        .on(ConsumptionLines, listed)
        .on(ConsumptionChoices, choices)
        .on(published::ListConsumeSubCustomers, bss::list_consume_sub_customers)
        .on(published::ListSubCustomerBillDetail, bss::list_sub_customer_bill_detail)
}

async fn view(app: App, call: Call<ConsumptionView>) -> Result<Consumption, Error> {
    let scope = call.scope()?;
    let found = customers::find(&app.db, scope, &call.path).await?.ok_or(Code::NotFound)?;
    let month = call.query.month.as_deref();
    if month.is_some_and(|m| Month::read(m).is_none()) {
        return Err(Error::field("month", Fault::Invalid));
    }
    store::consumption(&app.db, scope, &found.row.id, month).await
}

async fn summed(app: App, call: Call<ConsumptionSummary>) -> Result<Summary, Error> {
    summary::summary(&app.db, call.scope()?, &call.query).await
}

async fn listed(app: App, call: Call<ConsumptionLines>) -> Result<Page<ConsumptionLine>, Error> {
    lines::check(&call.query)?;
    lines::list(&app.db, call.scope()?, &call.query).await
}

async fn choices(app: App, call: Call<ConsumptionChoices>) -> Result<Choices, Error> {
    summary::choices(&app.db, call.scope()?).await
}
