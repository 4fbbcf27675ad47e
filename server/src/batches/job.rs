//! What the server does with batches by itself: gathers their rows, carries them out, lets old ones go.

use super::gather::{LEASE, gather};
use super::lines::{self, Line};
use super::store::{self, Stored};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::funds::movement::{self, Direction, Order};
use crate::identity::{sessions, store as identity};
use crate::scope::{Origin, Scope};
use contract::access::Permission;
use contract::audit::Action;
use contract::batches::{Kind, READY_HOURS, RowState, State};
use contract::error::Code;
use contract::id::{BatchId, CustomerId, PartnerId, TransferId};
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// How long one batch is worked on before others have their turn.
const TURN: Duration = Duration::from_secs(1);
/// How the keys of batches' movements begin. Callers cannot choose such keys (`contract::funds::is_reserved`).
const KEYS: &str = "batch.";
/// Rows that are carried out together.
const TOGETHER: i64 = 100;

/// Works on all batches that wait for it.
///
/// # Errors
/// A database that does not answer; the work goes on when it does.
pub async fn work_due(app: &App) -> Result<(), Error> {
    let_go(app).await?;
    loop {
        let now = app.clock.millis();
        let Some(mut batch) = store::take(&app.db, now, now + LEASE).await? else { return Ok(()) };
        let done = match batch.state {
            State::Checking => check(app, &mut batch).await,
            _ => run(app, &mut batch).await,
        };
        let Err(error) = done else { continue };
        // A busy database is not the batch's fault: another turn comes when the lease ends. Nor may a
        // batch that moves money be given up half way for an error that nobody foresaw.
        if matches!(error, Error::Unavailable(_)) || batch.state == State::Running {
            return Err(error);
        }
        tracing::warn!(%error, batch = %batch.id, "batch.failed");
        let (mut tx, now) = (app.db.begin().await?, app.clock.millis());
        let detail = json!({"kind": batch.kind, "reason": error.code()});
        let act = by_itself(&batch.partner_id, &batch.id, Action::BatchesFailed, detail);
        audit::record(&app.db, &mut tx, &act, now).await?;
        if store::finish(&mut tx, &batch, State::Failed, Some(now), Some(error.code())).await? {
            app.db.commit(tx).await?;
        }
    }
}

/// Ends batches that were prepared long ago and never started.
async fn let_go(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    for (partner, id) in store::stale(&app.db, now - READY_HOURS * 3_600_000).await? {
        let mut tx = app.db.begin().await?;
        let act = by_itself(&partner, &id, Action::BatchesCancelled, json!({"was": State::Ready}));
        audit::record(&app.db, &mut tx, &act, now).await?;
        if store::give_up(&mut tx, (&partner, &id), now, true).await? {
            app.db.commit(tx).await?;
        }
    }
    Ok(())
}

/// An act of the server itself.
fn by_itself(partner: &PartnerId, id: &BatchId, action: Action, detail: Json) -> Act {
    Act {
        partner_id: partner.clone(),
        actor: "partner-center".into(),
        action,
        kind: "batch",
        id: id.to_string(),
        detail,
        origin: Origin::default(),
    }
}

/// The person in whose name it is worked on, as they are now: who may not any more gets nothing done.
async fn scope_of(app: &App, batch: &Stored) -> Result<Scope, Error> {
    let mut connection = app.db.read().acquire().await?;
    let user = batch.started_by.as_ref().unwrap_or(&batch.user_id);
    let person = identity::person_of(&mut connection, &batch.partner_id, user).await?;
    let person = person.ok_or(Code::Forbidden)?;
    let origin = Origin { english: batch.english, ..Origin::default() };
    let scope = sessions::scope_of(&person, None, origin, app.clock.millis());
    let needed = [Permission::Batches, batch.kind.permission()];
    if needed.into_iter().all(|p| scope.may(p)) { Ok(scope) } else { Err(Code::Forbidden.into()) }
}

async fn check(app: &App, batch: &mut Stored) -> Result<(), Error> {
    let scope = scope_of(app, batch).await?;
    if !gather(app, &scope, batch).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let act = Act::of(&scope, Action::BatchesReady, "batch", batch.id.as_str(), json!({"kind": batch.kind}));
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    if store::finish(&mut tx, batch, State::Ready, None, None).await? {
        app.db.commit(tx).await?;
    }
    Ok(())
}

async fn run(app: &App, batch: &mut Stored) -> Result<(), Error> {
    let turn = Instant::now();
    loop {
        if store::is_stopping(&app.db, batch).await? {
            return stop(app, batch).await;
        }
        let scope = match scope_of(app, batch).await {
            // Whoever started it may not any more: what is done stays done, the rest is left.
            Err(Error::Refused(_)) => return stop(app, batch).await,
            scope => scope?,
        };
        let lines = waiting(app, batch).await?;
        if lines.is_empty() {
            return end(app, &scope, batch).await;
        }
        // Together at the desk: one transaction serves them all.
        let orders = lines.iter().map(|line| app.desk.submit(order(&scope, batch, line)));
        let mut results: Vec<(i64, Result<TransferId, Code>)> = Vec::with_capacity(lines.len());
        let mut broken = None;
        for (line, outcome) in lines.iter().zip(join_all(orders).await) {
            match outcome {
                Ok(outcome) => results.push((line.number, Ok(outcome.transfer().clone()))),
                Err(Error::Refused(code)) => results.push((line.number, Err(code))),
                // Its key finds what became of it at the next turn.
                Err(other) => broken = Some(other),
            }
        }
        let mut tx = app.db.begin().await?;
        // The batch before its rows, as everybody does who changes both.
        let going = store::keep(&mut tx, batch, app.clock.millis() + LEASE).await?;
        for (number, result) in &results {
            lines::settle(&mut tx, batch, *number, result).await?;
        }
        app.db.commit(tx).await?;
        match broken {
            Some(error) => return Err(error),
            None if !going => return Ok(()),
            // A large one does not keep others waiting: it goes on after them.
            None if turn.elapsed() > TURN => {
                return store::release(&app.db, batch, app.clock.millis()).await;
            }
            None => {}
        }
    }
}

/// The rows whose turn it is. Others than these were never handed to the desk.
async fn waiting(app: &App, batch: &Stored) -> Result<Vec<Line>, Error> {
    lines::lines(&app.db, (&batch.partner_id, &batch.id), &[RowState::Waiting], 0, TOGETHER).await
}

fn order(scope: &Scope, batch: &Stored, line: &Line) -> Order {
    Order {
        scope: scope.clone(),
        direction: match batch.kind {
            Kind::Appropriation => Direction::Appropriate,
            Kind::Reclaim => Direction::Reclaim,
        },
        customer_id: CustomerId(line.customer_id.clone()),
        amount: line.amount.unwrap_or(0),
        memo: line.memo.clone(),
        key: format!("{KEYS}{}.{}", batch.id, line.number),
        reverses: line.source.clone(),
    }
}

async fn end(app: &App, scope: &Scope, batch: &Stored) -> Result<(), Error> {
    let now = app.clock.millis();
    let figures = lines::figures(&app.db, scope, &[&batch.id]).await?.remove(batch.id.as_str());
    let rows = |state: RowState| -> i64 {
        figures.iter().flatten().filter(|f| f.state == state).map(|f| f.rows).sum()
    };
    let detail = json!({"kind": batch.kind, "done": rows(RowState::Done), "failed": rows(RowState::Failed)});
    let act = Act::of(scope, Action::BatchesEnded, "batch", batch.id.as_str(), detail);
    let mut tx = app.db.begin().await?;
    audit::record(&app.db, &mut tx, &act, now).await?;
    if store::finish(&mut tx, batch, State::Done, Some(now), None).await? {
        app.db.commit(tx).await?;
    }
    Ok(())
}

/// Ends a batch that runs before all its rows had their turn. What was handed to the desk before a crash has
/// its result by its key; what has none gets a refusal under its key, so that nobody who still holds it can
/// carry it out later. Then the rows say what is so, and nothing else can happen to them.
async fn stop(app: &App, batch: &Stored) -> Result<(), Error> {
    let now = app.clock.millis();
    let handed = waiting(app, batch).await?;
    let mut tx = app.db.begin().await?;
    // Under the chain's lock, as the desk decides.
    let act = by_itself(&batch.partner_id, &batch.id, Action::BatchesStopped, json!({"kind": batch.kind}));
    audit::record(&app.db, &mut tx, &act, now).await?;
    let key = |line: &Line| format!("{KEYS}{}.{}", batch.id, line.number);
    let keys: Vec<String> = handed.iter().map(key).collect();
    let known = movement::results(&mut tx, &batch.partner_id, &keys).await?;
    if !store::finish(&mut tx, batch, State::Cancelled, Some(now), None).await? {
        return Ok(());
    }
    for line in &handed {
        if let Some(result) = known.get(&key(line)) {
            lines::settle(&mut tx, batch, line.number, result).await?;
        }
    }
    let unknown = keys.iter().filter(|key| !known.contains_key(*key));
    movement::refuse(&mut tx, &batch.partner_id, unknown, now).await?;
    lines::leave(&mut tx, batch).await?;
    app.db.commit(tx).await
}
