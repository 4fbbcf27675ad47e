//! The measurements of the server.

mod cases;
mod consumption;
mod funds;
mod import;
mod lists;
mod searches;
mod start;
mod web;

use crate::data::{self, Made, Work};
use crate::report::{Report, Row, Target, number};
use crate::server::Server;
use crate::{Arguments, Part, process};
use std::time::{Duration, Instant};

/// Customers of the demo where their number does not matter.
pub const SMALL: u32 = 2_000;
/// The demo must be made within this many seconds, with so many customers.
const DEMO: (f64, u32) = (180.0, 1_000_000);

/// Measures the server: one process for all reading and writing, whose memory is looked at in the end.
pub async fn server(arguments: &Arguments, work: &Work, report: &mut Report) -> anyhow::Result<()> {
    let (kept, made) = work.demo(arguments.customers).await?;
    demo(arguments, &made, data::size_mb(&kept)?, report);
    let folder = work.copy(&kept, "server").await?;
    let admin = Server::admin(work, &folder).await?;
    let length = Duration::from_secs(arguments.seconds);
    let server = Server::start(work, &folder).await?;
    let mut memory = Memory::default();
    if arguments.wants(Part::Web) {
        web::measure(&server, &admin, arguments, report).await?;
        memory.note(&server, "sign-ins")?;
    }
    if arguments.wants(Part::Lists) {
        lists::measure(&server, &admin, arguments, report).await?;
        memory.note(&server, "lists")?;
    }
    if arguments.wants(Part::Searches) {
        searches::measure(&server, &admin, arguments, report).await?;
        memory.note(&server, "searches")?;
    }
    if arguments.wants(Part::Funds) {
        funds::measure(&server, &admin, arguments, work, &folder, report).await?;
        memory.note(&server, "appropriations")?;
    }
    report.add(Row {
        measure: "memory of the server after all that (VmHWM)".into(),
        value: server.running.status_kb("VmHWM")? / 1024.0,
        unit: "MiB",
        detail: memory.detail(),
        target: Target::AtMost(200.0),
        reference: format!("database {} MB", number(data::size_mb(&folder)?)),
    });
    drop(server);
    if arguments.wants(Part::Start) {
        start::measure(work, &folder, &admin, arguments.rounds, length, report).await?;
    }
    verify(work, &folder, report).await?;
    if arguments.wants(Part::Import) {
        import::measure(arguments, work, &admin, report).await?;
    }
    if arguments.wants(Part::Consumption) {
        consumption::measure(arguments, work, &admin, report).await?;
    }
    Ok(())
}

/// The most memory that the server has had so far, after each part, in MiB.
#[derive(Debug, Default)]
struct Memory(Vec<(&'static str, f64)>);

impl Memory {
    fn note(&mut self, server: &Server, part: &'static str) -> anyhow::Result<()> {
        self.0.push((part, server.running.status_kb("VmHWM")? / 1024.0));
        Ok(())
    }

    fn detail(&self) -> String {
        let parts = self.0.iter().map(|(part, mebibytes)| format!("{} after {part}", number(*mebibytes)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn demo(arguments: &Arguments, made: &Made, megabytes: f64, report: &mut Report) {
    let (most, of) = DEMO;
    let full = arguments.customers == of;
    report.add(Row {
        measure: format!("demo --customers {}", arguments.customers),
        value: made.seconds,
        unit: "s",
        detail: format!("load average {} then; database {} MB", made.load, number(megabytes)),
        target: if full { Target::AtMost(most) } else { Target::None },
        reference: "rows and indexes alone 17 s, a trigram index 24 s (design/performance.md)".into(),
    });
}

/// After load and kills, the books must be right.
async fn verify(work: &Work, folder: &std::path::Path, report: &mut Report) -> anyhow::Result<()> {
    let started = Instant::now();
    let said = process::output(work.command(folder).arg("verify")).await?;
    let fits = said.lines().last() == Some("OK");
    anyhow::ensure!(fits, "verify says: {said}");
    report.add(Row {
        measure: "verify after all that: OK, time".into(),
        value: started.elapsed().as_secs_f64(),
        unit: "s",
        detail: said.lines().next().unwrap_or_default().to_owned(),
        target: Target::None,
        reference: "–".into(),
    });
    Ok(())
}
