//! Signing in with a passkey alone: it makes sure who uses it, so that no password and no second step is due.

use super::options::{self, site};
use super::{Purpose, Refused, store, take};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::error::Error;
use crate::identity::sessions::{self, Token};
use crate::identity::store::{Person, person_by_person};
use crate::identity::throttle::{self, Counter};
use crate::scope::Origin;
use contract::audit::Action;
use contract::error::Code;
use contract::id::SessionId;
use contract::passkeys::{PASSKEY_MINUTES, PasskeyAnswer, PasskeyOptions};
use serde_json::json;

/// What any passkey is asked.
///
/// # Errors
/// `PasskeysOff`.
pub(super) fn ask(app: &App) -> Result<PasskeyOptions, Error> {
    options::anybody(app, app.clock.millis() + PASSKEY_MINUTES * 60_000)
}

/// Signs in whoever the passkey is of. Wrong passwords of the account are not counted here, nor forgotten: nobody
/// guesses a passkey, and nobody who guesses passwords keeps its owner out.
///
/// # Errors
/// `PasskeyWrong` for everything that does not fit; `TooManyAttempts`; `PasskeysOff`.
pub(super) async fn sign_in(
    app: &App,
    answer: &PasskeyAnswer,
    origin: &Origin,
    user_agent: &str,
) -> Result<(Person, Token, SessionId), Error> {
    site(app)?;
    let now = app.clock.millis();
    let counters = [Counter::address(&origin.ip)];
    throttle::check(&app.db, &counters, now).await?;
    let mut connection = app.db.read().acquire().await?;
    let person = match store::person_of(&mut connection, &answer.id).await? {
        Some(person_id) => person_by_person(&mut connection, &person_id).await?,
        None => None,
    };
    drop(connection);
    let mut tx = app.db.begin().await?;
    // The trail's lock comes before the counters', as everywhere.
    let mut trail = Trail::open(&app.db, &mut tx, person.iter().map(|p| &p.partner.id)).await?;
    throttle::check_in(&app.db, &mut tx, &counters, now).await?;
    let taken = match &person {
        Some(person) => take(app, &mut tx, Purpose::SignIn, Some(&person.person_id), answer).await?,
        // Unknown, or of somebody who is no member of any partner any more.
        None => Err(Refused::default()),
    };
    match (taken, person) {
        (Ok(used), Some(person)) => {
            let (token, session) = sessions::begin(app, &mut tx, &person, origin, user_agent).await?;
            let scope = sessions::scope_of(&person, None, origin.clone(), now);
            let id = person.user_id.as_str();
            let detail = json!({"passkey": used.name});
            trail.add(&Act::of(&scope, Action::IdentitySignIn, "user", id, detail), now)?;
            trail.write(&mut tx).await?;
            app.db.commit(tx).await?;
            Ok((person, token, session))
        }
        (taken, person) => {
            throttle::failed(&mut tx, &counters, now).await?;
            if let Some(person) = &person {
                let scope = sessions::scope_of(person, None, origin.clone(), now);
                let id = person.user_id.as_str();
                let failed = Act::of(&scope, Action::IdentitySignInFailed, "user", id, json!({}));
                trail.add(&failed, now)?;
                if let Err(refused) = &taken {
                    refused.tell(&mut trail, &scope, now)?;
                }
            }
            trail.write(&mut tx).await?;
            app.db.commit(tx).await?;
            tracing::info!(ip = %origin.ip, "sign_in.passkey_failed");
            Err(Code::PasskeyWrong.into())
        }
    }
}
