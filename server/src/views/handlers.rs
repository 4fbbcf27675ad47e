//! The endpoints of saved views.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::views::{View, ViewChange, ViewCreate, ViewDefault, ViewDelete, ViewList};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ViewList, list)
        .on(ViewCreate, create)
        .on(ViewChange, change)
        .on(ViewDelete, delete)
        .on(ViewDefault, choose)
}

async fn list(app: App, call: Call<ViewList>) -> Result<Vec<View>, Error> {
    store::list(&app.db, call.scope()?).await
}

async fn create(app: App, call: Call<ViewCreate>) -> Result<View, Error> {
    service::create(&app, call.scope()?, &call.body).await
}

async fn change(app: App, call: Call<ViewChange>) -> Result<View, Error> {
    service::change(&app, call.scope()?, &call.path, &call.body).await
}

async fn delete(app: App, call: Call<ViewDelete>) -> Result<(), Error> {
    service::delete(&app, call.scope()?, &call.path).await
}

async fn choose(app: App, call: Call<ViewDefault>) -> Result<(), Error> {
    service::choose(&app, call.scope()?, &call.body).await
}
