//! Starting, and starting again after the power is gone.

use super::funds::appropriations;
use crate::client::Account;
use crate::data::Work;
use crate::load::{self, Load};
use crate::report::{Report, Row, Target};
use crate::server::Server;
use crate::stats::median;
use std::path::Path;
use std::time::Duration;
use tokio::time::sleep;

pub(super) async fn measure(
    work: &Work,
    folder: &Path,
    admin: &Account,
    rounds: usize,
    length: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (mut starts, mut restarts) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        starts.push(Server::start(work, folder).await?.ready_after);
        let server = Server::start(work, folder).await?;
        let maker = appropriations(&server, admin).await?;
        let load = Load { clients: 32, length: length * 2 };
        let running = tokio::spawn(async move { load::run(server.address, load, &maker).await.is_err() });
        sleep(length.min(Duration::from_secs(2))).await;
        server.running.kill()?;
        anyhow::ensure!(running.await?, "the load did not notice that the server was killed");
        restarts.push(Server::start(work, folder).await?.ready_after);
    }
    let row = |measure: &str, values: Vec<f64>, target| Row {
        measure: measure.into(),
        value: median(values),
        unit: "ms",
        detail: String::new(),
        target,
        reference: "–".into(),
    };
    report.add(row("start of the server, to /readyz", starts, Target::None));
    report.add(row(
        "start after kill -9 under 32 clients that post, to /readyz",
        restarts,
        Target::AtMost(2_000.0),
    ));
    Ok(())
}
