//! `pc-bench`: measures the server and the console, and prints a table with the target and a
//! reference beside each figure. Benchmarks are not gates: it fails only where something does not run.

mod browser;
mod client;
mod data;
mod disk;
mod load;
mod parts;
mod postgres;
mod process;
mod report;
mod server;
mod signing;
mod stats;

use clap::{Parser, ValueEnum};
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Benchmarks of Partner Center.
#[derive(Debug, Parser)]
#[command(name = "pc-bench", version)]
struct Arguments {
    /// What to measure.
    #[arg(value_enum, default_value_t = What::All)]
    what: What,
    /// Customers in the server's database.
    #[arg(long, default_value_t = 1_000_000)]
    customers: u32,
    /// Bill lines that the page of consumption is measured over.
    #[arg(long, default_value_t = 1_000_000)]
    lines: u64,
    /// Seconds of one measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often each is measured; the table shows medians.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The server program.
    #[arg(long, env = "PARTNER_CENTER_BIN", default_value = "target/release/partner-center")]
    binary: PathBuf,
    /// Leave PostgreSQL's pgbench out.
    #[arg(long)]
    skip_postgres: bool,
    /// The browser.
    #[arg(long, env = "CHROMIUM", default_value = "/usr/bin/chromium")]
    chromium: PathBuf,
    /// The built page of the table's benchmark.
    #[arg(long, default_value = "target/bench-page")]
    bench_page: PathBuf,
    /// Measure only this of the server; may be given several times.
    #[arg(long, value_enum)]
    part: Vec<Part>,
    /// A FOCUS 1.0 bill file to import.
    #[arg(long, env = "FOCUS_SAMPLE", default_value = "../shared/data/focus_sample.csv")]
    focus_sample: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The server only.
    Server,
    /// The console in a browser only: loads and actions.
    Browser,
    /// The console's table against vanilla JavaScript.
    Table,
    /// Whether the console grows while it is used.
    Growth,
    /// All of them.
    All,
}

/// The measurements of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Answers without work, signed reads, sign-ins.
    Web,
    /// The customer list.
    Lists,
    /// The contains-search.
    Searches,
    /// Appropriations, in turns with pgbench.
    Funds,
    /// Starts, also after kill -9.
    Start,
    /// The import of a bill file.
    Import,
    /// The consumption of all customers over many bill lines.
    Consumption,
}

impl Arguments {
    fn wants(&self, part: Part) -> bool {
        self.part.is_empty() || self.part.contains(&part)
    }
}

/// One thread: the load must leave the machine to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut report = Report::new();
    // Stopped from outside, this function returns like any other, so all that was started ends.
    let outcome = tokio::select! {
        outcome = measure(&arguments, &mut report) => outcome,
        () = interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    if let Err(error) = &outcome {
        report.failed("pc-bench", error);
    }
    report.print();
    if report.all_ran() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Each part runs even where another could not.
async fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let work = data::Work::new(&arguments.binary)?;
    for what in [What::Server, What::Browser, What::Table, What::Growth] {
        if arguments.what != what && arguments.what != What::All {
            continue;
        }
        let outcome = match what {
            What::Browser => browser::console::measure(arguments, &work, report).await,
            What::Table => browser::table::measure(arguments, report).await,
            What::Growth => browser::growth::measure(arguments, &work, report).await,
            What::Server | What::All => parts::server(arguments, &work, report).await,
        };
        if let (Err(error), Some(name)) = (outcome, what.to_possible_value()) {
            report.failed(name.get_name(), &error);
        }
    }
    Ok(())
}

async fn interrupted() {
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}
