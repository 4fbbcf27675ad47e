//! Reporting customers, and what becomes of reports (product/states.md D2).

use super::store::{self, Stored};
use super::{check, invited, names};
use crate::app::App;
use crate::audit::{Act as Entry, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::ids;
use crate::scope::{Origin, Scope};
use contract::audit::Action;
use contract::error::{Code, Fault, FieldFault};
use contract::id::ProspectId;
use contract::prospects::{
    Act, Checked, Chosen, Finding, HELD_DAYS, LeftAlone, LeftWhy, MAX_CHOSEN, MAX_REPORTS, NewProspect,
    Outcome, Prospect, ProspectState, Reported, SetEmail, Verdict, email_of,
};
use contract::text::mask_email;
use serde_json::json;
use std::collections::BTreeSet;

/// Milliseconds for which a report keeps its customer.
pub(super) const HELD: i64 = HELD_DAYS * 86_400_000;

/// What a report would meet.
///
/// # Errors
/// Faults of the fields.
pub(super) async fn look(app: &App, scope: &Scope, new: &NewProspect) -> Result<Checked, Error> {
    let new = checked(new)?;
    let own = check::own(&app.db, scope, &new.name).await?;
    let mut connection = app.db.read().acquire().await?;
    let findings = check::findings(&mut connection, scope, &new, &own).await?;
    let left = (MAX_REPORTS - store::live(&mut connection, scope).await?).max(0);
    Ok(Checked { verdict: Verdict::of(&findings), findings, left })
}

fn checked(new: &NewProspect) -> Result<NewProspect, Error> {
    new.check().map_err(|faults| {
        let field = |(field, fault): (&str, Fault)| FieldFault { field: field.to_owned(), fault };
        Error::Fields(faults.into_iter().map(field).collect())
    })
}

/// What became of one report.
pub(super) enum Made {
    /// It was made.
    Done(Box<Stored>),
    /// It meets somebody else's customer.
    Blocked,
    /// There are as many as there may be.
    Full,
}

/// Reports a customer.
///
/// # Errors
/// Faults of the fields; `ReportLimit`.
pub(super) async fn report(app: &App, scope: &Scope, new: &NewProspect) -> Result<Reported, Error> {
    match make(app, scope, &checked(new)?).await? {
        (findings, Made::Done(report)) => Ok(Reported { prospect: Some(report.view()), findings }),
        (findings, Made::Blocked) => Ok(Reported { prospect: None, findings }),
        (_, Made::Full) => Err(Code::ReportLimit.into()),
    }
}

/// Makes a report out of checked fields, in a transaction of its own.
///
/// # Errors
/// A database that refuses.
pub(super) async fn make(app: &App, scope: &Scope, new: &NewProspect) -> Result<(Vec<Finding>, Made), Error> {
    // Whoever loses the race for a name, an address or a number is told by the next look whose it is.
    for _ in 0..3 {
        let own = check::own(&app.db, scope, &new.name).await?;
        let mut tx = app.db.begin().await?;
        let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
        let (findings, made) = report_in(app, (&mut tx, &mut trail), scope, new.clone(), &own).await?;
        match made {
            Some(Made::Done(report)) => {
                trail.write(&mut tx).await?;
                app.db.commit(tx).await?;
                return Ok((findings, Made::Done(report)));
            }
            Some(made) => return Ok((findings, made)),
            None => drop(tx),
        }
    }
    Err(Code::Changed.into())
}

/// Reports a customer in the caller's transaction; nothing where somebody else took a claim meanwhile.
async fn report_in(
    app: &App,
    (tx, trail): (&mut Tx, &mut Trail),
    scope: &Scope,
    new: NewProspect,
    own: &check::Own,
) -> Result<(Vec<Finding>, Option<Made>), Error> {
    free_over(tx, trail, scope, &new).await?;
    let findings = check::findings(&mut *tx, scope, &new, own).await?;
    let verdict = Verdict::of(&findings);
    if verdict == Verdict::Blocked {
        return Ok((findings, Some(Made::Blocked)));
    }
    if store::live(&mut *tx, scope).await? >= MAX_REPORTS {
        return Ok((findings, Some(Made::Full)));
    }
    let accepted = verdict == Verdict::Accepted;
    let claims = names::claims(&new);
    let report = Stored {
        partner_id: scope.partner_id.clone(),
        id: ProspectId(ids::new()),
        new,
        state: if accepted { ProspectState::Reported } else { ProspectState::Reviewing },
        reason: String::new(),
        reporter_id: scope.user_id.clone(),
        reporter: scope.actor.clone(),
        reported_at: scope.now,
        // A review that nobody decides must not keep the customer for ever.
        held_until: Some(scope.now + HELD),
        invited_at: None,
        customer: None,
    };
    if !store::insert(tx, scope, &report, claims).await? {
        return Ok((findings, None));
    }
    let detail = json!({"state": report.state});
    let act = Entry::of(scope, Action::CustomersReported, "prospect", report.id.as_str(), detail);
    trail.add(&act, app.clock.millis())?;
    Ok((findings, Some(Made::Done(Box::new(report)))))
}

/// Gives back what reports claim whose time is over and that the job has not come to yet. Those of other partners are
/// left to the job: their trails are not locked here, and the claim is free all the same.
async fn free_over(tx: &mut Tx, trail: &mut Trail, scope: &Scope, new: &NewProspect) -> Result<(), Error> {
    for (_, report) in store::claiming(tx, &names::claims(new), scope.now).await? {
        if report.state != ProspectState::Expired {
            continue;
        }
        store::release(tx, &report.partner_id, &[&report.id]).await?;
        if report.partner_id == scope.partner_id {
            expire_in(tx, trail, &report, scope.now).await?;
        }
    }
    Ok(())
}

async fn expire_in(tx: &mut Tx, trail: &mut Trail, report: &Stored, now: i64) -> Result<(), Error> {
    let key = (&report.partner_id, &report.id);
    // Under the lock: another one may have come first, or the report may have gone another way.
    let written = store::by_id(&mut *tx, key, now).await?;
    if written.is_none_or(|w| w.state != ProspectState::Expired) || !store::is_written_live(tx, key).await? {
        return Ok(());
    }
    store::move_to(tx, key, Some(ProspectState::Expired), None, "").await?;
    let act = Entry {
        partner_id: report.partner_id.clone(),
        actor: "system".into(),
        action: Action::CustomersReportExpired,
        kind: "prospect",
        id: report.id.to_string(),
        detail: json!({}),
        origin: Origin::default(),
    };
    trail.add(&act, now)
}

/// Notes what is over. A job; it may run on several servers.
///
/// # Errors
/// A database that refuses.
pub(crate) async fn expire_due(app: &App) -> Result<(), Error> {
    let now = app.clock.millis();
    for report in store::over(&app.db, now).await? {
        let mut tx = app.db.begin().await?;
        let mut trail = Trail::open(&app.db, &mut tx, [&report.partner_id]).await?;
        expire_in(&mut tx, &mut trail, &report, now).await?;
        trail.write(&mut tx).await?;
        app.db.commit(tx).await?;
    }
    Ok(())
}

/// Sets the address of a report (点击添加邮箱).
///
/// # Errors
/// `NotFound`; `ReportMoved` where it is not in force; a fault of `email`, `Taken` where another report has it.
pub(super) async fn set_email(
    app: &App,
    scope: &Scope,
    id: &ProspectId,
    wanted: &SetEmail,
) -> Result<Prospect, Error> {
    let email = email_of(&wanted.email).map_err(|fault| Error::field("email", fault))?;
    if email.is_empty() {
        return Err(Error::field("email", Fault::Required));
    }
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let report = store::need(&mut tx, scope, id).await?;
    if report.state.after(Act::Invite).is_none() {
        return Err(Code::ReportMoved.into());
    }
    if report.new.email == email {
        return Ok(report.view());
    }
    let only = NewProspect { email: email.clone(), ..NewProspect::default() };
    free_over(&mut tx, &mut trail, scope, &only).await?;
    let met = store::customers_with(&mut tx, &only).await?;
    if !met.is_empty() {
        return Err(Error::field("email", Fault::Taken));
    }
    store::release_email(&mut tx, scope, id).await?;
    if !store::claim(&mut tx, scope, id, vec![format!("email:{email}")]).await? {
        return Err(Error::field("email", Fault::Taken));
    }
    store::set_email(&mut tx, scope, id, &email).await?;
    // A link that went to another address is for nobody now.
    invited::cancel_of(&mut tx, (&scope.partner_id, id)).await?;
    let detail = json!({"email": mask_email(&email)});
    trail
        .add(&Entry::of(scope, Action::CustomersReportChanged, "prospect", id.as_str(), detail), scope.now)?;
    trail.write(&mut tx).await?;
    let report = store::need(&mut tx, scope, id).await?;
    app.db.commit(tx).await?;
    Ok(report.view())
}

/// The ids, each once.
///
/// # Errors
/// A fault of `prospects` where there are none or too many.
pub(super) fn chosen(ids: &[ProspectId]) -> Result<Vec<ProspectId>, Error> {
    let once: BTreeSet<&ProspectId> = ids.iter().collect();
    match once.len() {
        0 => Err(Error::field("prospects", Fault::Required)),
        n if n > MAX_CHOSEN => Err(Error::field("prospects", Fault::TooLarge)),
        _ => Ok(once.into_iter().cloned().collect()),
    }
}

/// Deletes reports (删除, 批量删除). What is under review or a customer by now is left alone.
///
/// # Errors
/// A fault of `prospects`.
pub(super) async fn delete(app: &App, scope: &Scope, wanted: &Chosen) -> Result<Outcome, Error> {
    let ids = chosen(&wanted.prospects)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let found = store::some(&mut tx, scope, &ids).await?;
    let mut outcome = Outcome { left: missing(&ids, &found), ..Outcome::default() };
    for report in found {
        if report.state.after(Act::Delete).is_none() {
            outcome.left.push(left(report));
            continue;
        }
        store::move_to(&mut tx, (&scope.partner_id, &report.id), None, None, "").await?;
        invited::cancel_of(&mut tx, (&scope.partner_id, &report.id)).await?;
        let act = Entry::of(scope, Action::CustomersReportDeleted, "prospect", report.id.as_str(), json!({}));
        trail.add(&act, app.clock.millis())?;
        outcome.done += 1;
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(outcome)
}

/// Those of the ids that the person does not see.
pub(super) fn missing(ids: &[ProspectId], found: &[Stored]) -> Vec<LeftAlone> {
    let unknown = ids.iter().filter(|id| !found.iter().any(|f| f.id == **id));
    let gone = |id: &ProspectId| LeftAlone { id: id.clone(), name: String::new(), why: LeftWhy::Missing };
    unknown.map(gone).collect()
}

/// A report that is left alone because of how it stands.
pub(super) fn left(report: Stored) -> LeftAlone {
    LeftAlone { id: report.id, name: report.new.name, why: report.state.into() }
}
