//! Asking for approval, and deciding.

use super::store::{self, Stored};
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::codes::{self, Confirmation, Confirmed, confirm};
use crate::customers::store as customers;
use crate::db::Tx;
use crate::error::Error;
use crate::funds::movement::{self, Direction, Order, Outcome};
use crate::funds::store as funds;
use crate::identity::store as identity;
use crate::ids;
use crate::ledger::{AccountKey, store as ledger_store};
use crate::partner;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::access::Permission;
use contract::approvals::{Approval, ApprovalState, MAX_REASON, Refusal, WAIT_HOURS};
use contract::audit::Action;
use contract::codes::StepUp;
use contract::customers::{can_appropriate, can_reclaim};
use contract::error::{Code, Fault};
use contract::funds::can_pay;
use contract::id::ApprovalId;
use contract::money::Money;
use contract::partner::Sensitive;
use contract::text::optional;
use serde_json::{Value, json};

/// What became of a movement that needs approval.
pub(crate) enum Asked {
    /// It waits.
    Waits(Box<Approval>),
    /// It was approved before: the same call with the same key finds the movement.
    Moved,
}

/// Notes a movement that a second member must approve. The same call with the same key answers how it stands.
///
/// # Errors
/// Why the movement could not be made now; `KeyReused`; `ApprovalRefused` or `TransferEnded` where it was decided
/// otherwise.
pub(crate) async fn ask(app: &App, order: &Order) -> Result<Asked, Error> {
    let scope = &order.scope;
    let mut connection = app.db.read().acquire().await?;
    let known = store::by_key(&mut connection, scope, &order.key).await?.is_some();
    drop(connection);
    // Before the lock is held: looking takes connections of its own.
    if !known {
        check(app, order).await?;
    }
    let mut tx = app.db.begin().await?;
    // Under the chain's lock: the same call sent twice at once is one request.
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if let Some(before) = store::by_key(&mut tx, scope, &order.key).await? {
        return again(app, tx, order, before).await;
    }
    let id = ApprovalId(ids::new());
    store::insert(&mut tx, &id, order, scope.now + WAIT_HOURS * 3_600_000).await?;
    trail.add(&act(scope, Action::ApprovalsAsked, &id, order_detail(order)), scope.now)?;
    trail.write(&mut tx).await?;
    let approval = store::need(&mut tx, scope, &id).await?.view(&mut tx, scope).await?;
    app.db.commit(tx).await?;
    Ok(Asked::Waits(Box::new(approval)))
}

async fn again(app: &App, mut tx: Tx, order: &Order, before: Stored) -> Result<Asked, Error> {
    if before.fingerprint != order.fingerprint() {
        return Err(Code::KeyReused.into());
    }
    match before.state(order.scope.now) {
        ApprovalState::Waiting => {
            let approval = before.view(&mut tx, &order.scope).await?;
            app.db.commit(tx).await?;
            Ok(Asked::Waits(Box::new(approval)))
        }
        ApprovalState::Approved => Ok(Asked::Moved),
        ApprovalState::Refused => Err(Code::ApprovalRefused.into()),
        ApprovalState::Withdrawn | ApprovalState::Expired => Err(Code::TransferEnded.into()),
    }
}

/// What is known to be wrong already is not asked of anybody.
async fn check(app: &App, order: &Order) -> Result<(), Error> {
    let scope = &order.scope;
    let found = customers::find(&app.db, scope, &order.customer_id).await?.ok_or(Code::NotFound)?;
    match order.direction {
        Direction::Appropriate => can_appropriate(found.row.association, found.row.frozen)?,
        Direction::Reclaim => can_reclaim(found.row.association)?,
    }
    let paying = match order.direction {
        Direction::Appropriate => AccountKey::partner(&scope.partner_id, scope.currency),
        Direction::Reclaim => customers::account(scope, &order.customer_id),
    };
    let available = funds::balance(&app.db, &paying, scope.currency).await?.available;
    Ok(can_pay(available.minor, order.amount)?)
}

/// Approves a request: the movement is made in the same transaction, or neither is.
///
/// # Errors
/// `NotFound`, `OwnApproval`, `Forbidden` without the movement's own right, `TransferEnded` where it was decided
/// otherwise, what is wrong with the code, or why the movement cannot be made; then the request still waits.
pub(super) async fn give(
    app: &App,
    scope: &Scope,
    id: &ApprovalId,
    call: &str,
    code: Option<&str>,
) -> Result<StepUp<Approval>, Error> {
    let mut tx = app.db.begin().await?;
    Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let waiting = store::need(&mut tx, scope, id).await?;
    let order = waiting.order(scope);
    if !scope.may(permission(order.direction)) {
        return Err(Code::Forbidden.into());
    }
    if waiting.user_id == scope.user_id {
        return Err(Code::OwnApproval.into());
    }
    match waiting.state(scope.now) {
        ApprovalState::Waiting => {}
        // Pressed twice, it is done once.
        ApprovalState::Approved if waiting.decided_by == scope.actor => {
            let result = waiting.view(&mut tx, scope).await?;
            app.db.commit(tx).await?;
            return Ok(StepUp::Done { result });
        }
        _ => return Err(Code::TransferEnded.into()),
    }
    // Who asked must still be allowed to: a request is worth no more than whoever made it.
    let asker = identity::person_of(&mut tx, &scope.partner_id, &waiting.user_id).await?;
    if !asker.is_some_and(|asker| asker.rights.may(permission(order.direction))) {
        return Err(Code::TransferEnded.into());
    }
    if partner::settings_in(&mut tx, scope).await?.asks_code(Sensitive::Approval, order.amount) {
        let name = funds::customer_name(&mut tx, scope, &order.customer_id).await?;
        let amount = Money::new(order.amount, scope.currency);
        let summary = (
            format!("批准{}：客户“{name}”，{} {}。", waiting.words(), amount.decimal(), amount.currency),
            format!("Approving: {} for {name}, {} {}.", waiting.word(), amount.currency, amount.decimal()),
        );
        let content = fingerprint(&[id.as_str(), &waiting.fingerprint]);
        let act = Confirmation {
            purpose: codes::APPROVAL,
            key: call,
            content: &content,
            summary: (&summary.0, &summary.1),
        };
        match confirm(app, tx, scope, act, code).await? {
            Confirmed::Yes(confirmed) => tx = confirmed,
            Confirmed::CodeNeeded(challenge) => return Ok(StepUp::CodeNeeded { challenge }),
        }
    }
    let outcome = movement::execute(&app.db, &mut tx, std::slice::from_ref(&order), scope.now, None).await?;
    let outcome =
        outcome.into_iter().next().ok_or_else(|| Error::Internal("an order without an answer".into()))??;
    // The key may have led to an amount that is only held: that is confirmed where it was begun.
    let made = ledger_store::transfer(&mut tx, &scope.partner_id, outcome.transfer()).await?;
    if !made.is_some_and(|made| made.phase.moves()) {
        return Err(Code::TransferEnded.into());
    }
    if !store::decide(&mut tx, scope, id, ApprovalState::Approved, "", Some(outcome.transfer())).await? {
        return Err(Code::TransferEnded.into());
    }
    let detail = json!({"transfer": outcome.transfer(), "amount": Money::new(order.amount, scope.currency), "asked_by": waiting.asked_by});
    audit::record(&app.db, &mut tx, &act(scope, Action::ApprovalsGiven, id, detail), scope.now).await?;
    let result = store::need(&mut tx, scope, id).await?.view(&mut tx, scope).await?;
    app.db.commit(tx).await?;
    if matches!(outcome, Outcome::Posted { .. }) {
        app.metrics.movements.inc();
    }
    Ok(StepUp::Done { result })
}

/// Refuses a request.
///
/// # Errors
/// A fault of `reason`; `NotFound`, `OwnApproval`, `TransferEnded`.
pub(super) async fn refuse(
    app: &App,
    scope: &Scope,
    id: &ApprovalId,
    refusal: &Refusal,
) -> Result<Approval, Error> {
    let reason = optional(&refusal.reason, MAX_REASON).map_err(|fault| Error::field("reason", fault))?;
    if reason.is_empty() {
        return Err(Error::field("reason", Fault::Required));
    }
    let mut tx = app.db.begin().await?;
    let detail = json!({"reason": reason});
    audit::record(&app.db, &mut tx, &act(scope, Action::ApprovalsRefused, id, detail), scope.now).await?;
    let waiting = store::need(&mut tx, scope, id).await?;
    if waiting.user_id == scope.user_id {
        return Err(Code::OwnApproval.into());
    }
    end(&mut tx, scope, &waiting, ApprovalState::Refused, reason).await?;
    let refused = store::need(&mut tx, scope, id).await?.view(&mut tx, scope).await?;
    app.db.commit(tx).await?;
    Ok(refused)
}

/// Takes one's own request back.
///
/// # Errors
/// `NotFound` for one that is somebody else's, `TransferEnded` where it was decided.
pub(super) async fn withdraw(app: &App, scope: &Scope, id: &ApprovalId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    audit::record(&app.db, &mut tx, &act(scope, Action::ApprovalsWithdrawn, id, json!({})), scope.now)
        .await?;
    let waiting = store::need(&mut tx, scope, id).await?;
    if waiting.user_id != scope.user_id {
        return Err(Code::NotFound.into());
    }
    end(&mut tx, scope, &waiting, ApprovalState::Withdrawn, "").await?;
    app.db.commit(tx).await
}

async fn end(
    tx: &mut Tx,
    scope: &Scope,
    waiting: &Stored,
    state: ApprovalState,
    reason: &str,
) -> Result<(), Error> {
    let open = waiting.state(scope.now) == ApprovalState::Waiting;
    if !open || !store::decide(tx, scope, &waiting.id, state, reason, None).await? {
        return Err(Code::TransferEnded.into());
    }
    Ok(())
}

fn permission(direction: Direction) -> Permission {
    match direction {
        Direction::Appropriate => Permission::FundsAppropriate,
        Direction::Reclaim => Permission::FundsReclaim,
    }
}

fn act(scope: &Scope, action: Action, id: &ApprovalId, detail: Value) -> Act {
    Act::of(scope, action, "approval", id.as_str(), detail)
}

fn order_detail(order: &Order) -> Value {
    let amount = Money::new(order.amount, order.scope.currency);
    json!({"kind": order.direction.kind(), "customer": order.customer_id, "amount": amount})
}
