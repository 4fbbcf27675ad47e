//! The published operations of customers (product/api.md C1).

use super::store::{self, Found};
use crate::app::App;
use crate::codes::{self, Order};
use crate::error::Error;
use crate::http::Call;
use crate::ids;
use crate::resellers::act_on;
use crate::seal::fingerprint;
use contract::bss::basics::SendVerificationMessageCode;
use contract::bss::customers::{
    AccountManager, CustomerInformation, ListSubCustomers, ListSubCustomersResponse,
};
use contract::codes::Channel;
use contract::time::to_bss;

pub(super) async fn list_sub_customers(
    app: App,
    call: Call<ListSubCustomers>,
) -> Result<ListSubCustomersResponse, Error> {
    let filter = call.body.check()?;
    let scope = act_on(&app, call.scope()?, call.body.indirect_partner_id.as_deref()).await?;
    let (found, count) = store::query(&app.db, &scope, &filter).await?;
    Ok(ListSubCustomersResponse { customer_infos: found.into_iter().map(information).collect(), count })
}

/// A program that holds the permission gets personal data in full, as published.
fn information(found: Found) -> CustomerInformation {
    let (xaccount_id, xaccount_type) = found.xaccount.unzip();
    CustomerInformation {
        customer: found.row.name,
        account_name: found.row.account_name,
        customer_id: found.row.id.0,
        associated_on: to_bss(found.row.associated_on),
        association_type: found.row.association.code().to_string(),
        label: found.label,
        telephone: found.phone,
        verified_status: found.row.verified.code().to_string(),
        country_code: found.country_code,
        customer_type: found.customer_type.code(),
        is_frozen: found.row.frozen.code(),
        account_managers: found
            .manager_email
            .map(|account_name| AccountManager { account_name })
            .into_iter()
            .collect(),
        xaccount_id,
        xaccount_type,
        customer_level: found.level,
        email: found.email,
    }
}

/// Sends a code for registration or bank-card authentication. It is bound to the phone and the
/// scene; the operations that take it come with customer registration.
pub(super) async fn send_code(app: App, call: Call<SendVerificationMessageCode>) -> Result<(), Error> {
    let asked = call.body.check()?;
    let scope = call.scope()?;
    let purpose = if asked.scene == 18 { codes::BANK_CARD } else { codes::REGISTRATION };
    let order = Order {
        partner_id: scope.partner_id.clone(),
        user_id: String::new(),
        purpose,
        subject: format!("{}.{}", asked.phone, ids::new()),
        fingerprint: fingerprint(&[&asked.phone]),
        channel: Channel::Sms,
        receiver: asked.phone,
        summary: String::new(),
        minutes: asked.minutes,
        english: asked.english,
    };
    let mut tx = app.db.begin().await?;
    codes::wait_between(&app, &mut tx, &order).await?;
    let (_, message) = codes::issue(&app, &mut tx, order).await?;
    app.db.commit(tx).await?;
    codes::delivered(&app, &scope.partner_id, &message).await
}
