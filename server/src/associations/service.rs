//! Asking, answering, taking back (product/states.md D1).

use super::effects::{self, Customer};
use super::store::{self, Ending, Stored};
use crate::app::App;
use crate::audit::{Act as Entry, Trail};
use crate::db::Tx;
use crate::door::{accounts, sessions::Visitor};
use crate::error::Error;
use crate::identity::store::{self as identity, Partner};
use crate::ids;
use crate::ledger::{AccountKey, store as ledger};
use crate::outbox::{self, NewMessage};
use crate::scope::{Origin, Scope};
use contract::associations::{
    ANSWER_DAYS, Act, Answer, Ask, Check, EndWish, Facts, Kind, LIMIT_DAYS, MAX_REASON, Obstacle, Request,
    Side, State, obstacles, other, standing,
};
use contract::audit::Action;
use contract::codes::Channel;
use contract::customers::AssociationType;
use contract::door::LogAction;
use contract::error::{Code, Fault};
use contract::id::{AssociationRequestId, CustomerId, PartnerId};
use contract::money::{Currency, Money};
use contract::text::{self, mask_email};
use serde_json::json;

const DAY: i64 = 86_400_000;

/// Who asks or answers, and of which partner.
struct Who<'a> {
    partner: &'a PartnerId,
    currency: Currency,
    side: Side,
    /// In words for records.
    actor: String,
    origin: &'a Origin,
}

impl<'a> Who<'a> {
    fn member(scope: &'a Scope) -> Self {
        Self {
            partner: &scope.partner_id,
            currency: scope.currency,
            side: Side::Partner,
            actor: scope.actor.clone(),
            origin: &scope.origin,
        }
    }

    fn customer(partner: &'a Partner, visitor: &Visitor, origin: &'a Origin) -> Self {
        Self {
            partner: &partner.id,
            currency: partner.currency,
            side: Side::Customer,
            actor: format!("customer {}", mask_email(&visitor.email)),
            origin,
        }
    }

    fn entry(&self, action: Action, customer: &CustomerId, detail: serde_json::Value) -> Entry {
        Entry {
            partner_id: self.partner.clone(),
            actor: self.actor.clone(),
            action,
            kind: "customer",
            id: customer.to_string(),
            detail,
            origin: self.origin.clone(),
        }
    }
}

/// The customer that a member sees, or `NotFound`.
async fn seen(tx: &mut Tx, scope: &Scope, id: &CustomerId) -> Result<Customer, Error> {
    let found = effects::customer(tx, &scope.partner_id, id).await?;
    let sees = |c: &Customer| match (&scope.managers, &c.manager) {
        (None, _) => true,
        (Some(own), Some(manager)) => own.contains(manager),
        (Some(_), None) => false,
    };
    found.filter(sees).ok_or(Error::Refused(Code::NotFound))
}

async fn facts(
    tx: &mut Tx,
    who: &Who<'_>,
    id: &CustomerId,
    customer: &Customer,
    now: i64,
) -> Result<(Facts, i64), Error> {
    let key = (who.partner, id);
    let (pending, requests) = store::asked(tx, key, who.side, now - LIMIT_DAYS * DAY, now).await?;
    let account = AccountKey::customer(who.partner, id, who.currency);
    let balances = ledger::balances(tx, &account).await?;
    let (posted, held) = balances.map_or((0, 0), |b| (b.posted, b.held));
    let held = held > 0 || store::waits_for_approval(tx, key, now).await?;
    Ok((Facts { frozen: customer.frozen, held, pending, requests }, posted))
}

/// What stands against it, and what it would do.
///
/// # Errors
/// `NotFound`.
pub(super) async fn check(app: &App, scope: &Scope, id: &CustomerId, kind: Kind) -> Result<Check, Error> {
    let mut tx = app.db.begin().await?;
    let customer = seen(&mut tx, scope, id).await?;
    let who = Who::member(scope);
    let (facts, posted) = facts(&mut tx, &who, id, &customer, scope.now).await?;
    let gives_back = kind == Kind::End || customer.association == AssociationType::Resale;
    Ok(Check {
        before: customer.association,
        after: (kind == Kind::Switch).then(|| other(customer.association)),
        obstacles: obstacles(facts),
        returned: (gives_back && posted > 0).then(|| Money::new(posted, scope.currency)),
        email: mask_email(&customer.email),
    })
}

/// A member asks the customer.
///
/// # Errors
/// `NotFound`; faults of `reason` and `understood`; `AssociationBlocked`.
pub(super) async fn ask(app: &App, scope: &Scope, id: &CustomerId, wanted: &Ask) -> Result<Request, Error> {
    if !wanted.understood {
        return Err(Error::field("understood", Fault::Required));
    }
    let reason = reason(&wanted.reason, wanted.kind == Kind::End)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let customer = seen(&mut tx, scope, id).await?;
    let who = Who::member(scope);
    let asked = (wanted.kind, reason);
    let request = ask_in(app, &mut tx, &mut trail, &who, (id, &customer), asked, scope.now).await?;
    tell(app, &mut tx, scope, &request, &customer).await?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(request.view(scope.currency))
}

fn reason(given: &str, needed: bool) -> Result<String, Error> {
    let checked = if needed { text::required(given, MAX_REASON) } else { text::optional(given, MAX_REASON) };
    checked.map(str::to_owned).map_err(|fault| Error::field("reason", fault))
}

async fn ask_in(
    app: &App,
    tx: &mut Tx,
    trail: &mut Trail,
    who: &Who<'_>,
    (id, customer): (&CustomerId, &Customer),
    (kind, reason): (Kind, String),
    now: i64,
) -> Result<Stored, Error> {
    for old in store::over(tx, Some((who.partner, id)), now).await? {
        expire_in(tx, trail, &old, now).await?;
    }
    let (facts, _) = facts(tx, who, id, customer, now).await?;
    if !obstacles(facts).is_empty() {
        return Err(Code::AssociationBlocked.into());
    }
    let request = Stored {
        partner_id: who.partner.clone(),
        id: AssociationRequestId(ids::new()),
        customer: id.clone(),
        customer_name: customer.title().to_owned(),
        kind,
        side: who.side,
        before: customer.association,
        after: (kind == Kind::Switch).then(|| other(customer.association)),
        manager: customer.manager.clone(),
        actor: who.actor.clone(),
        reason,
        state: State::Pending,
        asked_at: now,
        expires_at: now + ANSWER_DAYS * DAY,
        answered_at: None,
        answer: String::new(),
        obstacle: None,
        returned: None,
    };
    if !store::insert(tx, &request).await? {
        return Err(Code::AssociationBlocked.into());
    }
    let detail = json!({"kind": kind, "side": who.side});
    trail.add(&who.entry(Action::CustomersAssociationAsked, id, detail), app.clock.millis())?;
    Ok(request)
}

/// The customer's mail: what is asked, and where it is answered.
async fn tell(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    request: &Stored,
    customer: &Customer,
) -> Result<(), Error> {
    if customer.email.is_empty() {
        return Ok(());
    }
    let partner = identity::partner(tx, &scope.partner_id).await?.ok_or(Code::NotFound)?.name;
    let address = format!("{}/account", app.settings.public_url);
    let english = scope.origin.english;
    let what = match (request.kind, english) {
        (Kind::Switch, true) => "to switch the association type of your account",
        (Kind::End, true) => "to end the association of your account with it",
        (Kind::Switch, false) => "切换您的账号的关联类型",
        (Kind::End, false) => "解除与您的账号的关联",
    };
    let name = &request.customer_name;
    let (subject, text) = if english {
        (
            format!("{partner} asks for your answer"),
            format!(
                "Dear {name},\n\n{partner} asks {what}. Nothing changes before you agree.\n\nSign in to the account centre with this address to see what it means and to answer, within {ANSWER_DAYS} days:\n{address}\n"
            ),
        )
    } else {
        (
            format!("{partner}的关联关系申请"),
            format!(
                "尊敬的{name}：\n\n{partner}申请{what}，在您确认之前不会有任何变化。\n\n请在 {ANSWER_DAYS} 天内用此邮箱登录账号中心，查看影响并处理该申请：\n{address}\n"
            ),
        )
    };
    let message = NewMessage {
        partner_id: scope.partner_id.clone(),
        user_id: String::new(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: customer.email.clone(),
        subject,
        text,
    };
    outbox::enqueue(app, tx, &message, scope.now).await?;
    Ok(())
}

/// A member answers the customer's request (同意, 驳回).
///
/// # Errors
/// `NotFound`, also for the partner's own requests; `ReportMoved` where it has ended; a fault of `reason`.
pub(super) async fn answer(
    app: &App,
    scope: &Scope,
    id: &AssociationRequestId,
    given: &Answer,
) -> Result<Request, Error> {
    let why = reason(&given.reason, !given.agree)?;
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let request = store::by_id(&mut tx, (&scope.partner_id, id), scope.now).await?;
    let request = request.filter(|r| r.side == Side::Customer).ok_or(Code::NotFound)?;
    seen(&mut tx, scope, &request.customer).await?;
    answer_in(app, (tx, trail), &Who::member(scope), request, (given.agree, &why), scope.now).await
}

async fn answer_in(
    app: &App,
    (mut tx, mut trail): (Tx, Trail),
    who: &Who<'_>,
    request: Stored,
    (agree, why): (bool, &str),
    now: i64,
) -> Result<Request, Error> {
    if request.state != State::Pending {
        return Err(Code::ReportMoved.into());
    }
    let customer = effects::customer(&mut tx, who.partner, &request.customer).await?.ok_or(Code::NotFound)?;
    let (facts, _) = facts(&mut tx, who, &request.customer, &customer, now).await?;
    let against = standing(facts).first().copied().filter(|_| agree);
    let done = match against {
        Some(obstacle) => Err(obstacle),
        None if agree => {
            let of = (&request, &customer, who.currency);
            effects::carry_out(&app.db, &mut tx, of, &who.actor, now).await?
        }
        None => Ok(None),
    };
    let (act, obstacle, returned) = match (agree, done) {
        (false, _) => (Act::Refuse, None, None),
        (true, Ok(returned)) => (Act::Agree, None, returned),
        (true, Err(obstacle)) => (Act::Fail, Some(obstacle), None),
    };
    let state = request.state.after(act).ok_or(Code::ReportMoved)?;
    let amount = returned.as_ref().map(|(_, amount)| *amount);
    let ending = Ending { state, by: &who.actor, answer: why, obstacle, returned: amount };
    if !store::end(&mut tx, &request, &ending, now).await? {
        return Err(Code::ReportMoved.into());
    }
    note(&mut tx, who, &request, state, now).await?;
    if let Some((transfer, amount)) = returned {
        let detail = json!({"transfer": transfer, "amount": Money::new(amount, who.currency)});
        trail.add(&who.entry(Action::FundsReturned, &request.customer, detail), now)?;
    }
    let detail = json!({"kind": request.kind, "state": state});
    trail.add(&who.entry(Action::CustomersAssociationAnswered, &request.customer, detail), now)?;
    trail.write(&mut tx).await?;
    let after = store::by_id(&mut tx, (who.partner, &request.id), now).await?.ok_or(Code::NotFound)?;
    app.db.commit(tx).await?;
    // Who asked, by name and address, is the partner's to know.
    let told = if who.side == Side::Customer { Stored { actor: String::new(), ..after } } else { after };
    Ok(told.view(who.currency))
}

/// Adds to the account's log, where there is one.
async fn note(tx: &mut Tx, who: &Who<'_>, request: &Stored, state: State, now: i64) -> Result<(), Error> {
    let action = match (state, request.kind) {
        (State::Done, Kind::Switch) => LogAction::Switched,
        (State::Done, Kind::End) => LogAction::Left,
        _ => return Ok(()),
    };
    let partner = identity::partner(tx, who.partner).await?.ok_or(Code::NotFound)?;
    accounts::log(tx, &request.customer, (action, &partner.name), (now, &who.origin.ip)).await
}

/// A member takes the partner's own request back. One that has ended stays as it is.
///
/// # Errors
/// `NotFound`, also for a customer's request.
pub(super) async fn withdraw(app: &App, scope: &Scope, id: &AssociationRequestId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let request = store::by_id(&mut tx, (&scope.partner_id, id), scope.now).await?;
    let request = request.filter(|r| r.side == Side::Partner).ok_or(Code::NotFound)?;
    seen(&mut tx, scope, &request.customer).await?;
    let Some(state) = request.state.after(Act::Withdraw) else { return Ok(()) };
    let ending = Ending { state, by: &scope.actor, answer: "", obstacle: None, returned: None };
    if store::end(&mut tx, &request, &ending, scope.now).await? {
        let detail = json!({"kind": request.kind, "state": state});
        let who = Who::member(scope);
        let act = who.entry(Action::CustomersAssociationAnswered, &request.customer, detail);
        trail.add(&act, app.clock.millis())?;
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

/// The partner of one of the visitor's accounts.
async fn partner_of(tx: &mut Tx, visitor: &Visitor, id: &CustomerId) -> Result<Partner, Error> {
    let all = accounts::of(tx, &visitor.email).await?;
    let account = all.into_iter().find(|account| account.id == *id).ok_or(Code::NotFound)?;
    let partner = account.partner.ok_or(Code::NotFound)?;
    identity::partner(tx, &partner).await?.ok_or(Error::Refused(Code::NotFound))
}

/// A customer asks to leave the partner.
///
/// # Errors
/// `NotFound`; a fault of `reason`; `AssociationBlocked`.
pub(super) async fn ask_to_leave(
    app: &App,
    visitor: &Visitor,
    id: &CustomerId,
    wish: &EndWish,
    origin: &Origin,
) -> Result<Request, Error> {
    let why = reason(&wish.reason, true)?;
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let partner = partner_of(&mut tx, visitor, id).await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&partner.id]).await?;
    let customer = effects::customer(&mut tx, &partner.id, id).await?.ok_or(Code::NotFound)?;
    let who = Who::customer(&partner, visitor, origin);
    let request = ask_in(app, &mut tx, &mut trail, &who, (id, &customer), (Kind::End, why), now).await?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(request.view(partner.currency))
}

/// A customer answers the partner's request.
///
/// # Errors
/// `NotFound`, also for the own requests; `ReportMoved` where it has ended.
pub(super) async fn answer_of_customer(
    app: &App,
    visitor: &Visitor,
    id: &AssociationRequestId,
    given: &Answer,
    origin: &Origin,
) -> Result<Request, Error> {
    let why = reason(&given.reason, false)?;
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let found = store::of_address(&mut tx, id, &visitor.email, now).await?;
    let found = found.filter(|r| r.side == Side::Partner).ok_or(Code::NotFound)?;
    let partner = identity::partner(&mut tx, &found.partner_id).await?.ok_or(Code::NotFound)?;
    let trail = Trail::open(&app.db, &mut tx, [&partner.id]).await?;
    // Under the lock.
    let request = store::by_id(&mut tx, (&partner.id, id), now).await?.ok_or(Code::NotFound)?;
    let who = Who::customer(&partner, visitor, origin);
    answer_in(app, (tx, trail), &who, request, (given.agree, &why), now).await
}

/// The requests about one of the visitor's accounts; of an open one, what would go back to the partner.
///
/// # Errors
/// `NotFound`.
pub(super) async fn of_account(app: &App, visitor: &Visitor, id: &CustomerId) -> Result<Vec<Request>, Error> {
    let now = app.clock.millis();
    let mut connection = app.db.read().acquire().await?;
    let all = accounts::of(&mut connection, &visitor.email).await?;
    if !all.iter().any(|account| account.id == *id) {
        return Err(Code::NotFound.into());
    }
    let mut requests = Vec::new();
    for mut request in store::of_account(&mut connection, id, now).await? {
        let partner = identity::partner(&mut connection, &request.partner_id).await?.ok_or(Code::NotFound)?;
        if request.state == State::Pending
            && (request.kind == Kind::End || request.before == AssociationType::Resale)
        {
            let account = AccountKey::customer(&partner.id, id, partner.currency);
            let balances = ledger::balances(&mut connection, &account).await?;
            request.returned = balances.map(|b| b.posted).filter(|posted| *posted > 0);
        }
        // Who asked is the partner's to know.
        requests.push(Stored { actor: String::new(), ..request }.view(partner.currency));
    }
    Ok(requests)
}

async fn expire_in(tx: &mut Tx, trail: &mut Trail, request: &Stored, now: i64) -> Result<(), Error> {
    let ending =
        Ending { state: State::Expired, by: "", answer: "", obstacle: None::<Obstacle>, returned: None };
    if store::end(tx, request, &ending, now).await? {
        let origin = Origin::default();
        let act = Entry {
            partner_id: request.partner_id.clone(),
            actor: "system".into(),
            action: Action::CustomersAssociationAnswered,
            kind: "customer",
            id: request.customer.to_string(),
            detail: json!({"kind": request.kind, "state": State::Expired}),
            origin,
        };
        trail.add(&act, now)?;
    }
    Ok(())
}

/// Notes the requests that nobody answered in time. A job; it may run on several servers.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn expire_due(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut connection = app.db.read().acquire().await?;
    let due = store::over(&mut connection, None, now).await?;
    drop(connection);
    for request in due {
        let mut tx = app.db.begin().await?;
        let mut trail = Trail::open(&app.db, &mut tx, [&request.partner_id]).await?;
        expire_in(&mut tx, &mut trail, &request, now).await?;
        trail.write(&mut tx).await?;
        app.db.commit(tx).await?;
    }
    Ok(())
}
