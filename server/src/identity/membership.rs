//! Acting for another partner, and looking at the console as a member.

use super::sessions::{self, Token};
use super::store::{self, Person};
use crate::app::App;
use crate::audit::{self, Act};
use crate::error::Error;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::Code;
use contract::id::{PartnerId, SessionId, UserId};
use serde_json::json;

/// Goes on for another of the person's partners, in the same session with a new token.
///
/// # Errors
/// `NotFound` where the person is no member of it.
pub(super) async fn switch(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    to: &PartnerId,
) -> Result<(Person, Token), Error> {
    let mut tx = app.db.begin().await?;
    let own = store::person_by_id(&mut tx, scope).await?.ok_or(Code::SignedOut)?;
    let memberships = store::memberships(&mut tx, &own.person_id).await?;
    let other = memberships.into_iter().find(|m| m.partner.id == *to).ok_or(Code::NotFound)?;
    // What one partner's identity provider says counts for that partner.
    if *to != own.partner.id && sessions::is_by_sso(&mut tx, session).await? {
        return Err(Code::SsoOnePartner.into());
    }
    // With the team of a supervisor.
    let other = store::person_of(&mut tx, to, &other.user_id).await?.ok_or(Code::NotFound)?;
    let there = sessions::scope_of(&other, None, scope.origin.clone(), scope.now);
    let act = Act::of(
        &there,
        Action::IdentitySwitched,
        "user",
        other.user_id.as_str(),
        json!({"session": session}),
    );
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    store::acts_for(&mut tx, &other).await?;
    let token = sessions::go_on_as(&mut tx, session, &other).await?;
    app.db.commit(tx).await?;
    Ok((other, token))
}

/// Begins to look at the console as a member who may do no more than the asking person.
///
/// # Errors
/// `NotFound` without such a member, `MoreThanOwn` for one who may do more.
pub(crate) async fn look(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    member: &UserId,
) -> Result<Person, Error> {
    let mut tx = app.db.begin().await?;
    let act = Act::of(scope, Action::IdentityViewStarted, "user", member.as_str(), json!({}));
    audit::record(&app.db, &mut tx, &act, scope.now).await?;
    let person = store::person_of(&mut tx, &scope.partner_id, member).await?.ok_or(Code::NotFound)?;
    if !person.rights.within(&scope.rights) {
        return Err(Code::MoreThanOwn.into());
    }
    sessions::look_as(&mut tx, session, Some(member)).await?;
    app.db.commit(tx).await?;
    Ok(person)
}

/// Goes on as oneself.
///
/// # Errors
/// `SignedOut` where the session has ended.
pub(super) async fn end_view(app: &App, scope: &Scope, session: &SessionId) -> Result<Person, Error> {
    let mut tx = app.db.begin().await?;
    let (partner, user) = sessions::owner(&mut tx, session).await?;
    if scope.viewed {
        let act = Act::of(scope, Action::IdentityViewEnded, "user", scope.user_id.as_str(), json!({}));
        audit::record(&app.db, &mut tx, &act, scope.now).await?;
        sessions::look_as(&mut tx, session, None).await?;
    }
    let person = store::person_of(&mut tx, &partner, &user).await?.ok_or(Code::SignedOut)?;
    app.db.commit(tx).await?;
    Ok(person)
}
