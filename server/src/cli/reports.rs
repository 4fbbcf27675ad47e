//! `partner-center reports`: the platform's operator decides on reported customers that resemble another partner's.

use crate::clock::Clock;
use crate::db::Db;
use crate::prospects::review::{decide, waiting};
use anyhow::Context;
use clap::Subcommand;
use contract::id::{PartnerId, ProspectId};
use contract::time::{bill_day, from_millis};

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// List what waits for a decision, oldest first: partner, report, when, the customer's name, who reported it.
    List,
    /// Let a report in: it is in force for 15 days from now.
    Accept {
        /// The partner.
        #[arg(long)]
        partner: String,
        /// The report.
        report: String,
    },
    /// Refuse a report.
    Reject {
        /// The partner.
        #[arg(long)]
        partner: String,
        /// Why; the partner reads it.
        #[arg(long)]
        reason: String,
        /// The report.
        report: String,
    },
}

pub(super) async fn run(db: &Db, clock: &Clock, command: ReportCommand) -> anyhow::Result<()> {
    let now = clock.millis();
    let (partner, report, reason) = match command {
        ReportCommand::List => {
            for one in waiting(db, now).await? {
                println!(
                    "{}  {}  {}  {}  {}",
                    one.partner,
                    one.id,
                    bill_day(from_millis(one.at)),
                    one.name,
                    one.by
                );
            }
            return Ok(());
        }
        ReportCommand::Accept { partner, report } => (partner, report, None),
        ReportCommand::Reject { partner, report, reason } => (partner, report, Some(reason)),
    };
    let key = (&PartnerId(partner), &ProspectId(report));
    decide(db, key, reason.as_deref(), now).await.context("no such report waits for a decision")?;
    println!("{}", if reason.is_some() { "refused" } else { "let in" });
    Ok(())
}
