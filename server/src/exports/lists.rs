//! The lists that files are made of, read in batches with the same filters and order as on the screen.

use super::cells::Item;
use super::store::Task;
use crate::app::App;
use crate::error::Error;
use crate::scope::Scope;
use crate::{audit, customers, funds};
use contract::audit::AuditQuery;
use contract::customers::ListQuery;
use contract::error::{Code, Fault};
use contract::exports::ListName;
use contract::funds::AdjustmentQuery;
use serde::de::DeserializeOwned;

/// A query string as the list's own query.
fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    serde_qs::from_str(query.trim_start_matches('?')).map_err(|_| Error::field("query", Fault::Invalid))
}

/// Whether a query string is one of the list's.
///
/// # Errors
/// At the field `query`.
pub(super) fn check(list: ListName, query: &str) -> Result<(), Error> {
    match list {
        ListName::Customers => parse::<ListQuery>(query).and_then(|q| customers::list::check(&q)),
        ListName::Adjustments => parse::<AdjustmentQuery>(query).map(drop),
        ListName::Audit => parse::<AuditQuery>(query).map(drop),
    }
}

/// About how many rows there will be.
pub(super) async fn expected(app: &App, scope: &Scope, task: &Task) -> Result<i64, Error> {
    let query = &task.query;
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
    let page = cursor.map(str::to_owned);
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
    }
    .map_err(|error: Error| match error {
        Error::Refused(Code::BadRequest) => Error::Internal("an export's own cursor was refused".into()),
        other => other,
    })
}
