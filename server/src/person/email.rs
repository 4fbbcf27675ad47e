//! Another sign-in address: proven by a code that goes to it, told to the old one (design/security.md, check 10).

use super::address::{self, Wanted};
use super::{notice, password, store};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes::{self, Receiver};
use crate::error::Error;
use crate::identity::sessions;
use crate::identity::store as identity;
use crate::outbox;
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::Challenge;
use contract::codes::Channel;
use contract::error::{Code, Fault};
use contract::identity::MAX_EMAIL;
use contract::person::{ChangeEmail, ConfirmAddress};
use contract::text::{self, mask_email};
use serde_json::json;

/// Sends a code to the new address. Whether somebody has that address already is told with the right code only:
/// to whoever reads its mails.
///
/// # Errors
/// Faults of `email`, `password` and `code`, `PasskeyWrong`, `TooManyAttempts`, `CodeLimit`, `CodeNotSent`.
pub(super) async fn ask(app: &App, scope: &Scope, wanted: &ChangeEmail) -> Result<Challenge, Error> {
    let email = text::required(&wanted.email, MAX_EMAIL).map_err(|fault| Error::field("email", fault))?;
    let email = email.to_lowercase();
    let person = password::person(app, scope).await?;
    if !text::is_email(&email) || email == person.email {
        return Err(Error::field("email", Fault::Invalid));
    }
    let new = Wanted {
        masked: mask_email(&email),
        receiver: Receiver { channel: Channel::Email, address: email },
        purpose: codes::EMAIL,
        subject: ("user", scope.user_id.as_str()),
        action: Action::IdentityEmailAsked,
        summary: ["将此邮箱用作伙伴中心的登录邮箱。", "Using this address to sign in to Partner Center."],
    };
    let begun = address::proven(app, scope, &person, &wanted.proof()).await?;
    address::send_code(app, scope, begun, new).await
}

/// Takes the new address by the code that went to it. The address is copied into all memberships, and each
/// partner's trail tells it.
///
/// # Errors
/// What is wrong with the code; `NotFound` for somebody else's; `NameTaken` where somebody signs in with it.
pub(super) async fn confirm(app: &App, scope: &Scope, given: &ConfirmAddress) -> Result<(), Error> {
    let person = password::person(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let memberships = identity::memberships(&mut tx, &person.person_id).await?;
    let mut trail = Trail::open(&app.db, &mut tx, memberships.iter().map(|m| &m.partner.id)).await?;
    let (mut tx, email) = address::confirmed(app, tx, scope, codes::EMAIL, given).await?;
    if !store::set_email(&mut tx, &person.person_id, &email).await? {
        return Err(Code::NameTaken.into());
    }
    store::end_links(&mut tx, &person.person_id, scope.now).await?;
    let detail = json!({"before": mask_email(&person.email), "after": mask_email(&email)});
    for member in &memberships {
        let there = sessions::scope_of(member, None, scope.origin.clone(), scope.now);
        let id = member.user_id.as_str();
        let act = Act::of(&there, Action::IdentityEmailChanged, "user", id, detail.clone());
        trail.add(&act, app.clock.millis())?;
    }
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &person.email, scope.origin.english, &notice::EMAIL_SET).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(())
}
