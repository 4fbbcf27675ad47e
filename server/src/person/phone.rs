//! The phone that codes can come to: proven by a code that goes to it.

use super::address::{self, Wanted};
use super::{notice, password, store};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes::{self, Receiver};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::store::Person;
use crate::outbox;
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::{Challenge, Channel};
use contract::error::{Code, Fault};
use contract::factors::Proof;
use contract::person::{ChangePhone, ConfirmAddress, Phone};
use contract::text::{self, mask_phone};
use serde_json::json;

/// The phone, masked.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn view(app: &App, scope: &Scope) -> Result<Phone, Error> {
    let person = password::person(app, scope).await?;
    let mut connection = app.db.read().acquire().await?;
    let phone = store::phone(&mut connection, &person.person_id).await?;
    Ok(Phone { phone: mask_phone(&phone) })
}

/// Sends a code to a phone.
///
/// # Errors
/// Faults of `phone`, `password` and `code`; `TooManyAttempts`, `CodeTooSoon`, `CodeLimit`, `CodeNotSent`.
pub(super) async fn ask(app: &App, scope: &Scope, wanted: &ChangePhone) -> Result<Challenge, Error> {
    if wanted.phone.trim().is_empty() {
        return Err(Error::field("phone", Fault::Required));
    }
    if !app.sender.can(Channel::Sms) {
        return Err(Error::field("phone", Fault::Unavailable));
    }
    let phone = text::phone(&wanted.phone).ok_or_else(|| Error::field("phone", Fault::Invalid))?;
    let person = password::person(app, scope).await?;
    let wanted_phone = Wanted {
        masked: mask_phone(&phone),
        receiver: Receiver { channel: Channel::Sms, address: phone },
        purpose: codes::PHONE,
        subject: ("user", scope.user_id.as_str()),
        action: Action::IdentityPhoneAsked,
        summary: [
            "将此手机号用于接收伙伴中心的验证码。",
            "Using this phone for verification codes of Partner Center.",
        ],
    };
    let begun = address::proven(app, scope, &person, &wanted.proof()).await?;
    address::send_code(app, scope, begun, wanted_phone).await
}

/// Takes the phone by the code that went to it.
///
/// # Errors
/// What is wrong with the code; `NotFound` for somebody else's.
pub(super) async fn confirm(app: &App, scope: &Scope, given: &ConfirmAddress) -> Result<Phone, Error> {
    let person = password::person(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    let (tx, phone) = address::confirmed(app, tx, scope, codes::PHONE, given).await?;
    set(app, scope, &person, (tx, trail), &phone).await
}

/// Takes the phone away.
///
/// # Errors
/// Faults of `password` and `code`, `TooManyAttempts`; `Changed` where there is none.
pub(super) async fn end(app: &App, scope: &Scope, proof: &Proof) -> Result<Phone, Error> {
    let person = password::person(app, scope).await?;
    let (mut tx, trail) = address::proven(app, scope, &person, proof).await?;
    if store::phone(&mut tx, &person.person_id).await?.is_empty() {
        return Err(Code::Changed.into());
    }
    set(app, scope, &person, (tx, trail), "").await
}

/// Sets it, tells the trail, and tells the person by mail.
async fn set(
    app: &App,
    scope: &Scope,
    person: &Person,
    (mut tx, mut trail): (Tx, Trail),
    phone: &str,
) -> Result<Phone, Error> {
    let before = store::phone(&mut tx, &person.person_id).await?;
    store::set_phone(&mut tx, &person.person_id, phone).await?;
    let detail = json!({"before": mask_phone(&before), "after": mask_phone(phone)});
    let act = Act::of(scope, Action::IdentityPhoneChanged, "user", scope.user_id.as_str(), detail);
    trail.add(&act, app.clock.millis())?;
    trail.write(&mut tx).await?;
    let told = if phone.is_empty() { &notice::PHONE_ENDED } else { &notice::PHONE_SET };
    notice::tell(app, &mut tx, person, &person.email, scope.origin.english, told).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(Phone { phone: mask_phone(phone) })
}
