//! Imports a bill file, streaming. A row is known by its content (and, among equal rows of one
//! file, by which of them it is), so the same file twice changes nothing.

use super::focus::{self, Header, Row};
use super::store::{self, Line};
use crate::audit::{self, Act};
use crate::db::Db;
use crate::error::Error;
use crate::scope::Origin;
use contract::audit::Action;
use contract::id::{CustomerId, PartnerId};
use csv::{ReaderBuilder, StringRecord};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// Rows written in one transaction: the more, the fewer times a sum is written anew; the fewer, the less time whoever
/// moves money waits for their end.
const TOGETHER: usize = 4_000;

/// What became of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// Rows in the file.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that were there before.
    pub known: u64,
    /// Rows that were refused: line in the file, and why.
    pub refused: Vec<(u64, String)>,
}

/// Imports a file for a partner. `progress` is told how many bytes were read.
///
/// # Errors
/// A file without the needed columns, or a database that refuses. What was written before
/// stays, and importing again completes it.
pub async fn import(
    db: &Db,
    partner: &PartnerId,
    name: &str,
    file: impl Read,
    now: i64,
    mut progress: impl FnMut(u64),
) -> anyhow::Result<Report> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
    let header = Header::read(reader.headers()?).map_err(anyhow::Error::msg)?;
    let accounts = store::bill_accounts(db, partner).await?;
    let mut report = Report::default();
    let mut equal_rows: HashMap<[u8; 32], u32> = HashMap::new();
    let mut whole = Sha256::new();
    let mut lines = Vec::with_capacity(TOGETHER);
    let mut record = StringRecord::new();
    loop {
        let line_number = reader.position().line();
        let more = match reader.read_record(&mut record) {
            Ok(more) => more,
            Err(error) => {
                report.rows += 1;
                report.refused.push((line_number, format!("not readable as CSV: {}", error_words(&error))));
                continue;
            }
        };
        if !more {
            break;
        }
        report.rows += 1;
        let digest = row_digest(&record);
        whole.update(digest);
        let occurrence = equal_rows.entry(digest).or_insert(0);
        *occurrence += 1;
        match take(&header, &record, &accounts) {
            Ok((customer, row)) => lines.push(line(customer, row, &digest, *occurrence)),
            Err(reason) => {
                report.refused.push((record.position().map_or(line_number, csv::Position::line), reason));
            }
        }
        if lines.len() == TOGETHER {
            report.added += store::insert(db, partner, std::mem::take(&mut lines), now).await?;
            progress(reader.position().byte());
        }
    }
    report.added += store::insert(db, partner, lines, now).await?;
    progress(reader.position().byte());
    report.known = report.rows - report.added - report.refused.len() as u64;
    note(db, partner, name, &hex::encode(whole.finalize()), &report, now).await?;
    Ok(report)
}

fn take(
    header: &Header,
    record: &StringRecord,
    accounts: &BTreeMap<String, CustomerId>,
) -> Result<(CustomerId, Row), String> {
    let row = focus::read(header, record)?;
    match accounts.get(&row.account) {
        Some(customer) => Ok((customer.clone(), row)),
        None => Err(format!(
            "the sub-account {} ({}) is no customer of the partner",
            row.account, row.account_name
        )),
    }
}

fn line(customer: CustomerId, row: Row, digest: &[u8; 32], occurrence: u32) -> Line {
    Line { id: format!("{}{occurrence:04x}", hex::encode(&digest[..20])), customer, row }
}

fn row_digest(record: &StringRecord) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for field in record {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().into()
}

fn error_words(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

/// Leaves an entry in the audit trail where the import changed something.
async fn note(
    db: &Db,
    partner: &PartnerId,
    name: &str,
    hash: &str,
    report: &Report,
    now: i64,
) -> Result<(), Error> {
    if report.added == 0 {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    store::insert_import(&mut tx, partner, (name, hash), report, now).await?;
    let act = Act {
        partner_id: partner.clone(),
        actor: "command line".into(),
        action: Action::ConsumptionImported,
        kind: "file",
        id: hash[..32].to_owned(),
        detail: json!({"file": name, "rows": report.rows, "added": report.added, "refused": report.refused.len()}),
        origin: Origin::default(),
    };
    audit::record(db, &mut tx, &act, now).await?;
    db.commit(tx).await
}
