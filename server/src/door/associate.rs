//! Following an invitation: the account is made or found, its consents are written down, and it becomes the
//! partner's customer, all in one transaction (product/states.md D1, D2).

use super::accounts::{self, Stored as Account};
use super::sessions::Visitor;
use crate::app::App;
use crate::assignments::store as assignments;
use crate::audit::{Act as Entry, Trail};
use crate::customers::create::{self, NewCustomer};
use crate::db::{Tx, insert_rows};
use crate::error::Error;
use crate::identity::store::{self as identity, Partner};
use crate::identity::throttle::{self, Counter};
use crate::ids;
use crate::prospects::invitations::hash;
use crate::prospects::invited::{self, Link, Stored as Invitation};
use crate::prospects::{claims, store as prospects};
use crate::scope::Origin;
use contract::access::{Permission, Sight};
use contract::audit::Action;
use contract::customers::{AssociationType, CustomerType, Frozen, VerifiedStatus};
use contract::door::{self, Associate, Associated, Consent, LogAction, Offer};
use contract::error::{Code, Fault};
use contract::id::{CustomerId, CustomerInvitationId, CustomerToken, PartnerId, UserId};
use contract::prospects::{
    Act, Cause, CustomerInvitationState, InvitationKind, MAX_ACCOUNT_DAYS, NewProspect, ProspectState,
};
use contract::text::{self, mask_email};
use contract::time::from_millis;
use serde_json::json;

/// What a link leads to.
pub(super) enum Opened {
    /// An invitation by mail.
    Mail(Box<Invitation>),
    /// A member's general link.
    General(Link),
}

impl Opened {
    /// For whom it is; a general link is for anybody.
    pub(super) fn email(&self) -> Option<&str> {
        match self {
            Self::Mail(invitation) => Some(&invitation.email),
            Self::General(_) => None,
        }
    }

    fn partner(&self) -> &PartnerId {
        match self {
            Self::Mail(invitation) => &invitation.partner_id,
            Self::General(link) => &link.partner_id,
        }
    }

    fn inviter(&self) -> &UserId {
        match self {
            Self::Mail(invitation) => &invitation.inviter_id,
            Self::General(link) => &link.user_id,
        }
    }

    fn association(&self) -> AssociationType {
        match self {
            Self::Mail(invitation) => invitation.association,
            Self::General(link) => link.association,
        }
    }
}

/// What a link leads to, however it stands.
async fn find(app: &App, token: &CustomerToken) -> Result<Opened, Error> {
    let mut connection = app.db.read().acquire().await?;
    let now = app.clock.millis();
    if let Some(found) = invited::by_hash(&mut connection, &hash(token.as_str()), now).await?
        && found.kind == InvitationKind::Mail
    {
        return Ok(Opened::Mail(Box::new(found)));
    }
    let link = invited::link_by_token(&mut connection, token.as_str()).await?;
    link.map(Opened::General).ok_or(Error::Refused(Code::LinkExpired))
}

/// What a link leads to, where it can be followed.
///
/// # Errors
/// `LinkExpired`.
pub(super) async fn open(app: &App, token: &CustomerToken) -> Result<Opened, Error> {
    match find(app, token).await? {
        Opened::Mail(invitation) if !invitation.is_open() => Err(Code::LinkExpired.into()),
        opened => Ok(opened),
    }
}

/// Notes that somebody goes on with an invitation.
///
/// # Errors
/// A database that refuses.
pub(super) async fn gone_on(tx: &mut Tx, opened: &Opened, now: i64) -> Result<(), Error> {
    match opened {
        Opened::Mail(invitation) => invited::opened(tx, (&invitation.partner_id, &invitation.id), now).await,
        Opened::General(_) => Ok(()),
    }
}

/// What a link says. Reading it changes nothing: programs that look through mails open links too.
///
/// # Errors
/// `LinkExpired` for one that leads nowhere.
pub(super) async fn offer(app: &App, token: &CustomerToken) -> Result<Offer, Error> {
    let opened = find(app, token).await?;
    let mut connection = app.db.read().acquire().await?;
    let partner = identity::partner(&mut connection, opened.partner()).await?.ok_or(Code::LinkExpired)?;
    drop(connection);
    let (partner_name, partner_kind, association) = (partner.name, partner.kind, opened.association());
    Ok(match opened {
        Opened::Mail(invitation) => {
            Offer {
                partner_name,
                partner_kind,
                // The member's name; the address is not the customer's to know.
                by: invitation.inviter.split(" <").next().unwrap_or_default().to_owned(),
                association,
                kind: InvitationKind::Mail,
                email: mask_email(&invitation.email),
                state: invitation.state,
                cause: invitation.cause,
                until: Some(from_millis(invitation.expires_at)),
                name: invitation.name,
            }
        }
        Opened::General(link) => Offer {
            partner_name,
            partner_kind,
            by: link.tag,
            association,
            kind: InvitationKind::General,
            name: String::new(),
            email: String::new(),
            state: CustomerInvitationState::Sent,
            cause: None,
            until: None,
        },
    })
}

/// Associates.
///
/// # Errors
/// `LinkExpired`; `LinkOfOther` for an invitation to another address; faults of `consents`, `account_name`, `phone`.
pub(super) async fn accept(
    app: &App,
    visitor: &Visitor,
    token: &CustomerToken,
    given: &Associate,
    origin: &Origin,
) -> Result<Associated, Error> {
    let opened = open(app, token).await?;
    if opened.email().is_some_and(|email| email != visitor.email) {
        return Err(Code::LinkOfOther.into());
    }
    if !Consent::ALL.iter().all(|consent| given.consents.contains(consent)) {
        return Err(Error::field("consents", Fault::Required));
    }
    let phone = match given.phone.trim() {
        "" => String::new(),
        some => text::phone(some).ok_or_else(|| Error::field("phone", Fault::Invalid))?,
    };
    let now = app.clock.millis();
    let counters = [Counter::door(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [opened.partner()]).await?;
    // The row is locked: of two partners' links that are followed at once the second sees what the first has made.
    throttle::failed(&mut tx, &[Counter::door_to(&visitor.email)], now).await?;
    accounts::adopt(&mut tx, &visitor.email).await?;
    // Under the lock: a link is used once, and it may have been taken back meanwhile.
    let opened = again(&mut tx, opened, now).await?;
    let all = accounts::of(&mut tx, &visitor.email).await?;
    let free = all.iter().find(|account| account.partner.is_none()).cloned();
    let cause = cause(&mut tx, &opened, (&visitor.email, &phone), (&all, free.as_ref()), now).await?;
    if let Some(cause) = cause {
        throttle::failed(&mut tx, &counters, now).await?;
        fail(&mut tx, &mut trail, &opened, &visitor.email, cause, origin, now).await?;
        trail.write(&mut tx).await?;
        app.db.commit(tx).await?;
        return Ok(Associated::Refused { cause });
    }
    let account = match free {
        Some(account) => account,
        None => make(&mut tx, &visitor.email, given, origin, now).await?,
    };
    // Another partner's invitation may be followed at the same moment.
    if !accounts::take(&mut tx, &account.id, opened.partner()).await? {
        return Err(Code::Changed.into());
    }
    let partner = identity::partner(&mut tx, opened.partner()).await?.ok_or(Code::LinkExpired)?;
    customer(app, &mut tx, &opened, &partner, (&account, &visitor.email, &phone), now).await?;
    let invitation = settle(&mut tx, &opened, (&account, &visitor.email, &phone), now).await?;
    relate(&mut tx, &opened, &account.id, &invitation, now).await?;
    let at = (now, origin.ip.as_str());
    accounts::consent(&mut tx, &account.id, Consent::ALL, at).await?;
    accounts::log(&mut tx, &account.id, (LogAction::Associated, &partner.name), at).await?;
    let detail = json!({"association": opened.association(), "invitation": invitation});
    trail.add(
        &entry(&opened, Action::CustomersAssociated, &account.id, &visitor.email, detail, origin),
        now,
    )?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    let mut connection = app.db.read().acquire().await?;
    let account = Account { partner: Some(partner.id), ..account };
    Ok(Associated::Done { account: Box::new(accounts::view(&mut connection, account).await?) })
}

/// What a link leads to now.
async fn again(tx: &mut Tx, opened: Opened, now: i64) -> Result<Opened, Error> {
    match opened {
        Opened::Mail(seen) => {
            let found = invited::by_id(tx, (&seen.partner_id, &seen.id), now).await?;
            let found = found.filter(Invitation::is_open).ok_or(Code::LinkExpired)?;
            let key = found.prospect.as_ref().map(|prospect| (&found.partner_id, prospect));
            let report = match key {
                Some(key) => prospects::by_id(&mut *tx, key, now).await?,
                None => None,
            };
            report.filter(|r| r.state.after(Act::Associate).is_some()).ok_or(Code::LinkExpired)?;
            Ok(Opened::Mail(Box::new(found)))
        }
        Opened::General(link) => {
            let found = invited::link_by_token(tx, &link.token).await?;
            found.map(Opened::General).ok_or(Error::Refused(Code::LinkExpired))
        }
    }
}

/// Why the account cannot be associated.
async fn cause(
    tx: &mut Tx,
    opened: &Opened,
    (email, phone): (&str, &str),
    (all, free): (&[Account], Option<&Account>),
    now: i64,
) -> Result<Option<Cause>, Error> {
    if all.iter().any(|account| account.partner.as_ref() == Some(opened.partner())) {
        return Ok(Some(Cause::AlreadyYours));
    }
    if free.is_none() && !all.is_empty() {
        return Ok(Some(Cause::HasPartner));
    }
    if accounts::is_member(&mut *tx, email).await? {
        return Ok(Some(Cause::IsPartner));
    }
    let mine = NewProspect { email: email.to_owned(), phone: phone.to_owned(), ..NewProspect::default() };
    let kept = prospects::claiming(tx, &claims(&mine), now).await?;
    if kept.iter().any(|(_, report)| report.state.is_live() && report.partner_id != *opened.partner()) {
        return Ok(Some(Cause::Protected));
    }
    let is_old = |account: &Account| now - account.created_at > MAX_ACCOUNT_DAYS * 86_400_000;
    let by_report = matches!(opened, Opened::Mail(_));
    Ok((by_report && free.is_some_and(is_old)).then_some(Cause::TooOld))
}

/// Writes down that an association failed, and why.
async fn fail(
    tx: &mut Tx,
    trail: &mut Trail,
    opened: &Opened,
    email: &str,
    cause: Cause,
    origin: &Origin,
    now: i64,
) -> Result<(), Error> {
    let to = (CustomerInvitationState::Failed, Some(cause), None);
    let id = match opened {
        Opened::Mail(invitation) => {
            invited::end(tx, (&invitation.partner_id, &invitation.id), to).await?;
            invitation.id.clone()
        }
        Opened::General(link) => {
            let record = record(link, email, None, (to.0, to.1), now);
            // Who tries again and again is one row.
            if invited::failed_again(tx, &record).await? {
                return Ok(());
            }
            invited::insert(tx, &record, record.id.as_str()).await?;
            record.id
        }
    };
    let detail = json!({"cause": cause});
    let act = Entry {
        kind: "invitation",
        id: id.to_string(),
        ..entry(opened, Action::CustomersAssociationFailed, &CustomerId(String::new()), email, detail, origin)
    };
    trail.add(&act, now)
}

/// What became of somebody who came by a general link.
fn record(
    link: &Link,
    email: &str,
    account: Option<&Account>,
    (state, cause): (CustomerInvitationState, Option<Cause>),
    now: i64,
) -> Invitation {
    Invitation {
        partner_id: link.partner_id.clone(),
        id: CustomerInvitationId(ids::new()),
        kind: InvitationKind::General,
        prospect: None,
        name: account.map_or_else(|| mask_email(email), |a| a.name.clone()),
        email: email.to_owned(),
        association: link.association,
        state,
        cause,
        inviter_id: link.user_id.clone(),
        inviter: link.tag.clone(),
        sent_at: now,
        expires_at: now,
        opened_at: Some(now),
        customer: account.map(|a| a.id.clone()),
    }
}

/// Makes the account of an address.
async fn make(
    tx: &mut Tx,
    email: &str,
    given: &Associate,
    origin: &Origin,
    now: i64,
) -> Result<Account, Error> {
    let name =
        door::account_name(&given.account_name).map_err(|fault| Error::field("account_name", fault))?;
    let account =
        Account { id: CustomerId(ids::new()), name: name.to_owned(), partner: None, created_at: now };
    if !accounts::insert(tx, &account, email).await? {
        return Err(Error::field("account_name", Fault::Taken));
    }
    accounts::log(tx, &account.id, (LogAction::Created, ""), (now, &origin.ip)).await?;
    Ok(account)
}

/// Makes the partner's customer of an account. Whoever sees only the own customers manages those that they invite.
async fn customer(
    app: &App,
    tx: &mut Tx,
    opened: &Opened,
    partner: &Partner,
    (account, email, phone): (&Account, &str, &str),
    now: i64,
) -> Result<(), Error> {
    let inviter = identity::person_of(tx, &partner.id, opened.inviter()).await?;
    let manages =
        |p: &identity::Person| p.rights.sight == Sight::Own && p.rights.may(Permission::CustomersRead);
    let manager = inviter.filter(manages).map(|p| p.user_id);
    let new = NewCustomer {
        id: account.id.clone(),
        name: String::new(),
        account_name: account.name.clone(),
        association: opened.association(),
        verified: VerifiedStatus::None,
        customer_type: CustomerType::Unknown,
        frozen: Frozen::No,
        manager: manager.clone(),
        phone: phone.strip_prefix("+86").unwrap_or(phone).to_owned(),
        email: email.to_owned(),
        label: String::new(),
        level: "V0".into(),
        bill_account: None,
        associated_on: now,
    };
    create::create(&app.db, tx, partner, vec![new]).await?;
    assignments::begin(tx, (&partner.id, &account.id), manager.as_ref(), now).await
}

/// Ends the invitation, and the report that it was of.
async fn settle(
    tx: &mut Tx,
    opened: &Opened,
    (account, email, phone): (&Account, &str, &str),
    now: i64,
) -> Result<CustomerInvitationId, Error> {
    let to = CustomerInvitationState::Associated;
    match opened {
        Opened::Mail(invitation) => {
            let key = (&invitation.partner_id, &invitation.id);
            if !invited::end(tx, key, (to, None, Some(&account.id))).await? {
                return Err(Code::LinkExpired.into());
            }
            if let Some(prospect) = &invitation.prospect {
                let key = (&invitation.partner_id, prospect);
                prospects::move_to(tx, key, Some(ProspectState::Associated), None, "").await?;
                prospects::became(tx, key, &account.id).await?;
            }
            Ok(invitation.id.clone())
        }
        Opened::General(link) => {
            // Whoever was reported and came by the general link is associated all the same.
            let mine =
                NewProspect { email: email.to_owned(), phone: phone.to_owned(), ..NewProspect::default() };
            for (_, report) in prospects::claiming(tx, &claims(&mine), now).await? {
                if report.partner_id == link.partner_id && report.state.after(Act::Associate).is_some() {
                    let key = (&report.partner_id, &report.id);
                    prospects::move_to(tx, key, Some(ProspectState::Associated), None, "").await?;
                    prospects::became(tx, key, &account.id).await?;
                    invited::cancel_of(tx, key).await?;
                }
            }
            let record = record(link, email, Some(account), (to, None), now);
            invited::insert(tx, &record, record.id.as_str()).await?;
            Ok(record.id)
        }
    }
}

/// Begins a time of the customer with the partner.
async fn relate(
    tx: &mut Tx,
    opened: &Opened,
    customer: &CustomerId,
    invitation: &CustomerInvitationId,
    now: i64,
) -> Result<(), Error> {
    let by = match opened {
        Opened::Mail(invitation) => &invitation.inviter,
        Opened::General(link) => &link.tag,
    };
    let row = vec![
        opened.partner().as_str().into(),
        ids::new().into(),
        customer.as_str().into(),
        opened.association().code().into(),
        Some(invitation.to_string()).into(),
        now.into(),
        by.as_str().into(),
    ];
    insert_rows(tx, "INSERT INTO customer_relations (partner_id, relation_id, customer_id, association, invitation_id, begun_at, begun_by) VALUES ", vec![row], "").await?;
    Ok(())
}

/// An act of a customer in the partner's trail.
fn entry(
    opened: &Opened,
    action: Action,
    customer: &CustomerId,
    email: &str,
    detail: serde_json::Value,
    origin: &Origin,
) -> Entry {
    Entry {
        partner_id: opened.partner().clone(),
        actor: format!("customer {}", mask_email(email)),
        action,
        kind: "customer",
        id: customer.to_string(),
        detail,
        origin: origin.clone(),
    }
}
