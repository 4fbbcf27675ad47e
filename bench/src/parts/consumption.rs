//! The consumption of all customers over many bill lines: how long its page takes to open.

use crate::Arguments;
use crate::client::{Account, Session};
use crate::data::{self, Work};
use crate::load::{self, Load};
use crate::process;
use crate::report::{Report, Row, Target, number};
use crate::server::Server;
use crate::stats::{Rounds, Sample};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// Customers that the lines are of.
const CUSTOMERS: u64 = 2_000;
const SERVICES: [&str; 12] = [
    "Elastic Cloud Server",
    "Elastic Volume Service",
    "Elastic IP",
    "Object Storage Service",
    "Relational Database Service",
    "Cloud Container Engine",
    "Distributed Cache Service",
    "Elastic Load Balance",
    "Content Delivery Network",
    "NAT Gateway",
    "Cloud Backup and Recovery",
    "Virtual Private Network",
];
const REGIONS: [&str; 4] = ["cn-north-4", "cn-east-3", "cn-south-1", "ap-southeast-1"];
/// As many months as can be looked at, less the present one, which has just begun on some days.
const MONTHS: u32 = 17;
const TARGET: Target = Target::AtMost(200.0);

/// Fills a database with lines as the import command does, and measures the page by one client: what is told is the
/// server's time and that of the way to it on the same machine.
pub(super) async fn measure(
    arguments: &Arguments,
    work: &Work,
    admin: &Account,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (kept, _) = work.demo(super::SMALL).await?;
    let folder = work.copy(&kept, "consumption").await?;
    fill(arguments, work, admin, &folder, report).await?;
    let server = Server::start(work, &folder).await?;
    let session = Session::begin(server.address, admin).await?;
    let now = today();
    let month =
        |ago: u32| now.checked_sub_months(Months::new(ago)).unwrap_or(now).format("%Y-%m").to_string();
    let day = now.checked_sub_days(Days::new(40)).unwrap_or(now);
    let last = month(1);
    let cases = [
        ("a month's summary", format!("/api/consumption?to={last}"), TARGET),
        ("the summary of all months", format!("/api/consumption?from={}&to={last}", month(MONTHS)), TARGET),
        ("the lines, first page", "/api/consumption/lines".to_owned(), TARGET),
        (
            "a month's lines of a service in a region",
            format!(
                "/api/consumption/lines?month={last}&service=NAT%20Gateway&region=cn-south-1&currency=CNY"
            ),
            TARGET,
        ),
        ("a day's lines", format!("/api/consumption/lines?day={day}..{day}"), TARGET),
        ("what lines can be filtered by", "/api/consumption/choices".to_owned(), Target::None),
    ];
    let load = Load { clients: 1, length: Duration::from_secs(arguments.seconds) };
    for (name, path, target) in cases {
        let maker = load::cycle(vec![session.get(&path)?]);
        let mut rounds = Rounds::default();
        for _ in 0..arguments.rounds.max(1) {
            rounds.0.push(load::run(server.address, load, &maker).await?);
        }
        report.add(Row {
            measure: format!(
                "consumption over {} lines: {name}, p99 at 1 client",
                number(arguments.lines as f64)
            ),
            value: rounds.median(|s: &Sample| s.percentile(0.99)),
            unit: "ms",
            detail: format!("{}, load average {}", rounds.detail(), process::load_average()),
            target,
            reference: format!("database {} MB", number(data::size_mb(&folder)?)),
        });
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "months are those before the server's own present one")]
fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// Makes a bill file and imports it.
async fn fill(
    arguments: &Arguments,
    work: &Work,
    admin: &Account,
    folder: &Path,
    report: &mut Report,
) -> anyhow::Result<()> {
    let file = folder.join("bills.csv");
    write_bills(&file, arguments.lines)?;
    eprintln!("Importing {} lines", arguments.lines);
    let mut command = work.command(folder);
    command.args(["import", "focus", "--create-customers", "--partner", &admin.domain_id]).arg(&file);
    let started = Instant::now();
    process::output(&mut command).await?;
    let seconds = started.elapsed().as_secs_f64();
    std::fs::remove_file(&file)?;
    report.add(Row {
        measure: format!("import of {} lines with their sums", number(arguments.lines as f64)),
        value: arguments.lines as f64 / seconds,
        unit: "lines/s",
        detail: format!("{} s, load average {}", number(seconds), process::load_average()),
        target: Target::None,
        reference: "–".into(),
    });
    Ok(())
}

/// Lines spread over customers, services and days, the same for the same number.
fn write_bills(file: &Path, lines: u64) -> anyhow::Result<()> {
    let today = today();
    let first = today.checked_sub_months(Months::new(MONTHS)).unwrap_or(today);
    let days = u64::try_from((today - first).num_days()).unwrap_or(1).max(1);
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    writeln!(
        out,
        "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ListCost,ProviderName,RegionId,ResourceId,ServiceName,SubAccountId,SubAccountName"
    )?;
    for line in 0..lines {
        let mixed = (line ^ (line >> 7)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        let (customer, kind) = (mixed % CUSTOMERS, (mixed / CUSTOMERS) as usize);
        let day = first.checked_add_days(Days::new(line * days / lines)).unwrap_or(first);
        let (whole, part) = (kind % 40, mixed % 10_000_000);
        let service = SERVICES[kind % SERVICES.len()];
        // A customer is in one region mostly.
        let region = REGIONS[(customer as usize + usize::from(kind.is_multiple_of(9))) % REGIONS.len()];
        writeln!(
            out,
            "{whole}.{part:07},CNY,Usage,{day} 04:00:00,{},Cloud,{region},r-{customer}-{line},{service},bench{customer:05},NULL",
            whole + 1
        )?;
    }
    out.flush()?;
    Ok(())
}
