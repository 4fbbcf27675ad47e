//! Appropriations through the published API, each on the disk before its answer, in turns with pgbench.

use crate::Arguments;
use crate::client::{Account, Connection, Session};
use crate::data::Work;
use crate::disk;
use crate::load::{self, Load, Maker};
use crate::parts::web::signer;
use crate::postgres::Postgres;
use crate::report::{Report, Row, Target, number};
use crate::server::Server;
use crate::stats::{Rounds, Sample, median};
use anyhow::ensure;
use http::Method;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CLIENTS: usize = 32;
/// Pages of 100 customers from which those that get money are taken.
const PAGES: usize = 40;

pub(super) async fn measure(
    server: &Server,
    admin: &Account,
    arguments: &Arguments,
    work: &Work,
    folder: &Path,
    report: &mut Report,
) -> anyhow::Result<()> {
    let maker = appropriations(server, admin).await?;
    let length = Duration::from_secs(arguments.seconds);
    let postgres = if arguments.skip_postgres { None } else { Some(Postgres::start(work).await?) };
    let (mut ours, mut theirs, mut syncs) = (Rounds::default(), Vec::new(), Vec::new());
    for _ in 0..arguments.rounds.max(1) {
        if let Some(postgres) = &postgres {
            theirs.push(postgres.tpc_b(CLIENTS, length).await?);
        }
        syncs.push(disk::syncs_per_second(folder, Duration::from_secs(1))?);
        ours.0.push(load::run(server.address, Load { clients: CLIENTS, length }, &maker).await?);
    }
    let rate = ours.median(Sample::rate);
    report.add(Row {
        measure: format!("appropriations, durable, at {CLIENTS} clients"),
        value: rate,
        unit: "/s",
        detail: format!("p99 {} ms, {}", number(ours.median(|s| s.percentile(0.99))), ours.detail()),
        target: Target::AtLeast(2_000.0),
        reference: format!("this disk: {} syncs of 4 KiB a second by one thread", number(median(syncs))),
    });
    if postgres.is_some() {
        let tps = median(theirs.iter().copied());
        // Round by round: what slows the machine down for a while is in both.
        let ratios = ours.0.iter().zip(&theirs).map(|(ours, theirs)| ours.rate() / theirs);
        report.add(Row {
            measure: format!("the same, as a share of pgbench's TPC-B at {CLIENTS} clients"),
            value: median(ratios),
            unit: "×",
            detail: format!("ours {}/s, pgbench {}/s", number(rate), number(tps)),
            target: Target::AtLeast(0.6),
            reference: "PostgreSQL, scale 10, synchronous_commit=on, 1 GB shared_buffers, in turns".into(),
        });
    }
    Ok(())
}

/// Requests that all differ: customers in turn, amounts, and a client token of its own each.
pub(super) async fn appropriations(server: &Server, admin: &Account) -> anyhow::Result<Maker> {
    let customers = customers(server, admin).await?;
    let signer = signer(server, admin)?;
    let (turn, run) = (AtomicU64::new(0), std::process::id());
    let start = server.running.pid();
    let make = move |customers: &[String]| {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let customer = &customers[usize::try_from(turn).unwrap_or(0) % customers.len()];
        let body = format!(r#"{{"customer_id":"{customer}","amount":{}.{:02}}}"#, 1 + turn % 9, turn % 100);
        let token = format!("bench-{run}-{start}-{turn}");
        signer.request(Method::POST, "/v2/accounts/partner-accounts/adjust-amount", Some(&token), body)
    };
    make(&customers)?;
    // A request that could not be made would be answered with an error, which ends the measurement.
    Ok(Arc::new(move |_, _| make(&customers).unwrap_or_default()))
}

/// Customers that may get money.
async fn customers(server: &Server, admin: &Account) -> anyhow::Result<Vec<String>> {
    let session = Session::begin(server.address, admin).await?;
    let mut connection = Connection::open(server.address).await?;
    let base = "/api/customers?association=resale&sort=name&limit=100";
    let (mut path, mut customers) = (base.to_owned(), Vec::new());
    for _ in 0..PAGES {
        let page = connection.json(session.get(&path)?).await?;
        let rows = page["items"].as_array().into_iter().flatten();
        let usable = rows.filter(|row| row["frozen"] == "no");
        customers.extend(usable.filter_map(|row| row["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{base}&page={next}");
    }
    ensure!(customers.len() >= CLIENTS, "too few customers that may get money");
    Ok(customers)
}
