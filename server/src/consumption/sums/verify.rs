//! Makes all sums anew from the lines and compares.

use super::store::{Lines, kept, partners};
use super::{Cut, Sum, Sums};
use crate::db::{Db, Engine};
use crate::error::Error;
use contract::id::PartnerId;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// Differences that are told one by one.
const TOLD: usize = 20;
/// What is added up over all customers of a partner: few enough to be held at once.
const OVER_CUSTOMERS: [Cut; 3] = [Cut::Days, Cut::Months, Cut::CustomerMonths];

/// What a verification found.
#[derive(Debug, Default)]
pub struct Report {
    /// How many lines were added up.
    pub lines: i64,
    /// What differs, a line each; at most 20.
    pub problems: Vec<String>,
}

/// The days of customers, too many to be held at once: a number for each customer that is the same for the same days
/// with the same sums, in whatever order they come.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks(BTreeMap<String, u128>);

impl Marks {
    /// Adds a day of a customer, service, region and currency.
    fn add(&mut self, key: &[String], sum: &Sum) {
        let Some(customer) = key.first() else { return };
        let digest = Sha256::digest(format!("{key:?} {:?}", sum.carried()));
        let mark = digest.iter().take(16).fold(0, |mark: u128, byte| mark << 8 | u128::from(*byte));
        let all = self.0.entry(customer.clone()).or_default();
        *all = all.wrapping_add(mark);
    }
}

/// Adds all lines up and compares with the sums that are kept. What comes in meanwhile is not seen.
///
/// # Errors
/// A database that does not answer.
pub async fn verify(db: &Db) -> Result<Report, Error> {
    let mut tx = db.read().begin().await?;
    if db.engine() == Engine::Postgres {
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    }
    let mut report = Report::default();
    for partner in partners(&mut tx).await? {
        verify_partner(&mut tx, &partner, &mut report).await?;
    }
    Ok(report)
}

async fn verify_partner(
    connection: &mut AnyConnection,
    partner: &PartnerId,
    report: &mut Report,
) -> Result<(), Error> {
    let (mut together, mut days) = (Sums::new(), Marks::default());
    let mut lines = Lines::of(partner.clone());
    while let Some(sums) = lines.next(connection).await? {
        for ((cut, key), sum) in sums {
            if cut == Cut::CustomerDays {
                report.lines += sum.lines;
                days.add(&key, &sum);
            } else {
                together.entry((cut, key)).or_default().add(&sum);
            }
        }
    }
    for cut in OVER_CUSTOMERS {
        each_kept(connection, cut, partner, |key, sum| {
            let at = (cut, key);
            // What is right is not looked at again: what is left has no sum that is kept.
            if together.remove(&at).is_none_or(|made| made.carried() != sum.carried()) {
                tell(report, differs(partner, &at));
            }
        })
        .await?;
    }
    for at in together.keys() {
        tell(report, differs(partner, at));
    }
    let mut kept_days = Marks::default();
    each_kept(connection, Cut::CustomerDays, partner, |key, sum| kept_days.add(&key, &sum)).await?;
    let customers = days.0.keys().chain(kept_days.0.keys().filter(|c| !days.0.contains_key(*c)));
    for customer in customers.filter(|c| days.0.get(*c) != kept_days.0.get(*c)) {
        tell(report, differs(partner, &(Cut::CustomerDays, vec![customer.clone()])));
    }
    Ok(())
}

/// Looks at all sums of a partner that are kept.
async fn each_kept(
    connection: &mut AnyConnection,
    cut: Cut,
    partner: &PartnerId,
    mut look: impl FnMut(Vec<String>, Sum),
) -> Result<(), Error> {
    let mut after: Option<Vec<String>> = None;
    loop {
        let rows = kept(connection, cut, partner, after.as_deref()).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = Some(last.clone());
        rows.into_iter().for_each(|(key, sum)| look(key, sum));
    }
}

fn differs(partner: &PartnerId, (cut, key): &(Cut, Vec<String>)) -> String {
    format!("consumption must be the sum of its lines: {cut:?} {partner}/{}", key.join("/"))
}

fn tell(report: &mut Report, problem: String) {
    if report.problems.len() < TOLD {
        report.problems.push(problem);
    }
}
