//! The invited person's side: what the link says, and accepting it.

use super::store::{customs, granted, named};
use super::{invitations, invited, roles};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::factors::step::{self, Given, Outcome};
use crate::factors::store::{self as factors, Pending};
use crate::identity::sessions::{self, Token};
use crate::identity::store::{self as identity, NewMember, Person};
use crate::identity::throttle::{self, Counter};
use crate::ids;
use crate::person::rules;
use crate::scope::Origin;
use contract::access::Permission;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::{InvitationToken, PartnerId, RoleId, SessionId, UserId};
use contract::organisation::{Acceptance, InvitationState, MAX_NAME, Welcome};
use contract::text;
use contract::time::from_millis;
use serde_json::json;

/// What a link says.
///
/// # Errors
/// `LinkExpired` for one that leads nowhere, whatever the reason.
pub(super) async fn welcome(app: &App, token: &InvitationToken) -> Result<Welcome, Error> {
    let mut connection = app.db.read().acquire().await?;
    let invitation = open(&mut connection, app, &invitations::hash(token.as_str())).await?;
    let partner =
        identity::partner(&mut connection, &invitation.partner_id).await?.ok_or(Code::LinkExpired)?;
    let customs = customs(&mut connection, &invitation.partner_id).await?;
    let known = identity::person_hash(&mut connection, &invitation.email).await?.is_some();
    Ok(Welcome {
        partner_name: partner.name,
        partner_kind: partner.kind,
        by: invitation.invited_by.clone(),
        email: invitation.email.clone(),
        roles: named(&invitation.roles, &customs),
        until: from_millis(invitation.expires_at),
        known,
    })
}

async fn open(connection: &mut sqlx::AnyConnection, app: &App, hash: &str) -> Result<invited::Stored, Error> {
    let found = invited::by_hash(connection, hash).await?;
    found
        .filter(|i| i.state(app.clock.millis()) == InvitationState::Invited)
        .ok_or(Error::Refused(Code::LinkExpired))
}

/// Who joins: somebody who is known, with what is given for the second step where one is due; or somebody new
/// with a name and the hash of a password.
enum Who<'a> {
    Known { person_id: String, name: String, second: Option<(&'a Pending, Given<'a>)> },
    New { name: String, password_hash: String },
}

/// Accepts an invitation: the person becomes a member and is signed in. The person's other invitations, of
/// whichever partner, are void (capability 84). For somebody who is known and has a second factor nothing
/// happens yet: it is due first.
///
/// # Errors
/// `LinkExpired`; faults of `name`, `password` or `consent`; `WrongCredentials` and `TooManyAttempts` for
/// somebody who is known; `AlreadyMember`.
pub(super) async fn accept(
    app: &App,
    token: &InvitationToken,
    answer: &Acceptance,
    origin: &Origin,
    user_agent: &str,
) -> Result<Outcome, Error> {
    let mut connection = app.db.read().acquire().await?;
    let hash = invitations::hash(token.as_str());
    let invitation = open(&mut connection, app, &hash).await?;
    let known = identity::person_hash(&mut connection, &invitation.email).await?;
    let has = match &known {
        Some((person_id, ..)) => factors::has(&mut connection, person_id).await?,
        None => factors::Has::default(),
    };
    drop(connection);
    if !answer.consent {
        return Err(Error::field("consent", Fault::Required));
    }
    if answer.password.is_empty() {
        return Err(Error::field("password", Fault::Required));
    }
    let now = app.clock.millis();
    let counters = counters(&invitation, origin);
    throttle::check(&app.db, &counters, now).await?;
    let who = match known {
        None => {
            let name = text::required(&answer.name, MAX_NAME).map_err(|fault| Error::field("name", fault))?;
            rules::check("password", &answer.password, &[&invitation.email, name])?;
            Who::New { name: name.to_owned(), password_hash: app.passwords.hash(&answer.password).await? }
        }
        Some((person_id, name, password_hash)) => {
            if !app.passwords.verify(&answer.password, Some(&password_hash)).await? {
                let mut tx = app.db.begin().await?;
                throttle::failed(&mut tx, &counters, now).await?;
                app.db.commit(tx).await?;
                return Err(Code::WrongCredentials.into());
            }
            if has.any() {
                return second_step(app, &invitation, (person_id, name, has), hash, origin).await;
            }
            Who::Known { person_id, name, second: None }
        }
    };
    let (person, token, session) = join(app, invitation, who, origin, user_agent).await?;
    Ok(Outcome::Session(Box::new(person), token, session))
}

/// Begins the second step of somebody who accepted with the right password.
async fn second_step(
    app: &App,
    invitation: &invited::Stored,
    (person_id, name, has): (String, String, factors::Has),
    hash: String,
    origin: &Origin,
) -> Result<Outcome, Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&invitation.partner_id]).await?;
    let (token, due) = step::begin(app, &mut tx, &person_id, has, Some(hash)).await?;
    trail.add(&act(invitation, Action::IdentityStepDue, &name, origin), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(Outcome::Due(token, due))
}

/// Goes on with an invitation that was accepted, by the second step.
///
/// # Errors
/// As [`accept`], and what is wrong with the second step.
pub(crate) async fn go_on(
    app: &App,
    hash: &str,
    second: (&Pending, Given<'_>),
    origin: &Origin,
    user_agent: &str,
) -> Result<(Person, Token, SessionId), Error> {
    let mut connection = app.db.read().acquire().await?;
    let invitation = open(&mut connection, app, hash).await?;
    let known = identity::person_hash(&mut connection, &invitation.email).await?;
    drop(connection);
    let (person_id, name, _) = known.filter(|(id, ..)| *id == second.0.person_id).ok_or(Code::LinkExpired)?;
    throttle::check(&app.db, &counters(&invitation, origin), app.clock.millis()).await?;
    let who = Who::Known { person_id, name, second: Some(second) };
    join(app, invitation, who, origin, user_agent).await
}

fn counters(invitation: &invited::Stored, origin: &Origin) -> [Counter; 2] {
    [Counter::account(&invitation.email), Counter::address(&origin.ip)]
}

async fn join(
    app: &App,
    invitation: invited::Stored,
    who: Who<'_>,
    origin: &Origin,
    user_agent: &str,
) -> Result<(Person, Token, SessionId), Error> {
    let now = app.clock.millis();
    let counters = counters(&invitation, origin);
    let mut tx = app.db.begin().await?;
    let others = invited::open_of(&mut tx, &invitation.email, now).await?;
    let partners: Vec<&PartnerId> =
        others.iter().map(|i| &i.partner_id).chain([&invitation.partner_id]).collect();
    let mut trail = Trail::open(&app.db, &mut tx, partners).await?;
    if let Who::Known { name, second: Some((pending, given)), .. } = &who
        && let Err(missed) = step::spend(app, &mut tx, pending, *given).await?
    {
        throttle::failed(&mut tx, &counters, now).await?;
        trail.add(&act(&invitation, Action::IdentitySignInFailed, name, origin), now)?;
        if missed.refused.copied().is_some() {
            trail.add(&act(&invitation, Action::IdentityPasskeyCopied, name, origin), now)?;
        }
        trail.write(&mut tx).await?;
        app.db.commit(tx).await?;
        return Err(missed.error);
    }
    // Under the lock: a link is used once.
    let key = (&invitation.partner_id, &invitation.id);
    if !invited::end(&mut tx, key, InvitationState::Accepted).await? {
        return Err(Code::LinkExpired.into());
    }
    let user_id = UserId(ids::new());
    let (person_id, name) = match who {
        Who::Known { person_id, name, .. } => (person_id, name),
        Who::New { name, password_hash } => {
            let id = (user_id.as_str(), invitation.email.as_str(), name.as_str());
            identity::insert_person(&mut tx, id, &password_hash, now).await?;
            (user_id.to_string(), name)
        }
    };
    if identity::member_by_email(&mut tx, &invitation.partner_id, &invitation.email).await?.is_some() {
        return Err(Code::AlreadyMember.into());
    }
    let customs = customs(&mut tx, &invitation.partner_id).await?;
    // A custom role may be gone by now, and whoever invited may not give the others any more.
    let known = |role: &&RoleId| super::store::is_preset(role) || customs.contains_key(role);
    let given: Vec<RoleId> = invitation.roles.iter().filter(known).cloned().collect();
    let granted = granted(&given, &customs);
    let rights = identity::rights(&identity::words(given.iter().map(RoleId::as_str)), &granted);
    let inviter = identity::person_of(&mut tx, &invitation.partner_id, &invitation.inviter).await?;
    let may = inviter.is_some_and(|i| i.rights.may(Permission::MembersManage) && rights.within(&i.rights));
    if given.is_empty() || !may {
        return Err(Code::LinkExpired.into());
    }
    let member = NewMember {
        partner_id: invitation.partner_id.clone(),
        user_id,
        person_id: person_id.clone(),
        email: invitation.email.clone(),
        name,
        granted,
        roles: given,
    };
    identity::insert_member(&mut tx, &member, now).await?;
    let memberships = identity::memberships(&mut tx, &person_id).await?;
    let joined = memberships.into_iter().find(|m| m.partner.id == invitation.partner_id);
    let joined = joined.ok_or(Code::LinkExpired)?;
    let person = identity::person_of(&mut tx, &joined.partner.id, &joined.user_id).await?;
    let person = person.ok_or(Code::LinkExpired)?;
    identity::acts_for(&mut tx, &person).await?;
    throttle::succeeded(&mut tx, &counters[0]).await?;
    let (token, session) = sessions::begin(app, &mut tx, &person, origin, user_agent).await?;
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let detail = json!({"invitation": invitation.id, "roles": roles::names(&person.roles, &customs)});
    trail.add(&Act::of(&scope, Action::OrganisationJoined, "user", person.user_id.as_str(), detail), now)?;
    trail.add(&Act::of(&scope, Action::IdentitySignIn, "user", person.user_id.as_str(), json!({})), now)?;
    for other in others.iter().filter(|o| o.id != invitation.id) {
        invited::end(&mut tx, (&other.partner_id, &other.id), InvitationState::Expired).await?;
        let act = Act {
            partner_id: other.partner_id.clone(),
            kind: "invitation",
            id: other.id.to_string(),
            ..Act::of(
                &scope,
                Action::OrganisationInvitationCancelled,
                "invitation",
                "",
                json!({"email": text::mask_email(&other.email)}),
            )
        };
        trail.add(&act, now)?;
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok((person, token, session))
}

/// An act of somebody who accepted an invitation and is no member yet.
fn act(invitation: &invited::Stored, action: Action, name: &str, origin: &Origin) -> Act {
    Act {
        partner_id: invitation.partner_id.clone(),
        actor: sessions::actor(name, &invitation.email),
        action,
        kind: "invitation",
        id: invitation.id.to_string(),
        detail: json!({}),
        origin: origin.clone(),
    }
}
