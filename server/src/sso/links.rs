//! A person's links to identity providers.

use super::store;
use crate::app::App;
use crate::audit::Act;
use crate::error::Error;
use crate::identity::sessions;
use crate::identity::store::memberships;
use crate::person::{password, present};
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::Code;
use contract::factors::Proof;
use contract::id::SsoLinkId;
use contract::sso::SsoLink;
use serde_json::json;

/// The links.
pub(super) async fn list(app: &App, scope: &Scope) -> Result<Vec<SsoLink>, Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    let links = store::links_of(&mut connection, &person.person_id).await?;
    Ok(links.into_iter().map(|(_, link)| link).collect())
}

/// Takes one away. Sessions that began by it end.
///
/// # Errors
/// `NotFound` for one that is not the person's; faults of `password` and `code`, `TooManyAttempts`.
pub(super) async fn end(app: &App, scope: &Scope, id: &SsoLinkId, given: &Proof) -> Result<(), Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    let links = store::links_of(&mut connection, &person.person_id).await?;
    let all = memberships(&mut connection, &person.person_id).await?;
    drop(connection);
    let (partner, link) = links.into_iter().find(|(_, link)| link.id == *id).ok_or(Code::NotFound)?;
    let there = all.into_iter().find(|m| m.partner.id == partner).ok_or(Code::NotFound)?;
    let person = present::by_password(app, scope, &given.password).await?;
    let (mut tx, mut trail) = present::begin(app, scope, &person, given, [&partner]).await?;
    if !store::remove_link(&mut tx, &partner, id).await? {
        return Err(Code::NotFound.into());
    }
    sessions::end_of_link(&mut tx, &partner, id).await?;
    let now = app.clock.millis();
    let scope = sessions::scope_of(&there, None, scope.origin.clone(), now);
    let detail = json!({"issuer": link.issuer});
    let user = there.user_id.as_str();
    trail.add(&Act::of(&scope, Action::IdentitySsoUnlinked, "user", user, detail), now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}
