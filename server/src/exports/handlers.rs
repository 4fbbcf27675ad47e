//! The endpoints of exports.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use axum::body::Body;
use axum::response::Response;
use contract::exports::{Export, ExportCreate, ExportDelete, ExportFile, ExportList, ExportView, Format};
use contract::page::Page;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(ExportCreate, create)
        .on(ExportList, list)
        .on(ExportView, view)
        .with(ExportFile, file)
        .on(ExportDelete, delete)
}

async fn create(app: App, call: Call<ExportCreate>) -> Result<Export, Error> {
    service::ask(&app, call.scope()?, &call.body).await
}

async fn list(app: App, call: Call<ExportList>) -> Result<Page<Export>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn view(app: App, call: Call<ExportView>) -> Result<Export, Error> {
    store::need(&app.db, call.scope()?, &call.path).await
}

async fn delete(app: App, call: Call<ExportDelete>) -> Result<(), Error> {
    service::remove(&app, call.scope()?, &call.path).await
}

async fn file(app: App, call: Call<ExportFile>) -> Result<Response, Error> {
    let (export, pieces) = service::file(&app, call.scope()?, &call.path).await?;
    let kind = match export.format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(export.bytes));
    // The name is made of a list's word and a day.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", export.file_name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
