//! For those who run the server: health, readiness, figures, and a log line a request.

use super::guard::RequestId;
use crate::app::App;
use crate::ids;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode};
use std::time::Instant;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(async |State(app): State<App>| app.metrics.text()))
}

/// Ready when the database answers and has every table.
async fn ready(State(app): State<App>) -> Response {
    match app.db.is_migrated().await {
        Ok(true) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer or is not migrated\n")
            .into_response(),
    }
}

/// Gives every request an id, and notes its outcome. No bodies, no query, no headers: they hold
/// personal data and secrets.
pub(super) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = ids::new();
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>().map_or("other", |p| p.as_str()).to_owned();
    let method = request.method().clone();
    let started = Instant::now();
    let mut response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    app.metrics.answered(&route, status, took.as_secs_f64());
    tracing::debug!(request_id = %id, %method, %route, status, took_ms = took.as_millis(), "request.answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(contract::api::REQUEST_ID, value);
    }
    response
}
