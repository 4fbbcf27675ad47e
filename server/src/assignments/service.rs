//! Assigning customers. All of a call is decided and written in one transaction, under the lock of the partner's trail:
//! of two members who assign the same customer one is first, and the other is told.

use super::store::{self, Now};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::customers::list as customer_list;
use crate::customers::store as customers;
use crate::error::Error;
use crate::scope::Scope;
use contract::assignments::{Assign, Assigned, Left, MAX_ASSIGNED, MAX_NAMED};
use contract::audit::Action;
use contract::customers::{ListQuery, Manager};
use contract::error::{Code, Fault};
use contract::id::CustomerId;
use contract::time::{from_millis, to_millis};
use serde_json::json;
use std::collections::BTreeSet;

/// Customers that are looked at together.
const TOGETHER: usize = 500;

/// Assigns customers, or takes them back.
///
/// # Errors
/// Faults of `customers`, `query` and `manager`; `TooMuch` for more than 10,000.
pub(super) async fn assign(app: &App, scope: &Scope, wanted: &Assign) -> Result<Assigned, Error> {
    let ids = chosen(app, scope, wanted).await?;
    let manager = manager(app, scope, wanted).await?;
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let mut result = Assigned::default();
    for ids in ids.chunks(TOGETHER) {
        let found = store::present(&mut tx, scope, ids).await?;
        result.missing += count(ids.len() - found.len());
        let mut changed = Vec::new();
        for customer in found {
            if customer.manager.as_ref().map(|m| &m.id) == manager.as_ref().map(|m| &m.id) {
                result.same += 1;
            } else if let Some(by) = overtaken(scope, wanted, &customer) {
                result.left += 1;
                if result.named.len() < MAX_NAMED {
                    result.named.push(left(&customer, by));
                }
            } else {
                changed.push(customer);
            }
        }
        store::assign(&mut tx, scope, &changed, manager.as_ref(), now).await?;
        result.done += count(changed.len());
        for customer in &changed {
            let who = |m: Option<&Manager>| m.map(|m| json!({"id": m.id, "name": m.name}));
            let detail = json!({"before": who(customer.manager.as_ref()), "after": who(manager.as_ref())});
            let id = customer.id.as_str();
            trail.add(&Act::of(scope, Action::CustomersAssigned, "customer", id, detail), now)?;
        }
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(result)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The customers, each once.
async fn chosen(app: &App, scope: &Scope, wanted: &Assign) -> Result<Vec<CustomerId>, Error> {
    match (&wanted.query, wanted.customers.is_empty()) {
        (None, true) => Err(Error::field("customers", Fault::Required)),
        (Some(_), false) => Err(Error::field("query", Fault::Invalid)),
        (None, false) => {
            let unique: BTreeSet<&str> = wanted.customers.iter().map(CustomerId::as_str).collect();
            if unique.len() > MAX_ASSIGNED {
                return Err(Code::TooMuch.into());
            }
            Ok(unique.into_iter().map(CustomerId::from).collect())
        }
        (Some(query), true) => matching(app, scope, query).await,
    }
}

/// All that a list's query matches, in the order of association, which never changes.
async fn matching(app: &App, scope: &Scope, query: &str) -> Result<Vec<CustomerId>, Error> {
    let query: ListQuery = serde_qs::from_str(query.trim_start_matches('?'))
        .map_err(|_| Error::field("query", Fault::Invalid))?;
    let query = ListQuery { page: None, limit: None, sort: None, ..query };
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let query = ListQuery { page: cursor, ..query.clone() };
        let (found, next) = customer_list::batch(&app.db, scope, &query, TOGETHER as u32).await?;
        ids.extend(found.into_iter().map(|found| found.row.id));
        if ids.len() > MAX_ASSIGNED {
            return Err(Code::TooMuch.into());
        }
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(ids),
        }
    }
}

/// To whom: an active member who is a customer manager or supervises some.
async fn manager(app: &App, scope: &Scope, wanted: &Assign) -> Result<Option<Manager>, Error> {
    let Some(id) = &wanted.manager else { return Ok(None) };
    let all = customers::managers(&app.db, scope).await?;
    let found = all.into_iter().find(|manager| manager.id == *id);
    found.map(Some).ok_or_else(|| Error::field("manager", Fault::Invalid))
}

/// Who has assigned the customer since the person looked, if somebody else has.
fn overtaken<'a>(scope: &Scope, wanted: &Assign, customer: &'a Now) -> Option<&'a store::Last> {
    let seen = to_millis(wanted.seen_at?);
    customer.last.as_ref().filter(|last| last.at > seen && last.by != scope.actor)
}

fn left(customer: &Now, last: &store::Last) -> Left {
    Left {
        id: customer.id.clone(),
        name: customer.name.clone(),
        manager: customer.manager.as_ref().map(|m| m.name.clone()).unwrap_or_default(),
        by: last.by.clone(),
        at: from_millis(last.at),
    }
}
