//! The lists that files are made of, read in batches with the same filters and order as on the screen.

use super::cells::Item;
use super::store::Task;
use crate::app::App;
use crate::error::Error;
use crate::scope::Scope;
use crate::{audit, consumption, customers, funds};
use contract::audit::AuditQuery;
use contract::consumption::LineQuery;
use contract::customers::ListQuery;
use contract::error::{Code, Fault};
use contract::exports::ListName;
use contract::funds::AdjustmentQuery;
use contract::id::CustomerId;
use contract::page::page_size;
use serde::de::DeserializeOwned;

/// A query string as the list's own query.
fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    serde_qs::from_str(query.trim_start_matches('?')).map_err(|_| Error::field("query", Fault::Invalid))
}

/// Whether a query string is one of the list's.
///
/// # Errors
/// At the field `query`.
pub(crate) fn check(scope: &Scope, list: ListName, query: &str) -> Result<(), Error> {
    match list {
        ListName::Customers => parse::<ListQuery>(query).and_then(|q| customers::list::check(scope, &q)),
        ListName::Adjustments => parse::<AdjustmentQuery>(query).and_then(|q| funds::store::check(scope, &q)),
        ListName::Audit => parse::<AuditQuery>(query).map(drop),
        ListName::Consumption => parse::<LineQuery>(query).and_then(|q| consumption::lines::check(&q)),
    }
}

/// About how many rows there will be.
pub(super) async fn expected(app: &App, scope: &Scope, task: &Task) -> Result<i64, Error> {
    let query = &task.query;
    if let Some(ids) = &task.ids {
        return Ok(i64::try_from(ids.len()).unwrap_or(0));
    }
    if task.page_only {
        return Ok(0);
    }
    let total = match task.list {
        ListName::Customers => {
            customers::list::list(&app.db, scope, &ListQuery { page: None, ..parse(query)? }).await?.total
        }
        ListName::Adjustments => {
            let query = AdjustmentQuery { page: None, ..parse(query)? };
            funds::store::adjustments(&app.db, scope, &query).await?.total
        }
        ListName::Audit => {
            audit::store::list(&app.db, scope, &AuditQuery { page: None, ..parse(query)? }).await?.total
        }
        ListName::Consumption => {
            consumption::lines::list(&app.db, scope, &LineQuery { page: None, ..parse(query)? }).await?.total
        }
    };
    Ok(if total.more { 0 } else { total.count })
}

/// The rows after a cursor, and the cursor after them.
pub(super) async fn batch(
    app: &App,
    scope: &Scope,
    task: &Task,
    cursor: Option<&str>,
    rows: u32,
) -> Result<(Vec<Item>, Option<String>), Error> {
    if let Some(ids) = &task.ids {
        return chosen(app, scope, ids, cursor, rows).await;
    }
    // One page is where the query says, and as long as it says.
    let at = parse::<Place>(&task.query)?;
    let (page, rows) =
        if task.page_only { (at.page, page_size(at.limit)) } else { (cursor.map(str::to_owned), rows) };
    let (items, next) = of_list(app, scope, task, page, rows).await?;
    Ok((items, next.filter(|_| !task.page_only)))
}

/// Where a list's query begins, whatever else it asks for.
#[derive(serde::Deserialize)]
struct Place {
    page: Option<String>,
    limit: Option<u32>,
}

/// Rows that were chosen one by one; the cursor counts them.
async fn chosen(
    app: &App,
    scope: &Scope,
    ids: &[CustomerId],
    cursor: Option<&str>,
    rows: u32,
) -> Result<(Vec<Item>, Option<String>), Error> {
    let from: usize = cursor.and_then(|c| c.parse().ok()).unwrap_or(0);
    let until = (from + rows as usize).min(ids.len());
    let part = ids.get(from..until).unwrap_or_default();
    let mut found = customers::store::by_ids(&app.db, scope, part).await?;
    let items = part.iter().filter_map(|id| found.remove(id)).map(|f| Item::Customer(Box::new(f)));
    Ok((items.collect(), (until < ids.len()).then(|| until.to_string())))
}

async fn of_list(
    app: &App,
    scope: &Scope,
    task: &Task,
    page: Option<String>,
    rows: u32,
) -> Result<(Vec<Item>, Option<String>), Error> {
    match task.list {
        ListName::Customers => {
            let query = ListQuery { page, ..parse(&task.query)? };
            let (found, next) = customers::list::batch(&app.db, scope, &query, rows).await?;
            Ok((found.into_iter().map(|f| Item::Customer(Box::new(f))).collect(), next))
        }
        ListName::Adjustments => {
            let query = AdjustmentQuery { page, ..parse(&task.query)? };
            let (found, next) = funds::store::adjustments_from(&app.db, scope, &query, rows).await?;
            Ok((found.into_iter().map(|a| Item::Adjustment(Box::new(a))).collect(), next))
        }
        ListName::Audit => {
            let query = AuditQuery { page, ..parse(&task.query)? };
            let (found, next) = audit::store::entries_from(&app.db, scope, &query, rows).await?;
            Ok((found.into_iter().map(|e| Item::Audit(Box::new(e))).collect(), next))
        }
        ListName::Consumption => {
            let query = LineQuery { page, ..parse(&task.query)? };
            let (found, next) = consumption::lines::batch(&app.db, scope, &query, rows).await?;
            Ok((found.into_iter().map(|l| Item::Consumption(Box::new(l))).collect(), next))
        }
    }
    .map_err(|error: Error| match error {
        Error::Refused(Code::BadRequest) => Error::Internal("an export's own cursor was refused".into()),
        other => other,
    })
}
