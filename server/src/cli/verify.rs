//! `partner-center verify`.

use crate::audit;
use crate::consumption;
use crate::db::Db;
use crate::ledger;
use std::process::ExitCode;

/// Recomputes the chains of the audit trails only, and says where each of them ends: noted elsewhere, that shows
/// later that none was cut off.
pub(super) async fn audit(db: &Db) -> anyhow::Result<ExitCode> {
    let (entries, problems) = audit::store::verify(db).await?;
    for (partner, last, hash) in audit::store::ends(db).await? {
        println!("{partner}  {last}  {hash}");
    }
    println!("{entries} audit entries");
    Ok(told(&problems))
}

/// Recomputes everything, prints what differs, and answers 1 where something does.
pub(super) async fn verify(db: &Db) -> anyhow::Result<ExitCode> {
    let books = ledger::verify::verify(db).await?;
    let (entries, chain_problems) = audit::store::verify(db).await?;
    let consumed = consumption::verify::verify(db).await?;
    println!(
        "{} accounts, {} transfers, {} entries, {entries} audit entries, {} consumption lines",
        books.accounts, books.transfers, books.entries, consumed.lines
    );
    let problems: Vec<String> =
        books.problems.into_iter().chain(chain_problems).chain(consumed.problems).collect();
    Ok(told(&problems))
}

fn told(problems: &[String]) -> ExitCode {
    if problems.is_empty() {
        println!("OK");
        return ExitCode::SUCCESS;
    }
    for problem in problems {
        println!("DIFFERS  {problem}");
    }
    ExitCode::FAILURE
}
