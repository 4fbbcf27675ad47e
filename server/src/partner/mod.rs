//! The partner's settings.

use crate::app::App;
use crate::audit::{self, Act};
use crate::codes;
use crate::error::Error;
use crate::http::{Call, Mount};
use crate::identity::store;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::codes::StepUp;
use contract::error::Code;
use contract::partner::{Settings, SettingsChange, SettingsView};
use serde_json::json;

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount.on(SettingsView, view).on(SettingsChange, change)
}

async fn view(app: App, call: Call<SettingsView>) -> Result<Settings, Error> {
    read(&app, call.scope()?).await
}

async fn read(app: &App, scope: &Scope) -> Result<Settings, Error> {
    let mut connection = app.db.read().acquire().await?;
    let partner = store::partner(&mut connection, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    Ok(Settings { verification: partner.verification })
}

/// Switching on takes effect at once; switching off needs a code, as everything that the switch
/// protects does (design/security.md, check 10).
async fn change(app: App, call: Call<SettingsChange>) -> Result<StepUp<Settings>, Error> {
    let scope = call.scope()?;
    let (wanted, key) = (call.body, call.key()?);
    let now = app.clock.millis();
    let before = read(&app, scope).await?;
    if wanted == before {
        return Ok(StepUp::Done { result: wanted });
    }
    let content = fingerprint(&[if wanted.verification { "on" } else { "off" }]);
    let mut tx = app.db.begin().await?;
    if before.verification {
        let act = (&scope.partner_id, codes::SETTINGS, key, content.as_str());
        match &call.code {
            Some(code) => {
                let verdict = codes::spend(&app, &mut tx, act, code).await?;
                if let Err(error) = verdict.or_error() {
                    app.db.commit(tx).await?;
                    return Err(error);
                }
            }
            None => {
                if let Some(challenge) =
                    codes::find(&app, &mut tx, &scope.partner_id, codes::SETTINGS, key).await?
                {
                    return Ok(StepUp::CodeNeeded { challenge });
                }
                let receiver = codes::receiver(&mut tx, scope).await?;
                let mut order = codes::order_for(scope, receiver, codes::SETTINGS, key, &content);
                order.summary = if order.english {
                    "Switching verification codes off.".to_owned()
                } else {
                    "关闭验证码验证。".to_owned()
                };
                let (challenge, message) = codes::issue(&app, &mut tx, order).await?;
                app.db.commit(tx).await?;
                codes::delivered(&app, &scope.partner_id, &message).await?;
                return Ok(StepUp::CodeNeeded { challenge });
            }
        }
    }
    sqlx::query("UPDATE partners SET verification = $1 WHERE partner_id = $2")
        .bind(i64::from(wanted.verification))
        .bind(scope.partner_id.as_str())
        .execute(&mut *tx)
        .await?;
    let detail = json!({"verification": {"before": before.verification, "after": wanted.verification}});
    let act = Act::of(scope, "partner.settings_changed", "partner", scope.partner_id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, now).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done { result: wanted })
}
