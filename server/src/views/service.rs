//! Saving, changing and choosing views.

use super::store;
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::ids;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::{Change, Code, Fault};
use contract::id::ViewId;
use contract::time::from_millis;
use contract::views::{DefaultView, LISTS, MAX_VIEWS, NewView, View, ViewUpdate, faults};
use serde_json::json;

fn check(list: &str, name: &str, query: &str) -> Result<(), Error> {
    if !LISTS.contains(&list) {
        return Err(Error::field("list", Fault::Invalid));
    }
    let faults = faults(name, query);
    if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
}

/// Saves a view.
///
/// # Errors
/// What is wrong with it; `NameTaken`; `TooManyAttempts` where the person has too many.
pub(super) async fn create(app: &App, scope: &Scope, new: &NewView) -> Result<View, Error> {
    check(&new.list, &new.name, &new.query)?;
    let id = ViewId(ids::new());
    let mut tx = app.db.begin().await?;
    // The chain's lock makes the two looks below hold until the view is written.
    let detail = json!({"list": new.list, "name": new.name.trim(), "query": new.query, "shared": new.shared});
    let act = Act::of(scope, Action::ViewsSaved, "view", id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    if store::count(&mut tx, scope).await? >= MAX_VIEWS {
        return Err(Code::TooMuch.into());
    }
    if store::named(&mut tx, scope, &new.list, new.name.trim()).await?.is_some() {
        return Err(Code::NameTaken.into());
    }
    store::insert(&mut tx, scope, &id, new).await?;
    app.db.commit(tx).await?;
    need(app, scope, &id).await
}

/// Changes one's own view.
///
/// # Errors
/// What is wrong with it; `NameTaken`; `Changed` with who did it and when; `Forbidden` for a
/// colleague's view, `NotFound` for one that the person cannot see.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    id: &ViewId,
    update: &ViewUpdate,
) -> Result<View, Error> {
    let before = own(app, scope, id).await?;
    check(&before.list, &update.name, &update.query)?;
    let mut tx = app.db.begin().await?;
    let detail = json!({
        "name": {"before": before.name, "after": update.name.trim()},
        "query": {"before": before.query, "after": update.query},
        "shared": {"before": before.shared, "after": update.shared},
    });
    let act = Act::of(scope, Action::ViewsChanged, "view", id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    let taken = store::named(&mut tx, scope, &before.list, update.name.trim()).await?;
    if taken.is_some_and(|other| other != *id) {
        return Err(Code::NameTaken.into());
    }
    if !store::update(&mut tx, scope, id, update).await? {
        tx.rollback().await?;
        let (by, at) = store::last_change(&app.db, scope, id).await?.ok_or(Code::NotFound)?;
        return Err(Error::Changed(Change { by, at: from_millis(at) }));
    }
    app.db.commit(tx).await?;
    need(app, scope, id).await
}

/// Deletes one's own view.
///
/// # Errors
/// `Forbidden` for a colleague's.
pub(super) async fn delete(app: &App, scope: &Scope, id: &ViewId) -> Result<(), Error> {
    let view = match own(app, scope, id).await {
        Err(Error::Refused(Code::NotFound)) => return Ok(()),
        view => view?,
    };
    let mut tx = app.db.begin().await?;
    let detail = json!({"list": view.list, "name": view.name});
    let act = Act::of(scope, Action::ViewsDeleted, "view", id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    store::delete(&mut tx, scope, id).await?;
    app.db.commit(tx).await
}

/// Chooses the view with which a list opens for the person.
///
/// # Errors
/// `NotFound` for a view that the person cannot see, or of another list.
pub(super) async fn choose(app: &App, scope: &Scope, chosen: &DefaultView) -> Result<(), Error> {
    if !LISTS.contains(&chosen.list.as_str()) {
        return Err(Error::field("list", Fault::Invalid));
    }
    if let Some(id) = &chosen.view {
        let view = need(app, scope, id).await?;
        if view.list != chosen.list {
            return Err(Code::NotFound.into());
        }
    }
    let mut tx = app.db.begin().await?;
    let detail = json!({"list": chosen.list, "view": chosen.view});
    let act = Act::of(scope, Action::ViewsChosen, "user", scope.user_id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    store::choose(&mut tx, scope, chosen).await?;
    app.db.commit(tx).await
}

async fn need(app: &App, scope: &Scope, id: &ViewId) -> Result<View, Error> {
    store::find(&app.db, scope, id).await?.ok_or(Error::Refused(Code::NotFound))
}

async fn own(app: &App, scope: &Scope, id: &ViewId) -> Result<View, Error> {
    let view = need(app, scope, id).await?;
    if view.mine { Ok(view) } else { Err(Code::Forbidden.into()) }
}
