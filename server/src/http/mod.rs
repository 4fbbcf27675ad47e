//! The web side: mounting endpoints, guarding them, answering in the right envelope, serving
//! the console. Knows no business rule and no SQL.

mod assets;
pub(crate) mod cookies;
mod guard;
mod headers;
pub mod metrics;
pub mod mount;
mod openapi;
mod ops;
pub mod respond;

pub use assets::build;
pub use mount::{Call, Mount};

use crate::app::App;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::TimeoutLayer;

/// The largest body of a request, in bytes. The signing rules allow 12 MB; no operation here
/// needs more than this.
const MAX_BODY: usize = 1024 * 1024;

/// Everything that the server answers. Fails where a declared endpoint is not mounted.
///
/// # Errors
/// Endpoints that are declared and not mounted, or the other way round.
pub fn router(app: &App) -> anyhow::Result<Router> {
    let mount = Mount::new();
    let mount = crate::identity::mount(mount);
    let mount = crate::person::mount(mount);
    let mount = crate::factors::mount(mount);
    let mount = crate::passkeys::mount(mount);
    let mount = crate::sso::mount(mount);
    let mount = crate::customers::mount(mount);
    let mount = crate::assignments::mount(mount);
    let mount = crate::prospects::mount(mount);
    let mount = crate::door::mount(mount);
    let mount = crate::associations::mount(mount);
    let mount = crate::consumption::mount(mount);
    let mount = crate::funds::mount(mount);
    let mount = crate::approvals::mount(mount);
    let mount = crate::audit::mount(mount);
    let mount = crate::exports::mount(mount);
    let mount = crate::batches::mount(mount);
    let mount = crate::imports::mount(mount);
    let mount = crate::views::mount(mount);
    let mount = crate::notices::mount(mount);
    let mount = crate::organisation::mount(mount);
    let mount = crate::company::mount(mount);
    let mount = crate::receivers::mount(mount);
    let mount = crate::keys::mount(mount);
    let mount = crate::iam::mount(mount);
    let mount = crate::webhooks::mount(mount);
    let mount = crate::partner::mount(mount);
    let router = mount.finish()?;
    Ok(router
        .merge(ops::routes())
        .merge(openapi::routes())
        .fallback(assets::serve)
        .method_not_allowed_fallback(respond::method_not_allowed)
        // Built files are compressed already; this is for lists.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(1024).and(NotForContentType::SSE)),
        )
        .layer(TimeoutLayer::with_status_code(http::StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(60)))
        .layer(CatchPanicLayer::custom(respond::panicked))
        .layer(from_fn(guard::plain_framing))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(from_fn_with_state(app.clone(), ops::observe))
        .with_state(app.clone()))
}
