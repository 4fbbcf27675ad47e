//! The endpoints of the organisation.

use super::{invitations, invited, join, members, roles, store};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount};
use crate::identity::{
    handlers::{come_to, view},
    membership, sessions,
};
use axum::response::Response;
use contract::error::Code;
use contract::identity::Session;
use contract::organisation::{
    Invitation, InvitationCancel, InvitationCreate, InvitationLink, InvitationList, InvitationResend,
    JoinAccept, JoinView, Member, MemberChange, MemberList, MemberLook, MemberUnbind, RoleChange, RoleCreate,
    RoleDelete, RoleList, RoleRow, Welcome,
};
use contract::page::Page;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(MemberList, list)
        .on(MemberChange, change)
        .on(MemberUnbind, unbind)
        .on(MemberLook, look)
        .on(RoleList, all_roles)
        .on(RoleCreate, create_role)
        .on(RoleChange, change_role)
        .on(RoleDelete, delete_role)
        .on(InvitationList, all_invitations)
        .on(InvitationCreate, invite)
        .on(InvitationResend, resend)
        .on(InvitationCancel, cancel)
        .on(JoinView, welcome)
        .with(JoinAccept, accept)
}

async fn list(app: App, call: Call<MemberList>) -> Result<Page<Member>, Error> {
    store::list(&app.db, call.scope()?, &call.query).await
}

async fn change(app: App, call: Call<MemberChange>) -> Result<Member, Error> {
    members::change(&app, call.scope()?, &call.path, &call.body).await
}

async fn unbind(app: App, call: Call<MemberUnbind>) -> Result<(), Error> {
    members::unbind(&app, call.scope()?, &call.path).await
}

async fn look(app: App, call: Call<MemberLook>) -> Result<Session, Error> {
    let (scope, session) = (call.scope()?, call.session.as_ref().ok_or(Code::SignedOut)?);
    let person = membership::look(&app, scope, session, &call.path).await?;
    let seen = sessions::scope_of(&person, None, call.origin.clone(), scope.now);
    let seen = crate::scope::Scope { actor: scope.actor.clone(), viewed: true, ..seen };
    view(&app, &seen, &person, session).await
}

async fn all_roles(app: App, call: Call<RoleList>) -> Result<Vec<RoleRow>, Error> {
    roles::list(&app.db, call.scope()?).await
}

async fn create_role(app: App, call: Call<RoleCreate>) -> Result<RoleRow, Error> {
    roles::create(&app, call.scope()?, &call.body).await
}

async fn change_role(app: App, call: Call<RoleChange>) -> Result<RoleRow, Error> {
    roles::change(&app, call.scope()?, &call.path, &call.body).await
}

async fn delete_role(app: App, call: Call<RoleDelete>) -> Result<(), Error> {
    roles::delete(&app, call.scope()?, &call.path).await
}

async fn all_invitations(app: App, call: Call<InvitationList>) -> Result<Page<Invitation>, Error> {
    invited::list(&app.db, call.scope()?, &call.query).await
}

async fn invite(app: App, call: Call<InvitationCreate>) -> Result<Vec<InvitationLink>, Error> {
    invitations::create(&app, call.scope()?, &call.body).await
}

async fn resend(app: App, call: Call<InvitationResend>) -> Result<InvitationLink, Error> {
    invitations::resend(&app, call.scope()?, &call.path).await
}

async fn cancel(app: App, call: Call<InvitationCancel>) -> Result<(), Error> {
    invitations::cancel(&app, call.scope()?, &call.path).await
}

async fn welcome(app: App, call: Call<JoinView>) -> Result<Welcome, Error> {
    join::welcome(&app, &call.path).await
}

async fn accept(app: App, call: Call<JoinAccept>) -> Result<Response, Error> {
    let outcome = join::accept(&app, &call.path, &call.body, &call.origin, &call.user_agent).await?;
    come_to(&app, outcome, &call.origin).await
}
