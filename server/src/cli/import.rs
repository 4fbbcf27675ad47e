//! `partner-center import`.

use crate::clock::Clock;
use crate::consumption::import::{Report, import};
use crate::customers::create::{NewCustomer, create_for_bill_accounts};
use crate::db::Db;
use crate::identity::store;
use contract::id::PartnerId;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Imports a FOCUS file, tells its outcome, and writes refused rows to a file.
pub(super) async fn focus(
    db: &Db,
    clock: &Clock,
    path: &Path,
    partner: &str,
    refused: &Path,
    create_customers: bool,
) -> anyhow::Result<()> {
    let partner = PartnerId::from(partner);
    let known = {
        let mut connection = db.read().acquire().await?;
        store::partner(&mut connection, &partner).await?
    };
    let known = known.ok_or_else(|| anyhow::anyhow!("there is no partner {partner}"))?;
    if create_customers {
        let accounts = NewCustomer::from_focus(BufReader::new(File::open(path)?))?;
        let made = create_for_bill_accounts(db, &known, accounts, clock.millis()).await?;
        println!("{made} customers made of new sub-accounts");
    }
    let file = File::open(path)?;
    let bar = ProgressBar::new(file.metadata()?.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")?);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let report =
        import(db, &partner, &name, BufReader::new(file), clock.millis(), |bytes| bar.set_position(bytes))
            .await?;
    bar.finish_and_clear();
    println!(
        "{} rows: {} added, {} known before, {} refused",
        report.rows,
        report.added,
        report.known,
        report.refused.len()
    );
    if !report.refused.is_empty() {
        write_refused(refused, &report)?;
        println!("refused rows, with line and reason: {}", refused.display());
    }
    Ok(())
}

fn write_refused(path: &Path, report: &Report) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["line", "reason"])?;
    for (line, reason) in &report.refused {
        writer.write_record([&line.to_string(), reason])?;
    }
    writer.flush()?;
    Ok(())
}
