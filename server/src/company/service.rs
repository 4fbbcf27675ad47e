//! Changing what a partner tells of itself, its logo, and what a person prefers.

use super::store;
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::audit::Action;
use contract::company::{ChangeCompany, Company, Details, MAX_LOGO, NewLogo, picture_type};
use contract::error::{Code, Fault};
use contract::preferences::Preferences;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Changes the details.
///
/// # Errors
/// Faults of fields; `Changed` where somebody was faster.
pub(super) async fn change(app: &App, scope: &Scope, wanted: &ChangeCompany) -> Result<Company, Error> {
    Error::check(wanted.details.faults())?;
    let details = trimmed(&wanted.details)?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let before = store::company(&mut tx, &scope.partner_id).await?;
    if before.version != wanted.version {
        return Err(Code::Changed.into());
    }
    store::put_details(&mut tx, scope, &details).await?;
    let act = Act::of(
        scope,
        Action::PartnerCompanyChanged,
        "partner",
        scope.partner_id.as_str(),
        differences(&before.details, &details)?,
    );
    trail.add(&act, scope.now)?;
    trail.write(&mut tx).await?;
    let after = store::company(&mut tx, &scope.partner_id).await?;
    app.db.commit(tx).await?;
    Ok(after)
}

fn fields(details: &Details) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(details).map_err(|e| Error::internal(&e))? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::Internal("details are no object".into())),
    }
}

fn trimmed(details: &Details) -> Result<Details, Error> {
    let mut all = fields(details)?;
    for value in all.values_mut() {
        if let Value::String(text) = value {
            *text = text.trim().to_owned();
        }
    }
    serde_json::from_value(Value::Object(all)).map_err(|e| Error::internal(&e))
}

/// What differs, field by field.
fn differences(before: &Details, after: &Details) -> Result<Value, Error> {
    let (before, after) = (fields(before)?, fields(after)?);
    let changed = after.into_iter().filter(|(name, now)| before.get(name) != Some(now));
    let told = changed.map(|(name, now)| {
        let was = before.get(&name).cloned();
        (name, json!({"before": was, "after": now}))
    });
    Ok(Value::Object(told.collect()))
}

/// Sets the logo, or takes it away.
///
/// # Errors
/// A fault of `content`: no picture of a known kind, or too large.
pub(super) async fn change_logo(app: &App, scope: &Scope, new: &NewLogo) -> Result<Company, Error> {
    let bytes = STANDARD.decode(&new.content).map_err(|_| Error::field("content", Fault::Invalid))?;
    if bytes.len() > MAX_LOGO {
        return Err(Error::field("content", Fault::TooLarge));
    }
    let kind = if bytes.is_empty() {
        ""
    } else {
        picture_type(&bytes).ok_or_else(|| Error::field("content", Fault::Invalid))?
    };
    let hash = if bytes.is_empty() { String::new() } else { hex::encode(Sha256::digest(&bytes)) };
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    store::put_logo(&mut tx, scope, kind, &new.content, &hash).await?;
    let detail = json!({"logo": kind, "bytes": bytes.len()});
    let act = Act::of(scope, Action::PartnerLogoChanged, "partner", scope.partner_id.as_str(), detail);
    trail.add(&act, scope.now)?;
    trail.write(&mut tx).await?;
    let after = store::company(&mut tx, &scope.partner_id).await?;
    app.db.commit(tx).await?;
    Ok(after)
}

/// Notes what a person prefers.
///
/// # Errors
/// Faults of fields.
pub(super) async fn prefer(app: &App, scope: &Scope, wanted: &Preferences) -> Result<Preferences, Error> {
    Error::check(wanted.faults())?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    store::prefer(&mut tx, scope, wanted).await?;
    let detail = json!({"language": wanted.language, "zone": wanted.zone});
    trail
        .add(&Act::of(scope, Action::IdentityPreferred, "user", scope.user_id.as_str(), detail), scope.now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(wanted.clone())
}
