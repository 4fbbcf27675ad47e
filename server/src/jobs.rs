//! What the server does by itself: sends messages, makes exports, frees expired holds, removes ended
//! sessions.
//! Every job may run on several servers at once.

use crate::app::App;
use crate::exports::job::make_due;
use crate::identity::sessions;
use crate::ledger::expire::expire_holds;
use crate::outbox::job::send_due;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Starts the jobs; they end when `stop` turns true.
#[must_use]
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let outbox = app.clone();
    let mut ending = stop.clone();
    jobs.spawn(async move {
        loop {
            if let Err(error) = send_due(&outbox).await {
                tracing::warn!(%error, "job.outbox");
            }
            tokio::select! {
                () = outbox.outbox_wake.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
                _ = ending.changed() => break,
            }
        }
    });
    let exporting = app.clone();
    let mut ending = stop.clone();
    jobs.spawn(async move {
        loop {
            if let Err(error) = make_due(&exporting).await {
                tracing::warn!(%error, "job.exports");
            }
            tokio::select! {
                () = exporting.export_wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
                _ = ending.changed() => break,
            }
        }
    });
    let holds = app.clone();
    jobs.spawn(every(Duration::from_secs(5), stop.clone(), "expire", move || {
        let app = holds.clone();
        async move { expire_holds(&app.db, app.clock.millis()).await.map(drop) }
    }));
    let cleaning = app.clone();
    jobs.spawn(every(Duration::from_secs(300), stop.clone(), "clean", move || {
        let app = cleaning.clone();
        async move { sessions::clean(&app).await }
    }));
    jobs
}

async fn every<F, R>(pause: Duration, mut stop: watch::Receiver<bool>, name: &'static str, work: F)
where
    F: Fn() -> R,
    R: Future<Output = Result<(), crate::error::Error>>,
{
    loop {
        if let Err(error) = work().await {
            tracing::warn!(%error, job = name, "job.failed");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => break,
        }
    }
}
