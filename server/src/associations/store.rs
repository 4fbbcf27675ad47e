//! The SQL of requests about associations.

use crate::db::{Db, Newest, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::associations::{Kind, Obstacle, Request, RequestQuery, Side, State};
use contract::customers::AssociationType;
use contract::id::{AssociationRequestId, CustomerId, PartnerId, UserId};
use contract::money::{Currency, Money};
use contract::page::Page;
use contract::time::from_millis;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// A request as stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) partner_id: PartnerId,
    pub(super) id: AssociationRequestId,
    pub(super) customer: CustomerId,
    pub(super) customer_name: String,
    pub(super) kind: Kind,
    pub(super) side: Side,
    pub(super) before: AssociationType,
    pub(super) after: Option<AssociationType>,
    pub(super) manager: Option<UserId>,
    pub(super) actor: String,
    pub(super) reason: String,
    pub(super) state: State,
    pub(super) asked_at: i64,
    pub(super) expires_at: i64,
    pub(super) answered_at: Option<i64>,
    pub(super) answer: String,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) returned: Option<i64>,
}

impl Stored {
    pub(super) fn view(self, currency: Currency) -> Request {
        Request {
            id: self.id,
            customer: self.customer,
            customer_name: self.customer_name,
            kind: self.kind,
            side: self.side,
            before: self.before,
            after: self.after,
            actor: self.actor,
            reason: self.reason,
            state: self.state,
            at: from_millis(self.asked_at),
            until: from_millis(self.expires_at),
            answered_at: self.answered_at.map(from_millis),
            answer: self.answer,
            obstacle: self.obstacle,
            returned: self.returned.map(|minor| Money::new(minor, currency)),
        }
    }
}

const COLUMNS: &str = "SELECT partner_id, request_id, customer_id, customer_name, kind, side, before_type, after_type, manager_id, actor, reason, state, asked_at, expires_at, answered_at, answer, obstacle, returned FROM association_requests";

fn stored(row: &AnyRow, now: i64) -> Result<Stored, Error> {
    let unknown = |what: &str| Error::Internal(format!("unknown {what} of a request about an association"));
    let word = |at: usize| row.try_get::<String, _>(at);
    let expires_at: i64 = row.try_get(13)?;
    let written = State::parse(&word(11)?).ok_or_else(|| unknown("state"))?;
    let over = written == State::Pending && expires_at <= now;
    let type_of = |code: i64| AssociationType::from_code(code).ok_or_else(|| unknown("type"));
    Ok(Stored {
        partner_id: PartnerId(row.try_get(0)?),
        id: AssociationRequestId(row.try_get(1)?),
        customer: CustomerId(row.try_get(2)?),
        customer_name: row.try_get(3)?,
        kind: Kind::parse(&word(4)?).ok_or_else(|| unknown("kind"))?,
        side: Side::parse(&word(5)?).ok_or_else(|| unknown("side"))?,
        before: type_of(row.try_get(6)?)?,
        after: row.try_get::<Option<i64>, _>(7)?.map(type_of).transpose()?,
        manager: row.try_get::<Option<String>, _>(8)?.map(UserId),
        actor: row.try_get(9)?,
        reason: row.try_get(10)?,
        state: if over { State::Expired } else { written },
        asked_at: row.try_get(12)?,
        expires_at,
        answered_at: row.try_get(14)?,
        answer: row.try_get(15)?,
        obstacle: Obstacle::parse(&word(16)?),
        returned: row.try_get(17)?,
    })
}

fn filter(sql: &mut Sql, scope: &Scope, query: &RequestQuery) {
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str());
    if let Some(managers) = &scope.managers {
        // Whose the customer is now; of one that has left, whose it was.
        let own = || managers.iter().map(UserId::as_str);
        sql.any_of(" AND (EXISTS (SELECT 1 FROM customers c WHERE c.partner_id = association_requests.partner_id AND c.customer_id = association_requests.customer_id AND c.manager_id IN (", own())
            .any_of(") OR (manager_id IN (", own())
            .push(" AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.partner_id = association_requests.partner_id AND c.customer_id = association_requests.customer_id)))");
    }
    if let Some(customer) = &query.customer {
        sql.bind(" AND customer_id = ", customer.as_str());
    }
    if let Some(kinds) = &query.kind {
        sql.any_of(" AND kind IN (", kinds.0.iter().map(|k| k.as_str()));
    }
    let Some(states) = query.state.as_ref().filter(|s| !s.0.is_empty()) else { return };
    for (n, state) in states.0.iter().enumerate() {
        sql.push(if n == 0 { " AND (" } else { " OR " });
        match state {
            State::Pending => {
                sql.bind("(state = 'pending' AND expires_at > ", scope.now).push(")");
            }
            State::Expired => {
                sql.bind("(state = 'expired' OR (state = 'pending' AND expires_at <= ", scope.now).push("))");
            }
            other => _ = sql.bind("state = ", other.as_str()),
        }
    }
    sql.push(")");
}

const NEWEST: Newest = Newest {
    select: COLUMNS,
    count: "SELECT COUNT(*) FROM (SELECT 1 AS one FROM association_requests",
    place: " AND (asked_at, request_id)",
    order: [" ORDER BY asked_at, request_id", " ORDER BY asked_at DESC, request_id DESC"],
};

/// A page of requests, newest first.
pub(super) async fn list(db: &Db, scope: &Scope, query: &RequestQuery) -> Result<Page<Request>, Error> {
    let (filter, read) = (|sql: &mut Sql| filter(sql, scope, query), |row: &AnyRow| stored(row, scope.now));
    let place = |one: &Stored| (one.asked_at, one.id.to_string());
    let found = NEWEST.page(db, (query.page.as_deref(), query.limit), filter, read, place).await?;
    Ok(found.map(|one| one.view(scope.currency)))
}

/// A request of a partner.
pub(super) async fn by_id(
    connection: &mut AnyConnection,
    (partner, id): (&PartnerId, &AssociationRequestId),
    now: i64,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE partner_id = ", partner.as_str()).bind(" AND request_id = ", id.as_str());
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row, now)).transpose()
}

/// A request about one of an address's accounts, and its partner.
pub(super) async fn of_address(
    connection: &mut AnyConnection,
    id: &AssociationRequestId,
    email: &str,
    now: i64,
) -> Result<Option<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE request_id = ", id.as_str())
        .bind(" AND customer_id IN (SELECT account_id FROM customer_accounts WHERE email = ", email)
        .push(")");
    sql.prepared().fetch_optional(connection).await?.map(|row| stored(&row, now)).transpose()
}

/// The requests about an account, newest first.
pub(super) async fn of_account(
    connection: &mut AnyConnection,
    id: &CustomerId,
    now: i64,
) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE customer_id = ", id.as_str()).push(" ORDER BY asked_at DESC, request_id DESC LIMIT 50");
    let rows = sql.prepared().fetch_all(connection).await?;
    rows.iter().map(|row| stored(row, now)).collect()
}

/// Whether a request about a customer is open, and how many a side made since a moment.
pub(super) async fn asked(
    connection: &mut AnyConnection,
    (partner, customer): (&PartnerId, &CustomerId),
    side: Side,
    since: i64,
    now: i64,
) -> Result<(bool, i64), Error> {
    let row = sqlx::query("SELECT COALESCE(SUM(CASE WHEN state = 'pending' AND expires_at > $3 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN side = $4 AND asked_at > $5 THEN 1 ELSE 0 END), 0) FROM association_requests WHERE partner_id = $1 AND customer_id = $2")
        .bind(partner.as_str())
        .bind(customer.as_str())
        .bind(now)
        .bind(side.as_str())
        .bind(since)
        .fetch_one(connection)
        .await?;
    Ok((row.try_get::<i64, _>(0)? > 0, row.try_get(1)?))
}

/// Adds a request. `false` where another one is open.
pub(super) async fn insert(tx: &mut Tx, new: &Stored) -> Result<bool, Error> {
    let row: Vec<Value> = vec![
        new.partner_id.as_str().into(),
        new.id.as_str().into(),
        new.customer.as_str().into(),
        new.customer_name.as_str().into(),
        new.kind.as_str().into(),
        new.side.as_str().into(),
        new.before.code().into(),
        new.after.map(AssociationType::code).into(),
        new.manager.as_ref().map(ToString::to_string).into(),
        new.actor.as_str().into(),
        new.reason.as_str().into(),
        new.state.as_str().into(),
        new.asked_at.into(),
        new.expires_at.into(),
    ];
    let into = "INSERT INTO association_requests (partner_id, request_id, customer_id, customer_name, kind, side, before_type, after_type, manager_id, actor, reason, state, asked_at, expires_at) VALUES ";
    Ok(insert_rows(tx, into, vec![row], " ON CONFLICT DO NOTHING").await? == 1)
}

/// What a request comes to.
pub(super) struct Ending<'a> {
    pub(super) state: State,
    pub(super) by: &'a str,
    pub(super) answer: &'a str,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) returned: Option<i64>,
}

/// Ends a request that is written as open. `false` where it has ended.
pub(super) async fn end(tx: &mut Tx, of: &Stored, to: &Ending<'_>, now: i64) -> Result<bool, Error> {
    let done = sqlx::query("UPDATE association_requests SET state = $1, answered_at = $2, answered_by = $3, answer = $4, obstacle = $5, returned = $6 WHERE partner_id = $7 AND request_id = $8 AND state = 'pending'")
        .bind(to.state.as_str())
        .bind(now)
        .bind(to.by)
        .bind(to.answer)
        .bind(to.obstacle.map_or("", Obstacle::as_str))
        .bind(to.returned)
        .bind(of.partner_id.as_str())
        .bind(of.id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Open requests whose time is over; of one customer only, where that is given.
pub(super) async fn over(
    connection: &mut AnyConnection,
    of: Option<(&PartnerId, &CustomerId)>,
    now: i64,
) -> Result<Vec<Stored>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE state = 'pending' AND expires_at <= ", now);
    if let Some((partner, customer)) = of {
        sql.bind(" AND partner_id = ", partner.as_str()).bind(" AND customer_id = ", customer.as_str());
    }
    sql.push(" LIMIT 200");
    let rows = sql.prepared().fetch_all(connection).await?;
    rows.iter().map(|row| stored(row, now)).collect()
}

/// Whether approvals wait for money of a customer.
pub(super) async fn waits_for_approval(
    connection: &mut AnyConnection,
    (partner, customer): (&PartnerId, &CustomerId),
    now: i64,
) -> Result<bool, Error> {
    let row = sqlx::query("SELECT 1 FROM approvals WHERE partner_id = $1 AND customer_id = $2 AND state = 'waiting' AND expires_at > $3 LIMIT 1")
        .bind(partner.as_str())
        .bind(customer.as_str())
        .bind(now)
        .fetch_optional(&mut *connection)
        .await?;
    // Of an appropriation that waits for its code the amount is held at the partner.
    let held = sqlx::query("SELECT 1 FROM ledger_open_holds h JOIN ledger_transfers t ON t.partner_id = h.partner_id AND t.transfer_id = h.transfer_id WHERE h.partner_id = $1 AND t.customer_id = $2 LIMIT 1")
        .bind(partner.as_str())
        .bind(customer.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some() || held.is_some())
}
