//! What the server does by itself: sends messages, makes exports, carries out batches, writes notices, tells
//! webhooks, frees expired holds, removes ended sessions.
//! Every job may run on several servers at once.

use crate::app::App;
use crate::associations;
use crate::batches::{self, job::work_due};
use crate::door;
use crate::exports::job::make_due;
use crate::factors;
use crate::identity::sessions;
use crate::imports;
use crate::ledger::expire::expire_holds;
use crate::notices::live::look;
use crate::notices::{self, job::write_due};
use crate::outbox::job::send_due;
use crate::passkeys;
use crate::person::{self, reset::answer_due};
use crate::prospects;
use crate::sso;
use crate::webhooks;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// Starts the jobs; they end when `stop` turns true.
#[must_use]
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let sending = app.clone();
    let wake = app.outbox_wake.clone();
    jobs.spawn(every(Duration::from_millis(500), Some(wake), stop.clone(), "outbox", move || {
        let app = sending.clone();
        async move {
            answer_due(&app).await?;
            send_due(&app).await.map(drop)
        }
    }));
    let exporting = app.clone();
    let wake = app.export_wake.clone();
    let ending = stop.clone();
    jobs.spawn(every(Duration::from_secs(2), Some(wake), stop.clone(), "exports", move || {
        let (app, mut ending) = (exporting.clone(), ending.clone());
        async move {
            // A large one must not hold up the end of the server: it is begun again later.
            tokio::select! {
                done = make_due(&app) => done,
                _ = ending.changed() => Ok(()),
            }
        }
    }));
    let batches = app.clone();
    let wake = app.batch_wake.clone();
    let ending = stop.clone();
    jobs.spawn(every(Duration::from_secs(1), Some(wake), stop.clone(), "batches", move || {
        let (app, mut ending) = (batches.clone(), ending.clone());
        async move {
            // What is under way at the desk is written there; the rest goes on after the restart.
            tokio::select! {
                done = work_due(&app) => done,
                _ = ending.changed() => Ok(()),
            }
        }
    }));
    let noticing = app.clone();
    jobs.spawn(every(Duration::from_millis(500), None, stop.clone(), "notices", move || {
        let app = noticing.clone();
        async move { write_due(&app).await }
    }));
    let looking = app.clone();
    jobs.spawn(every(Duration::from_millis(500), None, stop.clone(), "live", move || {
        let app = looking.clone();
        async move { look(&app).await }
    }));
    jobs.spawn(webhooks::job::run(app.clone(), stop.clone()));
    let holds = app.clone();
    jobs.spawn(every(Duration::from_secs(5), None, stop.clone(), "expire", move || {
        let app = holds.clone();
        async move { expire_holds(&app.db, app.clock.millis()).await.map(drop) }
    }));
    let developing = app.clone();
    jobs.spawn(every(Duration::from_secs(60), None, stop.clone(), "reports", move || {
        let app = developing.clone();
        async move { reports(&app).await }
    }));
    let cleaning = app.clone();
    jobs.spawn(every(Duration::from_secs(300), None, stop.clone(), "clean", move || {
        let app = cleaning.clone();
        async move {
            let now = app.clock.millis();
            imports::clean(&app.db, now).await?;
            batches::clean(&app.db, now).await?;
            notices::clean(&app.db, now).await?;
            webhooks::clean(&app.db, now).await?;
            person::clean(&app).await?;
            factors::clean(&app).await?;
            passkeys::clean(&app).await?;
            sso::clean(&app).await?;
            door::clean(&app).await?;
            sessions::clean(&app).await
        }
    }));
    jobs
}

/// Works again and again: after a pause, or at once when `wake` rings.
async fn every<F, R>(
    pause: Duration,
    wake: Option<Arc<Notify>>,
    mut stop: watch::Receiver<bool>,
    name: &'static str,
    work: F,
) where
    F: Fn() -> R,
    R: Future<Output = Result<(), crate::error::Error>>,
{
    let never = Arc::new(Notify::new());
    let wake = wake.unwrap_or(never);
    loop {
        if let Err(error) = work().await {
            tracing::warn!(%error, job = name, "job.failed");
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => break,
        }
    }
}

/// Notes the reports of customers, and the requests about associations, whose time is over.
///
/// # Errors
/// A database that refuses.
pub async fn reports(app: &App) -> Result<(), crate::error::Error> {
    prospects::expire_due(app).await?;
    associations::expire_due(app).await
}
