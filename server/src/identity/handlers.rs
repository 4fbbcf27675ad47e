//! The endpoints of signing in.

use super::sessions;
use super::sign_in::sign_in;
use super::store::Person;
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use crate::notices::store as notices;
use crate::outbox;
use crate::scope::Scope;
use crate::views::store as views;
use axum::response::Response;
use contract::audit::Action;
use contract::codes::Channel;
use contract::error::Code;
use contract::id::SessionId;
use contract::identity::{
    CurrentSession, Message, MessageList, Session, SessionList, SessionRevoke, SessionRevokeAll, SessionRow,
    SignIn, SignOut,
};
use contract::time::from_millis;
use serde_json::json;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .with(SignIn, sign_in_handler)
        .on(CurrentSession, current)
        .with(SignOut, sign_out)
        .on(SessionList, list)
        .on(SessionRevoke, revoke)
        .with(SessionRevokeAll, revoke_all)
        .on(MessageList, messages)
}

async fn sign_in_handler(app: App, call: Call<SignIn>) -> Result<Response, Error> {
    let (person, token, session) = sign_in(&app, &call.body, &call.origin, &call.user_agent).await?;
    let scope = sessions::scope_of(&person, None, call.origin, app.clock.millis());
    let mut response = respond::reply(&view(&app, &scope, &person, &session).await?);
    let (name, value) = cookies::set(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn current(app: App, call: Call<CurrentSession>) -> Result<Session, Error> {
    let scope = call.scope()?;
    let mut connection = app.db.read().acquire().await?;
    let person = super::store::person_by_id(&mut connection, scope).await?.ok_or(Code::SignedOut)?;
    drop(connection);
    view(&app, scope, &person, current_session(call.session.as_ref())?).await
}

async fn sign_out(app: App, call: Call<SignOut>) -> Result<Response, Error> {
    let scope = call.scope()?;
    end(&app, scope, current_session(call.session.as_ref())?).await?;
    Ok(signed_out(&app))
}

async fn list(app: App, call: Call<SessionList>) -> Result<Vec<SessionRow>, Error> {
    sessions::list(&app, call.scope()?, current_session(call.session.as_ref())?).await
}

async fn revoke(app: App, call: Call<SessionRevoke>) -> Result<(), Error> {
    end(&app, call.scope()?, &call.path).await
}

async fn revoke_all(app: App, call: Call<SessionRevokeAll>) -> Result<Response, Error> {
    let scope = call.scope()?;
    let mut tx = app.db.begin().await?;
    let ended = sessions::end_all(&mut tx, scope).await?;
    let act = Act::of(
        scope,
        Action::IdentitySessionsEnded,
        "user",
        scope.user_id.as_str(),
        json!({"sessions": ended}),
    );
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(signed_out(&app))
}

async fn messages(app: App, call: Call<MessageList>) -> Result<Vec<Message>, Error> {
    let scope = call.scope()?;
    outbox::inbox(&app, &scope.partner_id, &scope.user_id).await
}

async fn end(app: &App, scope: &Scope, id: &SessionId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    sessions::end(&mut tx, scope, id).await?;
    let act = Act::of(scope, Action::IdentitySessionEnded, "session", id.as_str(), json!({}));
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await
}

fn signed_out(app: &App) -> Response {
    let mut response = respond::reply(&());
    let (name, value) = cookies::clear(app);
    response.headers_mut().insert(name, value);
    response
}

fn current_session(session: Option<&SessionId>) -> Result<&SessionId, Error> {
    session.ok_or(Error::Refused(Code::SignedOut))
}

async fn view(app: &App, scope: &Scope, person: &Person, session: &SessionId) -> Result<Session, Error> {
    let (idle_until, ends_at) = sessions::ends(app, session).await?;
    Ok(Session {
        user_id: person.user_id.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        role: person.role,
        permissions: person.role.permissions().to_vec(),
        partner_id: person.partner.id.clone(),
        partner_name: person.partner.name.clone(),
        partner_kind: person.partner.kind,
        currency: person.partner.currency,
        message_centre: app.sender.is_embedded(Channel::Email),
        idle_until: from_millis(idle_until),
        ends_at: from_millis(ends_at),
        unread: notices::unread(&app.db, &scope.partner_id, &scope.user_id).await?,
        views: views::opening(&app.db, scope).await?,
    })
}
