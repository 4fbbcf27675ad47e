//! The endpoints of what a person signs in with.

use super::{email, password, reset};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use axum::response::Response;
use contract::codes::Challenge;
use contract::error::Code;
use contract::id::SessionId;
use contract::person::{EmailAsk, EmailConfirm, PasswordChange, Reset, ResetAsk, ResetUse, ResetView};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .with(PasswordChange, change_password)
        .on(EmailAsk, ask_email)
        .on(EmailConfirm, confirm_email)
        .on(ResetAsk, ask_reset)
        .on(ResetView, view_reset)
        .on(ResetUse, use_reset)
}

async fn change_password(app: App, call: Call<PasswordChange>) -> Result<Response, Error> {
    let token = password::change(&app, call.scope()?, session(call.session.as_ref())?, &call.body).await?;
    let mut response = respond::reply(&());
    let (name, value) = cookies::set(&app, &token);
    response.headers_mut().insert(name, value);
    Ok(response)
}

async fn ask_email(app: App, call: Call<EmailAsk>) -> Result<Challenge, Error> {
    email::ask(&app, call.scope()?, &call.body).await
}

async fn confirm_email(app: App, call: Call<EmailConfirm>) -> Result<(), Error> {
    email::confirm(&app, call.scope()?, &call.body).await
}

async fn ask_reset(app: App, call: Call<ResetAsk>) -> Result<(), Error> {
    reset::ask(&app, &call.body, &call.origin).await
}

async fn view_reset(app: App, call: Call<ResetView>) -> Result<Reset, Error> {
    reset::view(&app, &call.path).await
}

async fn use_reset(app: App, call: Call<ResetUse>) -> Result<(), Error> {
    reset::set(&app, &call.path, &call.body, &call.origin).await
}

fn session(session: Option<&SessionId>) -> Result<&SessionId, Error> {
    session.ok_or(Error::Refused(Code::SignedOut))
}
