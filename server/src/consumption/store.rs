//! The SQL of consumption.

use super::focus::Row as BillRow;
use super::import::Report;
use crate::assignments::store as assignments;
use crate::db::{Db, Sql, Tx, insert_rows};
use crate::error::Error;
use crate::scope::Scope;
use contract::consumption::{Consumption, CurrencyConsumption, DayCost, ServiceConsumption};
use contract::id::{CustomerId, PartnerId};
use contract::money::Currency;
use contract::time::Day;
use rust_decimal::Decimal;
use sqlx::Row;
use std::collections::BTreeMap;
use std::str::FromStr;

/// How many months back are shown (capability 54).
const MONTHS: i64 = 18;

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

/// Writes lines that are not there yet. Answers how many were new.
pub(super) async fn insert(db: &Db, partner: &PartnerId, lines: Vec<Line>, now: i64) -> Result<u64, Error> {
    if lines.is_empty() {
        return Ok(0);
    }
    let rows = lines.into_iter().map(|line| {
        let row = line.row;
        vec![
            partner.as_str().into(),
            line.id.into(),
            line.customer.as_str().into(),
            row.day[..7].into(),
            row.day.as_str().into(),
            row.provider.into(),
            row.service.into(),
            row.resource.into(),
            row.region.into(),
            row.category.into(),
            row.currency.code().into(),
            row.cost.to_string().into(),
            row.list_cost.to_string().into(),
            now.into(),
        ]
    });
    let mut tx = db.begin().await?;
    let added = insert_rows(
        &mut tx,
        "INSERT INTO consumption_lines (partner_id, line_id, customer_id, month, day, provider, service, resource_id, region, category, currency, cost, list_cost, imported_at) VALUES ",
        rows.collect(),
        " ON CONFLICT (partner_id, line_id) DO NOTHING",
    )
    .await?;
    db.commit(tx).await?;
    Ok(added)
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
    let lines = |sql: &mut Sql| {
        sql.bind(" FROM consumption_lines l WHERE l.partner_id = ", scope.partner_id.as_str())
            .bind(" AND l.customer_id = ", customer.as_str());
        assignments::narrow(sql, scope);
    };
    let mut sql = Sql::new("SELECT DISTINCT l.month");
    lines(&mut sql);
    sql.bind(" ORDER BY month DESC LIMIT ", MONTHS);
    let months = sql.prepared().fetch_all(db.read()).await?;
    let months = months.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let Some(month) = month.map(str::to_owned).or_else(|| months.first().cloned()) else {
        return Ok(Consumption { month: None, months, currencies: Vec::new() });
    };
    let mut sql = Sql::new("SELECT l.currency, l.service, l.day, l.cost");
    lines(&mut sql);
    sql.bind(" AND l.day >= ", format!("{month}-01")).bind(" AND l.day <= ", format!("{month}-31"));
    let rows = sql.prepared().fetch_all(db.read()).await?;
    let mut sums: BTreeMap<(String, String), BTreeMap<String, Decimal>> = BTreeMap::new();
    for row in &rows {
        let cost = Decimal::from_str(row.try_get(3)?).map_err(|e| Error::internal(&e))?;
        let days = sums.entry((row.try_get(0)?, row.try_get(1)?)).or_default();
        *days.entry(row.try_get(2)?).or_default() += cost;
    }
    let mut currencies: BTreeMap<String, Vec<(Decimal, ServiceConsumption)>> = BTreeMap::new();
    for ((currency, service), days) in sums {
        let total: Decimal = days.values().sum();
        let days = days.into_iter().map(|(day, cost)| {
            let day = Day::read(&day)
                .ok_or_else(|| Error::Internal("the database holds a day that is none".into()))?;
            Ok(DayCost { day, cost: plain(cost) })
        });
        let service =
            ServiceConsumption { service, total: plain(total), days: days.collect::<Result<_, Error>>()? };
        currencies.entry(currency).or_default().push((total, service));
    }
    let parts = currencies.into_iter().map(|(currency, mut services)| {
        services.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.service.cmp(&b.1.service)));
        let total: Decimal = services.iter().map(|s| s.0).sum();
        Ok(CurrencyConsumption {
            currency: Currency::parse(&currency).ok_or_else(|| Error::Internal("unknown currency".into()))?,
            total: plain(total),
            services: services.into_iter().map(|s| s.1).collect(),
        })
    });
    Ok(Consumption { month: Some(month), months, currencies: parts.collect::<Result<_, Error>>()? })
}

/// A decimal without the zeros at its end.
fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}
