//! `partner-center verify`.

use crate::audit;
use crate::db::Db;
use crate::ledger;
use std::process::ExitCode;

/// Recomputes everything, prints what differs, and answers 1 where something does.
pub(super) async fn verify(db: &Db) -> anyhow::Result<ExitCode> {
    let books = ledger::verify::verify(db).await?;
    let (entries, chain_problems) = audit::store::verify(db).await?;
    println!(
        "{} accounts, {} transfers, {} entries, {entries} audit entries",
        books.accounts, books.transfers, books.entries
    );
    let problems: Vec<String> = books.problems.into_iter().chain(chain_problems).collect();
    if problems.is_empty() {
        println!("OK");
        return Ok(ExitCode::SUCCESS);
    }
    for problem in &problems {
        println!("DIFFERS  {problem}");
    }
    Ok(ExitCode::FAILURE)
}
