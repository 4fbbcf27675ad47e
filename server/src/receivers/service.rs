//! What admins do with receivers. Each act is decided under the lock of the partner's trail.

use super::store;
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes::{self, Receiver as To};
use crate::db::Tx;
use crate::error::Error;
use crate::ids;
use crate::person::address::{self, Wanted};
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::{Challenge, Channel};
use contract::error::{Code, Fault};
use contract::id::ReceiverId;
use contract::person::ConfirmAddress;
use contract::receivers::{ChangeReceiver, MAX_RECEIVERS, NewReceiver, Receiver, Told};
use contract::text::{mask_email, mask_phone, phone};
use serde_json::{Value as Json, json};

/// A transaction in which the end of the partner's trail is locked.
async fn begin(app: &App, scope: &Scope) -> Result<(Tx, Trail), Error> {
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    Ok((tx, trail))
}

/// Writes what was done into the trail.
async fn tell(
    app: &App,
    scope: &Scope,
    (tx, mut trail): (&mut Tx, Trail),
    action: Action,
    (id, detail): (&ReceiverId, Json),
) -> Result<(), Error> {
    trail.add(&Act::of(scope, action, "receiver", id.as_str(), detail), app.clock.millis())?;
    trail.write(tx).await
}

/// As it is kept: trimmed, the phone written one way.
fn plain(app: &App, new: &NewReceiver) -> Result<NewReceiver, Error> {
    Error::check(new.faults())?;
    let sms = app.sender.can(Channel::Sms);
    if !sms && !new.phone.trim().is_empty() {
        return Err(Error::field("phone", Fault::Unavailable));
    }
    Ok(NewReceiver {
        name: new.name.trim().to_owned(),
        email: new.email.trim().to_lowercase(),
        phone: phone(&new.phone).unwrap_or_default(),
        told: new.told.clone(),
    })
}

fn words(told: &[Told]) -> Vec<String> {
    let ways = |told: &Told| {
        let ways = [(told.email, "email"), (told.sms, "sms")];
        ways.into_iter().filter(|(on, _)| *on).map(|(_, way)| way).collect::<Vec<_>>().join("+")
    };
    let told = told.iter().filter(|told| told.email || told.sms);
    told.map(|told| format!("{}:{}", told.kind.as_str(), ways(told))).collect()
}

fn shown(is: &NewReceiver) -> Json {
    json!({"name": is.name, "email": mask_email(&is.email), "phone": mask_phone(&is.phone), "told": words(&is.told)})
}

/// Adds a receiver.
///
/// # Errors
/// Faults of fields; `TooMany`.
pub(super) async fn create(app: &App, scope: &Scope, new: &NewReceiver) -> Result<Receiver, Error> {
    let new = plain(app, new)?;
    let id = ReceiverId(ids::new());
    let (mut tx, trail) = begin(app, scope).await?;
    if store::list(&mut tx, &scope.partner_id).await?.len() >= MAX_RECEIVERS {
        return Err(Code::TooMany.into());
    }
    store::insert(&mut tx, scope, &id, &new).await?;
    tell(app, scope, (&mut tx, trail), Action::ReceiversAdded, (&id, shown(&new))).await?;
    let made = store::need(&mut tx, scope, &id).await?;
    app.db.commit(tx).await?;
    Ok(made)
}

/// Changes a receiver.
///
/// # Errors
/// Faults of fields; `NotFound`; `Changed` where somebody was faster.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    id: &ReceiverId,
    wanted: &ChangeReceiver,
) -> Result<Receiver, Error> {
    let new = plain(app, &wanted.receiver)?;
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    if before.version != wanted.version {
        return Err(Code::Changed.into());
    }
    store::update(&mut tx, scope, id, &new).await?;
    let detail = json!({"before": shown(&before.is), "after": shown(&new)});
    tell(app, scope, (&mut tx, trail), Action::ReceiversChanged, (id, detail)).await?;
    let after = store::need(&mut tx, scope, id).await?;
    app.db.commit(tx).await?;
    Ok(after)
}

/// Deletes a receiver.
///
/// # Errors
/// `NotFound`.
pub(super) async fn delete(app: &App, scope: &Scope, id: &ReceiverId) -> Result<(), Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    store::delete(&mut tx, scope, id).await?;
    tell(app, scope, (&mut tx, trail), Action::ReceiversDeleted, (id, shown(&before.is))).await?;
    app.db.commit(tx).await
}

/// Sends a code to an address of a receiver.
///
/// # Errors
/// `NotFound`; `Changed` where it has no such address; `CodeTooSoon`, `CodeLimit`, `CodeNotSent`.
pub(super) async fn ask(
    app: &App,
    scope: &Scope,
    id: &ReceiverId,
    channel: Channel,
) -> Result<Challenge, Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    let receiver = store::need(&mut tx, scope, id).await?;
    let (address, masked) = match channel {
        Channel::Email => (receiver.is.email.clone(), mask_email(&receiver.is.email)),
        Channel::Sms => (receiver.is.phone.clone(), mask_phone(&receiver.is.phone)),
        Channel::App | Channel::Passkey => return Err(Code::BadRequest.into()),
    };
    if address.is_empty() {
        return Err(Code::Changed.into());
    }
    let wanted = Wanted {
        receiver: To { channel, address },
        masked,
        purpose: codes::RECEIVER,
        subject: ("receiver", id.as_str()),
        action: Action::ReceiversAsked,
        summary: [
            "将此邮箱或手机号用于接收伙伴中心的消息。把验证码告知请求者即表示同意。",
            "Receiving messages of Partner Center here. Tell the code to whoever asked you if you agree.",
        ],
    };
    address::send_code(app, scope, (tx, trail), wanted).await
}

/// Confirms an address of a receiver by the code that went to it.
///
/// # Errors
/// What is wrong with the code; `NotFound`; `Changed` where it is another address by now.
pub(super) async fn confirm(
    app: &App,
    scope: &Scope,
    id: &ReceiverId,
    given: &ConfirmAddress,
) -> Result<Receiver, Error> {
    let (mut tx, trail) = begin(app, scope).await?;
    let before = store::need(&mut tx, scope, id).await?;
    let (mut tx, address) = address::confirmed(app, tx, scope, codes::RECEIVER, given).await?;
    if !store::confirm(&mut tx, scope, id, &address).await? {
        return Err(Code::Changed.into());
    }
    tell(app, scope, (&mut tx, trail), Action::ReceiversConfirmed, (id, shown(&before.is))).await?;
    let after = store::need(&mut tx, scope, id).await?;
    app.db.commit(tx).await?;
    Ok(after)
}
