//! The endpoints of second factors.

use super::setup;
use super::step::{self, Given};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use crate::identity::handlers::{own, signed_in};
use axum::response::Response;
use contract::error::Code;
use contract::factors::{
    FactorView, Factors, NewTotp, RecoveryCodes, RecoveryRenew, SecondStep, TotpBegin, TotpConfirm, TotpEnd,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(FactorView, view)
        .on(TotpBegin, begin_totp)
        .with(TotpConfirm, confirm_totp)
        .on(TotpEnd, end_totp)
        .on(RecoveryRenew, renew_recovery)
        .with(SecondStep, second_step)
}

async fn view(app: App, call: Call<FactorView>) -> Result<Factors, Error> {
    own(call.scope()?)?;
    setup::view(&app, call.scope()?).await
}

async fn begin_totp(app: App, call: Call<TotpBegin>) -> Result<NewTotp, Error> {
    setup::begin_totp(&app, call.scope()?, &call.body).await
}

async fn confirm_totp(app: App, call: Call<TotpConfirm>) -> Result<Response, Error> {
    let session = call.session.as_ref().ok_or(Code::SignedOut)?;
    let (codes, token) = setup::confirm_totp(&app, call.scope()?, session, &call.body.code).await?;
    let mut response = respond::reply(&codes);
    let (name, value) = cookies::set(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn end_totp(app: App, call: Call<TotpEnd>) -> Result<Factors, Error> {
    setup::end_totp(&app, call.scope()?, &call.body).await
}

async fn renew_recovery(app: App, call: Call<RecoveryRenew>) -> Result<RecoveryCodes, Error> {
    setup::renew_recovery(&app, call.scope()?, &call.body).await
}

async fn second_step(app: App, call: Call<SecondStep>) -> Result<Response, Error> {
    let given = Given::of(&call.body.code, call.body.passkey.as_ref())?;
    let passed = step::pass(&app, call.step.as_deref(), given, &call.origin, &call.user_agent).await?;
    signed_in(&app, passed, &call.origin).await
}
