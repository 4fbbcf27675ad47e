//! Passkeys, by the browser's own interface (WebAuthn). It reads and writes JSON itself, so that nothing here knows
//! what a passkey is made of; a browser without that is too old for passkeys.

use crate::api::{self, Failure};
use crate::i18n::texts::{Key, passkeys as words};
use crate::ui::dom;
use contract::passkeys::{NewPasskey, PASSKEY_WAIT_SECONDS, PasskeyAnswer, PasskeyOptions, PasskeyProof};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why no passkey can be used in this browser at this address, if that is so.
#[must_use]
pub fn obstacle() -> Option<Key> {
    let host = window().location().hostname().unwrap_or_default();
    if host.starts_with('[') || host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Some(words::ADDRESS);
    }
    if !window().is_secure_context() {
        return Some(words::INSECURE);
    }
    let class = part(&window(), "PublicKeyCredential");
    let reads = !class.is_undefined() && part(&class, READ_NEW).is_function();
    (!reads).then_some(words::NOT_SUPPORTED)
}

const READ_NEW: &str = "parseCreationOptionsFromJSON";

/// Has the browser make a passkey.
///
/// # Errors
/// What the person or the browser did instead.
pub async fn create(options: &PasskeyOptions, name: String) -> Result<NewPasskey, Failure> {
    let made = ceremony("create", READ_NEW, options).await?;
    let response = part(&made, "response");
    let transports = Array::from(&part(&response, "transports"));
    Ok(NewPasskey {
        name,
        client_data: text(&response, "clientDataJSON"),
        attestation: text(&response, "attestationObject"),
        transports: transports.iter().filter_map(|word| word.as_string()).collect(),
    })
}

/// Has a passkey answer.
///
/// # Errors
/// What the person or the browser did instead.
pub async fn answer(options: &PasskeyOptions) -> Result<PasskeyAnswer, Failure> {
    let given = ceremony("get", "parseRequestOptionsFromJSON", options).await?;
    let response = part(&given, "response");
    Ok(PasskeyAnswer {
        id: text(&given, "id"),
        client_data: text(&response, "clientDataJSON"),
        authenticator_data: text(&response, "authenticatorData"),
        signature: text(&response, "signature"),
        user_handle: text(&response, "userHandle"),
    })
}

/// Has one of the person's passkeys answer, for a change of what the person signs in with.
///
/// # Errors
/// Why it did not.
pub async fn prove() -> Result<PasskeyAnswer, Failure> {
    answer(&*api::ask::<PasskeyProof>(&()).await?).await
}

/// Asks the browser, and gives what it answers as its own JSON.
async fn ceremony(method: &str, reader: &str, options: &PasskeyOptions) -> Result<JsValue, Failure> {
    let begun = dom::clock();
    let failed = |why: JsValue| {
        let waited = dom::clock() - begun;
        Failure::Browser(match text(&why, "name").as_str() {
            "InvalidStateError" => words::KNOWN,
            // The browser tells nobody which of the two it was.
            "NotAllowedError" if waited >= PASSKEY_WAIT_SECONDS * 1000 - 1000 => words::TIMED_OUT,
            "NotAllowedError" | "AbortError" => words::CANCELLED,
            "SecurityError" => words::ADDRESS,
            _ => words::UNUSABLE,
        })
    };
    let json = JSON::parse(&options.0.to_string()).map_err(failed)?;
    let class = part(&window(), "PublicKeyCredential");
    let asked = Object::new();
    Reflect::set(&asked, &"publicKey".into(), &call(&class, reader, &json).map_err(failed)?)
        .map_err(failed)?;
    let credentials = part(&window().navigator(), "credentials");
    let promise: Promise = call(&credentials, method, &asked).map_err(failed)?.unchecked_into();
    let credential = JsFuture::from(promise).await.map_err(failed)?;
    call(&credential, "toJSON", &JsValue::UNDEFINED).map_err(failed)
}

fn call(of: &JsValue, method: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    part(of, method).dyn_into::<Function>()?.call1(of, with)
}

/// A part of an object; undefined where there is none.
fn part(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn text(of: &JsValue, name: &str) -> String {
    part(of, name).as_string().unwrap_or_default()
}
