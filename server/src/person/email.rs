//! Another sign-in address: proven by a code that goes to it, told to the old one (design/security.md, check 10).

use super::{notice, password, store};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::codes;
use crate::error::Error;
use crate::factors::{step, store as factors};
use crate::identity::sessions;
use crate::identity::store as identity;
use crate::scope::Scope;
use crate::seal::fingerprint;
use crate::{ids, outbox};
use contract::audit::Action;
use contract::codes::Challenge;
use contract::codes::Channel;
use contract::error::{Code, Fault};
use contract::identity::MAX_EMAIL;
use contract::person::{ChangeEmail, ConfirmEmail};
use contract::text::{self, mask_email};
use serde_json::json;

/// Sends a code to the new address. Whether somebody has that address already is told with the right code only:
/// to whoever reads its mails.
///
/// # Errors
/// Faults of `email` and `password`, `TooManyAttempts`, `CodeLimit`, `CodeNotSent`.
pub(super) async fn ask(app: &App, scope: &Scope, wanted: &ChangeEmail) -> Result<Challenge, Error> {
    let email = text::required(&wanted.email, MAX_EMAIL).map_err(|fault| Error::field("email", fault))?;
    let email = email.to_lowercase();
    let person = password::person(app, scope).await?;
    if !text::is_email(&email) || email == person.email {
        return Err(Error::field("email", Fault::Invalid));
    }
    password::prove(app, scope, &person, "password", &wanted.password).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&scope.partner_id]).await?;
    // Codes and links go to the address: whoever has a second step shows it before they go elsewhere.
    if factors::has(&mut tx, &person.person_id).await?.any() {
        if wanted.code.trim().is_empty() {
            return Err(Error::field("code", Fault::Required));
        }
        if !step::check(app, &mut tx, &person.person_id, &wanted.code).await? {
            drop(tx);
            password::refuse(app, scope, &password::counters(&person, scope)).await?;
            return Err(Error::field("code", Fault::Wrong));
        }
    }
    // The new address proves itself: no app answers for it.
    let receiver = codes::Receiver { channel: Channel::Email, address: email.clone() };
    let mut order = codes::order_for(scope, receiver, codes::EMAIL, &ids::new(), &fingerprint(&[&email]));
    order.summary = if order.english {
        "Using this address to sign in to Partner Center.".to_owned()
    } else {
        "将此邮箱用作伙伴中心的登录邮箱。".to_owned()
    };
    codes::wait_between(app, &mut tx, &order).await?;
    let (challenge, message) = codes::issue(app, &mut tx, order).await?;
    let detail = json!({"to": mask_email(&email)});
    let id = scope.user_id.as_str();
    trail.add(&Act::of(scope, Action::IdentityEmailAsked, "user", id, detail), app.clock.millis())?;
    trail.write(&mut tx).await?;
    app.db.commit(tx).await?;
    codes::delivered(app, &scope.partner_id, &message).await?;
    Ok(challenge)
}

/// Takes the new address by the code that went to it. The address is copied into all memberships, and each
/// partner's trail tells it.
///
/// # Errors
/// What is wrong with the code; `NotFound` for somebody else's; `NameTaken` where somebody signs in with it.
pub(super) async fn confirm(app: &App, scope: &Scope, given: &ConfirmEmail) -> Result<(), Error> {
    let person = password::person(app, scope).await?;
    let mut tx = app.db.begin().await?;
    let memberships = identity::memberships(&mut tx, &person.person_id).await?;
    let mut trail = Trail::open(&app.db, &mut tx, memberships.iter().map(|m| &m.partner.id)).await?;
    let found = codes::receiver_of(app, &mut tx, scope, &given.challenge, codes::EMAIL).await?;
    let (subject, email) = found.ok_or(Code::NotFound)?;
    let content = fingerprint(&[&email]);
    let order = (scope, codes::EMAIL, subject.as_str(), content.as_str());
    let verdict = codes::spend(app, &mut tx, order, given.code.trim()).await?;
    if let Err(error) = verdict.or_error() {
        app.db.commit(tx).await?;
        return Err(error);
    }
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
