//! The endpoints that clients of the cloud's identity service call.

use super::service;
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, respond};
use crate::identity::store;
use axum::response::Response;
use contract::api::Endpoint;
use contract::error::Code;
use contract::iam::{Domain, DomainList, Domains, Links, SUBJECT_TOKEN, TokenCreate};
use http::{HeaderValue, StatusCode};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.with(TokenCreate, token).on(DomainList, domains)
}

async fn token(app: App, call: Call<TokenCreate>) -> Result<Response, Error> {
    let (answer, token) = service::token(&app, &call.body, &call.origin).await?;
    let mut response = respond::reply(&answer);
    *response.status_mut() = StatusCode::CREATED;
    let value = HeaderValue::from_str(&token).map_err(|e| Error::internal(&e))?;
    response.headers_mut().insert(SUBJECT_TOKEN, value);
    Ok(response)
}

async fn domains(app: App, call: Call<DomainList>) -> Result<Domains, Error> {
    let scope = call.scope()?;
    let mut connection = app.db.read().acquire().await?;
    let partner = store::partner(&mut connection, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    let own = format!("{}{}", app.settings.public_url, DomainList::PATH);
    Ok(Domains {
        domains: vec![Domain {
            id: partner.id.to_string(),
            name: partner.name,
            enabled: true,
            description: String::new(),
            links: Links { own: format!("{own}/{}", partner.id) },
        }],
        links: Links { own },
    })
}
