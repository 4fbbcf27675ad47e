//! Verification codes (验证码验证): made, sent, counted and spent. A code is hashed, bound to
//! one act of one caller and to its receiver, and spent in the transaction of that act
//! (architecture, rule 4).

mod confirm;
mod store;
mod way;

pub(crate) use confirm::{Confirmation, Confirmed, confirm};
pub use way::{Receiver, receiver};

use crate::app::App;
use crate::audit::{self, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::ids;
use crate::outbox::{self, NewMessage};
use crate::scope::Scope;
use contract::audit::Action;
use contract::codes::{self, Challenge, Channel};
use contract::error::Code;
use contract::id::{ChallengeId, PartnerId};
use contract::passkeys::{PasskeyAnswer, PasskeyOptions};
use contract::text::{mask_email, mask_phone};
use contract::time::from_millis;
use rand::RngExt;
use subtle::ConstantTimeEq;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Appropriation to a customer.
pub const APPROPRIATE: &str = Action::FundsAppropriate.as_str();
/// Reclaim from a customer.
pub const RECLAIM: &str = Action::FundsReclaim.as_str();
/// A change of the partner's settings.
pub const SETTINGS: &str = "partner.settings";
/// The approval of a movement.
pub const APPROVAL: &str = "approvals.give";
/// The making of an access key.
pub const KEY: &str = "keys.create";
/// The start of a batch.
pub const BATCH: &str = "batches.start";
/// Another sign-in address of a person.
pub const EMAIL: &str = "person.email";
/// Another phone of a person.
pub const PHONE: &str = "person.phone";
/// An address of a receiver of messages.
pub const RECEIVER: &str = "receivers.confirm";
/// Registration of a customer (scene 29 of the published API).
pub const REGISTRATION: &str = "customers.registration";
/// Being let in at the customer's door.
pub const DOOR: &str = "door.enter";
/// Bank-card authentication (scene 18 of the published API).
pub const BANK_CARD: &str = "customers.bank_card";
/// What codes can be for.
pub(crate) const PURPOSES: &[&str] = &[
    APPROPRIATE,
    RECLAIM,
    SETTINGS,
    APPROVAL,
    KEY,
    BATCH,
    EMAIL,
    PHONE,
    RECEIVER,
    REGISTRATION,
    DOOR,
    BANK_CARD,
];

/// What a code shall allow, and who receives it.
#[derive(Debug, Clone)]
pub struct Order {
    /// The partner in whose name it is sent.
    pub partner_id: PartnerId,
    /// The person who asked; empty for a program.
    pub user_id: String,
    /// The act, for example `funds.appropriate`.
    pub purpose: &'static str,
    /// The caller's key of the act: a code serves one call only.
    pub subject: String,
    /// The hash of the act's content: a code for 10.00 does not serve 1,000.00.
    pub fingerprint: String,
    /// How it is sent.
    pub channel: Channel,
    /// To which address or number.
    pub receiver: String,
    /// What the message says the code is for: the customer and the amount.
    pub summary: String,
    /// Minutes that it holds.
    pub minutes: i64,
    /// Whether the message is in English.
    pub english: bool,
}

/// A challenge as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: ChallengeId,
    pub(crate) order: Order,
    pub(crate) code_hash: String,
    pub(crate) tries: i64,
    pub(crate) sends: i64,
    pub(crate) expires_at: i64,
    pub(crate) resend_at: i64,
    pub(crate) used: bool,
}

impl Stored {
    fn view(&self, passkey: Option<PasskeyOptions>) -> Challenge {
        Challenge {
            id: self.id.clone(),
            sent_to: match self.order.channel {
                Channel::Email => mask_email(&self.order.receiver),
                Channel::Sms => mask_phone(&self.order.receiver),
                Channel::App | Channel::Passkey => String::new(),
            },
            about: self.order.summary.clone(),
            passkey,
            channel: self.order.channel,
            expires_at: from_millis(self.expires_at),
            resend_at: from_millis(self.resend_at),
            tries_left: (codes::MAX_TRIES - self.tries).max(0),
        }
    }
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The code was right and is spent now.
    Right,
    /// It was wrong; so many tries are left.
    Wrong(i64),
    /// The passkey's answer did not fit; so many tries are left.
    PasskeyWrong(i64),
    /// It has expired, was used, or was replaced.
    Expired,
    /// Too many wrong ones.
    Locked,
}

impl Verdict {
    /// The error of a try that was not right.
    ///
    /// # Errors
    /// Everything but `Right`.
    pub fn or_error(self) -> Result<(), Error> {
        match self {
            Self::Right => Ok(()),
            Self::Wrong(left) => Err(Error::Counted(Code::CodeWrong, left)),
            Self::PasskeyWrong(left) => Err(Error::Counted(Code::PasskeyWrong, left)),
            Self::Expired => Err(Code::CodeExpired.into()),
            Self::Locked => Err(Code::CodeLocked.into()),
        }
    }
}

/// Makes a code and the message that carries it. The caller commits, then calls [`delivered`].
///
/// # Errors
/// `CodeLimit` where the receiver or the person had too many today.
pub async fn issue(app: &App, tx: &mut Tx, order: Order) -> Result<(Challenge, String), Error> {
    let now = app.clock.millis();
    let is_sent = matches!(order.channel, Channel::Email | Channel::Sms);
    if is_sent {
        check_limits(app, tx, &order, now).await?;
    }
    let id = ids::challenge();
    let code = random_code();
    let stored = Stored {
        code_hash: hash(app, &id, &order, &code),
        id,
        tries: 0,
        sends: 1,
        expires_at: now + order.minutes * 60_000,
        // Whoever has a passkey and cannot use it here has a code sent at once.
        resend_at: if is_sent { now + codes::RESEND_WAIT_SECONDS * 1000 } else { now },
        used: false,
        order,
    };
    store::insert(tx, &stored, now).await?;
    // Nobody learns the code of a challenge that an app or a passkey answers.
    let message = if is_sent { send(app, tx, &stored, &code, now).await? } else { String::new() };
    Ok((way::view(app, tx, &stored).await?, message))
}

/// Makes a new code for a challenge of this person; the one before is dead from then on. Where a passkey was asked, it
/// is the first.
///
/// # Errors
/// `NotFound`, `CodeTooSoon` with the seconds to wait, `CodeLimit`, `CodeExpired` where it was
/// used or its time is over, `CodeNotSent`.
pub async fn resend(app: &App, scope: &Scope, id: &ChallengeId) -> Result<Challenge, Error> {
    let now = app.clock.millis();
    let mut tx = app.db.begin().await?;
    let mut stored = store::by_id(&app.db, &mut tx, &scope.partner_id, id)
        .await?
        .filter(|s| s.order.user_id == scope.user_id.as_str())
        .ok_or(Code::NotFound)?;
    // Another code would be as dead: what it was for begins anew.
    if stored.used || now >= stored.expires_at {
        return Err(Code::CodeExpired.into());
    }
    if stored.order.channel == Channel::App {
        return Err(Code::BadRequest.into());
    }
    if now < stored.resend_at {
        return Err(Error::Counted(Code::CodeTooSoon, (stored.resend_at - now + 999) / 1000));
    }
    check_limits(app, &mut tx, &stored.order, now).await?;
    let code = random_code();
    stored.code_hash = hash(app, id, &stored.order, &code);
    stored.tries = 0;
    stored.sends += 1;
    if stored.order.channel == Channel::Passkey {
        stored.order.channel = way::sent_to(&stored.order.receiver);
    }
    stored.resend_at = now + codes::RESEND_WAIT_SECONDS * 1000;
    store::replace_code(&mut tx, &stored).await?;
    let message = send(app, &mut tx, &stored, &code, now).await?;
    let shown = way::view(app, &mut tx, &stored).await?;
    app.db.commit(tx).await?;
    delivered(app, &scope.partner_id, &message).await?;
    Ok(shown)
}

/// The person's challenge of an act, where one was issued.
///
/// # Errors
/// A database that does not answer.
pub async fn find(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    purpose: &str,
    subject: &str,
) -> Result<Option<Challenge>, Error> {
    let found = store::by_subject(&app.db, tx, &scope.partner_id, purpose, subject).await?;
    match found.filter(|s| s.order.user_id == scope.user_id.as_str()) {
        Some(stored) => way::view(app, tx, &stored).await.map(Some),
        None => Ok(None),
    }
}

/// Subject and receiver of a challenge that this person asked for.
///
/// # Errors
/// A database that does not answer.
pub async fn receiver_of(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    id: &ChallengeId,
    purpose: &str,
) -> Result<Option<(String, String)>, Error> {
    let found = store::by_id(&app.db, tx, &scope.partner_id, id).await?;
    let own = found.filter(|s| s.order.user_id == scope.user_id.as_str() && s.order.purpose == purpose);
    Ok(own.map(|s| (s.order.subject, s.order.receiver)))
}

/// Tries a code for an act, or a passkey's answer in its place. The try counts, so the caller commits whatever the
/// verdict is.
///
/// # Errors
/// A database that does not answer; `CodeExpired` where no code was ever issued to this person; `TooManyAttempts` after
/// many wrong codes of an app.
pub async fn spend(
    app: &App,
    tx: &mut Tx,
    order: (&Scope, &str, &str, &str),
    code: &str,
) -> Result<Verdict, Error> {
    let (scope, purpose, subject, fingerprint) = order;
    let (partner, now) = (&scope.partner_id, app.clock.millis());
    // The chain first, as everywhere: the act that the code is for locks it too, after the person's factor.
    Trail::open(&app.db, tx, [partner]).await?;
    let found = store::by_subject(&app.db, tx, partner, purpose, subject).await?;
    // A code is its receiver's: in somebody else's session it serves nothing.
    let stored = found.filter(|s| s.order.user_id == scope.user_id.as_str()).ok_or(Code::CodeExpired)?;
    if stored.used || stored.code_hash.is_empty() || now >= stored.expires_at {
        return Ok(Verdict::Expired);
    }
    if stored.tries >= codes::MAX_TRIES {
        return Ok(Verdict::Locked);
    }
    let same_act = stored.order.fingerprint == fingerprint;
    let passkey = PasskeyAnswer::from_text(code);
    let right = match (stored.order.channel, &passkey) {
        _ if !same_act => false,
        (_, Some(answer)) => match way::take(app, tx, &stored, answer).await? {
            Ok(()) => true,
            Err(refused) => {
                if let Some(act) = refused.act(scope) {
                    audit::record(&app.db, tx, &act, now).await?;
                }
                false
            }
        },
        (Channel::App, None) => way::is_of_app(app, tx, &stored.order, code).await?,
        // Nobody was told a code yet.
        (Channel::Passkey, None) => false,
        (Channel::Email | Channel::Sms, None) => {
            let given = hash(app, &stored.id, &stored.order, code);
            bool::from(given.as_bytes().ct_eq(stored.code_hash.as_bytes()))
        }
    };
    if right {
        store::mark_used(tx, partner, &stored.id, now).await?;
        return Ok(Verdict::Right);
    }
    store::count_try(tx, partner, &stored.id).await?;
    match codes::MAX_TRIES - stored.tries - 1 {
        0 => Ok(Verdict::Locked),
        left if passkey.is_some() => Ok(Verdict::PasskeyWrong(left)),
        left => Ok(Verdict::Wrong(left)),
    }
}

/// Tries a code that somebody asked for who is nobody here yet; answers the address that it went to, or what is wrong.
/// The try counts, so the caller commits whatever comes.
///
/// # Errors
/// A database that does not answer; `CodeExpired` where there is no such code.
pub(crate) async fn spend_of_nobody(
    app: &App,
    tx: &mut Tx,
    partner: &PartnerId,
    (id, purpose): (&ChallengeId, &str),
    code: &str,
) -> Result<Result<String, Verdict>, Error> {
    let now = app.clock.millis();
    let found = store::by_id(&app.db, tx, partner, id).await?;
    let stored = found.filter(|s| s.order.user_id.is_empty() && s.order.purpose == purpose);
    let stored = stored.ok_or(Code::CodeExpired)?;
    if stored.used || stored.code_hash.is_empty() || now >= stored.expires_at {
        return Ok(Err(Verdict::Expired));
    }
    if stored.tries >= codes::MAX_TRIES {
        return Ok(Err(Verdict::Locked));
    }
    let given = hash(app, &stored.id, &stored.order, code);
    if bool::from(given.as_bytes().ct_eq(stored.code_hash.as_bytes())) {
        store::mark_used(tx, partner, &stored.id, now).await?;
        return Ok(Ok(stored.order.receiver));
    }
    store::count_try(tx, partner, &stored.id).await?;
    Ok(Err(match codes::MAX_TRIES - stored.tries - 1 {
        0 => Verdict::Locked,
        left => Verdict::Wrong(left),
    }))
}

/// Waits for the message of a code to be delivered, a few seconds at most. A message that
/// cannot be delivered leaves no valid code.
///
/// # Errors
/// `CodeNotSent`.
pub async fn delivered(app: &App, partner: &PartnerId, message: &str) -> Result<(), Error> {
    if message.is_empty() {
        return Ok(());
    }
    outbox::wake(app);
    match outbox::outcome(app, partner, message).await? {
        outbox::Outcome::Failed => Err(Code::CodeNotSent.into()),
        // Still on its way after the wait: the mail server asked for patience. The code holds.
        outbox::Outcome::Delivered | outbox::Outcome::Waiting => Ok(()),
    }
}

/// Makes the code of a challenge worthless.
///
/// # Errors
/// A database that refuses.
pub async fn kill(tx: &mut Tx, partner: &str, challenge: &str) -> Result<(), Error> {
    store::kill(tx, partner, challenge).await
}

/// Keeps codes to one receiver apart, for calls that have no challenge to resend.
///
/// # Errors
/// `CodeTooSoon` with the seconds to wait.
pub async fn wait_between(app: &App, tx: &mut Tx, order: &Order) -> Result<(), Error> {
    let now = app.clock.millis();
    let key = app.seal.hash(&["receiver", &order.receiver]);
    let since = now - codes::RESEND_WAIT_SECONDS * 1000;
    match store::last_send(tx, &order.partner_id, &key, since).await? {
        Some(last) => Err(Error::Counted(Code::CodeTooSoon, (last - since + 999) / 1000)),
        None => Ok(()),
    }
}

/// An order for a code to a person's receiver.
#[must_use]
pub fn order_for(
    scope: &Scope,
    receiver: Receiver,
    purpose: &'static str,
    key: &str,
    fingerprint: &str,
) -> Order {
    Order {
        partner_id: scope.partner_id.clone(),
        user_id: scope.user_id.to_string(),
        purpose,
        subject: key.to_owned(),
        fingerprint: fingerprint.to_owned(),
        channel: receiver.channel,
        receiver: receiver.address,
        summary: String::new(),
        minutes: codes::DEFAULT_TIMEOUT_MINUTES,
        english: scope.origin.english,
    }
}

/// Six digits, each equally likely, zeros in front allowed.
fn random_code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000_u32))
}

fn hash(app: &App, id: &ChallengeId, order: &Order, code: &str) -> String {
    app.seal.hash(&[id.as_str(), order.purpose, &order.subject, &order.fingerprint, &order.receiver, code])
}

async fn check_limits(app: &App, tx: &mut Tx, order: &Order, now: i64) -> Result<(), Error> {
    // At the door anybody may ask for anybody's code: the askers are counted there, the address only far above that.
    let most = if order.purpose == DOOR { codes::MAX_SENDS_A_DAY * 20 } else { codes::MAX_SENDS_A_DAY };
    for key in limit_keys(app, order) {
        if store::sends_since(tx, &order.partner_id, &key, now - DAY).await? >= most {
            return Err(Code::CodeLimit.into());
        }
    }
    Ok(())
}

fn limit_keys(app: &App, order: &Order) -> Vec<String> {
    let receiver = Some(app.seal.hash(&["receiver", &order.receiver]));
    let person = (!order.user_id.is_empty()).then(|| app.seal.hash(&["person", &order.user_id]));
    receiver.into_iter().chain(person).collect()
}

async fn send(app: &App, tx: &mut Tx, stored: &Stored, code: &str, now: i64) -> Result<String, Error> {
    let order = &stored.order;
    let send_id = ids::new();
    for key in limit_keys(app, order) {
        store::insert_send(tx, &order.partner_id, &send_id, &key, now).await?;
    }
    let (subject, text) = words(order, code);
    let message = NewMessage {
        partner_id: order.partner_id.clone(),
        user_id: order.user_id.clone(),
        challenge_id: Some(stored.id.to_string()),
        channel: order.channel,
        receiver: order.receiver.clone(),
        subject,
        text,
    };
    outbox::enqueue(app, tx, &message, now).await
}

/// The message: what the code is for comes before the code ("what you see is what you sign").
fn words(order: &Order, code: &str) -> (String, String) {
    let what = order.summary.replace(['\r', '\n'], " ");
    if order.english {
        let subject = "Verification code".to_owned();
        let text = format!(
            "{what}\nYour verification code is {code}. It is valid for {} minutes. Do not give it to anyone. If you did not ask for it, change your password.",
            order.minutes
        );
        (subject, text.trim_start().to_owned())
    } else {
        let text = format!(
            "{what}\n您的验证码是 {code}，{} 分钟内有效。请勿告知他人。如非本人操作，请修改密码。",
            order.minutes
        );
        ("验证码".to_owned(), text.trim_start().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10,000 codes: every place takes each digit about equally often (χ² with 9 degrees of
    /// freedom stays below 33.7 in 99.99 % of cases), and zeros in front occur.
    #[test]
    fn codes_are_six_even_digits() {
        let mut counts = [[0_u32; 10]; codes::LENGTH];
        for _ in 0..10_000 {
            let code = random_code();
            assert!(codes::is_code(&code), "{code}");
            for (place, digit) in code.bytes().enumerate() {
                counts[place][usize::from(digit - b'0')] += 1;
            }
        }
        for place in counts {
            let chi: u32 = place.iter().map(|&n| n.abs_diff(1000).pow(2)).sum();
            assert!(chi < 33_700, "{place:?}");
        }
    }
}
