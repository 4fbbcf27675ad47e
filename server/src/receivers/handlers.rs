//! The endpoints of receivers.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::codes::Challenge;
use contract::receivers::{
    Receiver, ReceiverAsk, ReceiverChange, ReceiverConfirm, ReceiverCreate, ReceiverDelete, ReceiverList,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ReceiverList, list)
        .on(ReceiverCreate, create)
        .on(ReceiverChange, change)
        .on(ReceiverDelete, delete)
        .on(ReceiverAsk, ask)
        .on(ReceiverConfirm, confirm)
}

async fn list(app: App, call: Call<ReceiverList>) -> Result<Vec<Receiver>, Error> {
    let mut connection = app.db.read().acquire().await?;
    store::list(&mut connection, &call.scope()?.partner_id).await
}

async fn create(app: App, call: Call<ReceiverCreate>) -> Result<Receiver, Error> {
    service::create(&app, call.scope()?, &call.body).await
}

async fn change(app: App, call: Call<ReceiverChange>) -> Result<Receiver, Error> {
    service::change(&app, call.scope()?, &call.path, &call.body).await
}

async fn delete(app: App, call: Call<ReceiverDelete>) -> Result<(), Error> {
    service::delete(&app, call.scope()?, &call.path).await
}

async fn ask(app: App, call: Call<ReceiverAsk>) -> Result<Challenge, Error> {
    service::ask(&app, call.scope()?, &call.path, call.body.channel).await
}

async fn confirm(app: App, call: Call<ReceiverConfirm>) -> Result<Receiver, Error> {
    service::confirm(&app, call.scope()?, &call.path, &call.body).await
}
