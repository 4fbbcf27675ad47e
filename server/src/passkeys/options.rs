//! What a browser is asked, in the JSON form of WebAuthn (level 3, 5.1.9 and 5.1.10).

use super::{Purpose, Site, challenge, store, verify};
use crate::app::App;
use crate::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::error::Code;
use contract::passkeys::{PASSKEY_WAIT_SECONDS, PasskeyOptions};
use serde_json::{Value, json};
use sqlx::AnyConnection;

/// The name under which authenticators list the passkeys.
const NAME: &str = "Partner Center";

/// The installation's site.
///
/// # Errors
/// `PasskeysOff` where it has none.
pub(super) fn site(app: &App) -> Result<&Site, Error> {
    app.settings.passkeys.as_ref().ok_or(Error::Refused(Code::PasskeysOff))
}

/// What the browser is asked that makes a passkey: one that the authenticator itself can list, and that makes sure who
/// uses it. `user` is its handle, address and name.
pub(super) fn creation(
    app: &App,
    purpose: Purpose<'_>,
    until: i64,
    (handle, email, name): (&str, &str, &str),
    known: &[store::Known],
) -> Result<PasskeyOptions, Error> {
    let site = site(app)?;
    Ok(PasskeyOptions(json!({
        "rp": {"id": site.rp_id, "name": NAME},
        "user": {"id": handle, "name": email, "displayName": name},
        "challenge": text(app, purpose, until),
        "pubKeyCredParams": verify::ALGORITHMS.map(|alg| json!({"type": "public-key", "alg": alg})),
        "timeout": PASSKEY_WAIT_SECONDS * 1000,
        "excludeCredentials": list(known),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    })))
}

/// What any passkey is asked that the browser knows for this site.
pub(super) fn anybody(app: &App, until: i64) -> Result<PasskeyOptions, Error> {
    request(app, Purpose::SignIn, until, &[])
}

/// What a person's passkeys are asked; nothing where there are none, or no site for them.
///
/// # Errors
/// A database that does not answer.
pub(crate) async fn for_person(
    app: &App,
    connection: &mut AnyConnection,
    person_id: &str,
    purpose: Purpose<'_>,
    until: i64,
) -> Result<Option<PasskeyOptions>, Error> {
    if app.settings.passkeys.is_none() {
        return Ok(None);
    }
    let known = store::known(connection, person_id).await?;
    if known.is_empty() { Ok(None) } else { request(app, purpose, until, &known).map(Some) }
}

fn request(
    app: &App,
    purpose: Purpose<'_>,
    until: i64,
    known: &[store::Known],
) -> Result<PasskeyOptions, Error> {
    Ok(PasskeyOptions(json!({
        "challenge": text(app, purpose, until),
        "rpId": site(app)?.rp_id,
        "timeout": PASSKEY_WAIT_SECONDS * 1000,
        "allowCredentials": list(known),
        "userVerification": "required",
    })))
}

fn text(app: &App, purpose: Purpose<'_>, until: i64) -> String {
    URL_SAFE_NO_PAD.encode(challenge::new(app, purpose, until))
}

fn list(known: &[store::Known]) -> Vec<Value> {
    let one = |known: &store::Known| {
        let transports: Vec<&str> = known.transports.split_whitespace().collect();
        json!({"type": "public-key", "id": known.credential_id, "transports": transports})
    };
    known.iter().map(one).collect()
}
