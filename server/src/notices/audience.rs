//! Who is told of an entry of the trail: those whom it concerns, and who may know of it.

use super::store::{self, Member, New};
use crate::app::App;
use crate::error::Error;
use contract::access::Permission;
use contract::audit::Action;
use contract::id::{PartnerId, UserId};
use contract::money::Money;
use contract::notices::Kind;
use contract::receivers::KINDS;
use serde_json::Value as Json;
use sqlx::Row;
use sqlx::any::AnyRow;

/// What is told to those whom it concerns.
pub(super) const TOLD: &[Action] = &[
    Action::ExportsMade,
    Action::ExportsFailed,
    Action::BatchesReady,
    Action::BatchesEnded,
    Action::BatchesStopped,
    Action::BatchesFailed,
    Action::BatchesCancelled,
    Action::IdentitySignIn,
    Action::WebhooksStopped,
    Action::ApprovalsAsked,
    Action::ApprovalsGiven,
    Action::ApprovalsRefused,
    Action::OrganisationJoined,
    Action::OrganisationMemberChanged,
    Action::OrganisationUnbound,
    Action::OrganisationRoleCreated,
    Action::OrganisationRoleChanged,
    Action::OrganisationRoleDeleted,
    Action::PartnerSettingsChanged,
    Action::IdentityKeyAdded,
    Action::WebhooksAdded,
    Action::WebhooksChanged,
    Action::WebhooksSecretRotated,
    Action::WebhooksDeleted,
    Action::ReceiversAdded,
    Action::ReceiversChanged,
    Action::ReceiversConfirmed,
    Action::ReceiversDeleted,
];
/// What is told to those who asked for it.
pub(super) const MOVEMENTS: &[Action] = &[Action::FundsAppropriate, Action::FundsReclaim];

/// Milliseconds after which a person may have gone on to something else.
const LONG: i64 = 10_000;

/// An entry of the trail that somebody may want to know of.
pub(super) struct Entry {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    detail: Json,
    ip: String,
}

impl Entry {
    /// Out of `seq, at, actor, action, subject_id, detail, ip`.
    pub(super) fn read(row: &AnyRow) -> Result<Self, Error> {
        Ok(Self {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            actor: row.try_get(2)?,
            action: row.try_get(3)?,
            subject: row.try_get(4)?,
            detail: serde_json::from_str(row.try_get(5)?).unwrap_or_default(),
            ip: row.try_get(6)?,
        })
    }

    fn kind(&self) -> Kind {
        match self.action.split('.').next() {
            Some("exports") => Kind::Export,
            Some("batches") => Kind::Batch,
            Some("identity") if self.action == Action::IdentitySignIn.as_str() => Kind::SignIn,
            Some("webhooks") if self.action == Action::WebhooksStopped.as_str() => Kind::Webhook,
            Some("approvals") => Kind::Approval,
            Some("organisation") => Kind::Organisation,
            Some("funds") => Kind::Movement,
            _ => Kind::Security,
        }
    }

    /// The notice of it, without its reader.
    fn news(&self, kind: Kind) -> New {
        let number = |name: &str| self.detail[name].as_i64().unwrap_or(0);
        New {
            user: UserId(String::new()),
            kind,
            action: self.action.clone(),
            subject: self.subject.clone(),
            actor: self.actor.clone(),
            count: number("rows") + number("done"),
            amount: serde_json::from_value::<Money>(self.detail["amount"].clone()).ok(),
            at: self.at,
        }
    }

    /// Whether a member did it.
    fn is_of(&self, member: &Member) -> bool {
        self.actor.ends_with(&format!("<{}>", member.email))
    }

    /// What the partner's receivers are told of it, if anything: a movement of a batch is told with its batch.
    pub(super) fn for_receivers(&self) -> Option<New> {
        let kind = if self.action == Action::BatchesEnded.as_str() { Kind::Movement } else { self.kind() };
        let of_batch = kind == Kind::Movement && self.detail["batch"].is_string();
        (KINDS.contains(&kind) && !of_batch).then(|| self.news(kind))
    }
}

/// The notices of an entry, one a person.
pub(super) async fn of_entry(app: &App, partner: &PartnerId, entry: &Entry) -> Result<Vec<New>, Error> {
    let kind = entry.kind();
    let new = |user: UserId| New { user, ..entry.news(kind) };
    // Rows of a batch are many, and told with it.
    if kind == Kind::Movement && entry.detail["batch"].is_string() {
        return Ok(Vec::new());
    }
    let members = store::members(&app.db, partner).await?;
    let those = |may: &dyn Fn(&Member) -> bool| -> Vec<New> {
        members.iter().filter(|m| may(m)).map(|m| new(m.user.clone())).collect()
    };
    match kind {
        Kind::Export | Kind::Batch => {
            let owner = store::owner(&app.db, partner, kind, &entry.subject).await?;
            let mut told: Vec<New> =
                owner.filter(|o| is_news(entry, o.1)).map(|o| new(o.0)).into_iter().collect();
            // Those who asked to be told of movements hear of a batch once, not of each of its rows.
            if entry.action == Action::BatchesEnded.as_str()
                && store::wanted(&app.db, partner, Kind::Movement).await?
            {
                let others = those(&|m| m.rights.may(Permission::FundsRead) && !entry.is_of(m));
                told.extend(others.into_iter().map(|new| New { kind: Kind::Movement, ..new }));
            }
            Ok(told)
        }
        Kind::SignIn => {
            let place = (entry.subject.as_str(), entry.ip.as_str(), entry.seq);
            // The very first sign-in is the person's own; later ones from a new place are worth a word.
            let first = !store::had_signed_in(&app.db, partner, place).await?;
            if first || store::known_place(&app.db, partner, place).await? {
                Ok(Vec::new())
            } else {
                Ok(vec![new(UserId(entry.subject.clone()))])
            }
        }
        Kind::Webhook => Ok(those(&|m| m.rights.may(Permission::WebhooksManage))),
        Kind::Movement => Ok(those(&|m| m.rights.may(Permission::FundsRead) && !entry.is_of(m))),
        Kind::Approval if entry.action == Action::ApprovalsAsked.as_str() => {
            Ok(those(&|m| m.rights.may(Permission::FundsApprove) && !entry.is_of(m)))
        }
        Kind::Approval => {
            let asker = store::owner(&app.db, partner, kind, &entry.subject).await?;
            Ok(asker.map(|o| new(o.0)).into_iter().collect())
        }
        // Whoever is given other roles is told, too.
        Kind::Organisation => Ok(those(&|m| {
            let concerned = m.rights.may(Permission::MembersManage) || m.user.as_str() == entry.subject;
            concerned && !entry.is_of(m)
        })),
        Kind::Security => Ok(those(&|m| m.rights.may(Permission::PartnerSettings) && !entry.is_of(m))),
    }
}

/// Whether the owner of an export or a batch need be told. Who sits before the page and sees it get ready,
/// or gave it up, knows.
fn is_news(entry: &Entry, since: i64) -> bool {
    match Action::parse(&entry.action) {
        Some(Action::BatchesReady) => entry.at - since >= LONG,
        Some(Action::BatchesCancelled) => !entry.actor.ends_with('>'),
        _ => true,
    }
}
