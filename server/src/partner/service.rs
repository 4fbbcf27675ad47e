//! Changing the partner's settings.

use super::store;
use crate::app::App;
use crate::audit::{self, Act};
use crate::codes;
use crate::db::Tx;
use crate::error::Error;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::codes::{Challenge, StepUp};
use contract::partner::Settings;
use serde_json::json;

/// Switches verification codes. On takes effect at once; off needs a code, as everything that
/// the switch protects does (design/security.md, check 10).
///
/// # Errors
/// What is wrong with the code.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    wanted: Settings,
    key: &str,
    code: Option<&str>,
) -> Result<StepUp<Settings>, Error> {
    let before = store::settings(&app.db, scope).await?;
    if wanted == before {
        return Ok(StepUp::Done { result: wanted });
    }
    let content = fingerprint(&[if wanted.verification { "on" } else { "off" }]);
    let mut tx = app.db.begin().await?;
    match code {
        None if before.verification => {
            let challenge = ask(app, tx, scope, key, &content).await?;
            return Ok(StepUp::CodeNeeded { challenge });
        }
        Some(code) if before.verification => {
            let act = (&scope.partner_id, codes::SETTINGS, key, content.as_str());
            let verdict = codes::spend(app, &mut tx, act, code).await?;
            if let Err(error) = verdict.or_error() {
                app.db.commit(tx).await?;
                return Err(error);
            }
        }
        _ => {}
    }
    store::set(&mut tx, scope, wanted).await?;
    let detail = json!({"verification": {"before": before.verification, "after": wanted.verification}});
    let act = Act::of(scope, Action::PartnerSettingsChanged, "partner", scope.partner_id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done { result: wanted })
}

/// The code for switching off: the one that was sent for this key, or a new one.
async fn ask(app: &App, mut tx: Tx, scope: &Scope, key: &str, content: &str) -> Result<Challenge, Error> {
    if let Some(challenge) = codes::find(app, &mut tx, &scope.partner_id, codes::SETTINGS, key).await? {
        return Ok(challenge);
    }
    let receiver = codes::receiver(&mut tx, scope).await?;
    let mut order = codes::order_for(scope, receiver, codes::SETTINGS, key, content);
    let summary =
        if order.english { "Switching verification codes off." } else { "关闭验证码验证。" };
    order.summary = summary.to_owned();
    let (challenge, message) = codes::issue(app, &mut tx, order).await?;
    app.db.commit(tx).await?;
    codes::delivered(app, &scope.partner_id, &message).await?;
    Ok(challenge)
}
