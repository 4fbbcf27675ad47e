//! The endpoints of imports.

use super::service;
use crate::app::App;
use crate::error::Error;
use crate::exports;
use crate::http::{Call, Mount};
use axum::response::Response;
use contract::imports::{Import, ImportCreate, ImportTemplate};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(ImportCreate, create).with(ImportTemplate, template)
}

async fn create(app: App, call: Call<ImportCreate>) -> Result<Import, Error> {
    service::take(&app, call.scope()?, &call.body).await
}

async fn template(_: App, call: Call<ImportTemplate>) -> Result<Response, Error> {
    let titles = if call.scope()?.origin.english {
        ["Customer", "Amount", "Remark"]
    } else {
        ["客户", "金额", "备注"]
    };
    exports::csv_file("template.csv", &titles, std::iter::empty())
}
