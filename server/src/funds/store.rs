//! The SQL of balances and adjustment records.

use crate::customers::store::between;
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::ledger::{AccountKey, store as ledger};
use crate::scope::Scope;
use contract::bss::accounts::AdjustRecordsFilter;
use contract::error::Code;
use contract::filter::OneOf;
use contract::funds::{Adjustment, AdjustmentKind, AdjustmentQuery, Balance, Receipt};
use contract::id::{CustomerId, TransferId};
use contract::money::{Currency, Money};
use contract::page::{COUNT_CAP, Page, Total, page_size};
use contract::time::{from_millis, to_millis};
use sqlx::Row;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT t.transfer_id, t.kind, t.customer_id, t.amount, t.currency, t.at, t.actor, t.memo, COALESCE(c.name, f.name), COALESCE(c.account_name, f.account_name) FROM ledger_transfers t LEFT JOIN customers c ON c.partner_id = t.partner_id AND c.customer_id = t.customer_id LEFT JOIN former_customers f ON f.partner_id = t.partner_id AND f.customer_id = t.customer_id";
/// Rows that moved money between the partner and a customer.
const MOVED: &str = " AND t.phase IN ('single', 'post') AND t.kind IN ('SOURCE_OPERATION_BEADJUST', 'SOURCE_OPERATION_BERETRIEVE', 'SOURCE_OPERATION_BEUNBIND')";

/// A balance for the console.
///
/// # Errors
/// A database that does not answer; `NotFound` for an unknown account.
pub async fn balance(db: &Db, key: &AccountKey, currency: Currency) -> Result<Balance, Error> {
    let mut connection = db.read().acquire().await?;
    let found = ledger::balances(&mut connection, key).await?.ok_or(Code::NotFound)?;
    Ok(Balance {
        account_id: key.account_id.clone(),
        posted: Money::new(found.posted, currency),
        held: Money::new(found.held, currency),
        available: Money::new(found.posted - found.held, currency),
    })
}

/// Balances of the partner's resale customers among the given ones, in their order.
///
/// # Errors
/// A database that does not answer.
pub async fn resale_balances(db: &Db, scope: &Scope, ids: &[String]) -> Result<Vec<(String, Money)>, Error> {
    let mut sql = Sql::new(
        "SELECT c.customer_id, a.available FROM customers c JOIN ledger_accounts a ON a.partner_id = c.partner_id AND a.account_id = 'c-' || c.customer_id ||",
    );
    sql.bind(" ", format!("-{}", scope.currency)).bind(" WHERE c.partner_id = ", scope.partner_id.as_str());
    if let Some(managers) = &scope.managers {
        sql.any_of(" AND c.manager_id IN (", managers.iter().map(|m| m.as_str()));
    }
    sql.push(" AND c.association = 2 AND c.customer_id IN (VALUES ")
        .rows(ids.iter().map(|id| vec![id.into()]))
        .push(")");
    let rows = sql.query().fetch_all(db.read()).await?;
    let mut found = std::collections::BTreeMap::new();
    for row in &rows {
        found.insert(row.try_get::<String, _>(0)?, Money::new(row.try_get(1)?, scope.currency));
    }
    Ok(ids.iter().filter_map(|id| found.remove_entry(id)).collect())
}

/// A page of adjustment records, newest first.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn adjustments(db: &Db, scope: &Scope, query: &AdjustmentQuery) -> Result<Page<Adjustment>, Error> {
    let mut count = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM ledger_transfers t");
    filter(&mut count, scope, query);
    count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let (items, next, previous) = cut(db, scope, query, page_size(query.limit)).await?;
    Ok(Page { items, next, previous, total: Total::capped(counted) })
}

/// So many adjustment records from the query's page on, and the cursor after them.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub async fn adjustments_from(
    db: &Db,
    scope: &Scope,
    query: &AdjustmentQuery,
    count: u32,
) -> Result<(Vec<Adjustment>, Option<String>), Error> {
    let (items, next, _) = cut(db, scope, query, count).await?;
    Ok((items, next))
}

type Cut = (Vec<Adjustment>, Option<String>, Option<String>);

async fn cut(db: &Db, scope: &Scope, query: &AdjustmentQuery, limit: u32) -> Result<Cut, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    let mut sql = Sql::new(COLUMNS);
    filter(&mut sql, scope, query);
    if let Some(cursor) = &from {
        let at: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
        sql.push(" AND (t.at, t.transfer_id)")
            .bind(if backwards { " > (" } else { " < (" }, at)
            .bind(", ", &cursor.id)
            .push(")");
    }
    sql.push(if backwards {
        " ORDER BY t.at, t.transfer_id"
    } else {
        " ORDER BY t.at DESC, t.transfer_id DESC"
    });
    sql.bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(adjustment).collect::<Result<Vec<_>, Error>>()?;
    Ok(page(found, limit as usize, from.as_ref(), |a| {
        (to_millis(a.at).to_string(), a.transfer_id.to_string())
    }))
}

fn filter(sql: &mut Sql, scope: &Scope, query: &AdjustmentQuery) {
    sql.bind(" WHERE t.partner_id = ", scope.partner_id.as_str()).push(MOVED);
    if let Some(customer) = &query.customer {
        sql.bind(" AND t.customer_id = ", customer.as_str());
    }
    if let Some(kinds) = &query.kind {
        sql.any_of(" AND t.kind IN (", kinds.0.iter().map(|k| k.operation_type()));
    }
    if let Some(amounts) = &query.amount {
        between(sql, (" AND t.amount >= ", " AND t.amount <= "), amounts, scope.currency);
    }
    if let Some(days) = query.at {
        let (from, until) = days.millis(from_millis(scope.now));
        if let Some(from) = from {
            sql.bind(" AND t.at >= ", from);
        }
        if let Some(until) = until {
            sql.bind(" AND t.at < ", until);
        }
    }
}

/// What the records cannot be asked for.
///
/// # Errors
/// At the field `amount`, where it is no range.
pub fn check(scope: &Scope, query: &AdjustmentQuery) -> Result<(), Error> {
    let amounts = query.amount.as_ref().map(|a| a.minor(scope.currency)).transpose();
    amounts.map(drop).map_err(|fault| Error::field("amount", fault))
}

/// Adjustment records by the published filters, newest first, and how many there are.
///
/// # Errors
/// A database that does not answer.
pub async fn records(
    db: &Db,
    scope: &Scope,
    asked: &AdjustRecordsFilter,
) -> Result<(Vec<Adjustment>, i64), Error> {
    let narrow = |sql: &mut Sql| {
        let query = AdjustmentQuery {
            customer: asked.customer_id.as_deref().map(CustomerId::from),
            kind: asked.kind.map(|kind| OneOf(vec![kind])),
            ..Default::default()
        };
        filter(sql, scope, &query);
        if let Some(begin) = asked.begin {
            sql.bind(" AND t.at > ", to_millis(begin));
        }
        if let Some(end) = asked.end {
            sql.bind(" AND t.at < ", to_millis(end));
        }
        if let Some(id) = &asked.transfer_id {
            sql.bind(" AND t.transfer_id = ", id);
        }
    };
    let mut sql = Sql::new(COLUMNS);
    narrow(&mut sql);
    sql.bind(" ORDER BY t.at DESC, t.transfer_id DESC LIMIT ", asked.limit).bind(" OFFSET ", asked.offset);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let mut count = Sql::new("SELECT COUNT(*) FROM ledger_transfers t");
    narrow(&mut count);
    let count: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
    Ok((rows.iter().map(adjustment).collect::<Result<_, Error>>()?, count))
}

/// The receipt of a posted movement.
///
/// # Errors
/// A database that does not answer.
pub async fn receipt(db: &Db, scope: &Scope, id: &TransferId) -> Result<Option<Receipt>, Error> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE t.partner_id = ", scope.partner_id.as_str())
        .push(MOVED)
        .bind(" AND t.transfer_id = ", id.as_str());
    let mut connection = db.read().acquire().await?;
    let Some(row) = sql.prepared().fetch_optional(&mut *connection).await? else { return Ok(None) };
    let adjustment = adjustment(&row)?;
    let transfer = ledger::transfer(&mut connection, &scope.partner_id, id).await?.ok_or(Code::NotFound)?;
    let (paying, receiving) = ledger::balances_after(&mut connection, &transfer).await?;
    let (partner, customer) = match adjustment.kind {
        AdjustmentKind::Appropriation => (paying, receiving),
        AdjustmentKind::Reclaim | AdjustmentKind::Unbind => (receiving, paying),
    };
    let money = |minor| Money::new(minor, transfer.currency);
    Ok(Some(Receipt {
        adjustment,
        partner_after: money(partner),
        customer_after: money(customer),
        repeated: false,
    }))
}

/// The transfer that a caller's key led to.
///
/// # Errors
/// A database that does not answer.
pub async fn transfer_of_key(db: &Db, scope: &Scope, key: &str) -> Result<Option<TransferId>, Error> {
    let id: Option<Option<String>> =
        sqlx::query_scalar("SELECT transfer_id FROM requests WHERE partner_id = $1 AND request_key = $2")
            .bind(scope.partner_id.as_str())
            .bind(key)
            .fetch_optional(db.read())
            .await?;
    Ok(id.flatten().map(TransferId))
}

/// A customer's name for people: the real name, or the account name before authentication.
///
/// # Errors
/// A database that does not answer.
pub async fn customer_name(tx: &mut Tx, scope: &Scope, id: &CustomerId) -> Result<String, Error> {
    let row =
        sqlx::query("SELECT name, account_name FROM customers WHERE partner_id = $1 AND customer_id = $2")
            .bind(scope.partner_id.as_str())
            .bind(id.as_str())
            .fetch_optional(&mut **tx)
            .await?
            .ok_or(Code::NotFound)?;
    Ok(display_name(row.try_get(0)?, row.try_get(1)?))
}

/// A customer's name for records: also of one that was the partner's once.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn name_in_records(tx: &mut Tx, scope: &Scope, id: &CustomerId) -> Result<String, Error> {
    match customer_name(tx, scope, id).await {
        Err(Error::Refused(Code::NotFound)) => {}
        found => return found,
    }
    let former = sqlx::query(
        "SELECT name, account_name FROM former_customers WHERE partner_id = $1 AND customer_id = $2",
    )
    .bind(scope.partner_id.as_str())
    .bind(id.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    match former {
        Some(row) => Ok(display_name(row.try_get(0)?, row.try_get(1)?)),
        None => Ok(id.to_string()),
    }
}

fn display_name(name: String, account_name: String) -> String {
    if name.is_empty() { account_name } else { name }
}

fn adjustment(row: &AnyRow) -> Result<Adjustment, Error> {
    let unknown = |what: &str| Error::Internal(format!("the database holds an unknown {what}"));
    let kind: String = row.try_get(1)?;
    let currency: String = row.try_get(4)?;
    let currency = Currency::parse(&currency).ok_or_else(|| unknown("currency"))?;
    let name = row.try_get::<Option<String>, _>(8)?.unwrap_or_default();
    let account = row.try_get::<Option<String>, _>(9)?.unwrap_or_default();
    Ok(Adjustment {
        transfer_id: TransferId(row.try_get(0)?),
        kind: AdjustmentKind::from_operation_type(&kind).ok_or_else(|| unknown("kind"))?,
        customer_id: CustomerId(row.try_get::<Option<String>, _>(2)?.unwrap_or_default()),
        customer_name: display_name(name, account),
        amount: Money::new(row.try_get(3)?, currency),
        at: from_millis(row.try_get(5)?),
        actor: row.try_get(6)?,
        memo: row.try_get(7)?,
    })
}
