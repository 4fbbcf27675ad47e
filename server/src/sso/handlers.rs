//! The endpoints of single sign-on.

use super::answer::{self, Outcome};
use super::{begin, links, setup};
use crate::app::App;
use crate::error::Error;
use crate::http::{Call, Mount, cookies, respond};
use crate::identity::handlers::{own, view as session_view};
use crate::identity::sessions::{self, Token};
use axum::response::Response;
use contract::error::Code;
use contract::id::SessionId;
use contract::sso::{
    SsoAnswer, SsoBegin, SsoChange, SsoEnd, SsoLink, SsoLinkEnd, SsoLinkList, SsoOutcome, SsoSetup, SsoTest,
    SsoUse, SsoView, SsoWay,
};

/// Mounts the area's endpoints.
#[must_use]
pub fn mount(mount: Mount) -> Mount {
    mount
        .on(SsoView, view)
        .on(SsoChange, change)
        .with(SsoTest, test)
        .on(SsoUse, change_use)
        .on(SsoEnd, end)
        .with(SsoBegin, begin_sign_in)
        .with(SsoAnswer, take_answer)
        .on(SsoLinkList, list_links)
        .on(SsoLinkEnd, end_link)
}

fn session_of(session: Option<&SessionId>) -> Result<&SessionId, Error> {
    session.ok_or(Error::Refused(Code::SignedOut))
}

async fn view(app: App, call: Call<SsoView>) -> Result<SsoSetup, Error> {
    setup::view(&app, call.scope()?).await
}

async fn change(app: App, call: Call<SsoChange>) -> Result<SsoSetup, Error> {
    setup::change(&app, call.scope()?, session_of(call.session.as_ref())?, &call.body).await
}

async fn test(app: App, call: Call<SsoTest>) -> Result<Response, Error> {
    let way = begin::test(&app, call.scope()?, session_of(call.session.as_ref())?).await?;
    Ok(out(&app, way))
}

async fn change_use(app: App, call: Call<SsoUse>) -> Result<SsoSetup, Error> {
    setup::change_use(&app, call.scope()?, session_of(call.session.as_ref())?, &call.body).await
}

async fn end(app: App, call: Call<SsoEnd>) -> Result<SsoSetup, Error> {
    setup::end(&app, call.scope()?, session_of(call.session.as_ref())?, &call.body).await
}

async fn begin_sign_in(app: App, call: Call<SsoBegin>) -> Result<Response, Error> {
    let way = begin::sign_in(&app, &call.body, &call.origin).await?;
    Ok(out(&app, way))
}

/// The way to the provider, with the cookie that binds it to this browser.
fn out(app: &App, (way, browser): (SsoWay, Token)) -> Response {
    let mut response = respond::reply(&way);
    let (name, value) = cookies::set_sso(app, &browser);
    response.headers_mut().insert(name, value);
    response
}

async fn take_answer(app: App, call: Call<SsoAnswer>) -> Result<Response, Error> {
    let answered = answer::take(&app, &call.body, &call.sso, &call.origin, &call.user_agent).await?;
    let mut cookies: Vec<_> = answered.browser.iter().map(|b| cookies::clear_sso(&app, b)).collect();
    let reply = match answered.outcome {
        Ok(Outcome::Session(person, token, session, next)) => {
            let scope = sessions::scope_of(&person, None, call.origin.clone(), app.clock.millis());
            let session = Box::new(session_view(&app, &scope, &person, &session).await?);
            cookies.push(cookies::set(&app, &token));
            Ok(SsoOutcome::Done { session, next })
        }
        Ok(Outcome::Due(token, step, next)) => {
            cookies.push(cookies::set_step(&app, &token));
            Ok(SsoOutcome::SecondFactor { step, next })
        }
        Ok(Outcome::Tested) => Ok(SsoOutcome::Tested),
        Err(error) => Err(error),
    };
    let mut response = match reply {
        Ok(reply) => respond::reply(&reply),
        Err(error) => respond::error(respond::Family::Console, &error, &call.origin.request_id),
    };
    for (name, value) in cookies {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

async fn list_links(app: App, call: Call<SsoLinkList>) -> Result<Vec<SsoLink>, Error> {
    own(call.scope()?)?;
    links::list(&app, call.scope()?).await
}

async fn end_link(app: App, call: Call<SsoLinkEnd>) -> Result<(), Error> {
    links::end(&app, call.scope()?, &call.path, &call.body).await
}
