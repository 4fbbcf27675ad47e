//! The review of reports that resemble another partner's: the platform's operator decides, on the command line.

use super::service::HELD;
use super::store::{self, Stored};
use crate::audit::{Act as Entry, Trail};
use crate::db::Db;
use crate::error::Error;
use crate::scope::Origin;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::id::{PartnerId, ProspectId};
use contract::prospects::{Act, MAX_MEMO, ProspectState};
use contract::text;
use serde_json::json;

/// A report that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Whose it is.
    pub partner: PartnerId,
    /// The report.
    pub id: ProspectId,
    /// The customer's name.
    pub name: String,
    /// Who reported it.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What waits for a decision, oldest first.
///
/// # Errors
/// A database that does not answer.
pub async fn waiting(db: &Db, now: i64) -> Result<Vec<Waiting>, Error> {
    let one = |report: Stored| Waiting {
        partner: report.partner_id,
        id: report.id,
        name: report.new.name,
        by: report.reporter,
        at: report.reported_at,
    };
    Ok(store::under_review(db, now).await?.into_iter().map(one).collect())
}

/// Lets a report in, or refuses it with a reason.
///
/// # Errors
/// `NotFound`; `ReportMoved` where it was decided before; a fault of `reason`.
pub async fn decide(
    db: &Db,
    (partner, id): (&PartnerId, &ProspectId),
    reason: Option<&str>,
    now: i64,
) -> Result<(), Error> {
    let reason = match reason {
        None => "",
        Some(reason) => {
            text::required(reason, MAX_MEMO).map_err(|fault: Fault| Error::field("reason", fault))?
        }
    };
    let act = if reason.is_empty() { Act::Accept } else { Act::Reject };
    let mut tx = db.begin().await?;
    let mut trail = Trail::open(db, &mut tx, [partner]).await?;
    let report = store::by_id(&mut tx, (partner, id), now).await?.ok_or(Code::NotFound)?;
    let to = report.state.after(act).filter(|_| report.state == ProspectState::Reviewing);
    let to = to.ok_or(Code::ReportMoved)?;
    let held = (act == Act::Accept).then_some(now + HELD);
    store::move_to(&mut tx, (partner, id), to, held, reason).await?;
    let action =
        if act == Act::Accept { Action::CustomersReportAccepted } else { Action::CustomersReportRejected };
    let entry = Entry {
        partner_id: partner.clone(),
        actor: "operator".into(),
        action,
        kind: "prospect",
        id: id.to_string(),
        detail: if reason.is_empty() { json!({}) } else { json!({"reason": reason}) },
        origin: Origin::default(),
    };
    trail.add(&entry, now)?;
    trail.write(&mut tx).await?;
    db.commit(tx).await
}
