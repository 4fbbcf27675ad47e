//! The SQL of the sums.

use super::{Cut, Fact, Sum, Sums, count};
use crate::consumption::exact::Exact;
use crate::db::{Db, Engine, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use contract::id::PartnerId;
use rust_decimal::Decimal;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::str::FromStr;

/// Lines read at a time.
const TOGETHER: i64 = 20_000;

/// Sums written at a time where many are made: a customer's then lie together for some days.
const WRITTEN: usize = 150_000;

/// A table's statements: how rows begin to be written, what happens to those that are there, and how they are read.
struct Texts {
    insert: &'static str,
    add: &'static str,
    select: &'static str,
    keys: &'static str,
}

macro_rules! texts {
    ($table:literal, $keys:literal) => {
        Texts {
            insert: concat!(
                "INSERT INTO ",
                $table,
                " (partner_id, ",
                $keys,
                ", lines, cost_0, cost_9, cost_18, cost_28, list_0, list_9, list_18, list_28) VALUES "
            ),
            add: concat!(
                " ON CONFLICT (partner_id, ",
                $keys,
                ") DO UPDATE SET lines = ",
                $table,
                ".lines + excluded.lines, cost_0 = ",
                $table,
                ".cost_0 + excluded.cost_0, cost_9 = ",
                $table,
                ".cost_9 + excluded.cost_9, cost_18 = ",
                $table,
                ".cost_18 + excluded.cost_18, cost_28 = ",
                $table,
                ".cost_28 + excluded.cost_28, list_0 = ",
                $table,
                ".list_0 + excluded.list_0, list_9 = ",
                $table,
                ".list_9 + excluded.list_9, list_18 = ",
                $table,
                ".list_18 + excluded.list_18, list_28 = ",
                $table,
                ".list_28 + excluded.list_28"
            ),
            select: concat!(
                "SELECT lines, cost_0, cost_9, cost_18, cost_28, list_0, list_9, list_18, list_28, ",
                $keys,
                " FROM ",
                $table
            ),
            keys: $keys,
        }
    };
}

impl Cut {
    fn texts(self) -> Texts {
        match self {
            Self::CustomerDays => {
                texts!("consumption_customer_days", "customer_id, day, currency, service, region")
            }
            Self::Days => texts!("consumption_days", "day, currency, service, region"),
            Self::Months => texts!("consumption_months", "month, currency, service, region"),
            Self::CustomerMonths => texts!("consumption_customer_months", "month, currency, customer_id"),
        }
    }

    /// How many columns its key has.
    fn width(self) -> usize {
        match self {
            Self::CustomerDays => 5,
            Self::Days | Self::Months => 4,
            Self::CustomerMonths => 3,
        }
    }
}

/// The sums of a group of rows, as a query's first columns; [`sum`] reads them.
pub(in crate::consumption) const SUMS: &str = "SELECT CAST(SUM(l.lines) AS BIGINT) AS lines, CAST(SUM(l.cost_0) AS BIGINT) AS cost_0, CAST(SUM(l.cost_9) AS BIGINT) AS cost_9, CAST(SUM(l.cost_18) AS BIGINT) AS cost_18, CAST(SUM(l.cost_28) AS BIGINT) AS cost_28, CAST(SUM(l.list_0) AS BIGINT) AS list_0, CAST(SUM(l.list_9) AS BIGINT) AS list_9, CAST(SUM(l.list_18) AS BIGINT) AS list_18, CAST(SUM(l.list_28) AS BIGINT) AS list_28";
/// The order of sums by cost, most expensive first, to the last decimal place: each part with what is carried to it.
pub(in crate::consumption) const BY_COST: &str = " ORDER BY s.cost_0 + (s.cost_9 + (s.cost_18 + s.cost_28 / 10000000000) / 1000000000) / 1000000000 DESC, (s.cost_9 + (s.cost_18 + s.cost_28 / 10000000000) / 1000000000) % 1000000000 DESC, (s.cost_18 + s.cost_28 / 10000000000) % 1000000000 DESC, s.cost_28 % 10000000000 DESC";
/// How many columns they are.
pub(in crate::consumption) const SUM_COLUMNS: usize = 9;

/// The sum in a row's first columns.
///
/// # Errors
/// A row of another form.
pub(in crate::consumption) fn sum(row: &AnyRow) -> Result<Sum, Error> {
    let at = |place: usize| row.try_get::<i64, _>(place);
    Ok(Sum {
        lines: at(0)?,
        cost: Exact([at(1)?, at(2)?, at(3)?, at(4)?]),
        list_cost: Exact([at(5)?, at(6)?, at(7)?, at(8)?]),
    })
}

/// Adds to the sums of a partner, in the transaction that adds the lines. Rows are written in the order of their
/// keys: two imports wait for each other instead of blocking each other.
///
/// # Errors
/// A database that refuses.
pub(in crate::consumption) async fn add(tx: &mut Tx, partner: &PartnerId, sums: Sums) -> Result<(), Error> {
    let mut rows: Vec<(Cut, Vec<Vec<Value>>)> = Vec::new();
    for ((cut, key), sum) in sums {
        let key = key.into_iter().map(Value::from);
        let numbers = std::iter::once(sum.lines).chain(sum.cost.0).chain(sum.list_cost.0).map(Value::from);
        let row = std::iter::once(partner.as_str().into()).chain(key).chain(numbers).collect();
        match rows.last_mut() {
            Some((same, rows)) if *same == cut => rows.push(row),
            _ => rows.push((cut, vec![row])),
        }
    }
    for (cut, rows) in rows {
        let texts = cut.texts();
        insert_rows(tx, texts.insert, rows, texts.add).await?;
    }
    Ok(())
}

/// Makes the sums of lines that are there without any: those of a database that an older program wrote.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn fill(db: &Db) -> Result<(), Error> {
    const MISSING: &str =
        "SELECT 1 AS one FROM consumption_lines WHERE NOT EXISTS (SELECT 1 FROM consumption_months) LIMIT 1";
    if sqlx::query(MISSING).fetch_optional(db.read()).await?.is_none() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    // Two servers may start at once: the second waits here, and then finds the sums.
    if db.engine() == Engine::Postgres {
        sqlx::query("LOCK TABLE consumption_months IN SHARE ROW EXCLUSIVE MODE").execute(&mut *tx).await?;
    }
    if sqlx::query(MISSING).fetch_optional(&mut *tx).await?.is_none() {
        return Ok(());
    }
    for partner in partners(&mut tx).await? {
        let (mut lines, mut waiting) = (Lines::of(partner.clone()), Sums::new());
        while let Some(sums) = lines.next(&mut tx).await? {
            for (at, sum) in sums {
                waiting.entry(at).or_default().add(&sum);
            }
            if waiting.len() > WRITTEN {
                add(&mut tx, &partner, std::mem::take(&mut waiting)).await?;
            }
        }
        add(&mut tx, &partner, waiting).await?;
    }
    db.commit(tx).await
}

/// All partners.
pub(super) async fn partners(connection: &mut AnyConnection) -> Result<Vec<PartnerId>, Error> {
    let rows =
        sqlx::query("SELECT partner_id FROM partners ORDER BY partner_id").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(PartnerId(row.try_get(0)?))).collect()
}

/// Adds a partner's lines up, day after day: so they lie in the database, as files come in.
pub(super) struct Lines {
    partner: PartnerId,
    /// Day and id of the last line that was read.
    place: (String, String),
    /// Sums of customers' days that may go on.
    open: Sums,
    ended: bool,
}

impl Lines {
    /// Begins with the first day.
    pub(super) fn of(partner: PartnerId) -> Self {
        Self { partner, place: Default::default(), open: Sums::new(), ended: false }
    }

    /// What the next lines come to; of [`Cut::CustomerDays`] only what no later line adds to.
    pub(super) async fn next(&mut self, connection: &mut AnyConnection) -> Result<Option<Sums>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut sql = Sql::new(
            "SELECT day, line_id, customer_id, currency, service, region, cost, list_cost FROM consumption_lines",
        );
        sql.bind(" WHERE partner_id = ", self.partner.as_str())
            .bind(" AND (day, line_id) > (", self.place.0.as_str())
            .bind(", ", self.place.1.as_str())
            .bind(") ORDER BY day, line_id LIMIT ", TOGETHER);
        let rows = sql.prepared().fetch_all(connection).await?;
        let mut sums = std::mem::take(&mut self.open);
        for row in &rows {
            let text = |place: usize| row.try_get::<String, _>(place);
            let (day, customer, currency, service, region) =
                (text(0)?, text(2)?, text(3)?, text(4)?, text(5)?);
            let fact = Fact {
                customer: &customer,
                day: &day,
                currency: &currency,
                service: &service,
                region: &region,
                cost: exact(&text(6)?)?,
                list_cost: exact(&text(7)?)?,
            };
            count(&mut sums, &Cut::ALL, &fact);
        }
        self.ended = i64::try_from(rows.len()).is_ok_and(|n| n < TOGETHER);
        if let (false, Some(last)) = (self.ended, rows.last()) {
            self.place = (last.try_get(0)?, last.try_get(1)?);
            let goes_on =
                |(cut, key): &(Cut, Vec<String>)| *cut == Cut::CustomerDays && key[1] == self.place.0;
            self.open = sums.extract_if(.., |at, _| goes_on(at)).collect();
        }
        Ok(Some(sums))
    }
}

fn exact(text: &str) -> Result<Exact, Error> {
    let decimal = Decimal::from_str(text).map_err(|e| Error::internal(&e))?;
    Exact::of(decimal).ok_or_else(|| Error::Internal(format!("a line's amount is too large: {text}")))
}

/// A partner's sums as they are kept: those of a cut after a key, so many of them, in the order of their keys.
pub(super) async fn kept(
    connection: &mut AnyConnection,
    cut: Cut,
    partner: &PartnerId,
    after: Option<&[String]>,
) -> Result<Vec<(Vec<String>, Sum)>, Error> {
    let texts = cut.texts();
    let mut sql = Sql::new(texts.select);
    sql.bind(" WHERE partner_id = ", partner.as_str());
    if let Some(after) = after {
        sql.push(" AND (").push(texts.keys).any_of(") > (", after);
    }
    sql.push(" ORDER BY ").push(texts.keys).bind(" LIMIT ", TOGETHER);
    let rows = sql.prepared().fetch_all(connection).await?;
    let key = |row: &AnyRow| -> Result<Vec<String>, Error> {
        (SUM_COLUMNS..SUM_COLUMNS + cut.width()).map(|place| Ok(row.try_get(place)?)).collect()
    };
    rows.iter().map(|row| Ok((key(row)?, sum(row)?))).collect()
}
