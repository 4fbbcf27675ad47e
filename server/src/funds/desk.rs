//! Where movements queue up: all that wait are committed together, so one sync of the disk
//! serves many, and each is on the disk before its caller is answered.

use super::movement::{Order, Outcome, execute};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Error;
use contract::error::Code;
use tokio::sync::{mpsc, oneshot};

/// The most movements in one transaction.
const TOGETHER: usize = 128;
/// Movements that may wait; above that callers are told that the server is busy.
const WAITING: usize = 4_096;

type Answer = Result<Outcome, Error>;

#[derive(Debug)]
struct Ticket {
    order: Order,
    answer: oneshot::Sender<Answer>,
}

/// The queue's end that callers hold.
#[derive(Debug, Clone)]
pub struct Desk {
    queue: mpsc::Sender<Ticket>,
}

impl Desk {
    /// Starts the desk. It ends when the last caller's end is dropped.
    #[must_use]
    pub fn start(db: Db, clock: Clock) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(work(db, clock, waiting));
        Self { queue }
    }

    /// Queues a movement and waits until it is on the disk, or refused.
    ///
    /// # Errors
    /// The refusal; `Unavailable` where the queue is full or the database does not answer.
    pub async fn submit(&self, order: Order) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Ticket { order, answer }).map_err(|e| Error::Unavailable(e.to_string()))?;
        // Dropped without an answer: the desk's task died with its transaction undone.
        answered.await.map_err(|e| Error::Unavailable(e.to_string()))?
    }
}

async fn work(db: Db, clock: Clock, mut waiting: mpsc::Receiver<Ticket>) {
    let mut tickets = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut tickets, TOGETHER).await > 0 {
        let (orders, answers): (Vec<Order>, Vec<_>) = tickets.drain(..).map(|t| (t.order, t.answer)).unzip();
        match together(&db, &clock, &orders).await {
            Ok(results) => {
                for (answer, result) in answers.into_iter().zip(results) {
                    // A caller that went away finds its result by its key.
                    let _ = answer.send(result.map_err(Error::from));
                }
            }
            // A database that is locked or full is so for all of them: asking again for each would
            // only make the last wait for all the others.
            Err(error) if orders.len() == 1 || matches!(error, Error::Unavailable(_)) => {
                for answer in answers {
                    let _ = answer.send(Err(again(&error)));
                }
            }
            Err(error) => {
                // One of them may be what the database refuses: each gets its own transaction.
                tracing::warn!(%error, movements = orders.len(), "desk.one_by_one");
                for (order, answer) in orders.into_iter().zip(answers) {
                    let result = together(&db, &clock, std::slice::from_ref(&order)).await;
                    let _ = answer.send(match result {
                        Ok(mut one) => one.pop().unwrap_or(Err(Code::Internal)).map_err(Error::from),
                        Err(error) => Err(again(&error)),
                    });
                }
            }
        }
    }
}

async fn together(db: &Db, clock: &Clock, orders: &[Order]) -> Result<Vec<Result<Outcome, Code>>, Error> {
    let mut tx = db.begin().await?;
    let results = execute(db, &mut tx, orders, clock.millis(), None).await?;
    db.commit(tx).await?;
    Ok(results)
}

/// The same failure for another caller.
fn again(error: &Error) -> Error {
    match error {
        Error::Unavailable(reason) => Error::Unavailable(reason.clone()),
        other => Error::Internal(other.to_string()),
    }
}
