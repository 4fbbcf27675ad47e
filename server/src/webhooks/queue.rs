//! The SQL of the job: what there is to write, to send, and what became of it.

use super::courier::Outcome;
use super::events::Entry;
use super::store::{DAY, kinds};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use contract::id::{DeliveryId, PartnerId, WebhookId};
use contract::webhooks::{EventKind, KEPT_DAYS};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Deliveries that are cleaned away at once.
const CLEANED: i64 = 1_000;

/// An endpoint's place in its partner's trail.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) partner: PartnerId,
    pub(super) endpoint: WebhookId,
    pub(super) events: Vec<EventKind>,
    pub(super) seq: i64,
    pub(super) replay_until: i64,
    pub(super) version: i64,
    /// The end of the trail.
    pub(super) end: i64,
}

/// Endpoints that are told and whose place is not the end.
pub(super) async fn behind(db: &Db) -> Result<Vec<Place>, Error> {
    let rows = sqlx::query("SELECT e.partner_id, e.endpoint_id, e.events, e.seq, e.replay_until, e.version, a.seq FROM webhook_endpoints e JOIN audit_heads a ON a.partner_id = e.partner_id WHERE e.state = 'enabled' AND a.seq > e.seq")
        .fetch_all(db.read())
        .await?;
    let place = |row: &AnyRow| {
        Ok(Place {
            partner: PartnerId(row.try_get(0)?),
            endpoint: WebhookId(row.try_get(1)?),
            events: kinds(row.try_get(2)?),
            seq: row.try_get(3)?,
            replay_until: row.try_get(4)?,
            version: row.try_get(5)?,
            end: row.try_get(6)?,
        })
    };
    rows.iter().map(place).collect()
}

/// Entries of the trail that are published as one of the endpoint's kinds.
pub(super) async fn entries(db: &Db, place: &Place, (from, until): (i64, i64)) -> Result<Vec<Entry>, Error> {
    let mut sql = Sql::new("SELECT seq, at, action, subject_id, detail FROM audit_entries");
    sql.bind(" WHERE partner_id = ", place.partner.as_str())
        .bind(" AND seq > ", from)
        .bind(" AND seq <= ", until)
        .any_of(" AND action IN (", super::events::actions(&place.events))
        .push(" ORDER BY seq");
    let rows = sql.query().fetch_all(db.read()).await?;
    let entry = |row: &AnyRow| {
        Ok(Entry {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            action: row.try_get(2)?,
            subject: row.try_get(3)?,
            detail: serde_json::from_str(row.try_get(4)?).unwrap_or_default(),
        })
    };
    rows.iter().map(entry).collect()
}

/// Moves an endpoint on. Answers whether it still was where it was looked at: whoever moves it writes the
/// deliveries, so that two servers do not both.
pub(super) async fn move_on(tx: &mut Tx, place: &Place, until: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE webhook_endpoints SET seq = $1 WHERE partner_id = $2 AND endpoint_id = $3 AND seq = $4 AND version = $5 AND state = 'enabled'")
        .bind(until)
        .bind(place.partner.as_str())
        .bind(place.endpoint.as_str())
        .bind(place.seq)
        .bind(place.version)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// An endpoint for which something is due.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) partner: PartnerId,
    pub(super) endpoint: WebhookId,
    pub(super) url: String,
    pub(super) sealed: Vec<String>,
    pub(super) failing_since: Option<i64>,
    /// How many of its deliveries are under way, here or on other servers.
    pub(super) under_way: i64,
}

/// Endpoints for which something is due.
pub(super) async fn due(db: &Db, now: i64) -> Result<Vec<Due>, Error> {
    let rows = sqlx::query("SELECT e.partner_id, e.endpoint_id, e.url, e.sealed_secret, e.sealed_before, e.before_until, e.failing_since, (SELECT COUNT(*) FROM webhook_deliveries w WHERE w.partner_id = e.partner_id AND w.endpoint_id = e.endpoint_id AND w.state = 'waiting' AND w.next_at <= $1 AND w.leased_until > $1) FROM webhook_endpoints e WHERE e.state = 'enabled' AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.partner_id = e.partner_id AND d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.next_at <= $1 AND d.leased_until <= $1)")
        .bind(now)
        .fetch_all(db.read())
        .await?;
    let due = |row: &AnyRow| {
        let (secret, before, until): (String, String, i64) =
            (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
        let signs_too = (until > now && !before.is_empty()).then_some(before);
        Ok(Due {
            partner: PartnerId(row.try_get(0)?),
            endpoint: WebhookId(row.try_get(1)?),
            url: row.try_get(2)?,
            sealed: std::iter::once(secret).chain(signs_too).collect(),
            failing_since: row.try_get(6)?,
            under_way: row.try_get(7)?,
        })
    };
    rows.iter().map(due).collect()
}

/// A delivery that this server makes.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: DeliveryId,
    pub(super) event_id: String,
    pub(super) payload: String,
    pub(super) tries: i64,
    /// Until when it is this server's: tells this lease from later ones.
    pub(super) lease: i64,
}

/// Takes so many of an endpoint's deliveries for this server until a moment.
pub(super) async fn take(
    tx: &mut Tx,
    due: &Due,
    (now, until): (i64, i64),
    count: i64,
) -> Result<Vec<Task>, Error> {
    let rows = sqlx::query("SELECT delivery_id, event_id, payload, tries FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND next_at <= $3 AND leased_until <= $3 ORDER BY next_at LIMIT $4")
        .bind(due.partner.as_str())
        .bind(due.endpoint.as_str())
        .bind(now)
        .bind(count)
        .fetch_all(&mut **tx)
        .await?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: String = row.try_get(0)?;
        let taken = sqlx::query("UPDATE webhook_deliveries SET leased_until = $1 WHERE partner_id = $2 AND delivery_id = $3 AND state = 'waiting' AND leased_until <= $4")
            .bind(until)
            .bind(due.partner.as_str())
            .bind(id.as_str())
            .bind(now)
            .execute(&mut **tx)
            .await?;
        if taken.rows_affected() == 1 {
            let (event_id, payload) = (row.try_get(1)?, row.try_get(2)?);
            tasks.push(Task { id: DeliveryId(id), event_id, payload, tries: row.try_get(3)?, lease: until });
        }
    }
    Ok(tasks)
}

/// Writes down an attempt: the new state, when it began, how long it took, when the next one is due. Answers
/// whether the delivery was still this server's.
pub(super) async fn settle(
    tx: &mut Tx,
    partner: &PartnerId,
    task: &Task,
    (state, next): (&str, i64),
    (at, millis, now): (i64, i64, i64),
    (status, fault): Outcome,
) -> Result<bool, Error> {
    let (status, fault) = (status.map(i64::from), fault.map(|f| f.as_str().to_owned()));
    let done = sqlx::query("UPDATE webhook_deliveries SET state = $1, attempts = attempts + 1, tries = tries + 1, status = $2, fault = $3, next_at = $4, leased_until = 0, ended_at = $5 WHERE partner_id = $6 AND delivery_id = $7 AND leased_until = $8")
        .bind(state)
        .bind(status)
        .bind(fault.clone())
        .bind(next)
        .bind(if state == "waiting" { None } else { Some(now) })
        .bind(partner.as_str())
        .bind(task.id.as_str())
        .bind(task.lease)
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO webhook_attempts (partner_id, delivery_id, number, at, millis, status, fault) SELECT partner_id, delivery_id, attempts, $1, $2, $3, $4 FROM webhook_deliveries WHERE partner_id = $5 AND delivery_id = $6")
        .bind(at)
        .bind(millis)
        .bind(status)
        .bind(fault)
        .bind(partner.as_str())
        .bind(task.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// Notes that an endpoint fails, if it did not before, or that it does not.
pub(super) async fn note(tx: &mut Tx, due: &Due, failing_since: Option<i64>) -> Result<(), Error> {
    let text = if failing_since.is_some() {
        "UPDATE webhook_endpoints SET failing_since = $1 WHERE partner_id = $2 AND endpoint_id = $3 AND failing_since IS NULL"
    } else {
        "UPDATE webhook_endpoints SET failing_since = $1 WHERE partner_id = $2 AND endpoint_id = $3 AND failing_since IS NOT NULL"
    };
    sqlx::query(text)
        .bind(failing_since)
        .bind(due.partner.as_str())
        .bind(due.endpoint.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes deliveries that ended long ago. For the cleaning job.
pub(crate) async fn clean(db: &Db, now: i64) -> Result<(), Error> {
    loop {
        let rows = sqlx::query(
            "SELECT partner_id, delivery_id FROM webhook_deliveries WHERE ended_at <= $1 LIMIT $2",
        )
        .bind(now - KEPT_DAYS * DAY)
        .bind(CLEANED)
        .fetch_all(db.read())
        .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        for row in &rows {
            let (partner, delivery): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            for text in [
                "DELETE FROM webhook_attempts WHERE partner_id = $1 AND delivery_id = $2",
                "DELETE FROM webhook_deliveries WHERE partner_id = $1 AND delivery_id = $2",
            ] {
                sqlx::query(text).bind(partner.as_str()).bind(delivery.as_str()).execute(&mut *tx).await?;
            }
        }
        db.commit(tx).await?;
    }
}
