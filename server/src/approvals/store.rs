//! The SQL of approvals.

use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::funds::movement::{Direction, Order};
use crate::funds::store::name_in_records;
use crate::scope::Scope;
use contract::access::Permission;
use contract::approvals::{Approval, ApprovalQuery, ApprovalState};
use contract::error::Code;
use contract::funds::AdjustmentKind;
use contract::id::{ApprovalId, CustomerId, TransferId, UserId};
use contract::money::Money;
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A request as stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(super) id: ApprovalId,
    pub(super) fingerprint: String,
    pub(super) user_id: UserId,
    pub(super) asked_by: String,
    pub(super) decided_by: String,
    direction: Direction,
    customer_id: CustomerId,
    amount: i64,
    memo: String,
    key: String,
    state: ApprovalState,
    asked_at: i64,
    expires_at: i64,
    decided_at: Option<i64>,
    reason: String,
    transfer_id: Option<String>,
}

const COLUMNS: &str = "SELECT a.approval_id, a.kind, a.customer_id, a.amount, a.memo, a.request_key, a.fingerprint, a.state, a.user_id, a.asked_by, a.asked_at, a.expires_at, a.decided_by, a.decided_at, a.reason, a.transfer_id FROM approvals a";

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let unknown = |what: &str| Error::Internal(format!("unknown {what} of an approval"));
    let direction = match AdjustmentKind::from_operation_type(row.try_get(1)?) {
        Some(AdjustmentKind::Appropriation) => Direction::Appropriate,
        Some(AdjustmentKind::Reclaim) => Direction::Reclaim,
        _ => return Err(unknown("kind")),
    };
    Ok(Stored {
        id: ApprovalId(row.try_get(0)?),
        direction,
        customer_id: CustomerId(row.try_get(2)?),
        amount: row.try_get(3)?,
        memo: row.try_get(4)?,
        key: row.try_get(5)?,
        fingerprint: row.try_get(6)?,
        state: ApprovalState::parse(row.try_get(7)?).ok_or_else(|| unknown("state"))?,
        user_id: UserId(row.try_get(8)?),
        asked_by: row.try_get(9)?,
        asked_at: row.try_get(10)?,
        expires_at: row.try_get(11)?,
        decided_by: row.try_get(12)?,
        decided_at: row.try_get(13)?,
        reason: row.try_get(14)?,
        transfer_id: row.try_get(15)?,
    })
}

impl Stored {
    /// How it stands now.
    pub(super) fn state(&self, now: i64) -> ApprovalState {
        if self.state == ApprovalState::Waiting && self.expires_at <= now {
            ApprovalState::Expired
        } else {
            self.state
        }
    }

    /// The movement, made by whoever approves in the name of who asked.
    pub(super) fn order(&self, scope: &Scope) -> Order {
        Order {
            scope: scope.clone(),
            direction: self.direction,
            customer_id: self.customer_id.clone(),
            amount: self.amount,
            memo: self.memo.clone(),
            key: self.key.clone(),
            reverses: None,
        }
    }

    /// What it is, in Chinese.
    pub(super) fn words(&self) -> &'static str {
        if self.direction == Direction::Appropriate { "拨款" } else { "回收" }
    }

    /// What it is, in English.
    pub(super) fn word(&self) -> &'static str {
        if self.direction == Direction::Appropriate { "appropriation" } else { "reclaim" }
    }

    /// As the console shows it.
    pub(super) async fn view(self, tx: &mut Tx, scope: &Scope) -> Result<Approval, Error> {
        let name = name_in_records(tx, scope, &self.customer_id).await?;
        Ok(self.named(scope, name))
    }

    fn named(self, scope: &Scope, customer_name: String) -> Approval {
        Approval {
            state: self.state(scope.now),
            own: self.user_id == scope.user_id,
            id: self.id,
            kind: self.direction.kind(),
            customer_id: self.customer_id,
            customer_name,
            amount: Money::new(self.amount, scope.currency),
            memo: self.memo,
            by: self.asked_by,
            at: from_millis(self.asked_at),
            until: from_millis(self.expires_at),
            decided_by: self.decided_by,
            decided_at: self.decided_at.map(from_millis),
            reason: self.reason,
            transfer_id: self.transfer_id.map(TransferId),
        }
    }
}

fn filter(sql: &mut Sql, scope: &Scope, query: &ApprovalQuery) {
    sql.bind(" WHERE a.partner_id = ", scope.partner_id.as_str());
    if !scope.may(Permission::FundsApprove) {
        sql.bind(" AND a.user_id = ", scope.user_id.as_str());
    }
    let Some(states) = query.state.as_ref().filter(|s| !s.0.is_empty()) else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            ApprovalState::Waiting => sql.bind("a.state = 'waiting' AND a.expires_at > ", scope.now),
            ApprovalState::Expired => sql.bind("a.state = 'waiting' AND a.expires_at <= ", scope.now),
            decided => sql.bind("a.state = ", decided.as_str()),
        };
    }
    sql.push(")");
}

/// A page of requests, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &ApprovalQuery) -> Result<Page<Approval>, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let limit = page_size(query.limit);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        let at: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
        sql.push(" AND (a.asked_at, a.approval_id)")
            .bind(if backwards { " > (" } else { " < (" }, at)
            .bind(", ", &cursor.id)
            .push(")");
    }
    sql.push(if backwards {
        " ORDER BY a.asked_at, a.approval_id"
    } else {
        " ORDER BY a.asked_at DESC, a.approval_id DESC"
    })
    .bind(" LIMIT ", i64::from(limit) + 1);
    let mut tx = db.read().begin().await?;
    let rows = sql.prepared().fetch_all(&mut *tx).await?;
    let found = rows.iter().map(stored).collect::<Result<Vec<_>, Error>>()?;
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM approvals a");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(&mut *tx).await?.try_get(0)?;
    let (found, next, previous) =
        page(found, limit as usize, from.as_ref(), |a| (a.asked_at.to_string(), a.id.to_string()));
    let mut items = Vec::with_capacity(found.len());
    for one in found {
        items.push(one.view(&mut tx, scope).await?);
    }
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

/// How many requests of others wait for a person who may approve.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn waiting(db: &Db, scope: &Scope, now: i64) -> Result<i64, Error> {
    if !scope.may(Permission::FundsApprove) {
        return Ok(0);
    }
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM approvals WHERE partner_id = $1 AND state = 'waiting' AND expires_at > $2 AND user_id <> $3")
        .bind(scope.partner_id.as_str())
        .bind(now)
        .bind(scope.user_id.as_str())
        .fetch_one(db.read())
        .await?)
}

/// A request of the partner; of others' only where the person may approve.
pub(super) async fn need(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &ApprovalId,
) -> Result<Stored, Error> {
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, &ApprovalQuery::default());
    sql.bind(" AND a.approval_id = ", id.as_str());
    let row = sql.prepared().fetch_optional(connection).await?.ok_or(Code::NotFound)?;
    stored(&row)
}

/// The request of a caller's key.
pub(super) async fn by_key(
    connection: &mut AnyConnection,
    scope: &Scope,
    key: &str,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE a.partner_id = ", scope.partner_id.as_str()).bind(" AND a.request_key = ", key);
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row)).transpose()
}

/// Keeps a request.
pub(super) async fn insert(
    tx: &mut Tx,
    id: &ApprovalId,
    order: &Order,
    expires_at: i64,
) -> Result<(), Error> {
    let scope = &order.scope;
    sqlx::query("INSERT INTO approvals (partner_id, approval_id, kind, customer_id, amount, currency, memo, request_key, fingerprint, state, user_id, asked_by, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11, $12, $13)")
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .bind(order.direction.kind().operation_type())
        .bind(order.customer_id.as_str())
        .bind(order.amount)
        .bind(scope.currency.code())
        .bind(order.memo.as_str())
        .bind(order.key.as_str())
        .bind(order.fingerprint())
        .bind(scope.user_id.as_str())
        .bind(scope.actor.as_str())
        .bind(scope.now)
        .bind(expires_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Decides a request that waits. Answers whether it was this call that did.
pub(super) async fn decide(
    tx: &mut Tx,
    scope: &Scope,
    id: &ApprovalId,
    state: ApprovalState,
    reason: &str,
    transfer: Option<&TransferId>,
) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE approvals SET state = $1, decided_by = $2, decided_at = $3, reason = $4, transfer_id = $5 WHERE partner_id = $6 AND approval_id = $7 AND state = 'waiting'")
        .bind(state.as_str())
        .bind(scope.actor.as_str())
        .bind(scope.now)
        .bind(reason)
        .bind(transfer.map(ToString::to_string))
        .bind(scope.partner_id.as_str())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
