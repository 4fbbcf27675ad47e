//! Setting a partner's identity provider up, switching single sign-on on and off, taking it away.

use super::provider::Metadata;
use super::store::{self, Provider};
use super::{begin, notice};
use crate::app::App;
use crate::audit::{Act, Trail};
use crate::db::Tx;
use crate::error::Error;
use crate::identity::sessions;
use crate::outbox;
use crate::person::present;
use crate::scope::Scope;
use contract::audit::Action;
use contract::error::{Code, Fault};
use contract::factors::Proof;
use contract::id::{SessionId, UserId};
use contract::sso::{
    ChangeSso, ChangeSsoUse, MAX_NAME, SsoProvider, SsoSetup, check_domains, check_name, domain_of,
};
use contract::time::from_millis;
use serde_json::{Value, json};

/// How it is set up.
pub(super) async fn view(app: &App, scope: &Scope) -> Result<SsoSetup, Error> {
    let mut connection = app.db.read().acquire().await?;
    let provider = store::provider(&mut connection, &scope.partner_id).await?;
    let links = match &provider {
        Some(provider) => store::count(&mut connection, &scope.partner_id, &provider.issuer).await?,
        None => 0,
    };
    let admins = store::admins(&mut connection, &scope.partner_id).await?;
    let suggested_name = match (&provider, admins.iter().find(|a| a.user_id == scope.user_id)) {
        (Some(provider), _) => provider.name.clone(),
        (None, Some(own)) => suggested(&mut connection, scope, &own.email).await?,
        (None, None) => String::new(),
    };
    Ok(SsoSetup {
        provider: provider.map(|provider| shown(provider, links)),
        redirect_uri: begin::redirect_uri(app),
        suggested_name,
        admins,
    })
}

fn shown(provider: Provider, links: i64) -> SsoProvider {
    SsoProvider {
        name: provider.name,
        issuer: provider.issuer,
        client_id: provider.client_id,
        domains: provider.domains,
        authorization_endpoint: provider.metadata.authorization_endpoint,
        token_endpoint: provider.metadata.token_endpoint,
        jwks_uri: provider.metadata.jwks_uri,
        discovered_at: from_millis(provider.discovered_at),
        tested_at: provider.tested_at.map(from_millis),
        tested_by: provider.tested_by,
        enabled: provider.enabled,
        required: provider.required,
        both_steps: provider.both_steps,
        links,
        version: provider.version,
    }
}

/// A free sign-in name like the first part of the admin's domain.
async fn suggested(
    connection: &mut sqlx::AnyConnection,
    scope: &Scope,
    email: &str,
) -> Result<String, Error> {
    let domain = domain_of(email).unwrap_or_default();
    let part = domain.split('.').next().unwrap_or_default();
    let plain: String = part.chars().filter(char::is_ascii_alphanumeric).take(MAX_NAME - 4).collect();
    let name = check_name(&plain).unwrap_or_else(|_| format!("partner-{}", scope.partner_number));
    if store::is_taken(connection, &name, &scope.partner_id).await? {
        return Ok(format!("{name}-{}", scope.partner_number));
    }
    Ok(name)
}

/// Sets the provider up. What it says of itself is read before anything is kept.
///
/// # Errors
/// Faults of fields, `issuer` among them where its discovery fails; `TooManyAttempts`; `Changed` for a version that is
/// not the present one.
pub(super) async fn change(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    wanted: &ChangeSso,
) -> Result<SsoSetup, Error> {
    Error::check(wanted.faults())?;
    let fault = |field: &'static str| move |fault| Error::field(field, fault);
    let name = check_name(&wanted.name).map_err(fault("name"))?;
    let domains = check_domains(&wanted.domains).map_err(fault("domains"))?;
    let person = present::by_password(app, scope, &wanted.proof.password).await?;
    let metadata = app.providers.discover(&wanted.issuer).await.map_err(fault("issuer"))?;
    let (mut tx, mut trail) = present::begin(app, scope, &person, &wanted.proof, [&scope.partner_id]).await?;
    let before = store::provider(&mut tx, &scope.partner_id).await?;
    if before.as_ref().map_or(0, |b| b.version) != wanted.version {
        return Err(Code::Changed.into());
    }
    let now = app.clock.millis();
    let after = merged(app, scope, before.clone(), wanted, (name, domains), metadata, now)?;
    if !store::save(&mut tx, &after).await? {
        return Err(Error::field("name", Fault::Taken));
    }
    let other = before.as_ref().is_some_and(|before| before.round != after.round);
    if other {
        // What the former provider said of people counts no more.
        sessions::end_of_sso(&mut tx, &scope.partner_id, Some(session)).await?;
    }
    let detail = differences(before.as_ref(), &after, !wanted.client_secret.is_empty());
    record(&mut trail, scope, Action::PartnerSsoChanged, detail, now)?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &scope.partner_id, &scope.actor, notice::CHANGED).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    view(app, scope).await
}

/// The provider as it shall be. Another issuer, client or secret is yet to be tested, and off until then.
fn merged(
    app: &App,
    scope: &Scope,
    before: Option<Provider>,
    wanted: &ChangeSso,
    (name, domains): (String, Vec<String>),
    metadata: Metadata,
    now: i64,
) -> Result<Provider, Error> {
    let client_id = wanted.client_id.trim().to_owned();
    let secret = wanted.client_secret.trim();
    let sealed = if secret.is_empty() { None } else { Some(app.seal.seal(secret)?) };
    let issuer = metadata.issuer.clone();
    Ok(match before {
        None => Provider {
            partner_id: scope.partner_id.clone(),
            name,
            issuer,
            client_id,
            sealed_secret: sealed.ok_or_else(|| Error::field("client_secret", Fault::Required))?,
            domains,
            metadata,
            discovered_at: now,
            // Time-ordered: a provider that was taken away and set up again is in another round.
            round: now,
            tested_at: None,
            tested_by: String::new(),
            enabled: false,
            required: false,
            both_steps: true,
            version: 1,
        },
        Some(before) => {
            let other = before.issuer != issuer || before.client_id != client_id || sealed.is_some();
            Provider {
                name,
                domains,
                metadata,
                discovered_at: now,
                round: if other { now.max(before.round + 1) } else { before.round },
                tested_at: before.tested_at.filter(|_| !other),
                tested_by: if other { String::new() } else { before.tested_by },
                enabled: before.enabled && !other,
                issuer,
                client_id,
                sealed_secret: sealed.unwrap_or(before.sealed_secret),
                version: before.version + 1,
                ..before
            }
        }
    })
}

/// What was before and after, by field. Of the secret no more than that it is another one.
fn differences(before: Option<&Provider>, after: &Provider, other_secret: bool) -> Value {
    let mut detail = json!({});
    let part = |read: fn(&Provider) -> Value| (before.map_or(Value::Null, read), read(after));
    for (field, (before, after)) in [
        ("sign_in_name", part(|p| json!(p.name))),
        ("issuer", part(|p| json!(p.issuer))),
        ("client_id", part(|p| json!(p.client_id))),
        ("domains", part(|p| json!(p.domains))),
        ("enabled", part(|p| json!(p.enabled))),
    ] {
        if before != after {
            detail[field] = json!({"before": before, "after": after});
        }
    }
    if other_secret {
        detail["new_secret"] = json!(true);
    }
    detail
}

/// Switches single sign-on on or off, and says how it is used.
///
/// # Errors
/// Faults of `password`, `code` and `exempt`; `NotFound` without a provider; `SsoUntested` where no test has succeeded,
/// or where the asking admin could not sign in any more; `Changed`.
pub(super) async fn change_use(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    wanted: &ChangeSsoUse,
) -> Result<SsoSetup, Error> {
    let person = present::by_password(app, scope, &wanted.proof.password).await?;
    let (mut tx, mut trail) = present::begin(app, scope, &person, &wanted.proof, [&scope.partner_id]).await?;
    let before = store::provider(&mut tx, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    if before.version != wanted.version {
        return Err(Code::Changed.into());
    }
    let admins = store::admins(&mut tx, &scope.partner_id).await?;
    let mut exempt = wanted.exempt.clone();
    exempt.sort_unstable();
    exempt.dedup();
    if !exempt.iter().all(|user| admins.iter().any(|admin| admin.user_id == *user)) {
        return Err(Error::field("exempt", Fault::Invalid));
    }
    if wanted.enabled {
        let own = (&scope.partner_id, &scope.user_id);
        let can_enter =
            exempt.contains(&scope.user_id) || store::is_linked(&mut tx, own, &before.issuer).await?;
        if before.tested_at.is_none() || (wanted.required && !can_enter) {
            return Err(Code::SsoUntested.into());
        }
    }
    let after = Provider {
        enabled: wanted.enabled,
        required: wanted.required,
        both_steps: wanted.both_steps,
        version: before.version + 1,
        ..before.clone()
    };
    store::save(&mut tx, &after).await?;
    store::exempt(&mut tx, &scope.partner_id, &exempt).await?;
    if before.enabled && !after.enabled {
        sessions::end_of_sso(&mut tx, &scope.partner_id, Some(session)).await?;
    }
    let mut were: Vec<&UserId> = admins.iter().filter(|a| a.exempt).map(|a| &a.user_id).collect();
    were.sort_unstable();
    let emails = |ids: &[&UserId]| -> Vec<&str> {
        admins.iter().filter(|a| ids.contains(&&a.user_id)).map(|a| a.email.as_str()).collect()
    };
    let are: Vec<&UserId> = exempt.iter().collect();
    let mut detail = json!({});
    for (field, before, after) in [
        ("enabled", json!(before.enabled), json!(after.enabled)),
        ("required", json!(before.required), json!(after.required)),
        ("both_steps", json!(before.both_steps), json!(after.both_steps)),
        ("exempt", json!(emails(&were)), json!(emails(&are))),
    ] {
        if before != after {
            detail[field] = json!({"before": before, "after": after});
        }
    }
    record(&mut trail, scope, Action::PartnerSsoUsed, detail, app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &scope.partner_id, &scope.actor, words_of(&before, &after)).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    view(app, scope).await
}

fn words_of(before: &Provider, after: &Provider) -> notice::Words {
    let required = |p: &Provider| p.enabled && p.required;
    match (before.enabled, after.enabled) {
        (true, false) => notice::OFF,
        _ if required(after) && !required(before) => notice::REQUIRED,
        (false, true) => notice::ON,
        _ => notice::USED,
    }
}

/// Takes the provider away, with all links to it; sessions that began by it end.
///
/// # Errors
/// Faults of `password` and `code`; `NotFound` where there is none.
pub(super) async fn end(
    app: &App,
    scope: &Scope,
    session: &SessionId,
    given: &Proof,
) -> Result<SsoSetup, Error> {
    let person = present::by_password(app, scope, &given.password).await?;
    let (mut tx, mut trail): (Tx, Trail) =
        present::begin(app, scope, &person, given, [&scope.partner_id]).await?;
    let before = store::provider(&mut tx, &scope.partner_id).await?.ok_or(Code::NotFound)?;
    sessions::end_of_sso(&mut tx, &scope.partner_id, Some(session)).await?;
    store::remove(&mut tx, &scope.partner_id).await?;
    let detail = json!({"issuer": before.issuer, "client_id": before.client_id, "sign_in_name": before.name});
    record(&mut trail, scope, Action::PartnerSsoRemoved, detail, app.clock.millis())?;
    trail.write(&mut tx).await?;
    notice::tell(app, &mut tx, &scope.partner_id, &scope.actor, notice::REMOVED).await?;
    app.db.commit(tx).await?;
    outbox::wake(app);
    view(app, scope).await
}

fn record(trail: &mut Trail, scope: &Scope, action: Action, detail: Value, now: i64) -> Result<(), Error> {
    trail.add(&Act::of(scope, action, "partner", scope.partner_id.as_str(), detail), now)
}
