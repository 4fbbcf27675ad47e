//! The endpoints of assignments.

use super::{service, store};
use crate::app::App;
use crate::customers::store as customers;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::assignments::{
    Assigned, CustomerManagers, CustomersAssign, Managed, ManagerCount, ManagerCounts,
};
use contract::error::Code;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(CustomersAssign, assign).on(ManagerCounts, counts).on(CustomerManagers, managers)
}

async fn assign(app: App, call: Call<CustomersAssign>) -> Result<Assigned, Error> {
    service::assign(&app, call.scope()?, &call.body).await
}

async fn counts(app: App, call: Call<ManagerCounts>) -> Result<Vec<ManagerCount>, Error> {
    store::counts(&app.db, call.scope()?).await
}

async fn managers(app: App, call: Call<CustomerManagers>) -> Result<Vec<Managed>, Error> {
    let scope = call.scope()?;
    let found = customers::find(&app.db, scope, &call.path).await?.ok_or(Code::NotFound)?;
    store::managed(&app.db, scope, &found.row.id).await
}
