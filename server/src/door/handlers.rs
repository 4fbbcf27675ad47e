//! The endpoints of the customer's door.

use super::{accounts, associate, enter, sessions};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use axum::response::Response;
use contract::door::{
    Associated, CodeSent, Door, DoorCode, DoorConsent, DoorEnter, DoorLeave, DoorLog, DoorView, LogAction,
    LogEntry, Offer, OfferAccept, OfferView,
};
use contract::error::{Code, Fault};
use contract::id::CustomerId;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(OfferView, offer)
        .on(OfferAccept, accept)
        .on(DoorCode, ask)
        .with(DoorEnter, come_in)
        .on(DoorView, view)
        .with(DoorLeave, leave)
        .on(DoorConsent, consent)
        .on(DoorLog, log)
}

async fn offer(app: App, call: Call<OfferView>) -> Result<Offer, Error> {
    associate::offer(&app, &call.path).await
}

async fn accept(app: App, call: Call<OfferAccept>) -> Result<Associated, Error> {
    associate::accept(&app, call.visitor()?, &call.path, &call.body, &call.origin).await
}

async fn ask(app: App, call: Call<DoorCode>) -> Result<CodeSent, Error> {
    enter::ask(&app, &call.body, &call.origin).await
}

async fn come_in(app: App, call: Call<DoorEnter>) -> Result<Response, Error> {
    let (door, token) = enter::enter(&app, &call.body, &call.origin).await?;
    let mut response = respond::reply(&door);
    let (name, value) = cookies::set_customer(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn view(app: App, call: Call<DoorView>) -> Result<Door, Error> {
    enter::door(&app, &call.visitor()?.email).await
}

async fn leave(app: App, call: Call<DoorLeave>) -> Result<Response, Error> {
    sessions::end(&app, call.visitor()?).await?;
    let mut response = respond::reply(&());
    let (name, value) = cookies::clear_customer(&app);
    response.headers_mut().insert(name, value);
    Ok(response)
}

/// The visitor's own account, or `NotFound`.
async fn own(app: &App, email: &str, id: &CustomerId) -> Result<(), Error> {
    let mut connection = app.db.read().acquire().await?;
    let all = accounts::of(&mut connection, email).await?;
    if all.iter().any(|account| account.id == *id) { Ok(()) } else { Err(Code::NotFound.into()) }
}

async fn consent(app: App, call: Call<DoorConsent>) -> Result<Door, Error> {
    let email = &call.visitor()?.email;
    own(&app, email, &call.path).await?;
    if call.body.consents.is_empty() {
        return Err(Error::field("consents", Fault::Required));
    }
    let at = (app.clock.millis(), call.origin.ip.as_str());
    let mut tx = app.db.begin().await?;
    accounts::consent(&mut tx, &call.path, &call.body.consents, at).await?;
    accounts::log(&mut tx, &call.path, (LogAction::Consented, ""), at).await?;
    app.db.commit(tx).await?;
    enter::door(&app, email).await
}

async fn log(app: App, call: Call<DoorLog>) -> Result<Vec<LogEntry>, Error> {
    own(&app, &call.visitor()?.email, &call.path).await?;
    let mut connection = app.db.read().acquire().await?;
    accounts::log_of(&mut connection, &call.path).await
}
