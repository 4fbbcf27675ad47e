//! Making and revoking access keys.

use super::store;
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes::{self, Confirmation, Confirmed, confirm};
use crate::error::Error;
use crate::identity::keys::{self, Limits, NewKey};
use crate::partner;
use crate::scope::Scope;
use crate::seal::fingerprint;
use contract::access::Permission;
use contract::audit::Action;
use contract::codes::StepUp;
use contract::error::Code;
use contract::id::AccessKeyId;
use contract::keys::{MAX_ACTIVE, NewAccessKey, NewSecret};
use contract::partner::Sensitive;
use serde_json::json;

/// How long a repeat of the same call gets the same secret: long enough for an answer that was lost, too short
/// for a second look.
const REPEAT: i64 = 10 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Makes a key for the asking person. A repeat with the same caller's key answers the same one.
///
/// # Errors
/// Faults of fields, `MoreThanOwn`, `TooMany`, `KeyReused`, what is wrong with the code.
pub(super) async fn create(
    app: &App,
    scope: &Scope,
    new: &NewAccessKey,
    call: &str,
    code: Option<&str>,
) -> Result<StepUp<NewSecret>, Error> {
    Error::check(new.faults())?;
    if !new.scopes.iter().all(|s| scope.may(*s)) {
        return Err(Code::MoreThanOwn.into());
    }
    let now = app.clock.millis();
    let span = new.days.map(|d| i64::from(d) * DAY);
    let name = new.name.trim();
    let words: Vec<&str> = new.scopes.iter().map(|s| s.as_str()).collect();
    let days = new.days.map(|d| d.to_string()).unwrap_or_default();
    let content = fingerprint(&[name, &words.join(" "), &days]);
    let mut tx = app.db.begin().await?;
    // Under the lock of the partner's trail: two tabs do not make a third key at once.
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    if let Some(made) = store::made_by(&mut tx, scope, call).await? {
        return match made {
            m if m.created_at + REPEAT > now && m.is_like(name, &new.scopes, span) => {
                let secret_key = app.seal.open(&m.sealed)?;
                Ok(StepUp::Done { result: NewSecret { access_key: m.id, secret_key } })
            }
            _ => Err(Code::KeyReused.into()),
        };
    }
    if store::active(&mut tx, scope, now).await? >= MAX_ACTIVE {
        return Err(Code::TooMany.into());
    }
    if partner::settings_in(&mut tx, scope).await?.asks(Sensitive::AccessKey) {
        let summary = (format!("创建访问密钥“{name}”。"), format!("Creating the access key \"{name}\"."));
        let act = Confirmation {
            purpose: codes::KEY,
            key: call,
            content: &content,
            summary: (&summary.0, &summary.1),
        };
        match confirm(app, tx, scope, act, code).await? {
            Confirmed::Yes(confirmed) => tx = confirmed,
            Confirmed::CodeNeeded(challenge) => return Ok(StepUp::CodeNeeded { challenge }),
        }
    }
    let key = NewKey::random();
    let limits = Limits { scopes: &new.scopes, expires_at: span.map(|span| now + span), made_by: Some(call) };
    keys::insert(&mut tx, &app.seal, (&scope.partner_id, &scope.user_id), name, &key, limits, now).await?;
    let detail = json!({"name": name, "permissions": new.scopes, "days": new.days});
    trail.add(&Act::of(scope, Action::IdentityKeyAdded, "access_key", &key.access_key, detail), now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    Ok(StepUp::Done {
        result: NewSecret { access_key: AccessKeyId(key.access_key), secret_key: key.secret_key },
    })
}

/// Ends a key at once.
///
/// # Errors
/// `NotFound` for one that is not there, has ended, or is somebody else's.
pub(super) async fn revoke(app: &App, scope: &Scope, id: &AccessKeyId) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let anybodys = scope.may(Permission::MembersManage);
    let name = store::end(&mut tx, scope, id, anybodys, now).await?.ok_or(Code::NotFound)?;
    let detail = json!({"name": name});
    trail.add(&Act::of(scope, Action::IdentityKeyDisabled, "access_key", id.as_str(), detail), now)?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}
