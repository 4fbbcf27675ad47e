//! Closed-loop load: each client sends its next request when it has the answer of the last.

use crate::client::{Body, Connection};
use crate::stats::Sample;
use anyhow::bail;
use http::{Request, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Makes the request of a client's turn.
pub type Maker = Arc<dyn Fn(usize, usize) -> Request<Body> + Send + Sync>;

/// How much load, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Clients, each with a connection of its own.
    pub clients: usize,
    /// How long is measured.
    pub length: Duration,
}

/// The time before, in which nothing is measured.
const WARM_UP: Duration = Duration::from_millis(500);

/// A maker that gives out prepared requests, each client beginning at another one.
pub fn cycle(requests: Vec<Request<Body>>) -> Maker {
    Arc::new(move |client, turn| requests[(client * 7 + turn) % requests.len()].clone())
}

/// Runs the load. Any answer but 200 ends it.
pub async fn run(address: SocketAddr, load: Load, maker: &Maker) -> anyhow::Result<Sample> {
    let started = Instant::now();
    let (from, to) = (started + WARM_UP, started + WARM_UP + load.length);
    let mut clients = JoinSet::new();
    for number in 0..load.clients {
        clients.spawn(client(address, number, maker.clone(), from, to));
    }
    let mut micros = Vec::new();
    while let Some(one) = clients.join_next().await {
        micros.extend(one??);
    }
    // The last requests end after the time: they belong to what was seen, and so does their time.
    Ok(Sample::new(micros, (Instant::now() - from).as_secs_f64()))
}

async fn client(
    address: SocketAddr,
    number: usize,
    maker: Maker,
    from: Instant,
    to: Instant,
) -> anyhow::Result<Vec<u32>> {
    let mut connection = Connection::open(address).await?;
    let mut micros = Vec::with_capacity(16_384);
    for turn in 0.. {
        let request = maker(number, turn);
        let uri = request.uri().clone();
        let begun = Instant::now();
        // Each client measures at least once, however slow the answers are.
        if begun >= to && !micros.is_empty() {
            break;
        }
        let answer = connection.send(request).await?;
        let took = begun.elapsed();
        if answer.status() != StatusCode::OK {
            bail!("{uri} answered {}: {}", answer.status(), String::from_utf8_lossy(answer.body()));
        }
        if begun >= from {
            micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        }
    }
    Ok(micros)
}
