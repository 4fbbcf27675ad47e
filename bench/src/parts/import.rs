//! The import of a real bill file.

use crate::Arguments;
use crate::client::Account;
use crate::data::Work;
use crate::process;
use crate::report::{Report, Row, Target, number};
use crate::stats::median;
use std::time::Instant;

pub(super) async fn measure(
    arguments: &Arguments,
    work: &Work,
    admin: &Account,
    report: &mut Report,
) -> anyhow::Result<()> {
    let file = &arguments.focus_sample;
    if !file.exists() {
        eprintln!("  no bill file at {}: the import is left out", file.display());
        return Ok(());
    }
    let lines = std::fs::read_to_string(file)?.lines().count().saturating_sub(1);
    let (kept, _) = work.demo(super::SMALL).await?;
    let mut seconds = Vec::new();
    for round in 0..arguments.rounds.max(1) {
        let folder = work.copy(&kept, &format!("import-{round}")).await?;
        let mut command = work.command(&folder);
        command.args(["import", "focus", "--create-customers", "--partner", &admin.domain_id]).arg(file);
        let started = Instant::now();
        process::output(&mut command).await?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    let seconds = median(seconds);
    report.add(Row {
        measure: "import of the FOCUS sample".into(),
        value: lines as f64 / seconds,
        unit: "lines/s",
        detail: format!("{} lines in {} s, start included", number(lines as f64), number(seconds)),
        target: Target::None,
        reference: "–".into(),
    });
    Ok(())
}
