//! The SQL of the summary (消费汇总). It reads sums only: for who sees all customers those over all of them, for
//! others those of their customers' days.

use super::store::read_currency;
use super::sums::Sum;
use super::sums::store::{BY_COST, SUM_COLUMNS, SUMS, sum};
use crate::assignments::store as assignments;
use crate::db::{Db, Sql};
use crate::error::Error;
use crate::scope::Scope;
use contract::consumption::{Choices, CurrencySummary, Month, Share, Summary, SummaryQuery, TOP_CUSTOMERS};
use contract::error::Fault;
use contract::time::from_millis;
use sqlx::Row;
use std::collections::BTreeMap;

/// Which sums are read, for who sees all customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Days,
    Months,
    CustomerMonths,
}

/// Parts of a total with their keys, by currency.
type Parts = BTreeMap<String, Vec<(String, Sum)>>;

/// The months that have consumption which the person sees, newest first, of those that can be looked at.
pub(super) async fn months(db: &Db, scope: &Scope) -> Result<Vec<Month>, Error> {
    let all = Month::all(from_millis(scope.now));
    let mut sql = Sql::new("SELECT v.column1 FROM (VALUES ");
    sql.rows(all.iter().map(|month| vec![month.as_str().into()]));
    sql.push(") AS v WHERE EXISTS (SELECT 1");
    if scope.is_limited() {
        own_days(&mut sql, scope);
        sql.push(" AND l.day >= v.column1 || '-01' AND l.day <= v.column1 || '-31'");
    } else {
        sql.bind(" FROM consumption_months l WHERE l.partner_id = ", scope.partner_id.as_str())
            .push(" AND l.month = v.column1");
    }
    sql.push(") ORDER BY v.column1 DESC");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let read =
        |text: String| Month::read(&text).ok_or_else(|| Error::Internal("a month that is none".into()));
    rows.iter().map(|row| read(row.try_get(0)?)).collect()
}

/// What the asked months cost.
///
/// # Errors
/// A range that ends before it begins, at the field `from`; a database that does not answer.
pub(super) async fn summary(db: &Db, scope: &Scope, asked: &SummaryQuery) -> Result<Summary, Error> {
    let months = months(db, scope).await?;
    let Some(to) = asked.to.clone().or_else(|| months.first().cloned()) else {
        return Ok(Summary { months, from: None, to: None, currencies: Vec::new() });
    };
    let from = asked.from.clone().unwrap_or_else(|| to.clone());
    if from > to {
        return Err(Error::field("from", Fault::Invalid));
    }
    // What is longer ago cannot be looked at, however old the address is that asks for it.
    let oldest = Month::all(from_millis(scope.now)).pop().unwrap_or_else(|| to.clone());
    let within = (from.clone().max(oldest), to.clone());
    let one = from == to;
    let (step, table) = match (one, scope.is_limited()) {
        (true, _) => (", l.currency, l.day", Table::Days),
        (false, true) => (", l.currency, SUBSTR(l.day, 1, 7)", Table::Months),
        (false, false) => (", l.currency, l.month", Table::Months),
    };
    let mut steps = parts(db, scope, table, step, &within).await?;
    let services = parts(db, scope, Table::Months, ", l.currency, l.service", &within).await?;
    let mut currencies = Vec::with_capacity(services.len());
    for (currency, mut services) in services {
        let mut total = Sum::default();
        services.iter().for_each(|(_, sum)| total.add(sum));
        services.sort_by(|a, b| b.1.cost.carried().cmp(&a.1.cost.carried()).then_with(|| a.0.cmp(&b.0)));
        currencies.push(CurrencySummary {
            customers: customers(db, scope, &currency, &within).await?,
            steps: shares(steps.remove(&currency).unwrap_or_default()),
            services: shares(services),
            currency: read_currency(&currency)?,
            total: total.cost.to_string(),
            list_total: total.list_cost.to_string(),
            lines: total.lines,
        });
    }
    Ok(Summary { months, from: Some(from), to: Some(to), currencies })
}

fn shares(parts: Vec<(String, Sum)>) -> Vec<Share> {
    let share = |(key, sum): (String, Sum)| Share {
        key,
        name: String::new(),
        cost: sum.cost.to_string(),
        lines: sum.lines,
    };
    parts.into_iter().map(share).collect()
}

/// The sums of some months by currency and one thing more, in its order.
async fn parts(
    db: &Db,
    scope: &Scope,
    table: Table,
    by: &'static str,
    within: &(Month, Month),
) -> Result<Parts, Error> {
    let mut sql = Sql::new(SUMS);
    sql.push(by);
    from(&mut sql, scope, table, within);
    sql.push(" GROUP BY").push(by.trim_start_matches(',')).push(" ORDER BY 10, 11");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let mut parts = Parts::new();
    for row in &rows {
        let part = (row.try_get(SUM_COLUMNS + 1)?, sum(row)?);
        parts.entry(row.try_get(SUM_COLUMNS)?).or_default().push(part);
    }
    Ok(parts)
}

/// The customers that cost most.
async fn customers(
    db: &Db,
    scope: &Scope,
    currency: &str,
    within: &(Month, Month),
) -> Result<Vec<Share>, Error> {
    let mut sql = Sql::new("SELECT * FROM (");
    sql.push(SUMS).push(", l.customer_id");
    from(&mut sql, scope, Table::CustomerMonths, within);
    sql.bind(" AND l.currency = ", currency)
        .push(" GROUP BY l.customer_id) s")
        .push(BY_COST)
        .bind(", s.customer_id LIMIT ", TOP_CUSTOMERS as i64);
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let top = rows.iter().map(|row| Ok((row.try_get(SUM_COLUMNS)?, sum(row)?)));
    let top = top.collect::<Result<Vec<(String, Sum)>, Error>>()?;
    let mut shares = shares(top);
    if shares.is_empty() {
        return Ok(shares);
    }
    let keys = || shares.iter().map(|share| share.key.as_str());
    // Who came back is in both; the name of today comes last, and stays.
    let mut sql = Sql::new(
        "SELECT customer_id, CASE WHEN name = '' THEN account_name ELSE name END, 0 AS present FROM former_customers",
    );
    sql.bind(" WHERE partner_id = ", scope.partner_id.as_str()).any_of(" AND customer_id IN (", keys());
    sql.push(" UNION ALL SELECT customer_id, CASE WHEN name = '' THEN account_name ELSE name END, 1 AS present FROM customers")
        .bind(" WHERE partner_id = ", scope.partner_id.as_str())
        .any_of(" AND customer_id IN (", keys())
        .push(" ORDER BY present");
    let rows = sql.query().fetch_all(db.read()).await?;
    let names = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<BTreeMap<String, String>, Error>>()?;
    for share in &mut shares {
        share.name = names.get(&share.key).unwrap_or(&share.key).clone();
    }
    Ok(shares)
}

/// What lines can be filtered by.
pub(super) async fn choices(db: &Db, scope: &Scope) -> Result<Choices, Error> {
    let months = months(db, scope).await?;
    let (Some(to), Some(from)) = (months.first().cloned(), months.last().cloned()) else {
        return Ok(Choices { months, services: Vec::new(), regions: Vec::new(), currencies: Vec::new() });
    };
    let within = (from, to);
    let distinct = async |select: &'static str| -> Result<Vec<String>, Error> {
        let mut sql = Sql::new(select);
        self::from(&mut sql, scope, Table::Months, &within);
        sql.push(" ORDER BY 1");
        let rows = sql.prepared().fetch_all(db.read()).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    };
    let currencies = distinct("SELECT DISTINCT l.currency").await?;
    Ok(Choices {
        services: distinct("SELECT DISTINCT l.service").await?,
        regions: distinct("SELECT DISTINCT l.region").await?,
        currencies: currencies.iter().map(|text| read_currency(text)).collect::<Result<_, Error>>()?,
        months,
    })
}

/// Where sums come from, and which months of them.
fn from(sql: &mut Sql, scope: &Scope, table: Table, (first, last): &(Month, Month)) {
    if scope.is_limited() {
        own_days(sql, scope);
    } else {
        let from = match table {
            Table::Days => " FROM consumption_days l WHERE l.partner_id = ",
            Table::Months => " FROM consumption_months l WHERE l.partner_id = ",
            Table::CustomerMonths => " FROM consumption_customer_months l WHERE l.partner_id = ",
        };
        sql.bind(from, scope.partner_id.as_str());
    }
    if scope.is_limited() || table == Table::Days {
        sql.bind(" AND l.day >= ", first.first_day().to_string())
            .bind(" AND l.day <= ", last.last_day().to_string());
    } else {
        sql.bind(" AND l.month >= ", first.as_str()).bind(" AND l.month <= ", last.as_str());
    }
}

/// The sums of the days on which the person's customers were theirs.
pub(super) fn own_days(sql: &mut Sql, scope: &Scope) {
    sql.push(" FROM ");
    assignments::own_times(sql, scope);
    sql.bind(" s CROSS JOIN consumption_customer_days l WHERE l.partner_id = ", scope.partner_id.as_str())
        .push(" AND l.customer_id = s.customer_id AND l.day >= s.from_day AND l.day < s.until_day");
}
