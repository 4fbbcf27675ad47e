//! The SQL of endpoints.

use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::identity::store::words;
use crate::scope::Scope;
use contract::error::Code;
use contract::id::{PartnerId, WebhookId};
use contract::page::COUNT_CAP;
use contract::time::from_millis;
use contract::webhooks::{EventKind, Lag, Webhook, WebhookState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// An endpoint as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: WebhookId,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) events: Vec<EventKind>,
    pub(super) state: WebhookState,
    pub(super) sealed_secret: String,
    pub(super) before_until: i64,
    pub(super) failing_since: Option<i64>,
    pub(super) seq: i64,
    pub(super) replay_until: i64,
    pub(super) version: i64,
    pub(super) created_at: i64,
}

impl Stored {
    /// As the console shows it.
    pub(super) fn view(self, scope: &Scope, lag: Lag) -> Webhook {
        Webhook {
            id: self.id,
            url: self.url,
            description: self.description,
            events: self.events,
            state: self.state,
            failing_since: self.failing_since.map(from_millis),
            old_secret_until: Some(self.before_until).filter(|at| *at > scope.now).map(from_millis),
            version: self.version,
            since: from_millis(self.created_at),
            lag,
        }
    }
}

const COLUMNS: &str = "SELECT endpoint_id, url, description, events, state, sealed_secret, before_until, failing_since, seq, replay_until, version, created_at FROM webhook_endpoints";

/// Kinds as they are stored.
pub(super) fn kinds(text: &str) -> Vec<EventKind> {
    text.split_whitespace().filter_map(EventKind::parse).collect()
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let unknown = || Error::Internal("the database holds a webhook of an unknown state".into());
    Ok(Stored {
        id: WebhookId(row.try_get(0)?),
        url: row.try_get(1)?,
        description: row.try_get(2)?,
        events: kinds(row.try_get(3)?),
        state: WebhookState::parse(row.try_get(4)?).ok_or_else(unknown)?,
        sealed_secret: row.try_get(5)?,
        before_until: row.try_get(6)?,
        failing_since: row.try_get(7)?,
        seq: row.try_get(8)?,
        replay_until: row.try_get(9)?,
        version: row.try_get(10)?,
        created_at: row.try_get(11)?,
    })
}

/// The partner's endpoints, oldest first.
pub(super) async fn list(connection: &mut AnyConnection, scope: &Scope) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).push(" ORDER BY created_at, endpoint_id");
    sql.prepared().fetch_all(connection).await?.iter().map(stored).collect()
}

/// An endpoint of the partner, or `NotFound`.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &WebhookId,
) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).bind(" AND endpoint_id = ", id.as_str());
    let row = sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?;
    stored(&row)
}

/// Adds an endpoint.
pub(super) async fn insert(tx: &mut Tx, scope: &Scope, new: &Stored) -> Result<(), Error> {
    sqlx::query("INSERT INTO webhook_endpoints (partner_id, endpoint_id, url, description, events, state, sealed_secret, seq, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(scope.partner_id.as_str())
        .bind(new.id.as_str())
        .bind(new.url.as_str())
        .bind(new.description.as_str())
        .bind(words(new.events.iter().map(|e| e.as_str())))
        .bind(new.state.as_str())
        .bind(new.sealed_secret.as_str())
        .bind(new.seq)
        .bind(new.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes an endpoint's settings and its place in the trail, as its next version.
pub(super) async fn update(tx: &mut Tx, scope: &Scope, new: &Stored) -> Result<(), Error> {
    sqlx::query("UPDATE webhook_endpoints SET url = $1, description = $2, events = $3, state = $4, failing_since = $5, seq = $6, replay_until = $7, version = version + 1 WHERE partner_id = $8 AND endpoint_id = $9")
        .bind(new.url.as_str())
        .bind(new.description.as_str())
        .bind(words(new.events.iter().map(|e| e.as_str())))
        .bind(new.state.as_str())
        .bind(new.failing_since)
        .bind(new.seq)
        .bind(new.replay_until)
        .bind(scope.partner_id.as_str())
        .bind(new.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives an endpoint another secret; the present one signs too until a moment.
pub(super) async fn rotate(
    tx: &mut Tx,
    scope: &Scope,
    id: &WebhookId,
    (sealed, until): (&str, i64),
) -> Result<(), Error> {
    sqlx::query("UPDATE webhook_endpoints SET sealed_before = sealed_secret, before_until = $1, sealed_secret = $2, version = version + 1 WHERE partner_id = $3 AND endpoint_id = $4")
        .bind(until)
        .bind(sealed)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Switches an endpoint off, of which the server is sure that it takes nothing. Answers whether it was on.
pub(super) async fn stop(tx: &mut Tx, partner: &PartnerId, id: &WebhookId) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE webhook_endpoints SET state = $1, version = version + 1 WHERE partner_id = $2 AND endpoint_id = $3 AND state = $4")
        .bind(WebhookState::Stopped.as_str())
        .bind(partner.as_str())
        .bind(id.as_str())
        .bind(WebhookState::Enabled.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an endpoint with all its deliveries.
pub(super) async fn delete(tx: &mut Tx, scope: &Scope, id: &WebhookId) -> Result<(), Error> {
    for text in [
        "DELETE FROM webhook_attempts WHERE partner_id = $1 AND delivery_id IN (SELECT delivery_id FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2)",
        "DELETE FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2",
        "DELETE FROM webhook_endpoints WHERE partner_id = $1 AND endpoint_id = $2",
    ] {
        sqlx::query(text).bind(scope.partner_id.as_str()).bind(id.as_str()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The end of the partner's trail.
pub(super) async fn end_of_trail(connection: &mut AnyConnection, scope: &Scope) -> Result<i64, Error> {
    let end: Option<i64> = sqlx::query_scalar("SELECT seq FROM audit_heads WHERE partner_id = $1")
        .bind(scope.partner_id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(end.unwrap_or(0))
}

/// The last entry of the trail before a moment.
pub(super) async fn entry_before(
    connection: &mut AnyConnection,
    scope: &Scope,
    at: i64,
) -> Result<i64, Error> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM audit_entries WHERE partner_id = $1 AND at < $2",
    )
    .bind(scope.partner_id.as_str())
    .bind(at)
    .fetch_one(connection)
    .await?)
}

/// How many entries after one place of the trail and up to another lead to events of these kinds, and when the
/// first of them was written.
pub(super) async fn entries_between(
    connection: &mut AnyConnection,
    scope: &Scope,
    (from, until): (i64, i64),
    kinds: &[EventKind],
) -> Result<(i64, Option<i64>), Error> {
    let mut sql = Sql::new("SELECT COUNT(*), MIN(at) FROM audit_entries");
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .bind(" AND seq > ", from)
        .bind(" AND seq <= ", until)
        .any_of(" AND action IN (", super::events::actions(kinds));
    let row = sql.query().fetch_one(connection).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// How far behind an endpoint is.
pub(super) async fn lag(db: &Db, scope: &Scope, endpoint: &Stored) -> Result<Lag, Error> {
    let mut connection = db.read().acquire().await?;
    let row = sqlx::query("SELECT COUNT(*), MIN(queued_at) FROM (SELECT queued_at FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2 AND state = 'waiting' LIMIT $3) AS waiting")
        .bind(scope.partner_id.as_str())
        .bind(endpoint.id.as_str())
        .bind(COUNT_CAP)
        .fetch_one(&mut *connection)
        .await?;
    let (mut waiting, mut oldest): (i64, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    if endpoint.state == WebhookState::Enabled {
        // What the job has not looked at yet. What it looks at a second time is counted from then on.
        let end = end_of_trail(&mut connection, scope).await?;
        let place = (endpoint.seq.max(endpoint.replay_until), end);
        let (unseen, first) = entries_between(&mut connection, scope, place, &endpoint.events).await?;
        waiting += unseen;
        oldest = oldest.into_iter().chain(first).min();
    }
    let since = scope.now - DAY;
    let delivered: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2 AND state = 'delivered' AND ended_at >= $3")
        .bind(scope.partner_id.as_str())
        .bind(endpoint.id.as_str())
        .bind(since)
        .fetch_one(&mut *connection)
        .await?;
    let mut parts = [None, None];
    for (part, percent) in parts.iter_mut().zip([50, 95]) {
        *part = sqlx::query_scalar("SELECT ended_at - queued_at AS took FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2 AND state = 'delivered' AND ended_at >= $3 ORDER BY took LIMIT 1 OFFSET $4")
            .bind(scope.partner_id.as_str())
            .bind(endpoint.id.as_str())
            .bind(since)
            .bind((delivered - 1).max(0) * percent / 100)
            .fetch_optional(&mut *connection)
            .await?;
    }
    let [p50_millis, p95_millis] = parts;
    let oldest_millis = oldest.map(|at| (scope.now - at).max(0));
    Ok(Lag { waiting, oldest_millis, delivered, p50_millis, p95_millis })
}
