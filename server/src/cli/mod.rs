//! The command line.

mod admin;
mod import;
mod reports;
mod serve;
mod verify;

use crate::clock::Clock;
use crate::config::{Serving, Storage};
use crate::db::Db;
use crate::demo;
use crate::seal::Seal;
use clap::{Parser, Subcommand};
use std::io::{Error as Io, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::ExitCode;

/// Partner Center: the console and the API of a cloud partner.
#[derive(Debug, Parser)]
#[command(name = "partner-center", version, about)]
pub struct Cli {
    #[command(flatten)]
    storage: Storage,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console and the API (creates or upgrades the tables first).
    Serve(Serving),
    /// Create or upgrade the tables.
    Migrate,
    /// Recompute all balances and hash chains; exits with 1 and says what differs.
    Verify {
        /// Only the hash chains of the audit trails, with the end of each.
        #[arg(long)]
        audit: bool,
    },
    /// Make demo data, always the same.
    Demo {
        /// How many customers, up to 1,000,000.
        #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
        customers: u32,
        #[command(subcommand)]
        command: Option<DemoCommand>,
    },
    /// Import files.
    Import {
        #[command(subcommand)]
        what: ImportCommand,
    },
    /// Manage people.
    User {
        #[command(subcommand)]
        command: admin::UserCommand,
    },
    /// Manage partners.
    Partner {
        #[command(subcommand)]
        command: admin::PartnerCommand,
    },
    /// Decide on customers that partners reported.
    Reports {
        #[command(subcommand)]
        command: reports::ReportCommand,
    },
    /// Manage access keys.
    AccessKey {
        #[command(subcommand)]
        command: admin::KeyCommand,
    },
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Print the demo's sign-ins and access keys.
    Accounts {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// A bill file in the FOCUS 1.0 form (CSV).
    Focus {
        /// The file.
        file: PathBuf,
        /// The partner whose customers the file bills.
        #[arg(long)]
        partner: String,
        /// Where refused rows are written; beside nothing else in the data folder when absent.
        #[arg(long)]
        refused: Option<PathBuf>,
        /// Make a consultative customer of every sub-account that is none yet.
        #[arg(long)]
        create_customers: bool,
    },
}

/// Runs a command. Failures are told in one line on standard error.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        // `… | head` has read enough: that is no failure.
        Err(error) if error.downcast_ref::<Io>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("partner-center: {error:#}");
    ExitCode::FAILURE
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let storage = &cli.storage;
    match cli.command {
        Command::Serve(serving) => serve::serve(storage, &serving).await?,
        Command::Migrate => {
            with_db(storage, async |_| Ok(())).await?;
            println!("the tables are up to date");
        }
        Command::Verify { audit: true } => return with_db(storage, verify::audit).await,
        Command::Verify { audit: false } => return with_db(storage, verify::verify).await,
        Command::Demo { command: Some(DemoCommand::Accounts { json }), .. } => {
            demo::print_accounts(&mut std::io::stdout().lock(), json)?;
        }
        Command::Demo { customers, command: None } => {
            with_db(storage, async |db| {
                let seal = Seal::from_file(&storage.secret())?;
                demo::make(db, &seal, customers).await
            })
            .await?;
        }
        Command::Import { what: ImportCommand::Focus { file, partner, refused, create_customers } } => {
            let refused = refused.unwrap_or_else(|| storage.data_dir.join("refused.csv"));
            with_db(storage, async |db| {
                import::focus(db, &Clock::system(), &file, &partner, &refused, create_customers).await
            })
            .await?;
        }
        Command::Reports { command } => {
            with_db(storage, async |db| reports::run(db, &Clock::system(), command).await).await?;
        }
        Command::User { command } => {
            with_db(storage, async |db| admin::user(db, storage, command).await).await?;
        }
        Command::Partner { command } => {
            with_db(storage, async |db| admin::partner(db, command).await).await?;
        }
        Command::AccessKey { command } => {
            with_db(storage, async |db| admin::key(db, &Seal::from_file(&storage.secret())?, command).await)
                .await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a command on the configured database and closes it, so that SQLite leaves one whole file.
async fn with_db<T>(
    storage: &Storage,
    work: impl AsyncFnOnce(&Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let db = open(storage).await?;
    let done = work(&db).await;
    db.close().await;
    done
}

/// Opens the configured database with its tables up to date.
async fn open(storage: &Storage) -> anyhow::Result<Db> {
    // Nobody else on the machine may read the data.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&storage.data_dir)?;
    let db = Db::open(&storage.url()).await?;
    db.migrate().await?;
    Ok(db)
}
