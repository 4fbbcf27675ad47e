//! Changing and ending memberships.

use super::roles;
use super::store::{self, Stored};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::identity::{sessions, store as identity};
use crate::scope::Scope;
use crate::sso::store as sso;
use contract::access::Role;
use contract::audit::Action;
use contract::error::Code;
use contract::id::{RoleId, UserId};
use contract::organisation::{ChangeMember, Member};
use serde_json::json;
use sqlx::AnyConnection;

/// Gives a member other roles or another supervisor.
///
/// # Errors
/// `OwnRoles`, `MoreThanOwn`, `LastAdmin`, `Circle`, `Changed`, `NotFound`, or a fault of `roles` or
/// `supervisor`.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    id: &UserId,
    wanted: &ChangeMember,
) -> Result<Member, Error> {
    let mut tx = app.db.begin().await?;
    // Under the chain's lock: two admins who take each other's role at once leave one of them.
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let before = touchable(&mut tx, scope, id).await?;
    let customs = store::customs(&mut tx, &scope.partner_id).await?;
    let roles = roles::check(scope, &wanted.roles, &customs)?;
    if before.version != wanted.version {
        return Err(Code::Changed.into());
    }
    if is_admin(&before.roles) && !is_admin(&roles) {
        keep_an_admin(&mut tx, scope).await?;
    }
    if let Some(supervisor) = &wanted.supervisor {
        store::member(&mut tx, scope, supervisor)
            .await
            .map_err(|_| Error::field("supervisor", contract::error::Fault::Invalid))?;
        if identity::team(&mut tx, &scope.partner_id, id).await?.contains(supervisor) {
            return Err(Code::Circle.into());
        }
    }
    let granted = store::granted(&roles, &customs);
    let set = store::set_member(
        &mut tx,
        scope,
        (id, wanted.version),
        (&roles, &granted),
        wanted.supervisor.as_ref(),
    );
    if !set.await? {
        return Err(Code::Changed.into());
    }
    let detail = json!({
        "name": before.name,
        "roles": {
            "before": roles::names(&before.roles, &customs),
            "after": roles::names(&roles, &customs),
        },
        "supervisor": {"before": before.supervisor, "after": wanted.supervisor},
    });
    trail.add(
        &Act::of(scope, Action::OrganisationMemberChanged, "user", id.as_str(), detail),
        app.clock.millis(),
    )?;
    trail.write(&mut tx).await?;
    let after = store::member(&mut tx, scope, id).await?.view(scope, &customs);
    app.db.commit(tx).await?;
    Ok(after)
}

/// Ends a membership. What the member had is nobody's: customers, the members below.
///
/// # Errors
/// `OwnRoles`, `MoreThanOwn`, `LastAdmin` or `NotFound`.
pub(super) async fn unbind(app: &App, scope: &Scope, id: &UserId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let member = touchable(&mut tx, scope, id).await?;
    if is_admin(&member.roles) {
        keep_an_admin(&mut tx, scope).await?;
    }
    let customers = store::unbind(&mut tx, scope, id).await?;
    sso::forget(&mut tx, &scope.partner_id, id).await?;
    let ended = sessions::end_all(&mut tx, &scope.partner_id, id).await?;
    let detail = json!({"name": member.name, "customers": customers, "sessions": ended});
    trail
        .add(&Act::of(scope, Action::OrganisationUnbound, "user", id.as_str(), detail), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

/// A member whom the asking person may change: somebody else, who may do no more.
async fn touchable(connection: &mut AnyConnection, scope: &Scope, id: &UserId) -> Result<Stored, Error> {
    let member = store::member(connection, scope, id).await?;
    if member.id == scope.user_id {
        return Err(Code::OwnRoles.into());
    }
    if !member.rights.within(&scope.rights) {
        return Err(Code::MoreThanOwn.into());
    }
    Ok(member)
}

fn is_admin(roles: &[RoleId]) -> bool {
    roles.iter().any(|r| r.as_str() == Role::Admin.as_str())
}

/// Refuses to take the last admin away.
async fn keep_an_admin(connection: &mut AnyConnection, scope: &Scope) -> Result<(), Error> {
    let admins = store::count_with(connection, scope, &RoleId::from(Role::Admin.as_str())).await?;
    if admins > 1 { Ok(()) } else { Err(Code::LastAdmin.into()) }
}
