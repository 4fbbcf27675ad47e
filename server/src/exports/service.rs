//! Asking for exports, and handing them out.

use super::{job, lists, store};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::ids;
use crate::scope::Scope;
use contract::access::Permission;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::exports::{
    AT_ONCE, Export, ExportColumn, ListName, MAX_COLUMNS, MAX_IDS, MAX_QUERY, MAX_TITLE, NewExport, State,
};
use contract::id::ExportId;
use futures_util::stream::{BoxStream, try_unfold};
use serde_json::json;
use std::collections::BTreeSet;

/// Notes a new export for the job.
///
/// # Errors
/// What is wrong with it; `Forbidden` where the person may not see the list; `TooManyAttempts` where
/// too many of theirs are open.
pub async fn ask(app: &App, scope: &Scope, new: &NewExport) -> Result<Export, Error> {
    if !scope.may(new.list.permission()) {
        return Err(Code::Forbidden.into());
    }
    if new.query.len() > MAX_QUERY {
        return Err(Error::field("query", Fault::TooLong { max: MAX_QUERY as u32 }));
    }
    lists::check(scope, new.list, &new.query)?;
    check_columns(new.list, &new.columns)?;
    if new.ids.len() > MAX_IDS {
        return Err(Error::field("ids", Fault::TooLong { max: MAX_IDS as u32 }));
    }
    if !new.ids.is_empty() && (new.list != ListName::Customers || new.page_only) {
        return Err(Error::field("ids", Fault::Invalid));
    }
    let ids = (!new.ids.is_empty()).then(|| serde_json::to_string(&new.ids)).transpose();
    let now = app.clock.millis();
    let id = ExportId(ids::new());
    let columns = serde_json::to_string(&new.columns).map_err(|e| Error::internal(&e))?;
    let mut tx = app.db.begin().await?;
    if store::open_ones(&mut tx, scope).await? >= AT_ONCE {
        return Err(Error::Counted(Code::TooManyAttempts, 60));
    }
    let row = store::New {
        id: &id,
        list: new.list,
        format: new.format,
        query: &new.query,
        columns: &columns,
        masked: !scope.may(Permission::CustomersReveal),
        page_only: new.page_only,
        ids: ids.map_err(|e| Error::internal(&e))?,
        at: now,
    };
    store::insert(&mut tx, scope, &row).await?;
    let keys: Vec<&str> = new.columns.iter().map(|c| c.key.as_str()).collect();
    let detail = json!({"list": new.list, "format": new.format, "query": new.query, "columns": keys, "page_only": new.page_only, "chosen": new.ids.len()});
    audit::record(
        &app.db,
        &mut tx,
        &Act::of(scope, Action::ExportsAsked, "export", id.as_str(), detail),
        now,
    )
    .await?;
    app.db.commit(tx).await?;
    app.export_wake.notify_one();
    store::need(&app.db, scope, &id).await
}

fn check_columns(list: ListName, columns: &[ExportColumn]) -> Result<(), Error> {
    if columns.is_empty() {
        return Err(Error::field("columns", Fault::Required));
    }
    if columns.len() > MAX_COLUMNS {
        return Err(Error::field("columns", Fault::TooLong { max: MAX_COLUMNS as u32 }));
    }
    let mut seen = BTreeSet::new();
    let fits = |column: &ExportColumn| {
        let title = column.title.chars().count();
        list.columns().contains(&column.key.as_str())
            && (1..=MAX_TITLE).contains(&title)
            && !column.title.contains(char::is_control)
    };
    if columns.iter().all(|c| fits(c) && seen.insert(c.key.as_str())) {
        Ok(())
    } else {
        Err(Error::field("columns", Fault::Invalid))
    }
}

/// Stops an export or deletes its file; the person's own, or with the right to settings anyone's.
///
/// # Errors
/// `NotFound` for an unknown export, `Forbidden` for somebody else's.
pub async fn remove(app: &App, scope: &Scope, id: &ExportId) -> Result<(), Error> {
    let export = store::need(&app.db, scope, id).await?;
    if !export.mine && !scope.may(Permission::PartnerSettings) {
        return Err(Code::Forbidden.into());
    }
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    if store::remove(&mut tx, scope, id, now).await? {
        let act = Act::of(scope, Action::ExportsDeleted, "export", id.as_str(), json!({"was": export.state}));
        audit::record(&app.db, &mut tx, &act, now).await?;
    }
    app.db.commit(tx).await
}

/// A file on its way out.
pub type Pieces = BoxStream<'static, Result<Vec<u8>, Error>>;

/// The file, piece by piece as it is sent; the download is in the audit trail.
///
/// # Errors
/// `NotFound` where there is no such file, or its time is over; `Forbidden` for somebody else's.
pub async fn file(app: &App, scope: &Scope, id: &ExportId) -> Result<(Export, Pieces), Error> {
    let export = store::need(&app.db, scope, id).await?;
    if !export.mine {
        return Err(Code::Forbidden.into());
    }
    let now = app.clock.millis();
    let over = export.expires_at.is_none_or(|at| contract::time::to_millis(at) <= now);
    if export.state != State::Done || over {
        return Err(Code::NotFound.into());
    }
    let mut tx = app.db.begin().await?;
    let detail = json!({"list": export.list, "rows": export.rows, "sha256": export.sha256});
    audit::record(
        &app.db,
        &mut tx,
        &Act::of(scope, Action::ExportsDownloaded, "export", id.as_str(), detail),
        now,
    )
    .await?;
    app.db.commit(tx).await?;
    let (db, partner, id) = (app.db.clone(), scope.partner_id.clone(), id.clone());
    let pieces = try_unfold(0_i64, move |number| {
        let (db, partner, id) = (db.clone(), partner.clone(), id.clone());
        async move {
            match store::piece(&db, &partner, &id, number).await? {
                Some(packed) => Ok(Some((job::unpack(&packed)?, number + 1))),
                None => Ok(None),
            }
        }
    });
    Ok((export, Box::pin(pieces)))
}
