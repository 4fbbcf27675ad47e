//! The endpoints of batches.

use super::{lines, service, store};
use crate::app::App;
use crate::error::Error;
use crate::exports;
use crate::http::{Call, Mount};
use axum::response::Response;
use contract::batches::{
    Batch, BatchCancel, BatchCreate, BatchList, BatchRefused, BatchReverse, BatchRow, BatchRows, BatchStart,
    BatchView,
};
use contract::codes::StepUp;
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(BatchCreate, create)
        .on(BatchList, list)
        .on(BatchView, view)
        .on(BatchRows, rows)
        .with(BatchRefused, refused)
        .on(BatchStart, start)
        .on(BatchCancel, cancel)
        .on(BatchReverse, reverse)
}

async fn create(app: App, call: Call<BatchCreate>) -> Result<Batch, Error> {
    service::create(&app, call.scope()?, &call.body).await
}

async fn list(app: App, call: Call<BatchList>) -> Result<Page<Batch>, Error> {
    let scope = call.scope()?;
    let (found, page) = store::list(&app.db, scope, &call.query).await?;
    let items = service::views(&app, scope, found).await?;
    Ok(Page { items, next: page.next, previous: page.previous, total: page.total })
}

async fn view(app: App, call: Call<BatchView>) -> Result<Batch, Error> {
    service::view(&app, call.scope()?, &call.path).await
}

async fn rows(app: App, call: Call<BatchRows>) -> Result<Page<BatchRow>, Error> {
    let scope = call.scope()?;
    store::need(&app.db, scope, &call.path).await?;
    lines::rows(&app.db, scope, &call.path, &call.query).await
}

async fn refused(app: App, call: Call<BatchRefused>) -> Result<Response, Error> {
    let sheet = service::refused(&app, call.scope()?, &call.path).await?;
    let titles: Vec<&str> = sheet.titles.iter().map(String::as_str).collect();
    exports::csv_file(&format!("refused-{}.csv", call.path), &titles, sheet.rows.into_iter())
}

async fn start(app: App, call: Call<BatchStart>) -> Result<StepUp<Batch>, Error> {
    service::start(&app, call.scope()?, &call.path, call.key()?, call.code.as_deref()).await
}

async fn cancel(app: App, call: Call<BatchCancel>) -> Result<(), Error> {
    service::cancel(&app, call.scope()?, &call.path).await
}

async fn reverse(app: App, call: Call<BatchReverse>) -> Result<Batch, Error> {
    service::reverse(&app, call.scope()?, &call.path).await
}
