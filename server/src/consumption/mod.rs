//! What customers consumed: bill files in the FOCUS 1.0 form come in, sums by service and day
//! go out. Not the partner's bill (capability 54).

mod focus;
pub mod import;
mod store;

use crate::app::App;
use crate::customers::store as customers;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::consumption::{Consumption, ConsumptionView};
use contract::error::{Code, Fault};

pub use focus::COLUMNS as FOCUS_COLUMNS;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(ConsumptionView, view)
}

async fn view(app: App, call: Call<ConsumptionView>) -> Result<Consumption, Error> {
    let scope = call.scope()?;
    let found = customers::find(&app.db, scope, &call.path).await?.ok_or(Code::NotFound)?;
    let month = call.query.month.as_deref();
    let is_month = |m: &str| chrono::NaiveDate::parse_from_str(&format!("{m}-01"), "%Y-%m-%d").is_ok();
    if month.is_some_and(|m| !is_month(m)) {
        return Err(Error::field("month", Fault::Invalid));
    }
    store::consumption(&app.db, scope, &found.row.id, month).await
}
