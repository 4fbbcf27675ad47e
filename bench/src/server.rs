//! The server under test.

use crate::client::{Account, Connection, get};
use crate::data::Work;
use crate::process::{self, Running};
use anyhow::{Context, bail};
use http::StatusCode;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ChildStdout, Stdio};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// The program.
    pub running: Running,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the program to the first answer of `/readyz`, in milliseconds.
    pub ready_after: f64,
    /// Kept open: the server may have more to say.
    _said: BufReader<ChildStdout>,
}

impl Server {
    /// Starts the server on a data folder and waits until it is ready. Its log goes there too.
    pub async fn start(work: &Work, data: &Path) -> anyhow::Result<Self> {
        let log = data.join("server.log");
        let mut command = work.command(data);
        command
            .args(["serve", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?);
        let started = Instant::now();
        let mut running = Running::start(&mut command)?;
        let said = running.child.stdout.take().context("no standard output")?;
        let ready = timeout(PATIENCE, until_ready(said)).await;
        match ready {
            Ok(Ok((address, said))) => {
                let ready_after = started.elapsed().as_secs_f64() * 1000.0;
                Ok(Self { running, address, ready_after, _said: said })
            }
            Ok(Err(error)) => Err(error.context(tail(&log))),
            Err(_) => bail!("the server is not ready after {PATIENCE:?}: {}", tail(&log)),
        }
    }

    /// The distributor's administrator.
    pub async fn admin(work: &Work, data: &Path) -> anyhow::Result<Account> {
        Account::admin(&process::output(work.command(data).args(["demo", "accounts", "--json"])).await?)
    }
}

/// The address stands in the first line.
async fn until_ready(said: ChildStdout) -> anyhow::Result<(SocketAddr, BufReader<ChildStdout>)> {
    let reading = tokio::task::spawn_blocking(move || {
        let (mut said, mut line) = (BufReader::new(said), String::new());
        said.read_line(&mut line).map(|_| (said, line))
    });
    let (said, line) = reading.await??;
    let address =
        line.split_once("http://").and_then(|(_, rest)| rest.trim().trim_end_matches('/').parse().ok());
    let address = address.with_context(|| format!("the server said: {line:?}"))?;
    loop {
        if let Ok(mut connection) = Connection::open(address).await
            && connection.send(get(address, "/readyz")?).await?.status() == StatusCode::OK
        {
            return Ok((address, said));
        }
        sleep(Duration::from_millis(1)).await;
    }
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
