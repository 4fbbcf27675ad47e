//! The endpoints of passkeys.

use super::{setup, sign_in};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use crate::identity::handlers::signed_in;
use axum::response::Response;
use contract::error::Code;
use contract::factors::Factors;
use contract::id::SessionId;
use contract::passkeys::{
    PasskeyAdd, PasskeyAsk, PasskeyBegin, PasskeyOptions, PasskeyProof, PasskeyRemove, PasskeyRename,
    PasskeySignIn,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(PasskeyProof, ask_proof)
        .on(PasskeyBegin, begin)
        .with(PasskeyAdd, add)
        .on(PasskeyRename, rename)
        .on(PasskeyRemove, remove)
        .on(PasskeyAsk, ask_sign_in)
        .with(PasskeySignIn, sign_in_alone)
}

async fn ask_proof(app: App, call: Call<PasskeyProof>) -> Result<PasskeyOptions, Error> {
    setup::ask(&app, call.scope()?).await
}

async fn begin(app: App, call: Call<PasskeyBegin>) -> Result<PasskeyOptions, Error> {
    setup::begin(&app, call.scope()?, session(call.session.as_ref())?, &call.body).await
}

async fn add(app: App, call: Call<PasskeyAdd>) -> Result<Response, Error> {
    let session = session(call.session.as_ref())?;
    let (codes, token) = setup::add(&app, call.scope()?, session, &call.body).await?;
    let mut response = respond::reply(&codes);
    let (name, value) = cookies::set(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn rename(app: App, call: Call<PasskeyRename>) -> Result<(), Error> {
    setup::rename(&app, call.scope()?, &call.path, &call.body).await
}

async fn remove(app: App, call: Call<PasskeyRemove>) -> Result<Factors, Error> {
    setup::remove(&app, call.scope()?, &call.path, &call.body).await
}

async fn ask_sign_in(app: App, _: Call<PasskeyAsk>) -> Result<PasskeyOptions, Error> {
    sign_in::ask(&app)
}

async fn sign_in_alone(app: App, call: Call<PasskeySignIn>) -> Result<Response, Error> {
    let passed = sign_in::sign_in(&app, &call.body, &call.origin, &call.user_agent).await?;
    signed_in(&app, passed, &call.origin).await
}

fn session(session: Option<&SessionId>) -> Result<&SessionId, Error> {
    session.ok_or(Error::Refused(Code::SignedOut))
}
