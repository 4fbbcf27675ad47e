//! The SQL of the published operations of bills.

use super::lines::{COLUMNS, NAMES, line};
use super::summary::own_days;
use crate::assignments::store as assignments;
use crate::db::{Db, Sql};
use crate::error::Error;
use crate::scope::Scope;
use contract::bss::consumption::BillDetailFilter;
use contract::consumption::{ConsumptionLine, Month};
use contract::id::UserId;
use contract::time::from_millis;
use rust_decimal::Decimal;
use sqlx::Row;
use std::str::FromStr;

/// Who managed the customer of a line on its day; of a customer that was never assigned otherwise, who does now.
const MANAGER: &str = "CASE WHEN EXISTS (SELECT 1 FROM customer_managers h WHERE h.partner_id = l.partner_id AND h.customer_id = l.customer_id) THEN (SELECT h.manager_id FROM customer_managers h WHERE h.partner_id = l.partner_id AND h.customer_id = l.customer_id AND l.day >= h.from_day AND (h.until_day IS NULL OR l.day < h.until_day) LIMIT 1) ELSE c.manager_id END";

/// A line with what the published row has besides.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) line: ConsumptionLine,
    /// The association's code; nothing where the customer is no longer there.
    pub(super) association: Option<i64>,
    /// Who managed the customer on that day.
    pub(super) manager: Option<String>,
    /// The list price less what it cost, an exact decimal.
    pub(super) discount: String,
}

/// The ids of the customers that consumed in a month, and how many there are. It includes those that are associated
/// no longer, for who sees all customers.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn consuming(
    db: &Db,
    scope: &Scope,
    month: &Month,
    (offset, limit): (i64, i64),
) -> Result<(Vec<String>, i64), Error> {
    if !Month::all(from_millis(scope.now)).contains(month) {
        return Ok((Vec::new(), 0));
    }
    let from = |sql: &mut Sql| {
        if scope.is_limited() {
            own_days(sql, scope);
            sql.bind(" AND l.day >= ", month.first_day().to_string())
                .bind(" AND l.day <= ", month.last_day().to_string());
        } else {
            sql.bind(" FROM consumption_customer_months l WHERE l.partner_id = ", scope.partner_id.as_str())
                .bind(" AND l.month = ", month.as_str());
        }
    };
    let mut sql = Sql::new("SELECT COUNT(DISTINCT l.customer_id)");
    from(&mut sql);
    let count = sql.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let mut sql = Sql::new("SELECT DISTINCT l.customer_id");
    from(&mut sql);
    sql.bind(" ORDER BY l.customer_id LIMIT ", limit).bind(" OFFSET ", offset);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    Ok((rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?, count))
}

/// Lines of a customer by the published filters, newest day first, and how many there are: those in the currency of
/// the partner's accounts, since the answer has one currency for all.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn details(
    db: &Db,
    scope: &Scope,
    asked: &BillDetailFilter,
) -> Result<(Vec<Found>, i64), Error> {
    let looked_at = Month::all(from_millis(scope.now)).contains(&Month::of(asked.begin));
    if asked.nothing || !looked_at {
        return Ok((Vec::new(), 0));
    }
    let narrow = |sql: &mut Sql| {
        sql.push(" FROM consumption_lines l")
            .push(NAMES)
            .bind(" WHERE l.partner_id = ", scope.partner_id.as_str())
            .bind(" AND l.customer_id = ", &asked.customer_id)
            .bind(" AND l.day >= ", asked.begin.to_string())
            .bind(" AND l.day <= ", asked.end.to_string())
            .bind(" AND l.currency = ", scope.currency.code());
        if let Some(managers) = &scope.managers {
            sql.any_of(" AND c.manager_id IN (", managers.iter().map(UserId::as_str));
        }
        assignments::narrow(sql, scope);
        for (condition, value) in [
            (" AND l.service = ", &asked.service),
            (" AND l.region = ", &asked.region),
            (" AND l.resource_id = ", &asked.resource),
        ] {
            if let Some(value) = value {
                sql.bind(condition, value);
            }
        }
        if let Some(categories) = &asked.categories {
            sql.any_of(" AND l.category IN (", categories.iter().copied());
        }
        if let Some(association) = asked.association {
            sql.bind(" AND c.association = ", association.code());
        }
        if let Some(manager) = &asked.manager {
            sql.push(" AND ").push(MANAGER).bind(" = ", manager);
        }
    };
    let mut sql = Sql::new("SELECT COUNT(*)");
    narrow(&mut sql);
    let count = sql.prepared().fetch_one(db.read()).await?.try_get(0)?;
    let mut sql = Sql::new(COLUMNS);
    sql.push(", c.association, ").push(MANAGER);
    narrow(&mut sql);
    sql.bind(" ORDER BY l.day DESC, l.line_id DESC LIMIT ", asked.limit).bind(" OFFSET ", asked.offset);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(|row| {
        let line = line(row)?;
        let number = |text: &str| Decimal::from_str(text).map_err(|e| Error::internal(&e));
        let discount = number(&line.list_cost)? - number(&line.cost)?;
        Ok(Found {
            association: row.try_get(12)?,
            manager: row.try_get(13)?,
            discount: discount.normalize().to_string(),
            line,
        })
    });
    Ok((found.collect::<Result<_, Error>>()?, count))
}
