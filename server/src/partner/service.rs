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

/// Switches verification codes and the second factor. On takes effect at once, for people who are signed in too;
/// off needs a code, as everything that a switch protects does (design/security.md, check 10).
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
    let word = |on| if on { "on" } else { "off" };
    let content = fingerprint(&[word(wanted.verification), word(wanted.second_factor)]);
    let weaker =
        (before.verification && !wanted.verification) || (before.second_factor && !wanted.second_factor);
    let mut tx = app.db.begin().await?;
    match code {
        None if weaker => {
            let challenge =
                ask(app, tx, scope, key, &content, summary(before, wanted, scope.origin.english)).await?;
            return Ok(StepUp::CodeNeeded { challenge });
        }
        Some(code) if weaker => {
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
    let mut detail = serde_json::Map::new();
    for (name, before, after) in [
        ("verification", before.verification, wanted.verification),
        ("second_factor", before.second_factor, wanted.second_factor),
    ] {
        if before != after {
            detail.insert(name.to_owned(), json!({"before": before, "after": after}));
        }
    }
    let detail = detail.into();
    let act = Act::of(scope, Action::PartnerSettingsChanged, "partner", scope.partner_id.as_str(), detail);
    audit::record(&app.db, &mut tx, &act, app.clock.millis()).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done { result: wanted })
}

/// The code for switching off: the one that was sent for this key, or a new one.
async fn ask(
    app: &App,
    mut tx: Tx,
    scope: &Scope,
    key: &str,
    content: &str,
    summary: String,
) -> Result<Challenge, Error> {
    if let Some(challenge) = codes::find(app, &mut tx, &scope.partner_id, codes::SETTINGS, key).await? {
        return Ok(challenge);
    }
    let receiver = codes::receiver(&mut tx, scope).await?;
    let mut order = codes::order_for(scope, receiver, codes::SETTINGS, key, content);
    order.summary = summary;
    let (challenge, message) = codes::issue(app, &mut tx, order).await?;
    app.db.commit(tx).await?;
    codes::delivered(app, &scope.partner_id, &message).await?;
    Ok(challenge)
}

/// What the message says that the code is for.
fn summary(before: Settings, wanted: Settings, english: bool) -> String {
    let off = [
        (
            before.verification && !wanted.verification,
            "Switching verification codes off.",
            "关闭验证码验证。",
        ),
        (
            before.second_factor && !wanted.second_factor,
            "No longer asking members for a second factor.",
            "不再要求成员开启两步验证。",
        ),
    ];
    let words: Vec<&str> =
        off.iter().filter(|(is, ..)| *is).map(|(_, en, zh)| if english { *en } else { *zh }).collect();
    words.join(if english { " " } else { "" })
}
