//! Frees holds whose time is over. Run by a job; may run on several servers at once.

use super::{Book, Phase, Transfer, store};
use crate::audit::{Act, Trail};
use crate::db::Db;
use crate::error::Error;
use crate::ids;
use crate::scope::Origin;
use contract::audit::Action;
use contract::id::{PartnerId, TransferId};
use serde_json::json;

/// Ends every pending transfer that has expired by `now`. Answers how many it ended.
///
/// # Errors
/// A database that does not answer; what was ended before stays ended.
pub async fn expire_holds(db: &Db, now: i64) -> Result<usize, Error> {
    let mut ended = 0;
    for (partner, pending) in store::expired_holds(db, now, 200).await? {
        if end(db, &partner, &pending, Phase::Expire, "system", &Origin::default(), now).await? {
            ended += 1;
        }
    }
    Ok(ended)
}

/// Ends one pending transfer without moving money. Answers whether it was still open.
///
/// # Errors
/// A database that does not answer.
pub async fn end(
    db: &Db,
    partner: &PartnerId,
    pending: &TransferId,
    how: Phase,
    actor: &str,
    origin: &Origin,
    now: i64,
) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let Some(held) = store::transfer(&mut tx, partner, pending).await? else { return Ok(false) };
    let mut trail = Trail::open(db, &mut tx, [partner]).await?;
    let mut book = Book::open(db, &mut tx, [held.debit.clone(), held.credit.clone()]).await?;
    if !store::hold_is_open(&mut tx, partner, pending).await? {
        return Ok(false);
    }
    let ending = Transfer {
        id: ids::transfer(),
        kind: "hold.end",
        debit: held.debit,
        credit: held.credit,
        amount: held.amount,
        currency: held.currency,
        customer_id: held.customer_id.clone(),
        reverses: None,
        actor: actor.to_owned(),
        memo: String::new(),
        at: now,
        hold_until: None,
    };
    book.end(&ending, pending, how)?;
    book.write(&mut tx).await?;
    let act = Act {
        partner_id: partner.clone(),
        actor: actor.to_owned(),
        action: if how == Phase::Void { Action::FundsVoid } else { Action::FundsExpire },
        kind: "customer",
        id: held.customer_id.map(|c| c.0).unwrap_or_default(),
        detail: json!({"pending": pending, "amount": contract::money::Money::new(held.amount, held.currency)}),
        origin: origin.clone(),
    };
    trail.add(&act, now)?;
    trail.write(&mut tx).await?;
    db.commit(tx).await?;
    Ok(true)
}
