//! The endpoints of associations.

use super::{service, store};
use crate::app::App;
use crate::customers::store as customers;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::associations::{
    AssociationAnswer, AssociationAsk, AssociationCheck, AssociationRequests, AssociationWithdraw, Check,
    CustomerTimeline, DoorAnswer, DoorEnd, DoorRequests, Kind, Milestone, Request,
};
use contract::error::Code;
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(AssociationCheck, check)
        .on(AssociationAsk, ask)
        .on(AssociationRequests, list)
        .on(AssociationAnswer, answer)
        .on(AssociationWithdraw, withdraw)
        .on(CustomerTimeline, timeline)
        .on(DoorEnd, leave)
        .on(DoorAnswer, answer_of_customer)
        .on(DoorRequests, of_account)
}

async fn check(app: App, call: Call<AssociationCheck>) -> Result<Check, Error> {
    service::check(&app, call.scope()?, &call.path, call.query.kind.unwrap_or(Kind::Switch)).await
}

async fn ask(app: App, call: Call<AssociationAsk>) -> Result<Request, Error> {
    service::ask(&app, call.scope()?, &call.path, &call.body).await
}

async fn list(app: App, call: Call<AssociationRequests>) -> Result<Page<Request>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn answer(app: App, call: Call<AssociationAnswer>) -> Result<Request, Error> {
    service::answer(&app, call.scope()?, &call.path, &call.body).await
}

async fn withdraw(app: App, call: Call<AssociationWithdraw>) -> Result<(), Error> {
    service::withdraw(&app, call.scope()?, &call.path).await
}

async fn timeline(app: App, call: Call<CustomerTimeline>) -> Result<Vec<Milestone>, Error> {
    let scope = call.scope()?;
    let found = customers::find(&app.db, scope, &call.path).await?.ok_or(Code::NotFound)?;
    super::timeline::of(&app.db, scope, &found.row).await
}

async fn leave(app: App, call: Call<DoorEnd>) -> Result<Request, Error> {
    service::ask_to_leave(&app, call.visitor()?, &call.path, &call.body, &call.origin).await
}

async fn answer_of_customer(app: App, call: Call<DoorAnswer>) -> Result<Request, Error> {
    service::answer_of_customer(&app, call.visitor()?, &call.path, &call.body, &call.origin).await
}

async fn of_account(app: App, call: Call<DoorRequests>) -> Result<Vec<Request>, Error> {
    service::of_account(&app, call.visitor()?, &call.path).await
}
