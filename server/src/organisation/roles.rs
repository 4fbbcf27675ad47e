//! Custom roles (创建自定义角色), and what roles may be given by whom.

use super::invited;
use super::store::{self, Custom};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Db;
use crate::error::Error;
use crate::identity::store::rights;
use crate::ids;
use crate::scope::Scope;
use contract::access::{MAX_CUSTOM_ROLES, MAX_ROLES, Permission, Rights, Role, Sight};
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::RoleId;
use contract::identity::RoleName;
use contract::organisation::{ChangeRole, MAX_NAME, NewRole, RoleRow};
use contract::text;
use serde_json::json;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// Presets, then custom roles by name.
pub(super) async fn list(db: &Db, scope: &Scope) -> Result<Vec<RoleRow>, Error> {
    let mut connection = db.read().acquire().await?;
    let mut rows = Vec::new();
    for preset in Role::ALL {
        let id = RoleId::from(preset.as_str());
        rows.push(RoleRow {
            members: store::count_with(&mut connection, scope, &id).await?,
            role: RoleName { id, name: String::new() },
            permissions: preset.permissions().to_vec(),
            sight: preset.sight(),
            version: 0,
        });
    }
    let mut customs: Vec<Custom> =
        store::customs(&mut connection, &scope.partner_id).await?.into_values().collect();
    customs.sort_by(|a, b| a.name.cmp(&b.name));
    for custom in customs {
        rows.push(row(&mut connection, scope, custom).await?);
    }
    Ok(rows)
}

async fn row(connection: &mut AnyConnection, scope: &Scope, custom: Custom) -> Result<RoleRow, Error> {
    Ok(RoleRow {
        members: store::count_with(connection, scope, &custom.id).await?,
        role: RoleName { id: custom.id, name: custom.name },
        permissions: custom.permissions,
        sight: Sight::All,
        version: custom.version,
    })
}

/// Defines a custom role.
///
/// # Errors
/// A fault of `name` or `permissions`; `MoreThanOwn`, `NameTaken`, `TooMany`.
pub(super) async fn create(app: &App, scope: &Scope, new: &NewRole) -> Result<RoleRow, Error> {
    let (name, permissions) = wanted(scope, &new.name, &new.permissions)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let customs = store::customs(&mut tx, &scope.partner_id).await?;
    if customs.values().any(|c| c.name == name) {
        return Err(Code::NameTaken.into());
    }
    if customs.len() as i64 >= MAX_CUSTOM_ROLES {
        return Err(Code::TooMany.into());
    }
    let role = Custom { id: RoleId(ids::new()), name, permissions, version: 1 };
    store::insert_role(&mut tx, scope, &role).await?;
    let detail = json!({"name": role.name, "permissions": role.permissions});
    trail.add(
        &Act::of(scope, Action::OrganisationRoleCreated, "role", role.id.as_str(), detail),
        app.clock.millis(),
    )?;
    trail.write(&mut tx).await?;
    let row = row(&mut tx, scope, role).await?;
    app.db.commit(tx).await?;
    Ok(row)
}

/// Changes a custom role for everybody who has it.
///
/// # Errors
/// As [`create`]; `Changed`, `NotFound`; `OwnRoles` for a role that the asking person has.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    id: &RoleId,
    update: &ChangeRole,
) -> Result<RoleRow, Error> {
    let (name, permissions) = wanted(scope, &update.name, &update.permissions)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let mut customs = store::customs(&mut tx, &scope.partner_id).await?;
    let before = touchable(&mut tx, scope, id, &customs).await?;
    if before.version != update.version {
        return Err(Code::Changed.into());
    }
    if customs.values().any(|c| c.name == name && c.id != *id) {
        return Err(Code::NameTaken.into());
    }
    let role = Custom { id: id.clone(), name, permissions, version: before.version + 1 };
    customs.insert(id.clone(), role.clone());
    store::set_role(&mut tx, scope, &role, &customs).await?;
    let detail = json!({
        "name": {"before": before.name, "after": role.name},
        "permissions": {"before": before.permissions, "after": role.permissions},
    });
    trail.add(
        &Act::of(scope, Action::OrganisationRoleChanged, "role", id.as_str(), detail),
        app.clock.millis(),
    )?;
    trail.write(&mut tx).await?;
    let row = row(&mut tx, scope, role).await?;
    app.db.commit(tx).await?;
    Ok(row)
}

/// Deletes a custom role that nobody has and nobody is invited with.
///
/// # Errors
/// `RoleInUse`, `MoreThanOwn`, `NotFound`.
pub(super) async fn delete(app: &App, scope: &Scope, id: &RoleId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let customs = store::customs(&mut tx, &scope.partner_id).await?;
    let role = touchable(&mut tx, scope, id, &customs).await?;
    let used = store::count_with(&mut tx, scope, id).await? > 0;
    if used || invited::has_role(&mut tx, scope, id).await? {
        return Err(Code::RoleInUse.into());
    }
    store::delete_role(&mut tx, scope, id).await?;
    let detail = json!({"name": role.name});
    trail.add(
        &Act::of(scope, Action::OrganisationRoleDeleted, "role", id.as_str(), detail),
        app.clock.millis(),
    )?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

/// A custom role that the asking person may change: not an own one, nor one that allows more.
async fn touchable(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &RoleId,
    customs: &BTreeMap<RoleId, Custom>,
) -> Result<Custom, Error> {
    let role = customs.get(id).ok_or(Code::NotFound)?;
    if store::member(connection, scope, &scope.user_id).await?.roles.contains(id) {
        return Err(Code::OwnRoles.into());
    }
    within(scope, &role.permissions)?;
    Ok(role.clone())
}

/// A role's name and permissions, as they may be.
fn wanted(scope: &Scope, name: &str, permissions: &[Permission]) -> Result<(String, Vec<Permission>), Error> {
    let name = text::required(name, MAX_NAME).map_err(|fault| Error::field("name", fault))?.to_owned();
    let mut permissions = permissions.to_vec();
    permissions.sort_unstable();
    permissions.dedup();
    if permissions.is_empty() {
        return Err(Error::field("permissions", Fault::Required));
    }
    within(scope, &permissions)?;
    Ok((name, permissions))
}

fn within(scope: &Scope, permissions: &[Permission]) -> Result<(), Error> {
    let rights = Rights::of([], [permissions]);
    if rights.within(&scope.rights) { Ok(()) } else { Err(Code::MoreThanOwn.into()) }
}

/// Roles that shall be given: 1 to 3 that there are, none that allows more than the asking person may.
pub(super) fn check(
    scope: &Scope,
    roles: &[RoleId],
    customs: &BTreeMap<RoleId, Custom>,
) -> Result<Vec<RoleId>, Error> {
    let mut given: Vec<RoleId> = Vec::new();
    for role in roles {
        if !given.contains(role) {
            given.push(role.clone());
        }
    }
    if given.is_empty() {
        return Err(Error::field("roles", Fault::Required));
    }
    if given.len() > MAX_ROLES || !given.iter().all(|r| store::is_preset(r) || customs.contains_key(r)) {
        return Err(Error::field("roles", Fault::Invalid));
    }
    let text = crate::identity::store::words(given.iter().map(RoleId::as_str));
    if rights(&text, &store::granted(&given, customs)).within(&scope.rights) {
        Ok(given)
    } else {
        Err(Code::MoreThanOwn.into())
    }
}

/// Roles in words for records: presets by their word, custom ones by their name.
pub(super) fn names(roles: &[RoleId], customs: &BTreeMap<RoleId, Custom>) -> Vec<String> {
    roles.iter().map(|r| customs.get(r).map_or_else(|| r.to_string(), |c| c.name.clone())).collect()
}
