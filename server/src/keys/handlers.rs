//! The endpoints of access keys.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::codes::StepUp;
use contract::keys::{AccessKey, KeyCreate, KeyList, KeyRevoke, NewSecret};
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(KeyList, list).on(KeyCreate, create).on(KeyRevoke, revoke)
}

async fn list(app: App, call: Call<KeyList>) -> Result<Page<AccessKey>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn create(app: App, call: Call<KeyCreate>) -> Result<StepUp<NewSecret>, Error> {
    service::create(&app, call.scope()?, &call.body, call.key()?, call.code.as_deref()).await
}

async fn revoke(app: App, call: Call<KeyRevoke>) -> Result<(), Error> {
    service::revoke(&app, call.scope()?, &call.path).await
}
