//! The SQL of the lines (消费明细): pages by keyset, newest day first. How many there are is read from the sums.

use super::store::read_currency;
use super::summary::own_days;
use crate::assignments::store as assignments;
use crate::db::cursor::{Cursor, page};
use crate::db::{Db, Sql};
use crate::error::Error;
use crate::scope::Scope;
use contract::consumption::{ConsumptionLine, LineQuery, Month};
use contract::error::Fault;
use contract::filter::NONE;
use contract::id::{CustomerId, UserId};
use contract::page::{Page, Total, page_size};
use contract::text::MAX_SEARCH;
use contract::time::{Day, from_millis};
use rust_decimal::Decimal;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::str::FromStr;

pub(super) const COLUMNS: &str = "SELECT l.line_id, l.day, l.customer_id, COALESCE(CASE WHEN c.name = '' THEN c.account_name ELSE c.name END, CASE WHEN f.name = '' THEN f.account_name ELSE f.name END, l.customer_id), l.service, l.region, l.resource_id, l.category, l.provider, l.currency, l.cost, l.list_cost";
pub(super) const NAMES: &str = " LEFT JOIN customers c ON c.partner_id = l.partner_id AND c.customer_id = l.customer_id LEFT JOIN former_customers f ON f.partner_id = l.partner_id AND f.customer_id = l.customer_id";
/// Up to this many lines are sorted at once, where they do not stand in any index in their order.
const SORTED: i64 = 20_000;
/// Up to this many lines are looked for where the sums have them; more stand close enough along the list's own index.
const FEW: i64 = 2_000;

/// How the lines of a page are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Along an index in the list's order.
    Walk,
    /// All lines of the times in which customers were the person's own.
    Times,
    /// All lines of the days and services that have what is asked for.
    Places,
}

/// Which table a filter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Lines,
    Days,
    Months,
}

/// What the lines cannot be asked for.
///
/// # Errors
/// At `service` or `region`, where it is too long.
pub(crate) fn check(query: &LineQuery) -> Result<(), Error> {
    // No longer than what bills hold.
    let max = MAX_SEARCH.max(256);
    let long = |text: &Option<String>| text.as_ref().is_some_and(|t| t.chars().count() > max);
    let fault = Fault::TooLong { max: max as u32 };
    let faults = [("service", long(&query.service)), ("region", long(&query.region))];
    Error::check(faults.into_iter().filter(|(_, long)| *long).map(|(field, _)| (field, fault)).collect())
}

/// A page of lines.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub(crate) async fn list(db: &Db, scope: &Scope, query: &LineQuery) -> Result<Page<ConsumptionLine>, Error> {
    let count = count(db, scope, query).await?;
    let (items, next, previous) = cut(db, scope, query, count, page_size(query.limit)).await?;
    Ok(Page { items, next, previous, total: Total::exact(count) })
}

/// So many lines from the query's page on, and the cursor after them.
///
/// # Errors
/// A database that does not answer, or a cursor that is none.
pub(crate) async fn batch(
    db: &Db,
    scope: &Scope,
    query: &LineQuery,
    rows: u32,
) -> Result<(Vec<ConsumptionLine>, Option<String>), Error> {
    let count = count(db, scope, query).await?;
    let (items, next, _) = cut(db, scope, query, count, rows).await?;
    Ok((items, next))
}

type Cut = (Vec<ConsumptionLine>, Option<String>, Option<String>);

async fn cut(db: &Db, scope: &Scope, query: &LineQuery, count: i64, limit: u32) -> Result<Cut, Error> {
    let from = query.page.as_deref().map(Cursor::decode).transpose()?;
    if count == 0 {
        return Ok((Vec::new(), None, None));
    }
    // A service's lines have an index of their own; of a customer's there are few.
    let scattered = (query.region.is_some() || query.currency.is_some()) && query.service.is_none();
    let way = match (query.customer.is_none(), scope.is_limited()) {
        (true, true) if count <= SORTED => Way::Times,
        (true, false) if scattered && count <= FEW => Way::Places,
        _ => Way::Walk,
    };
    let mut sql = Sql::new(COLUMNS);
    from_lines(&mut sql, scope, query, way);
    filter(&mut sql, scope, query, Table::Lines);
    let backwards = from.as_ref().is_some_and(|c| c.backwards);
    if let Some(cursor) = &from {
        sql.push(" AND (l.day, l.line_id)")
            .bind(if backwards { " > (" } else { " < (" }, &cursor.value)
            .bind(", ", &cursor.id)
            .push(")");
    }
    sql.push(if backwards { " ORDER BY l.day, l.line_id" } else { " ORDER BY l.day DESC, l.line_id DESC" })
        .bind(" LIMIT ", i64::from(limit) + 1);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let found = rows.iter().map(line).collect::<Result<Vec<_>, Error>>()?;
    Ok(page(found, limit as usize, from.as_ref(), |l| (l.day.to_string(), l.id.clone())))
}

/// The tables of a page in the way that it is found, up to the condition of the partner.
fn from_lines(sql: &mut Sql, scope: &Scope, query: &LineQuery, way: Way) {
    let partner = scope.partner_id.as_str();
    match way {
        Way::Walk => {
            sql.push(" FROM consumption_lines l").push(NAMES).bind(" WHERE l.partner_id = ", partner);
            if let Some(managers) = &scope.managers {
                sql.any_of(" AND c.manager_id IN (", managers.iter().map(UserId::as_str));
            }
            assignments::narrow(sql, scope);
        }
        Way::Times => {
            sql.push(" FROM ");
            assignments::own_times(sql, scope);
            sql.push(" s CROSS JOIN consumption_lines l")
                .push(NAMES)
                .bind(" WHERE l.partner_id = ", partner)
                .push(" AND l.customer_id = s.customer_id AND l.day >= s.from_day AND l.day < s.until_day");
        }
        Way::Places => {
            sql.bind(
                " FROM (SELECT DISTINCT l.service, l.day FROM consumption_days l WHERE l.partner_id = ",
                partner,
            );
            filter(sql, scope, query, Table::Days);
            sql.push(") s CROSS JOIN consumption_lines l")
                .push(NAMES)
                .bind(" WHERE l.partner_id = ", partner)
                .push(" AND l.service = s.service AND l.day = s.day");
        }
    }
}

/// How many lines match, from the sums.
async fn count(db: &Db, scope: &Scope, query: &LineQuery) -> Result<i64, Error> {
    let mut sql = Sql::new("SELECT CAST(COALESCE(SUM(l.lines), 0) AS BIGINT)");
    let partner = scope.partner_id.as_str();
    let table = if scope.is_limited() {
        own_days(&mut sql, scope);
        Table::Days
    } else if query.customer.is_some() {
        sql.bind(" FROM consumption_customer_days l WHERE l.partner_id = ", partner);
        Table::Days
    } else if query.day.is_some() {
        sql.bind(" FROM consumption_days l WHERE l.partner_id = ", partner);
        Table::Days
    } else {
        sql.bind(" FROM consumption_months l WHERE l.partner_id = ", partner);
        Table::Months
    };
    filter(&mut sql, scope, query, table);
    Ok(sql.prepared().fetch_one(db.read()).await?.try_get(0)?)
}

/// What is asked for, and no more than can be looked at (capability 54).
fn filter(sql: &mut Sql, scope: &Scope, query: &LineQuery, table: Table) {
    let now = from_millis(scope.now);
    let mut months: Vec<&Month> = query.month.iter().flat_map(|months| &months.0).collect();
    months.sort();
    let oldest = Month::all(now).pop();
    if table == Table::Months {
        if let Some(oldest) = &oldest {
            sql.bind(" AND l.month >= ", oldest.as_str());
        }
        if !months.is_empty() {
            sql.any_of(" AND l.month IN (", months.iter().map(|m| m.as_str()));
        }
    } else {
        let (mut from, mut until) = query.day.map_or((None, None), |days| days.ends(now));
        let begins = [oldest.as_ref(), months.first().copied()].into_iter().flatten().map(Month::first_day);
        from = begins.chain(from).max();
        until = months.last().map(|month| month.last_day()).into_iter().chain(until).min();
        if let Some(from) = from {
            sql.bind(" AND l.day >= ", from.to_string());
        }
        if let Some(until) = until {
            sql.bind(" AND l.day <= ", until.to_string());
        }
        if months.len() > 1 {
            let month =
                if table == Table::Lines { " AND l.month IN (" } else { " AND SUBSTR(l.day, 1, 7) IN (" };
            sql.any_of(month, months.iter().map(|m| m.as_str()));
        }
        if let Some(customer) = &query.customer {
            sql.bind(" AND l.customer_id = ", customer.as_str());
        }
    }
    if let Some(service) = &query.service {
        sql.bind(" AND l.service = ", service);
    }
    if let Some(region) = &query.region {
        sql.bind(" AND l.region = ", if region == NONE { "" } else { region });
    }
    if let Some(currency) = &query.currency {
        sql.bind(" AND l.currency = ", currency.code());
    }
}

pub(super) fn line(row: &AnyRow) -> Result<ConsumptionLine, Error> {
    let day: String = row.try_get(1)?;
    let currency: String = row.try_get(9)?;
    Ok(ConsumptionLine {
        id: row.try_get(0)?,
        day: Day::read(&day)
            .ok_or_else(|| Error::Internal("the database holds a day that is none".into()))?,
        customer_id: CustomerId(row.try_get(2)?),
        customer_name: row.try_get(3)?,
        service: row.try_get(4)?,
        region: row.try_get(5)?,
        resource: row.try_get(6)?,
        category: row.try_get(7)?,
        provider: row.try_get(8)?,
        currency: read_currency(&currency)?,
        cost: plain(row.try_get(10)?)?,
        list_cost: plain(row.try_get(11)?)?,
    })
}

/// A decimal without the zeros at its end.
fn plain(text: &str) -> Result<String, Error> {
    Decimal::from_str(text).map(|value| value.normalize().to_string()).map_err(|e| Error::internal(&e))
}
