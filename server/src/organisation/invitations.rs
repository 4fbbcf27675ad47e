//! Inviting people to become members (capability 84; product/states.md, D7).

use super::store::customs;
use super::{invited, roles};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store as identity;
use crate::ids;
use crate::outbox::{self, NewMessage};
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::Channel;
use contract::error::{Code, Fault};
use contract::filter::Days;
use contract::id::{InvitationId, InvitationToken, RoleId};
use contract::identity::MAX_EMAIL;
use contract::organisation::{
    INVITATIONS_A_DAY, InvitationLink, InvitationState, LINK_DAYS, MAX_INVITED, NewInvitations,
};
use contract::text;
use contract::time::{bill_day, from_millis};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The hash under which a link's secret is kept.
pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Invites people: each gets a mail with a link of its own. An earlier invitation of the partner to the same
/// address is taken back.
///
/// # Errors
/// A fault of `emails` or `roles`; `MoreThanOwn`, `AlreadyMember`, `InvitationLimit`.
pub(super) async fn create(
    app: &App,
    scope: &Scope,
    new: &NewInvitations,
) -> Result<Vec<InvitationLink>, Error> {
    let emails = addresses(&new.emails)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let customs = customs(&mut tx, &scope.partner_id).await?;
    let given = roles::check(scope, &new.roles, &customs)?;
    within_limit(&mut tx, scope, emails.len()).await?;
    let mut links = Vec::new();
    for email in emails {
        if is_member(&mut tx, scope, &email).await? {
            return Err(Code::AlreadyMember.into());
        }
        for earlier in invited::open_of(&mut tx, &email, scope.now).await? {
            if earlier.partner_id == scope.partner_id {
                let key = (&scope.partner_id, &earlier.id);
                invited::end(&mut tx, key, InvitationState::Cancelled).await?;
            }
        }
        let id = InvitationId(ids::new());
        let (link, hash, until) = new_link(scope, &email);
        invited::insert(&mut tx, scope, &id, (&email, &given), (&hash, until)).await?;
        send(app, &mut tx, scope, &link, until).await?;
        let detail = json!({"email": text::mask_email(&email), "roles": roles::names(&given, &customs)});
        let act = Act::of(scope, Action::OrganisationInvited, "invitation", id.as_str(), detail);
        trail.add(&act, app.clock.millis())?;
        links.push(link);
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(links)
}

/// Sends an invitation again with a new link, also one whose link was no longer valid.
///
/// # Errors
/// `NotFound`, also for one that was accepted or taken back; `MoreThanOwn`, `AlreadyMember`,
/// `InvitationLimit`.
pub(super) async fn resend(app: &App, scope: &Scope, id: &InvitationId) -> Result<InvitationLink, Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let invitation = invited::need(&mut tx, scope, id).await?;
    let again = [InvitationState::Invited, InvitationState::Expired];
    if !again.contains(&invitation.state(scope.now)) {
        return Err(Code::NotFound.into());
    }
    // A custom role may have been deleted since the link ran out.
    let customs = customs(&mut tx, &scope.partner_id).await?;
    let known: Vec<RoleId> = invitation
        .roles
        .iter()
        .filter(|r| super::store::is_preset(r) || customs.contains_key(r))
        .cloned()
        .collect();
    roles::check(scope, &known, &customs)?;
    if is_member(&mut tx, scope, &invitation.email).await? {
        return Err(Code::AlreadyMember.into());
    }
    within_limit(&mut tx, scope, 1).await?;
    let (link, hash, until) = new_link(scope, &invitation.email);
    invited::renew(&mut tx, scope, id, (&hash, until), &known).await?;
    send(app, &mut tx, scope, &link, until).await?;
    let detail = json!({"email": text::mask_email(&invitation.email)});
    let act = Act::of(scope, Action::OrganisationInvitedAgain, "invitation", id.as_str(), detail);
    trail.add(&act, app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(link)
}

/// Takes an invitation back. One that is not open stays as it is.
///
/// # Errors
/// `NotFound` where there is none.
pub(super) async fn cancel(app: &App, scope: &Scope, id: &InvitationId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let invitation = invited::need(&mut tx, scope, id).await?;
    if !invited::end(&mut tx, (&scope.partner_id, id), InvitationState::Cancelled).await? {
        return Ok(());
    }
    let detail = json!({"email": text::mask_email(&invitation.email)});
    let act = Act::of(scope, Action::OrganisationInvitationCancelled, "invitation", id.as_str(), detail);
    trail.add(&act, app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

/// The addresses, in lower case, each once.
fn addresses(emails: &[String]) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    for email in emails.iter().map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty()) {
        if email.len() > MAX_EMAIL || !text::is_email(&email) {
            return Err(Error::field("emails", Fault::Invalid));
        }
        if !found.contains(&email) {
            found.push(email);
        }
    }
    match found.len() {
        0 => Err(Error::field("emails", Fault::Required)),
        n if n > MAX_INVITED => Err(Error::field("emails", Fault::TooLarge)),
        _ => Ok(found),
    }
}

async fn within_limit(tx: &mut Tx, scope: &Scope, more: usize) -> Result<(), Error> {
    let (today, _) = Days::Today.millis(from_millis(scope.now));
    let sent = invited::links_since(tx, scope, today.unwrap_or(0)).await?;
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    if sent.saturating_add(more) > INVITATIONS_A_DAY { Err(Code::InvitationLimit.into()) } else { Ok(()) }
}

async fn is_member(tx: &mut Tx, scope: &Scope, email: &str) -> Result<bool, Error> {
    Ok(identity::member_by_email(tx, &scope.partner_id, email).await?.is_some())
}

/// A fresh link with its hash, and until when it is valid.
fn new_link(scope: &Scope, email: &str) -> (InvitationLink, String, i64) {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let hash = hash(&token);
    let link = InvitationLink { email: email.to_owned(), token: InvitationToken(token) };
    (link, hash, scope.now + LINK_DAYS * 86_400_000)
}

async fn send(app: &App, tx: &mut Tx, scope: &Scope, link: &InvitationLink, until: i64) -> Result<(), Error> {
    invited::count_link(tx, scope).await?;
    let partner = identity::partner(tx, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    let address = format!("{}/join/{}", app.settings.public_url, link.token);
    let day = bill_day(from_millis(until));
    let (subject, body) = if scope.origin.english {
        (
            format!("{} invites you to Partner Center", partner.name),
            format!(
                "{} invites you to become a member of {} in Partner Center.\n\nOpen this link to see what is shared and to accept; it is valid until {day} (GMT+8):\n{address}\n\nIf you do not know the sender, do nothing.\n",
                scope.actor, partner.name
            ),
        )
    } else {
        (
            format!("{}邀请您加入伙伴中心", partner.name),
            format!(
                "{}邀请您成为{}的组织成员。\n\n请打开以下链接查看将共享的信息并接受邀请，链接有效期至 {day}（GMT+8）：\n{address}\n\n如果您不认识发件人，请忽略本邮件。\n",
                scope.actor, partner.name
            ),
        )
    };
    let message = NewMessage {
        partner_id: scope.partner_id.clone(),
        user_id: String::new(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: link.email.clone(),
        subject,
        text: body,
    };
    outbox::enqueue(app, tx, &message, scope.now).await?;
    Ok(())
}
