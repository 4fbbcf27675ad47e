//! Changing the partner's settings.

use super::store;
use crate::app::App;
use crate::audit::{self, Act};
use crate::codes::{self, Confirmation, Confirmed, confirm};
use crate::error::Error;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::codes::StepUp;
use contract::money::Money;
use contract::partner::Settings;
use serde_json::json;

/// Changes the settings. What protects more takes effect at once; what protects less needs a code where codes are
/// on, as everything that they protect does (design/security.md, check 10).
///
/// # Errors
/// Faults of amounts; what is wrong with the code.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    wanted: Settings,
    key: &str,
    code: Option<&str>,
) -> Result<StepUp<Settings>, Error> {
    Error::check(wanted.faults(scope.currency))?;
    let before = store::settings(&app.db, scope).await?;
    if wanted == before {
        return Ok(StepUp::Done { result: wanted });
    }
    let amount = |money: Option<Money>| money.map_or_else(String::new, |m| m.minor.to_string());
    let switch = if wanted.verification { "on" } else { "off" };
    let content = fingerprint(&[switch, &amount(wanted.code_from), &amount(wanted.approval_from)]);
    let mut tx = app.db.begin().await?;
    if before.verification && wanted.is_weaker_than(&before) {
        let summary = if wanted.verification {
            ("放宽验证码或审批的金额限制。", "Loosening the limits of verification codes or approvals.")
        } else {
            ("关闭验证码验证。", "Switching verification codes off.")
        };
        let act = Confirmation { purpose: codes::SETTINGS, key, content: &content, summary };
        match confirm(app, tx, scope, act, code).await? {
            Confirmed::Yes(confirmed) => tx = confirmed,
            Confirmed::CodeNeeded(challenge) => return Ok(StepUp::CodeNeeded { challenge }),
        }
    }
    store::set(&mut tx, scope, wanted).await?;
    let mut detail = json!({});
    if before.verification != wanted.verification {
        detail["verification"] = json!({"before": before.verification, "after": wanted.verification});
    }
    for (name, before, after) in [
        ("code_from", before.code_from, wanted.code_from),
        ("approval_from", before.approval_from, wanted.approval_from),
    ] {
        if before != after {
            detail[name] = json!({"before": before, "after": after});
        }
    }
    let act = Act::of(scope, Action::PartnerSettingsChanged, "partner", scope.partner_id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done { result: wanted })
}
