//! The endpoints of what a person signs in with.

use super::{email, password, phone, reset};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use axum::response::Response;
use contract::codes::Challenge;
use contract::error::Code;
use contract::id::SessionId;
use contract::person::{
    EmailAsk, EmailConfirm, PasswordChange, Phone, PhoneAsk, PhoneConfirm, PhoneEnd, PhoneView, Reset,
    ResetAsk, ResetUse, ResetView,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .with(PasswordChange, change_password)
        .on(EmailAsk, ask_email)
        .on(EmailConfirm, confirm_email)
        .on(PhoneView, view_phone)
        .on(PhoneAsk, ask_phone)
        .on(PhoneConfirm, confirm_phone)
        .on(PhoneEnd, end_phone)
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

async fn view_phone(app: App, call: Call<PhoneView>) -> Result<Phone, Error> {
    phone::view(&app, call.scope()?).await
}

async fn ask_phone(app: App, call: Call<PhoneAsk>) -> Result<Challenge, Error> {
    phone::ask(&app, call.scope()?, &call.body).await
}

async fn confirm_phone(app: App, call: Call<PhoneConfirm>) -> Result<Phone, Error> {
    phone::confirm(&app, call.scope()?, &call.body).await
}

async fn end_phone(app: App, call: Call<PhoneEnd>) -> Result<Phone, Error> {
    phone::end(&app, call.scope()?, &call.body).await
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
