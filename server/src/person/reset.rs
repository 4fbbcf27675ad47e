//! A forgotten password: a mailed link sets a new one (design/security.md, check 22). Asking writes the wish down
//! and no more, for known and unknown addresses alike; a job answers it, so that nothing tells them apart.

use super::{notice, rules, store};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::factors::store as factors;
use crate::identity::sessions;
use crate::identity::store::{Person, person_by_email};
use crate::identity::throttle::{self, Counter};
use crate::scope::Origin;
use crate::{ids, outbox};
use contract::audit::Action;
use contract::codes::RESEND_WAIT_SECONDS;
use contract::error::{Code, Fault};
use contract::id::ResetToken;
use contract::identity::MAX_EMAIL;
use contract::person::{AskReset, NewPassword, RESET_MINUTES, RESETS_A_DAY, Reset};
use contract::text;
use contract::time::from_millis;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Writes down that somebody wants a new password.
///
/// # Errors
/// A fault of `email`; `TooManyAttempts` for an address that asks again and again.
pub(super) async fn ask(app: &App, wanted: &AskReset, origin: &Origin) -> Result<(), Error> {
    let email = text::required(&wanted.email, MAX_EMAIL).map_err(|fault| Error::field("email", fault))?;
    let email = email.to_lowercase();
    if !text::is_email(&email) {
        return Err(Error::field("email", Fault::Invalid));
    }
    let now = app.clock.millis();
    let counters = [Counter::asking(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut tx = app.db.begin().await?;
    throttle::failed(&mut tx, &counters, now).await?;
    let ask = store::Ask { id: ids::new(), email, origin: origin.clone() };
    store::insert_ask(&mut tx, &ask, now).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(())
}

/// Answers the wishes that wait: whoever is known and had not too many links is sent one.
///
/// # Errors
/// A database that does not answer.
pub async fn answer_due(app: &App) -> Result<usize, Error> {
    let asks = store::asks(app).await?;
    for ask in &asks {
        answer(app, ask).await?;
    }
    Ok(asks.len())
}

async fn answer(app: &App, ask: &store::Ask) -> Result<(), Error> {
    let now = app.clock.millis();
    let mut connection = app.db.read().acquire().await?;
    let found = person_by_email(&mut connection, &ask.email).await?;
    drop(connection);
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, found.iter().map(|(p, _)| &p.partner.id)).await?;
    if !store::take_ask(&mut tx, &ask.id).await? {
        return Ok(());
    }
    if let Some((person, _)) = found {
        let (count, last) = store::links_since(&mut tx, &person.person_id, now - store::DAY).await?;
        if count < RESETS_A_DAY && now - last >= RESEND_WAIT_SECONDS * 1000 {
            let token = hex::encode(rand::random::<[u8; 32]>());
            let until = now + RESET_MINUTES * 60_000;
            store::insert_link(&mut tx, &person.person_id, (&hash(&token), until), now).await?;
            notice::send(app, &mut tx, &person, &person.email, mail(app, &token, ask.origin.english)).await?;
            trail.add(&act(&person, Action::IdentityResetSent, &ask.origin, json!({})), now)?;
        }
    }
    trail.write(&mut tx).await?;
    app.db.commit(tx).await
}

fn mail(app: &App, token: &str, english: bool) -> (String, String) {
    let address = format!("{}/reset/{token}", app.settings.public_url);
    if english {
        let text = format!(
            "Somebody asked for a new password for your Partner Center account.\n\nOpen this link to set one; it is valid for {RESET_MINUTES} minutes and can be used once:\n{address}\n\nIf it was not you, do nothing: your password stays as it is.\n"
        );
        ("Set a new password".to_owned(), text)
    } else {
        let text = format!(
            "有人为您的伙伴中心账号申请重设密码。\n\n请打开以下链接设置新密码，链接 {RESET_MINUTES} 分钟内有效，仅可使用一次：\n{address}\n\n如非本人操作，请忽略本邮件，您的密码不会改变。\n"
        );
        ("重设密码".to_owned(), text)
    }
}

/// What a link says.
///
/// # Errors
/// `LinkExpired` for one that leads nowhere, whatever the reason.
pub(super) async fn view(app: &App, token: &ResetToken) -> Result<Reset, Error> {
    let mut connection = app.db.read().acquire().await?;
    let link = store::link(&mut connection, &hash(token.as_str()), app.clock.millis()).await?;
    let (person_id, until) = link.ok_or(Code::LinkExpired)?;
    let known = store::known(&mut connection, &person_id).await?.ok_or(Code::LinkExpired)?;
    Ok(Reset { email: text::mask_email(&known.email), until: from_millis(until) })
}

/// Sets the new password. All sessions of the person end, and none begins: who has the link still needs the
/// second factor.
///
/// # Errors
/// `LinkExpired`, or a fault of `password`.
pub(super) async fn set(
    app: &App,
    token: &ResetToken,
    wanted: &NewPassword,
    origin: &Origin,
) -> Result<(), Error> {
    let (now, hash) = (app.clock.millis(), hash(token.as_str()));
    let mut connection = app.db.read().acquire().await?;
    let (person_id, _) = store::link(&mut connection, &hash, now).await?.ok_or(Code::LinkExpired)?;
    let known = store::known(&mut connection, &person_id).await?.ok_or(Code::LinkExpired)?;
    let (person, _) = person_by_email(&mut connection, &known.email).await?.ok_or(Code::LinkExpired)?;
    drop(connection);
    rules::check("password", &wanted.password, &[&known.email, &known.name, &person.partner.name])?;
    let new_hash = app.passwords.hash(&wanted.password).await?;
    let mut tx = app.db.begin().await?;
    let mut trail = Trail::open(&app.db, &mut tx, [&person.partner.id]).await?;
    // Under the lock: a link is used once.
    if !store::use_link(&mut tx, &hash, now).await?
        || !store::set_password(&mut tx, &person_id, &known.password_hash, &new_hash).await?
    {
        return Err(Code::LinkExpired.into());
    }
    factors::end_pending_of(&mut tx, &person_id).await?;
    let ended = sessions::end_of_person(&mut tx, &person_id, None).await?;
    throttle::succeeded(&mut tx, &Counter::account(&known.email)).await?;
    trail.add(&act(&person, Action::IdentityPasswordReset, origin, json!({"sessions": ended})), now)?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &person, &known.email, origin.english, &notice::PASSWORD_SET).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    Ok(())
}

/// The hash under which a link's secret is kept.
fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn act(person: &Person, action: Action, origin: &Origin, detail: serde_json::Value) -> Act {
    Act {
        partner_id: person.partner.id.clone(),
        actor: sessions::actor(&person.name, &person.email),
        action,
        kind: "user",
        id: person.user_id.to_string(),
        detail,
        origin: origin.clone(),
    }
}
