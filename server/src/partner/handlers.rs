//! The endpoints of the partner's settings.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::codes::StepUp;
use contract::partner::{Settings, SettingsChange, SettingsView};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(SettingsView, view).on(SettingsChange, change)
}

async fn view(app: App, call: Call<SettingsView>) -> Result<Settings, Error> {
    store::settings(&app.db, call.scope()?).await
}

async fn change(app: App, call: Call<SettingsChange>) -> Result<StepUp<Settings>, Error> {
    service::change(&app, call.scope()?, call.body, call.key()?, call.code.as_deref()).await
}
