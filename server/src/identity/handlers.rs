//! The endpoints of signing in.

use super::sessions::Token;
use super::sign_in::sign_in;
use super::store::Person;
use super::{membership, sessions};
use crate::app::App;
use crate::approvals::store as approvals;
use crate::audit::{self, Act};
use crate::company::store as company;
use crate::error::Error;
use crate::factors::step::Outcome;
use crate::http::{Call, Mount, cookies, respond};
use crate::notices::store as notices;
use crate::outbox;
use crate::scope::{Origin, Scope};
use crate::views::store as views;
use axum::response::Response;
use contract::audit::Action;
use contract::codes::Channel;
use contract::error::Code;
use contract::factors::SignedIn;
use contract::id::SessionId;
use contract::identity::{
    CurrentSession, Membership, Message, MessageList, PartnerSwitch, Session, SessionList, SessionRevoke,
    SessionRevokeAll, SessionRow, SignIn, SignOut, ViewEnd,
};
use contract::time::from_millis;
use serde_json::json;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .with(SignIn, sign_in_handler)
        .on(CurrentSession, current)
        .with(PartnerSwitch, switch)
        .on(ViewEnd, end_view)
        .with(SignOut, sign_out)
        .on(SessionList, list)
        .on(SessionRevoke, revoke)
        .with(SessionRevokeAll, revoke_all)
        .on(MessageList, messages)
}

async fn sign_in_handler(app: App, call: Call<SignIn>) -> Result<Response, Error> {
    let outcome = sign_in(&app, &call.body, &call.origin, &call.user_agent).await?;
    come_to(&app, outcome, &call.origin).await
}

/// The answer to what a sign-in has come to, with its cookie.
pub(crate) async fn come_to(app: &App, outcome: Outcome, origin: &Origin) -> Result<Response, Error> {
    let (reply, cookie) = match outcome {
        Outcome::Session(person, token, session) => {
            let scope = sessions::scope_of(&person, None, origin.clone(), app.clock.millis());
            let session = Box::new(view(app, &scope, &person, &session).await?);
            (SignedIn::Done { session }, cookies::set(app, &token))
        }
        Outcome::Due(token, step) => (SignedIn::SecondFactor { step }, cookies::set_step(app, &token)),
    };
    let mut response = respond::reply(&reply);
    response.headers_mut().insert(cookie.0, cookie.1);
    Ok(response)
}

/// The answer to a second step that was passed: the session, and the step's cookie is gone.
pub(crate) async fn signed_in(
    app: &App,
    (person, token, session): (Person, Token, SessionId),
    origin: &Origin,
) -> Result<Response, Error> {
    let scope = sessions::scope_of(&person, None, origin.clone(), app.clock.millis());
    let mut response = respond::reply(&view(app, &scope, &person, &session).await?);
    for (name, value) in [cookies::set(app, &token), cookies::clear_step(app)] {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

async fn current(app: App, call: Call<CurrentSession>) -> Result<Session, Error> {
    let scope = call.scope()?;
    let mut connection = app.db.read().acquire().await?;
    let person = super::store::person_by_id(&mut connection, scope).await?.ok_or(Code::SignedOut)?;
    drop(connection);
    view(&app, scope, &person, current_session(call.session.as_ref())?).await
}

async fn switch(app: App, call: Call<PartnerSwitch>) -> Result<Response, Error> {
    let (scope, session) = (call.scope()?, current_session(call.session.as_ref())?);
    let (person, token) = membership::switch(&app, scope, session, &call.body.partner_id).await?;
    let scope = sessions::scope_of(&person, None, call.origin.clone(), app.clock.millis());
    let mut response = respond::reply(&view(&app, &scope, &person, session).await?);
    let (name, value) = cookies::set(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn end_view(app: App, call: Call<ViewEnd>) -> Result<Session, Error> {
    let (scope, session) = (call.scope()?, current_session(call.session.as_ref())?);
    let person = membership::end_view(&app, scope, session).await?;
    let scope = sessions::scope_of(&person, None, call.origin.clone(), app.clock.millis());
    view(&app, &scope, &person, session).await
}

async fn sign_out(app: App, call: Call<SignOut>) -> Result<Response, Error> {
    let (scope, session) = (call.scope()?, current_session(call.session.as_ref())?);
    let mut tx = app.db.begin().await?;
    // Whoever looks as a member ends the own session.
    sessions::end_this(&mut tx, session).await?;
    let act = Act::of(scope, Action::IdentitySessionEnded, "session", session.as_str(), json!({}));
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(signed_out(&app))
}

async fn list(app: App, call: Call<SessionList>) -> Result<Vec<SessionRow>, Error> {
    own(call.scope()?)?;
    sessions::list(&app, call.scope()?, current_session(call.session.as_ref())?).await
}

async fn revoke(app: App, call: Call<SessionRevoke>) -> Result<(), Error> {
    end(&app, call.scope()?, current_session(call.session.as_ref())?, &call.path).await
}

async fn revoke_all(app: App, call: Call<SessionRevokeAll>) -> Result<Response, Error> {
    let scope = call.scope()?;
    let mut tx = app.db.begin().await?;
    let person = super::store::person_by_id(&mut tx, scope).await?.ok_or(Code::SignedOut)?;
    let ended = if sessions::is_by_sso(&mut tx, current_session(call.session.as_ref())?).await? {
        sessions::end_all(&mut tx, &scope.partner_id, &scope.user_id).await?
    } else {
        // For all partners: a session for another one could switch back.
        sessions::end_of_person(&mut tx, &person.person_id, None).await?
    };
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
    own(scope)?;
    outbox::inbox(&app, &scope.partner_id, &scope.user_id).await
}

async fn end(app: &App, scope: &Scope, current: &SessionId, id: &SessionId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    if sessions::is_by_sso(&mut tx, current).await?
        && sessions::owner(&mut tx, id).await?.0 != scope.partner_id
    {
        return Err(Code::NotFound.into());
    }
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

/// What is the person's alone is not shown to who looks as that person.
pub(crate) fn own(scope: &Scope) -> Result<(), Error> {
    if scope.viewed { Err(Code::ViewOnly.into()) } else { Ok(()) }
}

fn current_session(session: Option<&SessionId>) -> Result<&SessionId, Error> {
    session.ok_or(Error::Refused(Code::SignedOut))
}

/// The session as the console needs it.
///
/// # Errors
/// `SignedOut` where it has ended.
pub(crate) async fn view(
    app: &App,
    scope: &Scope,
    person: &Person,
    session: &SessionId,
) -> Result<Session, Error> {
    let (idle_until, ends_at) = sessions::ends(app, session).await?;
    let mut connection = app.db.read().acquire().await?;
    let roles = super::store::role_names(&mut connection, &person.partner.id, &person.roles).await?;
    let memberships = super::store::memberships(&mut connection, &person.person_id).await?;
    let company = company::company(&mut connection, &person.partner.id).await?;
    let preferences = company::preferences(&mut connection, &person.person_id).await?;
    let doors = super::store::doors(&mut connection, session).await?;
    drop(connection);
    // Whoever looks as a member has got past that.
    let (factor_needed, sso_needed) =
        (!scope.viewed && doors.factor_needed, !scope.viewed && doors.sso_needed);
    let is_here = |m: &Person| !doors.by_sso || m.partner.id == person.partner.id;
    let membership =
        |m: Person| Membership { partner_id: m.partner.id, name: m.partner.name, kind: m.partner.kind };
    Ok(Session {
        user_id: person.user_id.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        roles,
        // Before single sign-on nothing of the partner's is told.
        permissions: if sso_needed { Vec::new() } else { person.rights.permissions.clone() },
        sight: person.rights.sight,
        factor_needed,
        sso_needed,
        sso: doors.sso,
        by_sso: doors.by_sso,
        viewer: scope.viewed.then(|| scope.actor.clone()),
        // Looking as somebody is looking at one partner.
        partners: if scope.viewed {
            Vec::new()
        } else {
            memberships.into_iter().filter(is_here).map(membership).collect()
        },
        partner_id: person.partner.id.clone(),
        partner_name: person.partner.name.clone(),
        partner_kind: person.partner.kind,
        currency: person.partner.currency,
        message_centre: app.sender.is_embedded(Channel::Email),
        display_name: company.details.display_name,
        logo: company.logo,
        preferences,
        idle_until: from_millis(idle_until),
        ends_at: from_millis(ends_at),
        unread: if sso_needed {
            0
        } else {
            notices::unread(&app.db, &scope.partner_id, &scope.user_id).await?
        },
        approvals: if sso_needed {
            0
        } else {
            approvals::waiting(&app.db, scope, app.clock.millis()).await?
        },
        views: if sso_needed { Vec::new() } else { views::opening(&app.db, scope).await? },
    })
}
