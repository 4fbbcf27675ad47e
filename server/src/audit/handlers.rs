//! The endpoint of the audit trail.

use super::store;
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use contract::audit::{AuditEntry, AuditList};
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(AuditList, list)
}

async fn list(app: App, call: Call<AuditList>) -> Result<Page<AuditEntry>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}
