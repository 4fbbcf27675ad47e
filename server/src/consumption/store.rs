//! The SQL of imports, and of one customer's consumption.

use super::exact::Exact;
use super::focus::Row as BillRow;
use super::import::Report;
use super::sums::store::{self as sums, SUM_COLUMNS, SUMS};
use super::sums::{Cut, Fact, Sums, count};
use crate::assignments::store as assignments;
use crate::db::{Db, Sql, Tx, insert_rows_returning};
use crate::error::Error;
use crate::scope::Scope;
use contract::consumption::{Consumption, CurrencyConsumption, DayCost, MONTHS_BACK, ServiceConsumption};
use contract::id::{CustomerId, PartnerId};
use contract::money::Currency;
use contract::time::Day;
use sqlx::Row;
use std::collections::{BTreeMap, HashSet};

/// A bill line to store.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) customer: CustomerId,
    pub(super) row: BillRow,
}

/// The partner's customers by their sub-account in bill files.
pub(super) async fn bill_accounts(
    db: &Db,
    partner: &PartnerId,
) -> Result<BTreeMap<String, CustomerId>, Error> {
    let rows = sqlx::query(
        "SELECT bill_account, customer_id FROM customers WHERE partner_id = $1 AND bill_account IS NOT NULL",
    )
    .bind(partner.as_str())
    .fetch_all(db.read())
    .await?;
    rows.iter().map(|r| Ok((r.try_get(0)?, CustomerId(r.try_get(1)?)))).collect()
}

/// Writes lines that are not there yet, and what they add to the sums. Answers how many were new.
pub(super) async fn insert(db: &Db, partner: &PartnerId, lines: Vec<Line>, now: i64) -> Result<u64, Error> {
    if lines.is_empty() {
        return Ok(0);
    }
    let rows = lines.iter().map(|line| {
        let row = &line.row;
        vec![
            partner.as_str().into(),
            line.id.as_str().into(),
            line.customer.as_str().into(),
            row.day[..7].into(),
            row.day.as_str().into(),
            row.provider.as_str().into(),
            row.service.as_str().into(),
            row.resource.as_str().into(),
            row.region.as_str().into(),
            row.category.as_str().into(),
            row.currency.code().into(),
            row.cost.to_string().into(),
            row.list_cost.to_string().into(),
            now.into(),
        ]
    });
    let mut tx = db.begin().await?;
    let added = insert_rows_returning(
        &mut tx,
        "INSERT INTO consumption_lines (partner_id, line_id, customer_id, month, day, provider, service, resource_id, region, category, currency, cost, list_cost, imported_at) VALUES ",
        rows.collect(),
        " ON CONFLICT (partner_id, line_id) DO NOTHING RETURNING line_id",
    )
    .await?;
    let added = added.iter().map(|row| row.try_get(0)).collect::<Result<HashSet<String>, _>>()?;
    let mut more = Sums::new();
    for line in lines.iter().filter(|line| added.contains(&line.id)) {
        count(&mut more, &Cut::ALL, &fact(line)?);
    }
    sums::add(&mut tx, partner, more).await?;
    db.commit(tx).await?;
    Ok(added.len() as u64)
}

fn fact(line: &Line) -> Result<Fact<'_>, Error> {
    let exact = |value| Exact::of(value).ok_or_else(|| Error::Internal("a line costs too much".into()));
    Ok(Fact {
        customer: line.customer.as_str(),
        day: &line.row.day,
        currency: line.row.currency.code(),
        service: &line.row.service,
        region: &line.row.region,
        cost: exact(line.row.cost)?,
        list_cost: exact(line.row.list_cost)?,
    })
}

/// Notes an import.
pub(super) async fn insert_import(
    tx: &mut Tx,
    partner: &PartnerId,
    file: (&str, &str),
    report: &Report,
    now: i64,
) -> Result<(), Error> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    sqlx::query("INSERT INTO imports (partner_id, file_hash, file_name, rows, added, refused, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (partner_id, file_hash) DO UPDATE SET added = imports.added + excluded.added, refused = excluded.refused, at = excluded.at")
        .bind(partner.as_str())
        .bind(file.1)
        .bind(file.0)
        .bind(number(report.rows))
        .bind(number(report.added))
        .bind(number(report.refused.len() as u64))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A customer's consumption of a month: sums by currency, service and day, exact. A customer manager sees that of the
/// time in which the customer was theirs (capability 4).
///
/// # Errors
/// A database that does not answer.
pub(super) async fn consumption(
    db: &Db,
    scope: &Scope,
    customer: &CustomerId,
    month: Option<&str>,
) -> Result<Consumption, Error> {
    let of_customer = |sql: &mut Sql| {
        sql.bind(" FROM consumption_customer_days l WHERE l.partner_id = ", scope.partner_id.as_str())
            .bind(" AND l.customer_id = ", customer.as_str());
        assignments::narrow(sql, scope);
    };
    let mut sql = Sql::new("SELECT DISTINCT SUBSTR(l.day, 1, 7) AS month");
    of_customer(&mut sql);
    sql.bind(" ORDER BY month DESC LIMIT ", i64::from(MONTHS_BACK));
    let months = sql.prepared().fetch_all(db.read()).await?;
    let months = months.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let Some(month) = month.map(str::to_owned).or_else(|| months.first().cloned()) else {
        return Ok(Consumption { month: None, months, currencies: Vec::new() });
    };
    let mut sql = Sql::new(SUMS);
    sql.push(", l.currency, l.service, l.day");
    of_customer(&mut sql);
    sql.bind(" AND l.day >= ", format!("{month}-01"))
        .bind(" AND l.day <= ", format!("{month}-31"))
        .push(" GROUP BY l.currency, l.service, l.day ORDER BY l.currency, l.service, l.day");
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let mut currencies: BTreeMap<String, BTreeMap<String, (Exact, Vec<DayCost>)>> = BTreeMap::new();
    for row in &rows {
        let cost = sums::sum(row)?.cost;
        let day: String = row.try_get(SUM_COLUMNS + 2)?;
        let day =
            Day::read(&day).ok_or_else(|| Error::Internal("the database holds a day that is none".into()))?;
        let services = currencies.entry(row.try_get(SUM_COLUMNS)?).or_default();
        let (total, days) = services.entry(row.try_get(SUM_COLUMNS + 1)?).or_default();
        total.add(cost);
        days.push(DayCost { day, cost: cost.to_string() });
    }
    let parts = currencies.into_iter().map(|(currency, services)| {
        let mut total = Exact::default();
        let mut services: Vec<_> = services
            .into_iter()
            .map(|(service, (cost, days))| {
                total.add(cost);
                (cost.carried(), ServiceConsumption { service, total: cost.to_string(), days })
            })
            .collect();
        services.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.service.cmp(&b.1.service)));
        Ok(CurrencyConsumption {
            currency: read_currency(&currency)?,
            total: total.to_string(),
            services: services.into_iter().map(|s| s.1).collect(),
        })
    });
    Ok(Consumption { month: Some(month), months, currencies: parts.collect::<Result<_, Error>>()? })
}

/// A currency that the database holds.
pub(super) fn read_currency(text: &str) -> Result<Currency, Error> {
    Currency::parse(text).ok_or_else(|| Error::Internal("the database holds an unknown currency".into()))
}
