//! The SQL of deliveries, as people look at them.

use super::store::kinds;
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::error::Code;
use contract::id::{DeliveryId, PartnerId, WebhookId};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use contract::webhooks::{
    Attempt, AttemptFault, Delivery, DeliveryDetail, DeliveryQuery, DeliveryState, EventKind,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Attempts that are shown.
const SHOWN: i64 = 100;

const COLUMNS: &str = "SELECT d.delivery_id, d.endpoint_id, e.url, d.event_id, d.kind, d.event_at, d.state, d.attempts, d.next_at, d.status, d.fault, d.ended_at, d.payload";
const FROM: &str = " FROM webhook_deliveries d JOIN webhook_endpoints e ON e.partner_id = d.partner_id AND e.endpoint_id = d.endpoint_id";

fn delivery(row: &AnyRow) -> Result<Delivery, Error> {
    let unknown = || Error::Internal("the database holds a delivery of an unknown kind".into());
    let state = DeliveryState::parse(row.try_get(6)?).ok_or_else(unknown)?;
    let next: i64 = row.try_get(8)?;
    Ok(Delivery {
        id: DeliveryId(row.try_get(0)?),
        webhook: WebhookId(row.try_get(1)?),
        url: row.try_get(2)?,
        event_id: row.try_get(3)?,
        event: kinds(row.try_get(4)?).pop().ok_or_else(unknown)?,
        event_at: from_millis(row.try_get(5)?),
        state,
        attempts: row.try_get(7)?,
        next_at: (state == DeliveryState::Waiting).then(|| from_millis(next)),
        status: row.try_get(9)?,
        fault: fault(row, 10)?,
        ended_at: row.try_get::<Option<i64>, _>(11)?.map(from_millis),
    })
}

fn fault(row: &AnyRow, at: usize) -> Result<Option<AttemptFault>, Error> {
    Ok(row.try_get::<Option<String>, _>(at)?.as_deref().and_then(AttemptFault::parse))
}

fn filter(sql: &mut Sql, scope: &Scope, query: &DeliveryQuery) {
    sql.push(FROM).bind(" WHERE d.partner_id = ", scope.partner_id.as_str());
    if let Some(states) = &query.state {
        sql.any_of(" AND d.state IN (", states.0.iter().map(|s| s.as_str()));
    }
    if let Some(endpoints) = &query.webhook {
        sql.any_of(" AND d.endpoint_id IN (", endpoints.0.iter().map(WebhookId::as_str));
    }
    if let Some(events) = &query.event {
        sql.any_of(" AND d.kind IN (", events.0.iter().map(|e| e.as_str()));
    }
}

/// A page of the partner's deliveries, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &DeliveryQuery) -> Result<Page<Delivery>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        // Ids begin with their time.
        sql.bind(if backwards { " AND d.delivery_id > " } else { " AND d.delivery_id < " }, &cursor.value);
    }
    sql.push(if backwards { " ORDER BY d.delivery_id" } else { " ORDER BY d.delivery_id DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.query().fetch_all(db.read()).await?;
    let found = rows.iter().map(delivery).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.query().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) =
        page(found, limit as usize, from.as_ref(), |d| (d.id.to_string(), String::new()));
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

async fn row(connection: &mut AnyConnection, scope: &Scope, id: &DeliveryId) -> Result<AnyRow, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(FROM)
        .bind(" WHERE d.partner_id = ", scope.partner_id.as_str())
        .bind(" AND d.delivery_id = ", id.as_str());
    Ok(sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?)
}

/// A delivery, or `NotFound`.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &DeliveryId,
) -> Result<Delivery, Error> {
    delivery(&row(connection, scope, id).await?)
}

/// A delivery with payload and attempts, or `NotFound`.
pub(super) async fn detail(db: &Db, scope: &Scope, id: &DeliveryId) -> Result<DeliveryDetail, Error> {
    let mut connection = db.read().acquire().await?;
    let found = row(&mut connection, scope, id).await?;
    let rows = sqlx::query("SELECT number, at, millis, status, fault FROM webhook_attempts WHERE partner_id = $1 AND delivery_id = $2 ORDER BY number DESC LIMIT $3")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(SHOWN)
        .fetch_all(&mut *connection)
        .await?;
    let attempt = |row: &AnyRow| {
        Ok(Attempt {
            number: row.try_get(0)?,
            at: from_millis(row.try_get(1)?),
            millis: row.try_get(2)?,
            status: row.try_get(3)?,
            fault: fault(row, 4)?,
        })
    };
    let attempts = rows.iter().map(attempt).collect::<Result<_, Error>>()?;
    Ok(DeliveryDetail { payload: found.try_get(12)?, delivery: delivery(&found)?, attempts })
}

/// A delivery to write.
pub(super) struct New {
    pub(super) id: DeliveryId,
    pub(super) event_id: String,
    pub(super) kind: EventKind,
    pub(super) payload: String,
    pub(super) event_at: i64,
    pub(super) queued_at: i64,
    pub(super) next_at: i64,
}

/// Adds deliveries. One of an event that the endpoint has already is made anew.
pub(super) async fn insert(
    tx: &mut Tx,
    (partner, endpoint): (&PartnerId, &WebhookId),
    new: Vec<New>,
) -> Result<(), Error> {
    let rows = new.into_iter().map(|n| {
        vec![
            partner.as_str().into(),
            n.id.as_str().into(),
            endpoint.as_str().into(),
            n.event_id.into(),
            n.kind.as_str().into(),
            n.payload.into(),
            DeliveryState::Waiting.as_str().into(),
            n.event_at.into(),
            n.queued_at.into(),
            n.next_at.into(),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    insert_rows(
        tx,
        "INSERT INTO webhook_deliveries (partner_id, delivery_id, endpoint_id, event_id, kind, payload, state, event_at, queued_at, next_at) VALUES ",
        rows,
        " ON CONFLICT (partner_id, endpoint_id, event_id) DO UPDATE SET state = excluded.state, tries = 0, queued_at = excluded.queued_at, next_at = excluded.next_at, ended_at = NULL",
    )
    .await?;
    Ok(())
}

/// Has a delivery made again now.
pub(super) async fn again(tx: &mut Tx, scope: &Scope, id: &DeliveryId, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE webhook_deliveries SET state = 'waiting', tries = 0, queued_at = $1, next_at = $1, ended_at = NULL WHERE partner_id = $2 AND delivery_id = $3")
        .bind(now)
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Has what waits for an endpoint delivered now.
pub(super) async fn hurry(tx: &mut Tx, scope: &Scope, endpoint: &WebhookId, now: i64) -> Result<(), Error> {
    sqlx::query("UPDATE webhook_deliveries SET next_at = $1 WHERE partner_id = $2 AND endpoint_id = $3 AND state = 'waiting' AND next_at > $1")
        .bind(now)
        .bind(scope.partner_id.as_str())
        .bind(endpoint.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
