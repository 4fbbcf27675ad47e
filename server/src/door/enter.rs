//! Being let in: a code to an address, and the session of whoever has it.

use super::{accounts, associate, sessions};
use crate::app::App;
use crate::codes::{self, DOOR, Order};
use crate::error::Error;
use crate::identity::sessions::Token;
use crate::identity::throttle::{self, Counter};
use crate::ids;
use crate::scope::Origin;
use crate::seal::fingerprint;
use contract::codes::Channel;
use contract::door::{Account, AskCode, CODE_MINUTES, CodeSent, Door, Enter, LogAction};
use contract::error::{Code, Fault};
use contract::id::PartnerId;
use contract::prospects::email_of;

/// In whose name codes of the door are sent: no partner's.
fn nobody() -> PartnerId {
    PartnerId(String::new())
}

/// Sends a code. Known and unknown addresses are answered alike.
///
/// # Errors
/// A fault of `email`; `LinkExpired` for an invitation that cannot be followed; `CodeTooSoon`, `CodeLimit`,
/// `TooManyAttempts`, `CodeNotSent`.
pub(super) async fn ask(app: &App, wanted: &AskCode, origin: &Origin) -> Result<CodeSent, Error> {
    let now = app.clock.millis();
    let opened = match &wanted.invitation {
        Some(token) => Some(associate::open(app, token).await?),
        None => None,
    };
    let email = match opened.as_ref().and_then(associate::Opened::email) {
        Some(email) => email.to_owned(),
        None => email_of(&wanted.email).map_err(|fault| Error::field("email", fault))?,
    };
    if email.is_empty() {
        return Err(Error::field("email", Fault::Required));
    }
    // Counted by where it is asked from: by the address alone anybody could keep its owner out.
    let counters = [Counter::door(&origin.ip), Counter::door_at(&origin.ip, &email)];
    throttle::check(&app.db, &counters, now).await?;
    let mut tx = app.db.begin().await?;
    throttle::failed(&mut tx, &counters, now).await?;
    app.db.commit(tx).await?;
    let mut tx = app.db.begin().await?;
    // The row is locked, so that many at once are no more than one after the other.
    throttle::failed(&mut tx, &[Counter::door_to(&email)], now).await?;
    if let Some(opened) = &opened {
        associate::gone_on(&mut tx, opened, now).await?;
    }
    let summary = if origin.english { "Sign in to your account centre." } else { "登录账号中心。" };
    let order = Order {
        partner_id: nobody(),
        user_id: String::new(),
        purpose: DOOR,
        subject: ids::new(),
        fingerprint: fingerprint(&[&email]),
        channel: Channel::Email,
        receiver: email,
        summary: summary.to_owned(),
        minutes: CODE_MINUTES,
        english: origin.english,
    };
    codes::wait_between(app, &mut tx, &order).await?;
    let (challenge, message) = codes::issue(app, &mut tx, order).await?;
    app.db.commit(tx).await?;
    codes::delivered(app, &nobody(), &message).await?;
    let message = crate::outbox::text_of(app, &nobody(), &challenge.id).await?;
    Ok(CodeSent { challenge, message })
}

/// Lets in whoever has the code. Customers that a partner made under this address are the person's from now on.
///
/// # Errors
/// What is wrong with the code; `TooManyAttempts`.
pub(super) async fn enter(app: &App, given: &Enter, origin: &Origin) -> Result<(Door, Token), Error> {
    let now = app.clock.millis();
    let counters = [Counter::address(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut tx = app.db.begin().await?;
    let which = (&given.challenge, DOOR);
    let email = match codes::spend_of_nobody(app, &mut tx, &nobody(), which, given.code.trim()).await? {
        Ok(email) => email,
        Err(wrong) => {
            throttle::failed(&mut tx, &counters, now).await?;
            app.db.commit(tx).await?;
            wrong.or_error()?;
            return Err(Code::CodeExpired.into());
        }
    };
    accounts::adopt(&mut tx, &email).await?;
    let token = sessions::begin(&mut tx, &email, now).await?;
    for account in accounts::of(&mut tx, &email).await? {
        accounts::log(&mut tx, &account.id, (LogAction::Entered, ""), (now, &origin.ip)).await?;
    }
    app.db.commit(tx).await?;
    Ok((door(app, &email).await?, token))
}

/// What whoever was let in sees.
///
/// # Errors
/// A database that does not answer.
pub(super) async fn door(app: &App, email: &str) -> Result<Door, Error> {
    let mut connection = app.db.read().acquire().await?;
    let mut all: Vec<Account> = Vec::new();
    for account in accounts::of(&mut connection, email).await? {
        all.push(accounts::view(&mut connection, account).await?);
    }
    Ok(Door { email: email.to_owned(), accounts: all })
}
