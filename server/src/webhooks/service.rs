//! What people do with endpoints and deliveries. Each act is decided under the lock of the partner's trail.

use super::deliveries::{self, New};
use super::store::{self, DAY, Stored};
use super::{events, sign};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::guard;
use crate::ids;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::{DeliveryId, WebhookId};
use contract::text;
use contract::time::to_millis;
use contract::webhooks::{
    ChangeWebhook, Delivery, EventKind, KEPT_DAYS, MAX_DESCRIPTION, MAX_WEBHOOKS, NewWebhook, ROTATION_HOURS,
    Replay, Replayed, Webhook, WebhookSecret, WebhookState, check_events,
};
use serde_json::{Map, Value as Json, json};

/// The partner's endpoints with their lag.
pub(super) async fn list(db: &Db, scope: &Scope) -> Result<Vec<Webhook>, Error> {
    let all = store::list(&mut *db.read().acquire().await?, scope).await?;
    let mut views = Vec::with_capacity(all.len());
    for endpoint in all {
        views.push(view(db, scope, endpoint).await?);
    }
    Ok(views)
}

async fn view(db: &Db, scope: &Scope, endpoint: Stored) -> Result<Webhook, Error> {
    let lag = store::lag(db, scope, &endpoint).await?;
    Ok(endpoint.view(scope, lag))
}

async fn shown(app: &App, scope: &Scope, id: &WebhookId) -> Result<Webhook, Error> {
    let mut connection = app.db.read().acquire().await?;
    let endpoint = store::need(&mut connection, scope, id).await?;
    drop(connection);
    view(&app.db, scope, endpoint).await
}

/// A transaction in which the end of the partner's trail is locked.
async fn begin(app: &App, scope: &Scope) -> Result<(Tx, Trail), Error> {
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    Ok((tx, trail))
}

/// Writes what was done into the trail, and commits.
async fn finish(
    app: &App,
    scope: &Scope,
    (mut tx, mut trail): (Tx, Trail),
    action: Action,
    (id, detail): (&WebhookId, Json),
) -> Result<(), Error> {
    trail.add(&Act::of(scope, action, "webhook", id.as_str(), detail), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    app.webhook_wake.notify_one();
    Ok(())
}

/// An endpoint's host, for records: paths and queries may hold what is secret.
pub(super) fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// Settings as they may be.
fn wanted(
    app: &App,
    url: &str,
    description: &str,
    events: &[EventKind],
) -> Result<(String, String, Vec<EventKind>), Error> {
    guard::check(url, app.courier.private()).map_err(|fault| Error::field("url", fault))?;
    let description =
        text::optional(description, MAX_DESCRIPTION).map_err(|fault| Error::field("description", fault))?;
    let events = check_events(events).map_err(|fault| Error::field("events", fault))?;
    Ok((url.trim().to_owned(), description.to_owned(), events))
}

/// Adds an endpoint, which is told of what happens from now on.
///
/// # Errors
/// A fault of `url`, `description` or `events`; `TooMany`.
pub(super) async fn create(app: &App, scope: &Scope, new: &NewWebhook) -> Result<WebhookSecret, Error> {
    let (url, description, events) = wanted(app, &new.url, &new.description, &new.events)?;
    let (mut tx, trail) = begin(app, scope).await?;
    if store::list(&mut tx, scope).await?.len() >= MAX_WEBHOOKS {
        return Err(Code::TooMany.into());
    }
    let secret = sign::new_secret();
    let endpoint = Stored {
        id: WebhookId(ids::new()),
        url,
        description,
        events,
        state: WebhookState::Enabled,
        sealed_secret: app.seal.seal(&secret)?,
        before_until: 0,
        failing_since: None,
        seq: store::end_of_trail(&mut tx, scope).await?,
        replay_until: 0,
        version: 1,
        created_at: app.clock.millis(),
    };
    store::insert(&mut tx, scope, &endpoint).await?;
    let detail = json!({"host": host(&endpoint.url), "events": endpoint.events});
    finish(app, scope, (tx, trail), Action::WebhooksAdded, (&endpoint.id, detail)).await?;
    Ok(WebhookSecret { webhook: shown(app, scope, &endpoint.id).await?, secret })
}

/// Changes an endpoint. One that is switched on is told of what happens from then on, and at once of what waits.
///
/// # Errors
/// As [`create`]; `Changed`, `NotFound`.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    id: &WebhookId,
    update: &ChangeWebhook,
) -> Result<Webhook, Error> {
    let (url, description, events) = wanted(app, &update.url, &update.description, &update.events)?;
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    if before.version != update.version {
        return Err(Code::Changed.into());
    }
    let mut after = Stored { url, description, events, ..before.clone() };
    if !update.enabled && before.state == WebhookState::Enabled {
        after.state = WebhookState::Disabled;
    }
    if update.enabled && before.state != WebhookState::Enabled {
        after.state = WebhookState::Enabled;
        after.failing_since = None;
        after.seq = store::end_of_trail(&mut tx, scope).await?;
    }
    let other_place = after.url != before.url;
    if other_place {
        after.failing_since = None;
    }
    store::update(&mut tx, scope, &after).await?;
    // Whoever repaired it does not wait for the next attempt, which may be a day off.
    if after.state == WebhookState::Enabled && (other_place || before.state != WebhookState::Enabled) {
        deliveries::hurry(&mut tx, scope, id, app.clock.millis()).await?;
    }
    let detail = json!({
        "host": {"before": host(&before.url), "after": host(&after.url)},
        "events": {"before": before.events, "after": after.events},
        "state": {"before": before.state, "after": after.state},
    });
    finish(app, scope, (tx, trail), Action::WebhooksChanged, (id, detail)).await?;
    shown(app, scope, id).await
}

/// Deletes an endpoint with its deliveries.
///
/// # Errors
/// `NotFound`.
pub(super) async fn delete(app: &App, scope: &Scope, id: &WebhookId) -> Result<(), Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    store::delete(&mut tx, scope, id).await?;
    let detail = json!({"host": host(&before.url)});
    finish(app, scope, (tx, trail), Action::WebhooksDeleted, (id, detail)).await
}

/// Gives an endpoint another secret.
///
/// # Errors
/// `NotFound`.
pub(super) async fn rotate(app: &App, scope: &Scope, id: &WebhookId) -> Result<WebhookSecret, Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    store::need(&mut tx, scope, id).await?;
    let secret = sign::new_secret();
    let until = app.clock.millis() + ROTATION_HOURS * 3_600_000;
    store::rotate(&mut tx, scope, id, (&app.seal.seal(&secret)?, until)).await?;
    finish(app, scope, (tx, trail), Action::WebhooksSecretRotated, (id, json!({}))).await?;
    Ok(WebhookSecret { webhook: shown(app, scope, id).await?, secret })
}

fn is_on(endpoint: &Stored) -> Result<(), Error> {
    if endpoint.state == WebhookState::Enabled { Ok(()) } else { Err(Code::WebhookOff.into()) }
}

/// Sends an event that says nothing.
///
/// # Errors
/// `NotFound`, `WebhookOff`.
pub(super) async fn test(app: &App, scope: &Scope, id: &WebhookId) -> Result<Delivery, Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    is_on(&store::need(&mut tx, scope, id).await?)?;
    let (now, kind) = (app.clock.millis(), EventKind::WebhookTest);
    let mut data = Map::new();
    data.insert("partner_id".into(), scope.partner_id.as_str().into());
    data.insert("webhook_id".into(), id.as_str().into());
    let delivery = DeliveryId(ids::new());
    let new = New {
        event_id: format!("evt_{}", ids::new()),
        payload: events::body(kind, now, data)?,
        id: delivery.clone(),
        kind,
        event_at: now,
        queued_at: now,
        next_at: now,
    };
    deliveries::insert(&mut tx, (&scope.partner_id, id), vec![new]).await?;
    let made = deliveries::need(&mut tx, scope, &delivery).await?;
    let detail = json!({"delivery": delivery});
    finish(app, scope, (tx, trail), Action::WebhooksTested, (id, detail)).await?;
    Ok(made)
}

/// Delivers again now.
///
/// # Errors
/// `NotFound`, `WebhookOff`.
pub(super) async fn again(app: &App, scope: &Scope, id: &DeliveryId) -> Result<Delivery, Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    let endpoint = deliveries::need(&mut tx, scope, id).await?.webhook;
    is_on(&store::need(&mut tx, scope, &endpoint).await?)?;
    deliveries::again(&mut tx, scope, id, app.clock.millis()).await?;
    let made = deliveries::need(&mut tx, scope, id).await?;
    let detail = json!({"delivery": id, "event": made.event_id});
    finish(app, scope, (tx, trail), Action::WebhooksRedelivered, (&endpoint, detail)).await?;
    Ok(made)
}

/// Sets an endpoint back in the trail, so that the job writes its deliveries a second time.
///
/// # Errors
/// `NotFound`, `WebhookOff`; a fault of `since`.
pub(super) async fn replay(
    app: &App,
    scope: &Scope,
    id: &WebhookId,
    replay: &Replay,
) -> Result<Replayed, Error> {
    let (since, now) = (to_millis(replay.since), app.clock.millis());
    if since > now || since < now - KEPT_DAYS * DAY {
        return Err(Error::field("since", Fault::Invalid));
    }
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    is_on(&before)?;
    let (from, end) =
        (store::entry_before(&mut tx, scope, since).await?, store::end_of_trail(&mut tx, scope).await?);
    let (events, _) = store::entries_between(&mut tx, scope, (from, end), &before.events).await?;
    // An earlier replay that is still under way goes on from its own place.
    let after = Stored { seq: from.min(before.seq), replay_until: end, ..before };
    store::update(&mut tx, scope, &after).await?;
    let detail = json!({"since": replay.since, "events": events});
    finish(app, scope, (tx, trail), Action::WebhooksReplayed, (id, detail)).await?;
    Ok(Replayed { events })
}
