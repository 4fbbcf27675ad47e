//! The endpoints of the partner's information and of preferences.

use super::{service, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::company::{Company, CompanyChange, CompanyView, LogoChange, LogoView};
use contract::error::Code;
use contract::preferences::{Preferences, PreferencesChange};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(CompanyView, view)
        .on(CompanyChange, change)
        .on(LogoChange, change_logo)
        .with(LogoView, logo)
        .on(PreferencesChange, prefer)
}

async fn view(app: App, call: Call<CompanyView>) -> Result<Company, Error> {
    let mut connection = app.db.read().acquire().await?;
    store::company(&mut connection, &call.scope()?.partner_id).await
}

async fn change(app: App, call: Call<CompanyChange>) -> Result<Company, Error> {
    service::change(&app, call.scope()?, &call.body).await
}

async fn change_logo(app: App, call: Call<LogoChange>) -> Result<Company, Error> {
    service::change_logo(&app, call.scope()?, &call.body).await
}

async fn logo(app: App, call: Call<LogoView>) -> Result<Response, Error> {
    let mut connection = app.db.read().acquire().await?;
    let found = store::logo(&mut connection, &call.scope()?.partner_id).await?;
    let (kind, content) = found.ok_or(Code::NotFound)?;
    let bytes = STANDARD.decode(content).map_err(|e| Error::internal(&e))?;
    let mut response = Response::new(Body::from(bytes));
    let kind = HeaderValue::from_str(&kind).map_err(|e| Error::internal(&e))?;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    // Its address has its hash.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400"));
    Ok(response)
}

async fn prefer(app: App, call: Call<PreferencesChange>) -> Result<Preferences, Error> {
    service::prefer(&app, call.scope()?, &call.body).await
}
