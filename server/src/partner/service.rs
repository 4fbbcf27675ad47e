//! Changing the partner's settings.

use super::store;
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::codes::{self, Confirmation, Confirmed, confirm};
use crate::error::Error;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::audit::Action;
use contract::codes::{Channel, StepUp};
use contract::error::{Code, Fault};
use contract::money::Money;
use contract::partner::{CodeWay, Settings};
use serde_json::json;

/// Changes the settings. What protects more takes effect at once, for people who are signed in too; what protects
/// less needs a code where codes are on, and giving up the second factor in any case (design/security.md, check 10).
///
/// # Errors
/// Faults of amounts; `Changed` where they are other ones by now; what is wrong with the code.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    wanted: Settings,
    key: &str,
    code: Option<&str>,
) -> Result<StepUp<Settings>, Error> {
    Error::check(wanted.faults(scope.currency))?;
    let mut tx = app.db.begin().await?;
    // Under the trail's lock: what protects is compared with what holds now.
    Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let before = store::settings_in(&mut tx, scope).await?;
    if (Settings { version: before.version, ..wanted }) == before {
        return Ok(StepUp::Done { result: before });
    }
    // Codes that cannot be sent would lock everybody out of what asks for one.
    if wanted.code_by == CodeWay::Sms && before.code_by != CodeWay::Sms && !app.sender.can(Channel::Sms) {
        return Err(Error::field("code_by", Fault::Unavailable));
    }
    if wanted.version.is_some_and(|version| Some(version) != before.version) {
        return Err(Code::Changed.into());
    }
    let amount = |money: Option<Money>| money.map_or_else(String::new, |m| m.minor.to_string());
    let word = |on| if on { "on" } else { "off" };
    let content = fingerprint(&[
        word(wanted.verification),
        &amount(wanted.code_from),
        &amount(wanted.approval_from),
        word(wanted.second_factor),
        wanted.code_by.as_str(),
        &wanted.excepted.words(),
    ]);
    // Whoever gives up the second factor proves it whether codes are on or not.
    let gives_up_factor = before.second_factor && !wanted.second_factor;
    let other_way = before.code_by != wanted.code_by;
    if gives_up_factor || (before.verification && (other_way || wanted.is_weaker_than(&before))) {
        let (zh, en) = summary(before, wanted);
        let act = Confirmation { purpose: codes::SETTINGS, key, content: &content, summary: (&zh, &en) };
        match confirm(app, tx, scope, act, code).await? {
            Confirmed::Yes(confirmed) => tx = confirmed,
            Confirmed::CodeNeeded(challenge) => return Ok(StepUp::CodeNeeded { challenge }),
        }
    }
    store::set(&mut tx, scope, wanted).await?;
    let mut detail = json!({});
    if before.code_by != wanted.code_by {
        detail["code_by"] = json!({"before": before.code_by, "after": wanted.code_by});
    }
    if before.excepted != wanted.excepted {
        detail["excepted"] = json!({"before": before.excepted.words(), "after": wanted.excepted.words()});
    }
    for (name, before, after) in [
        ("verification", before.verification, wanted.verification),
        ("second_factor", before.second_factor, wanted.second_factor),
    ] {
        if before != after {
            detail[name] = json!({"before": before, "after": after});
        }
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
    let result = store::settings_in(&mut tx, scope).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done { result })
}

/// What the message says that the code is for, in Chinese and in English.
fn summary(before: Settings, wanted: Settings) -> (String, String) {
    let off = before.verification && !wanted.verification;
    let factor = before.second_factor && !wanted.second_factor;
    let amounts =
        Settings { verification: before.verification, second_factor: before.second_factor, ..wanted }
            .is_weaker_than(&before);
    let all = [
        (off, "关闭验证码验证。", "Switching verification codes off."),
        (factor, "不再要求成员开启两步验证。", "No longer asking members for a second factor."),
        (before.code_by != wanted.code_by, "更改验证码的获取方式。", "Changing how verification codes come."),
        (amounts, "放宽验证码或审批的要求。", "Loosening what asks for verification codes or approvals."),
    ];
    let said: Vec<_> = all.iter().filter(|(is, ..)| *is).collect();
    let zh = said.iter().map(|(_, zh, _)| *zh).collect::<String>();
    (zh, said.iter().map(|(.., en)| *en).collect::<Vec<_>>().join(" "))
}
