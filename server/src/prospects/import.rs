//! Reports out of a file: every row is looked at, those that can be are reported, the others come back with reasons
//! (design/ux-checklist.md, 39).

use super::service::{self, Made};
use super::{check, names, store};
use crate::app::App;
use crate::error::Error;
use crate::imports::read;
use crate::scope::Scope;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::error::Fault;
use contract::prospects::{
    Finding, ImportProspects, Imported, MAX_REPORTS, MAX_ROWS, NewProspect, ProspectState, RefusedRow,
    RowFault, Verdict,
};
use std::collections::BTreeMap;

/// What the columns are called, in lower case; the first of each is the template's.
const HEADINGS: [&[&str]; 5] = [
    &["客户名称", "customer name", "name", "customer", "company"],
    &["联系人", "contact", "contact name"],
    &["手机号", "phone", "mobile", "telephone", "手机", "电话"],
    &["邮箱", "email", "e-mail", "mail"],
    &["备注", "remark", "memo", "note"],
];

/// Reports the rows of a file, or only looks.
///
/// # Errors
/// A fault of `content`: a file that cannot be read, has no column of names, or too many rows.
pub(super) async fn import(app: &App, scope: &Scope, file: &ImportProspects) -> Result<Imported, Error> {
    let unreadable = || Error::field("content", Fault::Invalid);
    let bytes = STANDARD.decode(&file.content).map_err(|_| unreadable())?;
    let rows = read::rows(&file.name, &bytes)?;
    let places = columns(rows.first().map(Vec::as_slice).unwrap_or_default());
    if places[0].is_none() {
        return Err(unreadable());
    }
    if rows.len() > MAX_ROWS + 1 {
        return Err(Error::field("content", Fault::TooLarge));
    }
    let mut done = Imported { accepted: 0, review: 0, refused: Vec::new() };
    let mut claimed: BTreeMap<String, i64> = BTreeMap::new();
    let mut live = store::live(&mut *app.db.read().acquire().await?, scope).await?;
    for (row, cells) in (2..).zip(rows.iter().skip(1)) {
        let cells = cells_of(cells, places);
        match one(app, scope, &cells, file.look, (&mut claimed, row), &mut live).await? {
            Ok(ProspectState::Reviewing) => done.review += 1,
            Ok(_) => done.accepted += 1,
            Err(why) => done.refused.push(RefusedRow { row, cells, why }),
        }
    }
    Ok(done)
}

fn columns(headings: &[String]) -> [Option<usize>; 5] {
    HEADINGS.map(|names| headings.iter().position(|h| names.contains(&h.trim().to_lowercase().as_str())))
}

fn cells_of(row: &[String], places: [Option<usize>; 5]) -> NewProspect {
    let [name, contact, phone, email, memo] =
        places.map(|place| place.and_then(|at| row.get(at)).cloned().unwrap_or_default());
    NewProspect { name, contact, phone, email, memo }
}

async fn one(
    app: &App,
    scope: &Scope,
    cells: &NewProspect,
    look: bool,
    (claimed, row): (&mut BTreeMap<String, i64>, i64),
    live: &mut i64,
) -> Result<Result<ProspectState, RowFault>, Error> {
    let new = match cells.check() {
        Ok(new) => new,
        Err(faults) => {
            let (field, fault) = faults.first().copied().unwrap_or(("name", Fault::Invalid));
            return Ok(Err(RowFault::Field { field: field.to_owned(), fault }));
        }
    };
    let claims = names::claims(&new);
    if let Some(earlier) = claims.iter().find_map(|claim| claimed.get(claim)) {
        return Ok(Err(RowFault::Repeated { row: *earlier }));
    }
    let blocked = |findings: Vec<Finding>| {
        let worst = findings.into_iter().next();
        worst.map_or(RowFault::Limit, |finding| RowFault::Blocked { finding })
    };
    let state = if look {
        let own = check::own(&app.db, scope, &new.name).await?;
        let mut connection = app.db.read().acquire().await?;
        let findings = check::findings(&mut connection, scope, &new, &own).await?;
        match Verdict::of(&findings) {
            Verdict::Blocked => Err(blocked(findings)),
            _ if *live >= MAX_REPORTS => Err(RowFault::Limit),
            Verdict::Review => Ok(ProspectState::Reviewing),
            Verdict::Accepted => Ok(ProspectState::Reported),
        }
    } else {
        match service::make(app, scope, &new).await? {
            (_, Made::Done(report)) => Ok(report.state),
            (_, Made::Full) => Err(RowFault::Limit),
            (findings, Made::Blocked) => Err(blocked(findings)),
        }
    };
    if state.is_ok() {
        *live += 1;
        claimed.extend(claims.into_iter().map(|claim| (claim, row)));
    }
    Ok(state)
}
