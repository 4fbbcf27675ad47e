//! The endpoints of customers.

use super::{bss, list, store};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::audit::Action;
use contract::bss::basics::SendVerificationMessageCode;
use contract::bss::customers::ListSubCustomers;
use contract::customers::{
    Customer, CustomerList, CustomerReveal, CustomerRow, CustomerView, Manager, ManagerList, PersonalData,
};
use contract::error::Code;
use contract::page::Page;
use serde_json::json;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(CustomerList, list)
        .on(CustomerView, view)
        .on(CustomerReveal, reveal)
        .on(ManagerList, managers)
        .on(ListSubCustomers, bss::list_sub_customers)
        .on(SendVerificationMessageCode, bss::send_code)
}

async fn list(app: App, call: Call<CustomerList>) -> Result<Page<CustomerRow>, Error> {
    let scope = call.scope()?;
    list::check(scope, &call.query)?;
    list::list(&app.db, scope, &call.query).await
}

async fn view(app: App, call: Call<CustomerView>) -> Result<Customer, Error> {
    let found = store::find(&app.db, call.scope()?, &call.path).await?.ok_or(Code::NotFound)?;
    Ok(found.view())
}

async fn reveal(app: App, call: Call<CustomerReveal>) -> Result<PersonalData, Error> {
    let scope = call.scope()?;
    let found = store::find(&app.db, scope, &call.path).await?.ok_or(Code::NotFound)?;
    let mut tx = app.db.begin().await?;
    let act = Act::of(
        scope,
        Action::CustomersRevealed,
        "customer",
        call.path.as_str(),
        json!({"fields": ["phone", "email"]}),
    );
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(PersonalData { phone: found.phone, email: found.email })
}

async fn managers(app: App, call: Call<ManagerList>) -> Result<Vec<Manager>, Error> {
    store::managers(&app.db, call.scope()?).await
}
