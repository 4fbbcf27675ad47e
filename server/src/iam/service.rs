//! Giving out tokens by password.

use crate::app::App;
use crate::audit::{self, Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::factors::{step, store as factors};
use crate::identity::store::{self, Person};
use crate::identity::throttle::{self, Counter};
use crate::identity::{sessions, tokens};
use crate::scope::Origin;
use contract::access::Permission;
use contract::audit::Action;
use contract::iam::{
    DomainRef, Identity, NamedRef, TokenAnswer, TokenFacts, TokenRequest, TokenUser, UserRef,
};
use contract::time::{Time, from_millis};
use serde_json::json;

/// What the cloud's identity service answers to whatever does not fit.
const REFUSED: Error = Error::Published {
    status: 401,
    code: "APIGW.0301",
    message: "Incorrect IAM authentication information: the username or password is wrong.",
};
const METHODS: Error = Error::Published {
    status: 400,
    code: "APIGW.0301",
    message: "Incorrect IAM authentication information: the methods must be password, and totp where the user has it.",
};
const TOO_MANY: Error = Error::Published {
    status: 429,
    code: "APIGW.0308",
    message: "Too many failed attempts. Try again later.",
};

/// A token for a person by name and password: the answer, and the token itself.
///
/// # Errors
/// The same answer for an unknown name, a wrong password and a partner that is not the person's; limits as for
/// signing in.
pub(super) async fn token(
    app: &App,
    request: &TokenRequest,
    origin: &Origin,
) -> Result<(TokenAnswer, String), Error> {
    let identity = &request.auth.identity;
    let known = |method: &String| matches!(method.as_str(), "password" | "totp");
    let all_known = identity.methods.iter().all(known);
    let Some(by_password) = identity.password.as_ref().filter(|_| all_known) else {
        return Err(METHODS);
    };
    let user = &by_password.user;
    let email = user.name.trim().to_lowercase();
    let now = app.clock.millis();
    let account = Counter::account(&email);
    let counters = [account.clone(), Counter::address(&origin.ip)];
    throttle::check(&app.db, &counters, now).await.map_err(|_| TOO_MANY)?;
    let mut connection = app.db.read().acquire().await?;
    let found = store::person_by_email(&mut connection, &email).await?;
    drop(connection);
    let fits = app.passwords.verify(&user.password, found.as_ref().map(|(_, hash)| hash.as_str())).await?;
    let mut connection = app.db.read().acquire().await?;
    let memberships = match &found {
        Some((person, _)) => store::memberships(&mut connection, &person.person_id).await?,
        None => Vec::new(),
    };
    drop(connection);
    let scope = request.auth.scope.as_ref().and_then(|s| s.domain.as_ref());
    let mut chosen = memberships.into_iter().find(|m| is_of(m, user, scope)).filter(|_| fits);
    let mut tx = app.db.begin().await?;
    // The trail's lock comes before the counters', as everywhere.
    if let Some((person, _)) = &found {
        Trail::open(&app.db, &mut tx, [&person.partner.id]).await?;
    }
    throttle::check_in(&app.db, &mut tx, &counters, now).await.map_err(|_| TOO_MANY)?;
    let mut strong = false;
    if let Some(person) = &chosen {
        match second_step(app, &mut tx, person, identity).await? {
            Some(passed) if person.rights.may(Permission::ApiAccess) => strong = passed,
            _ => chosen = None,
        }
    }
    let Some(person) = chosen else {
        throttle::failed(&mut tx, &counters, now).await?;
        if let Some((person, _)) = &found {
            let scope = sessions::scope_of(person, None, origin.clone(), now);
            let id = person.user_id.as_str();
            let act = Act::of(&scope, Action::IdentitySignInFailed, "user", id, json!({}));
            audit::record(&app.db, &mut tx, &act, now).await?;
        }
        app.db.commit(tx).await?;
        tracing::info!(ip = %origin.ip, "token.refused");
        return Err(REFUSED);
    };
    throttle::succeeded(&mut tx, &account).await?;
    let issued = tokens::issue(app, &mut tx, (&person, strong), &origin.ip).await?;
    let scope = sessions::scope_of(&person, None, origin.clone(), now);
    let act = Act::of(&scope, Action::IdentityTokenIssued, "user", person.user_id.as_str(), json!({}));
    audit::record(&app.db, &mut tx, &act, now).await?;
    app.db.commit(tx).await?;
    Ok((facts(&person, now, issued.expires_at), issued.token))
}

/// Whether the second step is passed: `Some(true)` with a right code, `Some(false)` where the person has no factor and
/// the partner asks for none, `None` otherwise and where the partner asks for single sign-on.
async fn second_step(
    app: &App,
    tx: &mut Tx,
    person: &Person,
    given: &Identity,
) -> Result<Option<bool>, Error> {
    // A password does not open a partner that asks for single sign-on.
    if store::sso_needed(tx, person).await? {
        return Ok(None);
    }
    if !factors::has(tx, &person.person_id).await?.any() {
        return Ok((!store::factor_needed(tx, person).await?).then_some(false));
    }
    let Some(by_code) = &given.totp else { return Ok(None) };
    Ok(step::check(app, tx, &person.person_id, &by_code.user.passcode).await?.then_some(true))
}

/// Whether a membership is the one that the request names; without a name the first is.
fn is_of(member: &Person, user: &TokenUser, scope: Option<&DomainRef>) -> bool {
    let fits = |domain: &DomainRef| {
        domain.id.as_ref().is_none_or(|id| id == member.partner.id.as_str())
            && domain.name.as_ref().is_none_or(|name| *name == member.partner.name)
    };
    user.domain.as_ref().is_none_or(fits) && scope.is_none_or(fits)
}

fn facts(person: &Person, now: i64, expires_at: i64) -> TokenAnswer {
    let domain = NamedRef { id: person.partner.id.to_string(), name: person.partner.name.clone() };
    let roles = person.roles.iter().map(|r| NamedRef { id: r.to_string(), name: r.to_string() }).collect();
    TokenAnswer {
        token: TokenFacts {
            expires_at: text(from_millis(expires_at)),
            issued_at: text(from_millis(now)),
            methods: vec!["password".to_owned()],
            domain: domain.clone(),
            user: UserRef { id: person.user_id.to_string(), name: person.name.clone(), domain },
            roles,
            catalog: Vec::new(),
        },
    }
}

/// A moment as the cloud's identity service writes it.
fn text(at: Time) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
