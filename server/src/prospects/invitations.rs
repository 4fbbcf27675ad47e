//! Inviting reported customers by mail (线上邀请; capabilities 18 to 20).

use super::invited::{self, Stored as Invitation};
use super::service::{chosen, left, missing};
use super::store::{self, Stored as Report};
use crate::app::App;
use crate::audit::{Act as Entry, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store as identity;
use crate::ids;
use crate::outbox::{self, NewMessage};
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::Channel;
use contract::customers::AssociationType;
use contract::error::Code;
use contract::id::{CustomerInvitationId, CustomerToken, ProspectId};
use contract::prospects::{
    Act, CustomerInvitationState, CustomerLink, InvitationKind, Invite, Invited, Mail, Preview,
};
use contract::text::mask_email;
use contract::time::{bill_day, from_millis};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The hash under which a link's secret is kept.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Invites reported customers: each gets a mail with a link of its own, valid as long as the report. An earlier
/// invitation of the same report is void.
///
/// # Errors
/// A fault of `prospects`.
pub(super) async fn invite(app: &App, scope: &Scope, wanted: &Invite) -> Result<Invited, Error> {
    let ids = chosen(&wanted.prospects)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let found = store::some(&mut tx, scope, &ids).await?;
    let mut done = Invited { left: missing(&ids, &found), ..Invited::default() };
    for report in found {
        if report.state.after(Act::Invite).is_none() || report.new.email.is_empty() {
            done.left.push(left(report));
            continue;
        }
        invited::cancel_of(&mut tx, (&scope.partner_id, &report.id)).await?;
        let (token, until) = (new_token(), report.held_until.unwrap_or(scope.now));
        let invitation = of(scope, &report, wanted.association, until);
        invited::insert(&mut tx, &invitation, &hash(&token)).await?;
        store::invited(&mut tx, scope, &report.id).await?;
        done.sent.push(send(app, &mut tx, scope, &invitation, token).await?);
        let detail = json!({"email": mask_email(&report.new.email), "association": wanted.association});
        trail.add(
            &Entry::of(scope, Action::CustomersInvited, "prospect", report.id.as_str(), detail),
            scope.now,
        )?;
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(done)
}

fn of(scope: &Scope, report: &Report, association: AssociationType, until: i64) -> Invitation {
    Invitation {
        partner_id: scope.partner_id.clone(),
        id: CustomerInvitationId(ids::new()),
        kind: InvitationKind::Mail,
        prospect: Some(report.id.clone()),
        name: report.new.name.clone(),
        email: report.new.email.clone(),
        association,
        state: CustomerInvitationState::Sent,
        cause: None,
        inviter_id: scope.user_id.clone(),
        inviter: scope.actor.clone(),
        sent_at: scope.now,
        expires_at: until,
        opened_at: None,
        customer: None,
    }
}

/// Sends an invitation again with a new link.
///
/// # Errors
/// `NotFound`; `ReportMoved` where it was followed or taken back, or where its report is not in force any more.
pub(super) async fn resend(
    app: &App,
    scope: &Scope,
    id: &CustomerInvitationId,
) -> Result<CustomerLink, Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let invitation = invited::need(&mut tx, scope, id).await?;
    let again = invitation.is_open() || invitation.state == CustomerInvitationState::Expired;
    let prospect = invitation.prospect.clone().filter(|_| again).ok_or(Code::ReportMoved)?;
    let report = store::by_id(&mut tx, (&scope.partner_id, &prospect), scope.now).await?;
    let report = report.filter(|r| r.state.after(Act::Invite).is_some()).ok_or(Code::ReportMoved)?;
    let (token, until) = (new_token(), report.held_until.unwrap_or(scope.now));
    invited::renew(&mut tx, scope, id, (&hash(&token), until)).await?;
    store::invited(&mut tx, scope, &prospect).await?;
    let link = send(app, &mut tx, scope, &Invitation { expires_at: until, ..invitation }, token).await?;
    let detail = json!({"email": link.email, "again": true});
    trail
        .add(&Entry::of(scope, Action::CustomersInvited, "prospect", prospect.as_str(), detail), scope.now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(link)
}

/// Takes an invitation back. One that cannot be followed any more stays as it is.
///
/// # Errors
/// `NotFound`.
pub(super) async fn cancel(app: &App, scope: &Scope, id: &CustomerInvitationId) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let invitation = invited::need(&mut tx, scope, id).await?;
    let to = (CustomerInvitationState::Cancelled, None, None);
    if !invitation.is_open() || !invited::end(&mut tx, (&scope.partner_id, id), to).await? {
        return Ok(());
    }
    let detail = json!({"email": mask_email(&invitation.email)});
    let act = Entry::of(scope, Action::CustomersInvitationCancelled, "invitation", id.as_str(), detail);
    trail.add(&act, app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

/// The mail that a reported customer would get.
///
/// # Errors
/// `NotFound`; `ReportMoved` where it is not in force.
pub(super) async fn preview(
    app: &App,
    scope: &Scope,
    id: &ProspectId,
    wanted: &Preview,
) -> Result<Mail, Error> {
    let mut connection = app.db.read().acquire().await?;
    let report = store::need(&mut connection, scope, id).await?;
    if report.state.after(Act::Invite).is_none() {
        return Err(Code::ReportMoved.into());
    }
    let partner = identity::partner(&mut connection, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    let until = report.held_until.unwrap_or(scope.now);
    let invitation = of(scope, &report, wanted.association, until);
    let address = format!("{}/invitation/…", app.settings.public_url);
    let (subject, text) = words(scope, &partner.name, &invitation, &address);
    Ok(Mail { to: mask_email(&report.new.email), subject, text })
}

fn new_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

async fn send(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    invitation: &Invitation,
    token: String,
) -> Result<CustomerLink, Error> {
    let partner = identity::partner(tx, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    let address = format!("{}/invitation/{token}", app.settings.public_url);
    let (subject, text) = words(scope, &partner.name, invitation, &address);
    let message = NewMessage {
        partner_id: scope.partner_id.clone(),
        user_id: String::new(),
        challenge_id: None,
        channel: Channel::Email,
        receiver: invitation.email.clone(),
        subject,
        text,
    };
    outbox::enqueue(app, tx, &message, scope.now).await?;
    Ok(CustomerLink {
        name: invitation.name.clone(),
        email: mask_email(&invitation.email),
        token: CustomerToken(token),
        until: from_millis(invitation.expires_at),
    })
}

/// Subject and text of the mail.
fn words(scope: &Scope, partner: &str, invitation: &Invitation, address: &str) -> (String, String) {
    let day = bill_day(from_millis(invitation.expires_at));
    let name = &invitation.name;
    if scope.origin.english {
        let kind = match invitation.association {
            AssociationType::Consultative => "consultative sale: you pay for what you use yourself",
            AssociationType::Resale => "resale: the partner allocates money to your account and bills you",
        };
        (
            format!("{partner} invites you to associate"),
            format!(
                "Dear {name},\n\n{partner} invites you to associate your cloud account with it, or to register one.\nAssociation type: {kind}.\n\nOpen this link to see what it means and to accept; it is valid until {day} (GMT+8):\n{address}\n\nIf you do not know {partner}, do nothing.\n"
            ),
        )
    } else {
        let kind = match invitation.association {
            AssociationType::Consultative => "顾问销售（客户的华为云消费由客户自己支付）",
            AssociationType::Resale => "代售（由伙伴为客户拨款，并向客户开票）",
        };
        (
            format!("{partner}邀请您关联为其客户"),
            format!(
                "尊敬的{name}：\n\n{partner}邀请您注册或登录华为云账号，并与其建立关联。\n关联类型：{kind}。\n\n请打开以下链接查看说明并完成关联，链接有效期至 {day}（GMT+8）：\n{address}\n\n如果您不认识{partner}，请忽略本邮件。\n"
            ),
        )
    }
}
