//! Reading measurements: the same requests by many clients, round after round, and the median.

use crate::Arguments;
use crate::client::Body;
use crate::load::{self, Load, Maker};
use crate::report::{Report, Row, Target};
use crate::stats::Rounds;
use http::Request;
use std::net::SocketAddr;
use std::time::Duration;

/// Clients of the reading measurements.
pub(super) const CLIENTS: usize = 16;

/// One measurement.
pub(super) struct Case {
    /// What it measures.
    pub(super) name: String,
    /// The requests.
    pub(super) maker: Maker,
    /// The p99 that must be kept, in milliseconds.
    pub(super) target: Target,
    /// A reference.
    pub(super) reference: String,
}

impl Case {
    /// A measurement that repeats some requests.
    pub(super) fn of(
        name: impl Into<String>,
        requests: Vec<Request<Body>>,
        target: Target,
        reference: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), maker: load::cycle(requests), target, reference: reference.into() }
    }
}

/// Measures all cases in each round, so that a busy moment of the machine hits all alike.
pub(super) async fn measure(
    address: SocketAddr,
    arguments: &Arguments,
    cases: Vec<Case>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let load = Load { clients: CLIENTS, length: Duration::from_secs(arguments.seconds) };
    let mut results = vec![Rounds::default(); cases.len()];
    for _ in 0..arguments.rounds.max(1) {
        for (case, rounds) in cases.iter().zip(&mut results) {
            rounds.0.push(load::run(address, load, &case.maker).await?);
        }
    }
    for (case, rounds) in cases.into_iter().zip(results) {
        report.add(Row {
            measure: format!("{}, p99 at {CLIENTS} clients", case.name),
            value: rounds.median(|s| s.percentile(0.99)),
            unit: "ms",
            detail: rounds.detail(),
            target: case.target,
            reference: case.reference,
        });
    }
    Ok(())
}
