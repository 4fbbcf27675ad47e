//! The endpoints of notices.

use super::{live, store};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::http::{Call, Mount};
use crate::scope::Scope;
use axum::response::Response;
use contract::access::Permission;
use contract::audit::Action;
use contract::error::Code;
use contract::notices::{
    Choice, Kind, LiveEvents, Notice, NoticeChoices, NoticeChoicesChange, NoticeList, NoticesRead, Unread,
};
use contract::page::Page;
use serde_json::json;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(NoticeList, list)
        .on(NoticesRead, read)
        .on(NoticeChoices, choices)
        .on(NoticeChoicesChange, choose)
        .with(LiveEvents, events)
}

async fn list(app: App, call: Call<NoticeList>) -> Result<Page<Notice>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn read(app: App, call: Call<NoticesRead>) -> Result<Unread, Error> {
    let scope = call.scope()?;
    let mut tx = app.db.begin().await?;
    store::mark_read(&mut tx, scope, &call.body.ids).await?;
    app.db.commit(tx).await?;
    // The person's other windows show the same number.
    app.live.tell(&scope.partner_id, &["notices"]);
    Ok(Unread { count: store::unread(&app.db, &scope.partner_id, &scope.user_id).await? })
}

async fn choices(app: App, call: Call<NoticeChoices>) -> Result<Vec<Choice>, Error> {
    own_choices(&app, call.scope()?).await
}

/// The choices among what the person may know of.
async fn own_choices(app: &App, scope: &Scope) -> Result<Vec<Choice>, Error> {
    let all = store::choices(&app.db, &scope.partner_id, &scope.user_id).await?;
    Ok(all.into_iter().filter(|c| may_know(scope, c.kind)).collect())
}

fn may_know(scope: &Scope, kind: Kind) -> bool {
    match kind {
        Kind::Movement => scope.may(Permission::FundsRead),
        Kind::Webhook => scope.may(Permission::WebhooksManage),
        Kind::Security => scope.may(Permission::PartnerSettings),
        _ => true,
    }
}

async fn choose(app: App, call: Call<NoticeChoicesChange>) -> Result<Vec<Choice>, Error> {
    let scope = call.scope()?;
    if call.body.len() > Kind::ALL.len() {
        return Err(Code::TooMuch.into());
    }
    if call.body.iter().any(|choice| !may_know(scope, choice.kind)) {
        return Err(Code::Forbidden.into());
    }
    let mut tx = app.db.begin().await?;
    store::choose(&mut tx, scope, &call.body).await?;
    let act = Act::of(scope, Action::NoticesChosen, "user", scope.user_id.as_str(), json!(call.body));
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    app.db.commit(tx).await?;
    own_choices(&app, scope).await
}

async fn events(app: App, call: Call<LiveEvents>) -> Result<Response, Error> {
    let session = call.session.clone();
    live::stream(app, call.scope()?.clone(), session).await
}
