//! The endpoints of approvals.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::approvals::{Approval, ApprovalGive, ApprovalList, ApprovalRefuse, ApprovalWithdraw};
use contract::codes::StepUp;
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ApprovalList, list)
        .on(ApprovalGive, give)
        .on(ApprovalRefuse, refuse)
        .on(ApprovalWithdraw, withdraw)
}

async fn list(app: App, call: Call<ApprovalList>) -> Result<Page<Approval>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn give(app: App, call: Call<ApprovalGive>) -> Result<StepUp<Approval>, Error> {
    service::give(&app, call.scope()?, &call.path, call.key()?, call.code.as_deref()).await
}

async fn refuse(app: App, call: Call<ApprovalRefuse>) -> Result<Approval, Error> {
    service::refuse(&app, call.scope()?, &call.path, &call.body).await
}

async fn withdraw(app: App, call: Call<ApprovalWithdraw>) -> Result<(), Error> {
    service::withdraw(&app, call.scope()?, &call.path).await
}
