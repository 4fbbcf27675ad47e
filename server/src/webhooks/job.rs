//! Writes deliveries out of the audit trail, and makes them: at least once each, under a lease, again after a
//! while where they fail. The trail is the queue: an endpoint's place in it moves in the transaction that writes
//! the deliveries, so that none is left out and none written twice.

use super::courier::Message;
use super::deliveries::{self, New};
use super::queue::{self, Due, Place, Task};
use super::service::host;
use super::store::{self, DAY};
use super::{events, sign};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::ids;
use crate::scope::Origin;
use contract::audit::Action;
use contract::id::{DeliveryId, PartnerId, WebhookId};
use contract::webhooks::{DeliveryState, FAILING_DAYS, RETRY_SECONDS};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Entries of the trail that are looked at together.
const TOGETHER: i64 = 500;
/// Deliveries to one endpoint that are under way at once; one where it fails.
const AT_ONCE: i64 = 4;
/// Deliveries that this server has under way at once.
const ALL_AT_ONCE: usize = 256;
/// Milliseconds for which a server owns a delivery: longer than an attempt can take.
const LEASE: i64 = 60_000;
/// The status of what is gone for good.
const GONE: u16 = 410;

/// Where an endpoint was looked on from: its place and version, and how far it was looked.
type Looked = HashMap<(PartnerId, WebhookId), ((i64, i64), i64)>;

/// What a server has under way.
#[derive(Default)]
struct Work {
    looked: Looked,
    sending: JoinSet<()>,
}

/// Works until `stop` turns true.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut work = Work::default();
    loop {
        if let Err(error) = round(&app, &mut work).await {
            tracing::warn!(%error, job = "webhooks", "job.failed");
        }
        tokio::select! {
            () = app.webhook_wake.notified() => {}
            Some(_) = work.sending.join_next() => {}
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            _ = stop.changed() => break,
        }
    }
    // What is under way may be answered in a moment; what is not is sent again when its lease ends.
    let rest = async { while work.sending.join_next().await.is_some() {} };
    _ = tokio::time::timeout(Duration::from_secs(3), rest).await;
}

/// Does all that is due and waits for it.
///
/// # Errors
/// A database that does not answer.
pub async fn deliver_due(app: &App) -> Result<(), Error> {
    let mut work = Work::default();
    loop {
        round(app, &mut work).await?;
        if work.sending.join_next().await.is_none() {
            return Ok(());
        }
    }
}

async fn round(app: &App, work: &mut Work) -> Result<(), Error> {
    while work.sending.try_join_next().is_some() {}
    for place in queue::behind(&app.db).await? {
        let endpoint = place.endpoint.clone();
        // One endpoint's trouble is not the others'.
        if let Err(error) = gather(app, place, &mut work.looked).await {
            tracing::error!(%endpoint, ?error, "webhooks.gather_failed");
        }
    }
    send_due(app, &mut work.sending).await
}

/// Writes the deliveries of an endpoint that lie between its place and the end of the trail.
async fn gather(app: &App, mut place: Place, looked: &mut Looked) -> Result<(), Error> {
    let key = (place.partner.clone(), place.endpoint.clone());
    let begun = (place.seq, place.version);
    let mut from = looked.get(&key).filter(|l| l.0 == begun).map_or(place.seq, |l| l.1);
    while from < place.end {
        let until = place.end.min(from + TOGETHER);
        let found = queue::entries(&app.db, &place, (from, until)).await?;
        // Where nothing is to be told, the place is written down only now and then, as for notices.
        if !found.is_empty() || until - place.seq >= TOGETHER {
            let now = app.clock.millis();
            let mut new = Vec::with_capacity(found.len());
            for entry in &found {
                let Some((kind, payload)) = events::of(&place.partner, entry)? else { continue };
                new.push(New {
                    id: DeliveryId(ids::new()),
                    event_id: events::id(&place.partner, entry.seq),
                    kind,
                    payload,
                    event_at: entry.at,
                    queued_at: if entry.seq <= place.replay_until { now } else { entry.at },
                    next_at: now,
                });
            }
            let mut tx = app.db.begin().await?;
            if !queue::move_on(&mut tx, &place, until).await? {
                // Another server, or somebody's change: from there, the next time.
                return Ok(());
            }
            deliveries::insert(&mut tx, (&place.partner, &place.endpoint), new).await?;
            app.db.commit(tx).await?;
            place.seq = until;
        }
        from = until;
        looked.insert(key.clone(), ((place.seq, place.version), from));
    }
    Ok(())
}

/// Takes what is due and sets out to send it.
async fn send_due(app: &App, sending: &mut JoinSet<()>) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut taken = Vec::new();
    let all = queue::due(&app.db, now).await?;
    let free = |due: &Due| if due.failing_since.is_some() { 1 } else { AT_ONCE } - due.under_way;
    if all.iter().all(|due| free(due) <= 0) || sending.len() >= ALL_AT_ONCE {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for due in all {
        if sending.len() + taken.len() < ALL_AT_ONCE && free(&due) > 0 {
            for task in queue::take(&mut tx, &due, (now, now + LEASE), free(&due)).await? {
                taken.push((due.clone(), task));
            }
        }
    }
    app.db.commit(tx).await?;
    for (due, task) in taken {
        let app = app.clone();
        sending.spawn(async move {
            let id = task.id.clone();
            if let Err(error) = deliver(&app, &due, &task).await {
                // It is made again when its lease ends.
                tracing::warn!(%error, delivery = %id, "webhook.unsettled");
            }
        });
    }
    Ok(())
}

async fn deliver(app: &App, due: &Due, task: &Task) -> Result<(), Error> {
    let at = app.clock.millis();
    let seconds = at.div_euclid(1_000);
    let mut signatures = Vec::new();
    for sealed in &due.sealed {
        let secret = app.seal.open(sealed)?;
        signatures.extend(sign::signature(&secret, &task.event_id, seconds, &task.payload));
    }
    let message = Message {
        url: due.url.clone(),
        event_id: task.event_id.clone(),
        seconds,
        signatures: signatures.join(" "),
        body: task.payload.clone(),
    };
    let begun = Instant::now();
    let outcome = app.courier.send(message).await;
    let millis = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let now = app.clock.millis();
    let wait = usize::try_from(task.tries).ok().and_then(|tries| RETRY_SECONDS.get(tries));
    let (state, next) = match (outcome.1, wait) {
        (None, _) => (DeliveryState::Delivered, now),
        (Some(_), Some(seconds)) => (DeliveryState::Waiting, now + seconds * 1_000),
        (Some(_), None) => (DeliveryState::Failed, now),
    };
    let failed = outcome.1.is_some();
    let mut tx = app.db.begin().await?;
    let written = (state.as_str(), next);
    if queue::settle(&mut tx, &due.partner, task, written, (at, millis, now), outcome).await? {
        if failed == due.failing_since.is_none() {
            queue::note(&mut tx, due, failed.then_some(now)).await?;
        }
        app.db.commit(tx).await?;
        app.live.tell(&due.partner, &["webhooks"]);
    }
    let long = due.failing_since.is_some_and(|since| now - since >= FAILING_DAYS * DAY);
    match outcome.0 {
        Some(GONE) => stop(app, due, "gone").await,
        _ if failed && long => stop(app, due, "failing").await,
        _ => Ok(()),
    }
}

/// Switches an endpoint off. Notices come out of the entry in the trail.
async fn stop(app: &App, due: &Due, reason: &str) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&due.partner]).await?;
    if !store::stop(&mut tx, &due.partner, &due.endpoint).await? {
        return Ok(());
    }
    let act = Act {
        partner_id: due.partner.clone(),
        actor: "partner-center".into(),
        action: Action::WebhooksStopped,
        kind: "webhook",
        id: due.endpoint.to_string(),
        detail: json!({"host": host(&due.url), "reason": reason}),
        origin: Origin::default(),
    };
    trail.add(&act, now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}
