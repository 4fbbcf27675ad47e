//! `partner-center serve`.

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Serving, Settings, Storage};
use crate::http::router;
use crate::jobs;
use crate::seal::Seal;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

/// Serves until it is told to stop, then lets running requests finish.
pub(super) async fn serve(storage: &Storage, serving: &Serving) -> anyhow::Result<()> {
    start_logging(serving.log_json);
    let db = super::open(storage).await?;
    let seal = Seal::from_file(&storage.secret())?;
    let app = App::new(db.clone(), Clock::system(), seal, Settings::from(serving))?;
    let router = router(&app)?;
    let listener = TcpListener::bind((serving.listen, serving.port)).await?;
    let address = listener.local_addr()?;
    // Small answers must not wait for more to send. A socket that refuses still works.
    let listener = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
    let (stop, stopped) = watch::channel(false);
    let mut jobs = jobs::start(&app, &stopped);
    tracing::info!(%address, "serving");
    println!("Partner Center is at http://{address}/");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopping(app.live.clone())).await?;
    tracing::info!("stopping");
    let _ = stop.send(true);
    while jobs.join_next().await.is_some() {}
    db.close().await;
    Ok(())
}

fn start_logging(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Logging may have been started by a test.
    let _ = if json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
}

/// Ends on Ctrl-C or SIGTERM, and with it the streams that would go on for ever.
async fn stopping(live: crate::notices::live::Channel) {
    signalled().await;
    live.close();
}

/// Ends on Ctrl-C or SIGTERM.
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
