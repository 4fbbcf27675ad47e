//! The published operations of bills (product/api.md C5) that bill files carry the data of.

use super::published;
use crate::app::App;
use crate::error::Error;
use crate::http::Call;
use crate::resellers::act_on;
use contract::bss::Exact;
use contract::bss::consumption::{
    BillDetailResponse, ConsumeSubCustomer, ConsumeSubCustomersResponse, FeeRecord, ListConsumeSubCustomers,
    ListSubCustomerBillDetail, charge_codes,
};
use contract::filter::Days;
use contract::time::{from_millis, to_bss};

pub(super) async fn list_consume_sub_customers(
    app: App,
    call: Call<ListConsumeSubCustomers>,
) -> Result<ConsumeSubCustomersResponse, Error> {
    let (month, offset, limit) = call.body.check()?;
    let (ids, total_count) = published::consuming(&app.db, call.scope()?, &month, (offset, limit)).await?;
    let sub_customers = ids.into_iter().map(|customer_id| ConsumeSubCustomer { customer_id }).collect();
    Ok(ConsumeSubCustomersResponse { sub_customers, total_count })
}

pub(super) async fn list_sub_customer_bill_detail(
    app: App,
    call: Call<ListSubCustomerBillDetail>,
) -> Result<BillDetailResponse, Error> {
    let filter = call.query.check()?;
    let scope = act_on(&app, call.scope()?, call.query.indirect_partner_id.as_deref()).await?;
    let (found, total_count) = published::details(&app.db, &scope, &filter).await?;
    let record = |found: published::Found| {
        let line = found.line;
        let (charging_mode, bill_detail_type) = charge_codes(&line.category);
        // The day begins in GMT+8.
        let begin = Days::Between(Some(line.day), Some(line.day)).millis(from_millis(scope.now)).0;
        FeeRecord {
            bill_cycle: line.day.to_string()[..7].to_owned(),
            customer_id: line.customer_id.0,
            association_type: found.association.map(|code| code.to_string()),
            service_type_code: line.service.clone(),
            service_type_name: line.service,
            charging_mode,
            id: line.id,
            bill_detail_type,
            resource_id: line.resource,
            region_code: line.region,
            consume_time: to_bss(from_millis(begin.unwrap_or_default())),
            official_amount: Exact::read(line.list_cost),
            official_discount_amount: Exact::read(found.discount),
            payment_amount: Exact::read(line.cost),
            account_manager_id: found.manager,
            partner_id: scope.partner_id.to_string(),
        }
    };
    Ok(BillDetailResponse {
        total_count,
        currency: scope.currency.to_string(),
        fee_records: found.into_iter().map(record).collect(),
    })
}
