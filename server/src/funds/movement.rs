//! Movements between a partner and its customers, decided and written many at a time: the
//! statements of a transaction grow with the tables touched, not with the movements.

use crate::audit::{Act, Trail};
use crate::db::{Db, Sql, Tx, Value, insert_rows};
use crate::error::Error;
use crate::ids;
use crate::ledger::{AccountKey, Book, Transfer, store as ledger};
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::customers::{AssociationType, Frozen, can_appropriate, can_reclaim};
use contract::error::Code;
use contract::funds::AdjustmentKind;
use contract::id::{CustomerId, PartnerId, TransferId};
use contract::money::Money;
use contract::partner::Sensitive;
use serde_json::json;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the partner to the customer.
    Appropriate,
    /// From the customer to the partner.
    Reclaim,
}

impl Direction {
    /// The kind of adjustment record.
    #[must_use]
    pub fn kind(self) -> AdjustmentKind {
        match self {
            Self::Appropriate => AdjustmentKind::Appropriation,
            Self::Reclaim => AdjustmentKind::Reclaim,
        }
    }

    /// The operation that may ask for a code.
    #[must_use]
    pub fn sensitive(self) -> Sensitive {
        match self {
            Self::Appropriate => Sensitive::Appropriate,
            Self::Reclaim => Sensitive::Reclaim,
        }
    }

    /// The act in the audit trail; its word is the purpose of its codes.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Appropriate => Action::FundsAppropriate,
            Self::Reclaim => Action::FundsReclaim,
        }
    }
}

/// A movement that someone asks for.
#[derive(Debug, Clone)]
pub struct Order {
    /// Who asks, for which partner.
    pub scope: Scope,
    /// Which way.
    pub direction: Direction,
    /// The customer.
    pub customer_id: CustomerId,
    /// Minor units, above zero.
    pub amount: i64,
    /// The remark.
    pub memo: String,
    /// The caller's own key.
    pub key: String,
    /// The transfer that it takes back.
    pub reverses: Option<TransferId>,
}

impl Order {
    /// The hash of what is asked for: the same key must come with the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let amount = self.amount.to_string();
        fingerprint(&[
            self.direction.action().as_str(),
            self.customer_id.as_str(),
            &amount,
            self.scope.currency.code(),
            &self.memo,
        ])
    }

    /// The paying and the receiving account.
    #[must_use]
    pub fn accounts(&self) -> (AccountKey, AccountKey) {
        let partner = AccountKey::partner(&self.scope.partner_id, self.scope.currency);
        let customer = AccountKey::customer(&self.scope.partner_id, &self.customer_id, self.scope.currency);
        match self.direction {
            Direction::Appropriate => (partner, customer),
            Direction::Reclaim => (customer, partner),
        }
    }

    /// The transfer that carries it out.
    #[must_use]
    pub fn transfer(&self, at: i64, hold_until: Option<i64>) -> Transfer {
        let (debit, credit) = self.accounts();
        Transfer {
            id: ids::transfer(),
            kind: self.direction.kind().operation_type(),
            debit,
            credit,
            amount: self.amount,
            currency: self.scope.currency,
            customer_id: Some(self.customer_id.clone()),
            reverses: self.reverses.clone(),
            actor: self.scope.actor.clone(),
            memo: self.memo.clone(),
            at,
            hold_until,
        }
    }

    /// The audit entry of a step of this movement.
    #[must_use]
    pub fn act(&self, action: Action, transfer: &TransferId, after: Option<(i64, i64)>) -> Act {
        let money = |minor| Money::new(minor, self.scope.currency);
        let mut detail = json!({"transfer": transfer, "amount": money(self.amount)});
        if let Some((batch, _)) = self.key.strip_prefix("batch.").and_then(|rest| rest.split_once('.')) {
            detail["batch"] = json!(batch);
        }
        if let Some((paying, receiving)) = after {
            detail["paying"] = json!({"before": money(paying + self.amount), "after": money(paying)});
            detail["receiving"] =
                json!({"before": money(receiving - self.amount), "after": money(receiving)});
        }
        Act::of(&self.scope, action, "customer", self.customer_id.as_str(), detail)
    }
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Posted now.
    Posted {
        /// The transfer.
        transfer: TransferId,
    },
    /// Held now, until its code comes.
    Held {
        /// The pending transfer.
        transfer: TransferId,
    },
    /// The key was seen before, with this transfer as its first result.
    Seen {
        /// That transfer; it may be pending.
        transfer: TransferId,
    },
}

impl Outcome {
    /// The transfer that stands for the order.
    #[must_use]
    pub fn transfer(&self) -> &TransferId {
        match self {
            Self::Posted { transfer } | Self::Held { transfer } | Self::Seen { transfer } => transfer,
        }
    }
}

/// The customer's facts that decide.
#[derive(Debug, Clone)]
struct Facts {
    association: AssociationType,
    frozen: Frozen,
    manager: Option<String>,
}

/// The first result of a key.
#[derive(Debug, Clone)]
struct First {
    fingerprint: String,
    result: Result<TransferId, Code>,
}

/// Decides and writes orders in one transaction, in their order; each gets its own answer.
/// With `hold_until` the amounts are held instead of moved. The caller commits.
///
/// # Errors
/// A database that refuses; then none of the orders has happened.
pub async fn execute(
    db: &Db,
    tx: &mut Tx,
    orders: &[Order],
    now: i64,
    hold_until: Option<i64>,
) -> Result<Vec<Result<Outcome, Code>>, Error> {
    let partners: BTreeSet<&PartnerId> = orders.iter().map(|o| &o.scope.partner_id).collect();
    // The locked chain makes everything of one partner follow one after the other, so what is
    // read below is what the last one wrote, on every server.
    let mut trail = Trail::open(db, tx, partners).await?;
    let mut first = first_results(tx, orders).await?;
    let facts = facts(tx, orders).await?;
    let accounts = orders.iter().flat_map(|o| <[AccountKey; 2]>::from(o.accounts()));
    let mut book = Book::open(db, tx, accounts).await?;
    let mut requests: Vec<Vec<Value>> = Vec::new();
    let mut answers = Vec::with_capacity(orders.len());
    for order in orders {
        let slot = (order.scope.partner_id.clone(), order.key.clone());
        let content = order.fingerprint();
        if let Some(seen) = first.get(&slot) {
            answers.push(if seen.fingerprint == content {
                seen.result.clone().map(|transfer| Outcome::Seen { transfer })
            } else {
                Err(Code::KeyReused)
            });
            continue;
        }
        let transfer = order.transfer(now, hold_until);
        let decided = decide(order, facts.get(&(order.scope.partner_id.clone(), order.customer_id.clone())))
            .and_then(|()| book.transfer(&transfer));
        let result = match decided {
            Ok(written) => {
                let (action, after) = match (hold_until, order.direction) {
                    (Some(_), _) => (Action::FundsHold, None),
                    (None, direction) => {
                        (direction.action(), Some((written.debit_after, written.credit_after)))
                    }
                };
                trail.add(&order.act(action, &transfer.id, after), now)?;
                Ok(transfer.id.clone())
            }
            Err(code) => Err(code),
        };
        requests.push(vec![
            order.scope.partner_id.as_str().into(),
            order.key.as_str().into(),
            content.as_str().into(),
            result.as_ref().ok().map(ToString::to_string).into(),
            result.as_ref().err().map(|c| code_word(*c)).into(),
            now.into(),
        ]);
        first.insert(slot, First { fingerprint: content, result: result.clone() });
        answers.push(result.map(|transfer| match hold_until {
            Some(_) => Outcome::Held { transfer },
            None => Outcome::Posted { transfer },
        }));
    }
    book.write(tx).await?;
    insert_rows(
        tx,
        "INSERT INTO requests (partner_id, request_key, fingerprint, transfer_id, refusal, at) VALUES ",
        requests,
        "",
    )
    .await?;
    trail.write(tx).await?;
    Ok(answers)
}

/// Ends an open hold by moving its money, after its code was right. The caller commits.
///
/// # Errors
/// `TransferEnded` where it is not open any more; a rule that has come to say no meanwhile.
pub async fn post(
    db: &Db,
    tx: &mut Tx,
    order: &Order,
    pending: &TransferId,
    now: i64,
) -> Result<TransferId, Error> {
    let orders = std::slice::from_ref(order);
    let mut trail = Trail::open(db, tx, [&order.scope.partner_id]).await?;
    let facts = facts(tx, orders).await?;
    decide(order, facts.values().next())?;
    let (debit, credit) = order.accounts();
    let mut book = Book::open(db, tx, [debit, credit]).await?;
    if !ledger::hold_is_open(tx, &order.scope.partner_id, pending).await? {
        return Err(Code::TransferEnded.into());
    }
    let transfer = order.transfer(now, None);
    let written = book.end(&transfer, pending, crate::ledger::Phase::Post)?;
    book.write(tx).await?;
    let after = Some((written.debit_after, written.credit_after));
    trail.add(&order.act(order.direction.action(), &transfer.id, after), now)?;
    trail.write(tx).await?;
    Ok(transfer.id)
}

/// The rules, on the facts of the open transaction.
fn decide(order: &Order, facts: Option<&Facts>) -> Result<(), Code> {
    let facts = facts.ok_or(Code::NotFound)?;
    if let Some(managers) = &order.scope.managers
        && !managers.iter().any(|m| facts.manager.as_deref() == Some(m.as_str()))
    {
        return Err(Code::NotFound);
    }
    match order.direction {
        Direction::Appropriate => can_appropriate(facts.association, facts.frozen),
        Direction::Reclaim => can_reclaim(facts.association),
    }
}

/// The first result of a key, where it was seen before.
///
/// # Errors
/// A database that does not answer, or `KeyReused` where it came with another content.
pub async fn seen(tx: &mut Tx, order: &Order) -> Result<Option<Result<TransferId, Code>>, Error> {
    let mut found = first_results(tx, std::slice::from_ref(order)).await?;
    match found.pop_first() {
        Some((_, first)) if first.fingerprint == order.fingerprint() => Ok(Some(first.result)),
        Some(_) => Err(Code::KeyReused.into()),
        None => Ok(None),
    }
}

/// The first results of keys, those that have one.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn results(
    tx: &mut Tx,
    partner: &PartnerId,
    keys: &[String],
) -> Result<BTreeMap<String, Result<TransferId, Code>>, Error> {
    let found = results_of(tx, keys.iter().map(|key| (partner.as_str(), key.as_str()))).await?;
    Ok(found.into_iter().map(|((_, key), first)| (key, first.result)).collect())
}

/// Spends keys that have no result yet: whatever comes with them from now on is refused.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn refuse(
    tx: &mut Tx,
    partner: &PartnerId,
    keys: impl Iterator<Item = &String>,
    now: i64,
) -> Result<(), Error> {
    let row = |key: &String| -> Vec<Value> {
        let refusal = code_word(Code::TransferEnded);
        vec![
            partner.as_str().into(),
            key.as_str().into(),
            "".into(),
            Value::Text(None),
            refusal.into(),
            now.into(),
        ]
    };
    insert_rows(
        tx,
        "INSERT INTO requests (partner_id, request_key, fingerprint, transfer_id, refusal, at) VALUES ",
        keys.map(row).collect(),
        "",
    )
    .await?;
    Ok(())
}

async fn first_results(tx: &mut Tx, orders: &[Order]) -> Result<BTreeMap<(PartnerId, String), First>, Error> {
    results_of(tx, orders.iter().map(|o| (o.scope.partner_id.as_str(), o.key.as_str()))).await
}

async fn results_of<'a>(
    tx: &mut Tx,
    keys: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
) -> Result<BTreeMap<(PartnerId, String), First>, Error> {
    if keys.len() == 0 {
        return Ok(BTreeMap::new());
    }
    let mut sql = Sql::new(
        "SELECT partner_id, request_key, fingerprint, transfer_id, refusal FROM requests WHERE (partner_id, request_key) IN (VALUES ",
    );
    sql.rows(keys.map(|(partner, key)| vec![partner.into(), key.into()])).push(")");
    let rows = sql.many(tx).query().fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let slot = (PartnerId(row.try_get(0)?), row.try_get(1)?);
            let transfer: Option<String> = row.try_get(3)?;
            let refusal: Option<String> = row.try_get(4)?;
            let result =
                transfer.map(TransferId).ok_or_else(|| refusal.map_or(Code::Internal, |r| read_code(&r)));
            Ok((slot, First { fingerprint: row.try_get(2)?, result }))
        })
        .collect()
}

async fn facts(tx: &mut Tx, orders: &[Order]) -> Result<BTreeMap<(PartnerId, CustomerId), Facts>, Error> {
    let wanted: BTreeSet<(&str, &str)> =
        orders.iter().map(|o| (o.scope.partner_id.as_str(), o.customer_id.as_str())).collect();
    let mut sql = Sql::new(
        "SELECT partner_id, customer_id, association, frozen, manager_id FROM customers WHERE (partner_id, customer_id) IN (VALUES ",
    );
    sql.rows(wanted.into_iter().map(|(partner, customer)| vec![partner.into(), customer.into()])).push(")");
    let rows = sql.many(tx).query().fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let unknown = || Error::Internal("the database holds an unknown code".into());
            let facts = Facts {
                association: AssociationType::from_code(row.try_get(2)?).ok_or_else(unknown)?,
                frozen: Frozen::from_code(row.try_get(3)?).ok_or_else(unknown)?,
                manager: row.try_get(4)?,
            };
            Ok(((PartnerId(row.try_get(0)?), CustomerId(row.try_get(1)?)), facts))
        })
        .collect()
}

fn code_word(code: Code) -> String {
    serde_json::to_value(code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn read_code(word: &str) -> Code {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).unwrap_or(Code::Internal)
}
