//! Makes all sums anew from the lines and compares.

use super::store::{customers, kept, read_lines, without_lines};
use super::{Cut, Sums};
use crate::db::{Db, Engine};
use crate::error::Error;
use contract::id::PartnerId;
use sqlx::AnyConnection;

/// Differences that are told one by one.
const TOLD: usize = 20;
/// What is added up over all customers of a partner.
const OVER_CUSTOMERS: [Cut; 3] = [Cut::Days, Cut::Months, Cut::CustomerMonths];

/// What a verification found.
#[derive(Debug, Default)]
pub struct Report {
    /// How many lines were added up.
    pub lines: i64,
    /// What differs, a line each; at most 20.
    pub problems: Vec<String>,
}

/// Adds all lines up, customer by customer, and compares with the sums that are kept. What comes in meanwhile is not
/// seen.
///
/// # Errors
/// A database that does not answer.
pub async fn verify(db: &Db) -> Result<Report, Error> {
    let mut tx = db.read().begin().await?;
    if db.engine() == Engine::Postgres {
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    }
    let mut report = Report::default();
    let mut partner: Option<(PartnerId, Sums)> = None;
    for (of, customer) in customers(&mut tx).await? {
        if partner.as_ref().is_none_or(|(known, _)| *known != of) {
            end(&mut tx, partner.take(), &mut report).await?;
            partner = Some((of.clone(), Sums::new()));
        }
        let Some((_, together)) = &mut partner else { continue };
        let (mut own, mut all) = (Sums::new(), Sums::new());
        let mut place = (String::new(), String::new());
        while read_lines(&mut tx, &of, &customer, &mut place, &Cut::ALL, &mut all).await? {}
        for ((cut, key), sum) in all {
            let sums = if cut == Cut::CustomerDays { &mut own } else { &mut *together };
            report.lines += if cut == Cut::CustomerDays { sum.lines } else { 0 };
            sums.entry((cut, key)).or_default().add(&sum);
        }
        let stored = kept(&mut tx, Cut::CustomerDays, &of, Some(&customer)).await?;
        compare(&of, &own, &stored, &mut report);
    }
    end(&mut tx, partner, &mut report).await?;
    for whose in without_lines(&mut tx).await? {
        tell(&mut report, format!("sums of consumption without lines: {whose}"));
    }
    Ok(report)
}

async fn end(
    connection: &mut AnyConnection,
    partner: Option<(PartnerId, Sums)>,
    report: &mut Report,
) -> Result<(), Error> {
    let Some((partner, sums)) = partner else { return Ok(()) };
    let mut stored = Sums::new();
    for cut in OVER_CUSTOMERS {
        stored.extend(kept(connection, cut, &partner, None).await?);
    }
    compare(&partner, &sums, &stored, report);
    Ok(())
}

fn compare(partner: &PartnerId, made: &Sums, stored: &Sums, report: &mut Report) {
    for (at, sum) in made {
        if stored.get(at).is_none_or(|kept| kept.carried() != sum.carried()) {
            tell(report, differs(partner, at));
        }
    }
    for at in stored.keys().filter(|at| !made.contains_key(at)) {
        tell(report, differs(partner, at));
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
