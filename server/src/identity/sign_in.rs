//! Signing in: the same answer for an unknown account and a wrong password, and limits.

use super::sessions;
use super::store::{self, Person};
use super::throttle::{self, Counter};
use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::error::Error;
use crate::factors::step::{self, Outcome};
use crate::factors::store as factors;
use crate::scope::Origin;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::identity::{Credentials, MAX_EMAIL};
use contract::text;
use serde_json::json;

/// Signs a person in: begins a session, or the second step where the person has a factor.
///
/// # Errors
/// `InvalidFields` for empty ones, `TooManyAttempts` with the seconds to wait,
/// `WrongCredentials` for everything else that does not fit.
pub(crate) async fn sign_in(
    app: &App,
    given: &Credentials,
    origin: &Origin,
    user_agent: &str,
) -> Result<Outcome, Error> {
    let email =
        text::required(&given.email, MAX_EMAIL).map_err(|fault| Error::field("email", fault))?.to_lowercase();
    if given.password.is_empty() {
        return Err(Error::field("password", Fault::Required));
    }
    let (account, address) = (Counter::account(&email), Counter::address(&origin.ip));
    let counters = [account.clone(), address];
    let now = app.clock.millis();
    throttle::check(&app.db, &counters, now).await?;
    let mut connection = app.db.read().acquire().await?;
    let found = store::person_by_email(&mut connection, &email).await?;
    drop(connection);
    let fits = app.passwords.verify(&given.password, found.as_ref().map(|(_, hash)| hash.as_str())).await?;
    let mut tx = app.db.begin().await?;
    // The trail's lock comes before the counters', as everywhere.
    if let Some((person, _)) = &found {
        Trail::open(&app.db, &mut tx, [&person.partner.id]).await?;
    }
    throttle::check_in(&app.db, &mut tx, &counters, now).await?;
    match found {
        Some((person, _)) if fits => {
            let has = factors::has(&mut tx, &person.person_id).await?;
            if has.any() {
                // Failures are forgotten with the second step: who has the password may not guess codes for ever.
                let (token, due) = step::begin(app, &mut tx, &person.person_id, has, None).await?;
                audit::record(&app.db, &mut tx, &act(&person, Action::IdentityStepDue, origin), now).await?;
                app.db.commit(tx).await?;
                return Ok(Outcome::Due(token, due));
            }
            throttle::succeeded(&mut tx, &account).await?;
            let (token, session) = sessions::begin(app, &mut tx, &person, origin, user_agent).await?;
            audit::record(&app.db, &mut tx, &act(&person, Action::IdentitySignIn, origin), now).await?;
            app.db.commit(tx).await?;
            Ok(Outcome::Session(Box::new(person), token, session))
        }
        found => {
            throttle::failed(&mut tx, &counters, now).await?;
            if let Some((person, _)) = &found {
                audit::record(&app.db, &mut tx, &act(person, Action::IdentitySignInFailed, origin), now)
                    .await?;
            }
            app.db.commit(tx).await?;
            tracing::info!(ip = %origin.ip, "sign_in.failed");
            Err(Code::WrongCredentials.into())
        }
    }
}

fn act(person: &Person, action: Action, origin: &Origin) -> Act {
    Act {
        partner_id: person.partner.id.clone(),
        actor: sessions::actor(&person.name, &person.email),
        action,
        kind: "user",
        id: person.user_id.to_string(),
        detail: json!({}),
        origin: origin.clone(),
    }
}
