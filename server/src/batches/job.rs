//! What the server does with batches by itself: gathers their rows, carries them out, lets old ones go.

use super::gather::{LEASE, gather};
use super::lines::{self, Line};
use super::store::{self, Stored};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::funds::movement::{Direction, Order};
use crate::identity::{sessions, store as identity};
use crate::scope::{Origin, Scope};
use contract::batches::{Kind, READY_HOURS, RowState, State};
use contract::error::Code;
use contract::id::{CustomerId, TransferId};
use futures_util::future::join_all;
use serde_json::json;

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
        let mut tx = app.db.begin().await?;
        let failure = Some(error.code());
        store::finish(&mut tx, &batch, State::Failed, Some(app.clock.millis()), failure).await?;
        app.db.commit(tx).await?;
    }
}

/// Ends batches that were prepared long ago and never started.
async fn let_go(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    for (partner, id) in store::stale(&app.db, now - READY_HOURS * 3_600_000).await? {
        let mut tx = app.db.begin().await?;
        store::cancel(&mut tx, (&partner, &id), now).await?;
        app.db.commit(tx).await?;
    }
    Ok(())
}

/// The person who prepared it as they are now: who may not any more gets nothing done.
async fn scope_of(app: &App, batch: &Stored) -> Result<Scope, Error> {
    let mut connection = app.db.read().acquire().await?;
    let person = identity::person_of(&mut connection, &batch.partner_id, &batch.user_id).await?;
    let person = person.ok_or(Code::Forbidden)?;
    let origin = Origin { english: batch.english, ..Origin::default() };
    let scope = sessions::scope_of(&person, None, origin, app.clock.millis());
    if scope.may(batch.kind.permission()) { Ok(scope) } else { Err(Code::Forbidden.into()) }
}

async fn check(app: &App, batch: &mut Stored) -> Result<(), Error> {
    let scope = scope_of(app, batch).await?;
    if !gather(app, &scope, batch).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    if store::finish(&mut tx, batch, State::Ready, None, None).await? {
        let act = Act::of(&scope, "batches.ready", "batch", batch.id.as_str(), json!({"kind": batch.kind}));
        audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    }
    app.db.commit(tx).await
}

async fn run(app: &App, batch: &mut Stored) -> Result<(), Error> {
    let scope = match scope_of(app, batch).await {
        // Whoever started it may not any more: what is done stays done, the rest is left.
        Err(Error::Refused(_)) => return stop(app, batch).await,
        scope => scope?,
    };
    loop {
        let key = (&batch.partner_id, &batch.id);
        let lines = lines::lines(&app.db, key, &[RowState::Waiting], 0, TOGETHER).await?;
        if lines.is_empty() {
            return end(app, &scope, batch).await;
        }
        // Together at the desk: one transaction serves them all.
        let orders = lines.iter().map(|line| app.desk.submit(order(&scope, batch, line)));
        let mut results: Vec<(i64, Result<TransferId, Code>)> = Vec::with_capacity(lines.len());
        for (line, outcome) in lines.iter().zip(join_all(orders).await) {
            match outcome {
                Ok(outcome) => results.push((line.number, Ok(outcome.transfer().clone()))),
                Err(Error::Refused(code)) => results.push((line.number, Err(code))),
                // Its key finds what became of it at the next turn.
                Err(other) => return Err(other),
            }
        }
        let mut tx = app.db.begin().await?;
        for (number, result) in &results {
            lines::settle(&mut tx, batch, *number, result).await?;
        }
        let going = store::keep(&mut tx, batch, app.clock.millis() + LEASE).await?;
        app.db.commit(tx).await?;
        if !going {
            return Ok(());
        }
    }
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
        key: format!("batch.{}.{}", batch.id, line.number),
        reverses: line.source.clone(),
    }
}

async fn end(app: &App, scope: &Scope, batch: &Stored) -> Result<(), Error> {
    let now = app.clock.millis();
    let figures = lines::figures(&app.db, scope, &[&batch.id]).await?.remove(batch.id.as_str());
    let done: i64 = figures.iter().flatten().filter(|f| f.state == RowState::Done).map(|f| f.rows).sum();
    let failed: i64 = figures.iter().flatten().filter(|f| f.state == RowState::Failed).map(|f| f.rows).sum();
    let mut tx = app.db.begin().await?;
    if store::finish(&mut tx, batch, State::Done, Some(now), None).await? {
        let detail = json!({"kind": batch.kind, "done": done, "failed": failed});
        let act = Act::of(scope, "batches.ended", "batch", batch.id.as_str(), detail);
        audit::record(&app.db, &mut tx, &act, now).await?;
    }
    app.db.commit(tx).await
}

async fn stop(app: &App, batch: &Stored) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    store::cancel(&mut tx, (&batch.partner_id, &batch.id), app.clock.millis()).await?;
    app.db.commit(tx).await
}
