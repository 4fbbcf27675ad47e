//! Appropriation and reclaim as a person or a program asks for them: at once where no code is
//! needed; else held, confirmed with the code, or given up.

use super::movement::{self, Direction, Order, Outcome};
use super::store;
use crate::app::App;
use crate::approvals::service::{self as approvals, Asked};
use crate::codes;
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, Phase, store as ledger_store};
use crate::partner;
use crate::scope::Scope;
use contract::codes::{DEFAULT_TIMEOUT_MINUTES, StepUp};
use contract::error::Code;
use contract::funds::{NewMovement, Receipt};
use contract::id::{CustomerId, TransferId};
use contract::money::{Money, parse_amount};
use contract::text::{MAX_MEMO, optional};

/// Reads what a person entered into an order.
///
/// # Errors
/// The fields that break their rules.
pub fn order(
    scope: &Scope,
    direction: Direction,
    customer: &CustomerId,
    entered: &NewMovement,
    key: &str,
) -> Result<Order, Error> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, fault| {
        faults.push(contract::error::FieldFault { field: field.to_owned(), fault });
    };
    let amount =
        parse_amount(entered.amount.trim(), scope.currency).map_err(|f| fault("amount", f)).unwrap_or(0);
    let memo = optional(&entered.memo, MAX_MEMO).map_err(|f| fault("memo", f)).unwrap_or("").to_owned();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    Ok(Order {
        scope: scope.clone(),
        direction,
        customer_id: customer.clone(),
        amount,
        memo,
        key: key.to_owned(),
        reverses: None,
    })
}

/// Carries out a person's movement, or asks for the code that it needs.
///
/// # Errors
/// The refusal, or what is wrong with the code.
pub async fn move_with_code(app: &App, order: Order, code: Option<&str>) -> Result<StepUp<Receipt>, Error> {
    let settings = partner::settings(&app.db, &order.scope).await?;
    if settings.asks_approval(order.amount) && !is_seen(app, &order).await? {
        match approvals::ask(app, &order).await? {
            Asked::Waits(approval) => return Ok(StepUp::ApprovalNeeded { approval: *approval }),
            // It was approved between the two looks: the movement is found below.
            Asked::Moved => {}
        }
    }
    if code.is_none() && !settings.asks_code(order.direction.sensitive(), order.amount) {
        let outcome = app.desk.submit(order.clone()).await?;
        let transfer = stored(app, &order.scope, outcome.transfer()).await?;
        if transfer.phase.moves() {
            let repeated = matches!(outcome, Outcome::Seen { .. });
            if !repeated {
                app.metrics.movements.inc();
            }
            return done(app, &order.scope, &transfer.id, repeated).await;
        }
        // It was held while codes were on; it is confirmed as it was begun.
    }
    let mut tx = app.db.begin().await?;
    match movement::seen(&mut tx, &order).await? {
        None => hold(app, tx, &order).await,
        Some(Err(refusal)) => Err(refusal.into()),
        Some(Ok(transfer)) => resume(app, tx, &order, &transfer, code).await,
    }
}

/// Whether the order's key has led to a movement already, by approval or before approvals were asked for.
pub(super) async fn is_seen(app: &App, order: &Order) -> Result<bool, Error> {
    let mut tx = app.db.begin().await?;
    let seen = movement::seen(&mut tx, order).await?.is_some();
    tx.rollback().await?;
    Ok(seen)
}

/// Holds the amount and sends the code, both or neither.
async fn hold(app: &App, mut tx: Tx, order: &Order) -> Result<StepUp<Receipt>, Error> {
    let now = app.clock.millis();
    let until = now + DEFAULT_TIMEOUT_MINUTES * 60_000;
    let result = movement::execute(&app.db, &mut tx, std::slice::from_ref(order), now, Some(until)).await?;
    let held = match result.into_iter().next() {
        // Another server took the same key between the look and the lock.
        Some(Ok(Outcome::Seen { transfer })) => return resume(app, tx, order, &transfer, None).await,
        Some(Ok(outcome)) => outcome.transfer().clone(),
        Some(Err(refusal)) => {
            app.db.commit(tx).await?;
            return Err(refusal.into());
        }
        None => return Err(Error::Internal("an order without an answer".into())),
    };
    let code = code_order(app, order, &mut tx).await?;
    let (challenge, message) = codes::issue(app, &mut tx, code).await?;
    app.db.commit(tx).await?;
    if let Err(error) = codes::delivered(app, &order.scope.partner_id, &message).await {
        let scope = &order.scope;
        ledger::expire::end(&app.db, &scope.partner_id, &held, Phase::Void, &scope.actor, &scope.origin, now)
            .await?;
        return Err(error);
    }
    Ok(StepUp::CodeNeeded { challenge })
}

/// Goes on with a movement whose key was seen.
async fn resume(
    app: &App,
    mut tx: Tx,
    order: &Order,
    first: &TransferId,
    code: Option<&str>,
) -> Result<StepUp<Receipt>, Error> {
    let partner = &order.scope.partner_id;
    let transfer = ledger_store::transfer(&mut tx, partner, first).await?.ok_or(Code::NotFound)?;
    if transfer.phase.moves() {
        return done_before(app, tx, &order.scope, &transfer.id).await;
    }
    if let Some(ending) = ledger_store::ending_of(&mut tx, partner, first).await? {
        return match ending.phase {
            Phase::Post => done_before(app, tx, &order.scope, &ending.id).await,
            _ => Err(Code::TransferEnded.into()),
        };
    }
    let now = app.clock.millis();
    if transfer.expires_at.is_some_and(|end| end <= now) {
        // The job that frees it has not come by yet.
        return Err(Code::TransferEnded.into());
    }
    let purpose = order.direction.action().as_str();
    let Some(code) = code else {
        let challenge = codes::find(app, &mut tx, &order.scope, purpose, &order.key).await?;
        return Ok(StepUp::CodeNeeded { challenge: challenge.ok_or(Code::TransferEnded)? });
    };
    let fingerprint = order.fingerprint();
    let verdict = codes::spend(app, &mut tx, (&order.scope, purpose, &order.key, &fingerprint), code).await?;
    if let Err(error) = verdict.or_error() {
        // While this one waited for the code's row, another confirmation may have spent it here.
        let ending = ledger_store::ending_of(&mut tx, partner, first).await?;
        app.db.commit(tx).await?;
        return match ending {
            Some(ending) if ending.phase == Phase::Post => done(app, &order.scope, &ending.id, true).await,
            _ => Err(error),
        };
    }
    let posted = movement::post(&app.db, &mut tx, order, first, now).await?;
    app.db.commit(tx).await?;
    app.metrics.movements.inc();
    done(app, &order.scope, &posted, false).await
}

/// Gives up a held movement by its key. Repeating it changes nothing.
///
/// # Errors
/// `NotFound` for an unknown key, `TransferEnded` where the money has moved.
pub async fn give_up(app: &App, scope: &Scope, key: &str) -> Result<(), Error> {
    let id = store::transfer_of_key(&app.db, scope, key).await?.ok_or(Code::NotFound)?;
    let transfer = stored(app, scope, &id).await?;
    if transfer.phase.moves() {
        return Err(Code::TransferEnded.into());
    }
    let now = app.clock.millis();
    let ended =
        ledger::expire::end(&app.db, &scope.partner_id, &id, Phase::Void, &scope.actor, &scope.origin, now)
            .await?;
    if ended {
        return Ok(());
    }
    let mut connection = app.db.read().acquire().await?;
    match ledger_store::ending_of(&mut connection, &scope.partner_id, &id).await? {
        Some(ending) if ending.phase == Phase::Post => Err(Code::TransferEnded.into()),
        _ => Ok(()),
    }
}

async fn stored(app: &App, scope: &Scope, id: &TransferId) -> Result<ledger_store::Stored, Error> {
    let mut connection = app.db.read().acquire().await?;
    Ok(ledger_store::transfer(&mut connection, &scope.partner_id, id).await?.ok_or(Code::NotFound)?)
}

/// What was done before. The transaction ends first: the receipt is read over another connection,
/// and callers that each hold one while they wait for a second would wait for each other.
async fn done_before(app: &App, tx: Tx, scope: &Scope, id: &TransferId) -> Result<StepUp<Receipt>, Error> {
    tx.rollback().await?;
    done(app, scope, id, true).await
}

async fn done(app: &App, scope: &Scope, id: &TransferId, repeated: bool) -> Result<StepUp<Receipt>, Error> {
    let receipt = store::receipt(&app.db, scope, id).await?.ok_or(Code::NotFound)?;
    Ok(StepUp::Done { result: Receipt { repeated, ..receipt } })
}

/// The code for a movement; its message names the customer and the amount.
async fn code_order(app: &App, order: &Order, tx: &mut Tx) -> Result<codes::Order, Error> {
    let scope = &order.scope;
    let receiver = codes::receiver(app, tx, scope).await?;
    let customer = store::customer_name(tx, scope, &order.customer_id).await?;
    let amount = Money::new(order.amount, scope.currency);
    let (amount, currency) = (amount.decimal(), scope.currency);
    let mut code = codes::order_for(
        scope,
        receiver,
        order.direction.action().as_str(),
        &order.key,
        &order.fingerprint(),
    );
    code.summary = match (order.direction, code.english) {
        (Direction::Appropriate, true) => format!("Appropriate {currency} {amount} to {customer}."),
        (Direction::Appropriate, false) => format!("向客户“{customer}”拨款 {amount} {currency}。"),
        (Direction::Reclaim, true) => format!("Reclaim {currency} {amount} from {customer}."),
        (Direction::Reclaim, false) => format!("从客户“{customer}”回收 {amount} {currency}。"),
    };
    Ok(code)
}
