//! Mounts declared endpoints: reads path, query and body into their types, checks access, and
//! calls the handler. A handler is `async fn(App, Call<E>) -> Result<E::Reply, Error>`.

use super::{MAX_BODY, cookies, guard, respond};
use crate::app::App;
use crate::door::sessions::Visitor;
use crate::error::Error;
use crate::scope::{Origin, Scope};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use contract::api::{Access, Endpoint, PathParameter};
use contract::error::Code;
use contract::id::SessionId;
use contract::passkeys::PasskeyAnswer;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::any::TypeId;
use std::future::Future;

/// A call that passed the guard.
#[derive(Debug)]
pub struct Call<E: Endpoint> {
    /// Who asks; absent for public endpoints only.
    scope: Option<Scope>,
    /// The browser session, where there is one.
    pub session: Option<SessionId>,
    /// Where from.
    pub origin: Origin,
    /// The path's parameter.
    pub path: E::Path,
    /// The query.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
    /// The caller's own key: the `Idempotency-Key`, or of a signed call its client token or signature.
    key: Option<String>,
    /// The verification code, or a passkey's answer in its place.
    pub code: Option<String>,
    /// The token of a second step that is due.
    pub step: Option<String>,
    /// The tokens of sign-ins that have gone to identity providers.
    pub sso: Vec<String>,
    /// The customer who was let in, at the customer's door.
    visitor: Option<Visitor>,
    /// How the browser names itself.
    pub user_agent: String,
}

impl<E: Endpoint> Call<E> {
    /// Who asks.
    ///
    /// # Errors
    /// `SignedOut` on a public endpoint.
    pub fn scope(&self) -> Result<&Scope, Error> {
        self.scope.as_ref().ok_or(Error::Refused(Code::SignedOut))
    }

    /// The customer who was let in.
    ///
    /// # Errors
    /// `SignedOut` anywhere but at the customer's door.
    pub(crate) fn visitor(&self) -> Result<&Visitor, Error> {
        self.visitor.as_ref().ok_or(Error::Refused(Code::SignedOut))
    }

    /// The caller's own key of a sensitive call.
    ///
    /// # Errors
    /// `BadRequest` where there is none.
    pub fn key(&self) -> Result<&str, Error> {
        self.key.as_deref().ok_or(Error::Refused(Code::BadRequest))
    }
}

/// The router in the making.
#[derive(Debug, Default)]
pub struct Mount {
    router: Router<App>,
    mounted: Vec<(&'static str, String)>,
}

impl Mount {
    /// Begins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Mounts an endpoint whose answer is only its reply.
    #[must_use]
    pub fn on<E, F, R>(self, _endpoint: E, handler: F) -> Self
    where
        E: Endpoint,
        E::Path: Send,
        E::Query: Send,
        E::Body: Send,
        F: Fn(App, Call<E>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<E::Reply, Error>> + Send,
    {
        self.with(_endpoint, move |app, call| {
            let answer = handler(app, call);
            async move { answer.await.map(|reply| respond::reply(&reply)) }
        })
    }

    /// Mounts an endpoint whose handler makes the response itself, to set a cookie.
    #[must_use]
    pub fn with<E, F, R>(mut self, _endpoint: E, handler: F) -> Self
    where
        E: Endpoint,
        E::Path: Send,
        E::Query: Send,
        E::Body: Send,
        F: Fn(App, Call<E>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Response, Error>> + Send,
    {
        let filter = MethodFilter::try_from(E::METHOD).unwrap_or(MethodFilter::GET);
        let route = on(filter, move |State(app): State<App>, parameters: RawPathParams, request: Request| {
            let handler = handler.clone();
            async move {
                let family = respond::Family::of(E::PATH);
                let parameter = parameters.iter().next().map(|(_, value)| value.to_owned());
                let origin = guard::origin(&app, &request);
                let answer = match read::<E>(&app, parameter.as_deref(), request, origin.clone()).await {
                    Ok(call) => handler(app, call).await,
                    Err(error) => Err(error),
                };
                answer.unwrap_or_else(|error| respond::error(family, &error, &origin.request_id))
            }
        });
        self.router = self.router.route(E::PATH, route);
        self.mounted.push((E::PATH, E::METHOD.to_string()));
        self
    }

    /// The router, if exactly the declared endpoints are mounted.
    ///
    /// # Errors
    /// What is missing or too much.
    pub fn finish(self) -> anyhow::Result<Router<App>> {
        let declared: Vec<(&str, String)> =
            contract::operations().iter().map(|o| (o.path, o.method.to_owned())).collect();
        for one in &declared {
            anyhow::ensure!(self.mounted.contains(one), "declared and not mounted: {} {}", one.1, one.0);
        }
        for one in &self.mounted {
            anyhow::ensure!(declared.contains(one), "mounted and not declared: {} {}", one.1, one.0);
        }
        Ok(self.router)
    }
}

async fn read<E: Endpoint>(
    app: &App,
    parameter: Option<&str>,
    request: Request,
    origin: Origin,
) -> Result<Call<E>, Error> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let passed = guard::check(app, E::ACCESS, &parts, &body, &origin).await?;
    let path = <E::Path as PathParameter>::read(parameter).ok_or(Code::NotFound)?;
    let query = read_query(&parts)?;
    let body = read_json::<E>(&parts, &body)?;
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let key = match E::ACCESS {
        Access::Sensitive(_) => {
            let key = header(contract::api::IDEMPOTENCY_KEY)
                .filter(|k| contract::funds::is_key(k) && !contract::funds::is_reserved(k));
            Some(key.ok_or(Code::BadRequest)?)
        }
        _ => passed.key,
    };
    let code = match header(contract::api::VERIFICATION_CODE) {
        Some(text) if contract::codes::is_code(text.trim()) => Some(text.trim().to_owned()),
        Some(text) if PasskeyAnswer::from_text(text.trim()).is_some() => Some(text.trim().to_owned()),
        Some(_) => return Err(Error::field("verification_code", contract::error::Fault::Invalid)),
        None => None,
    };
    Ok(Call {
        scope: passed.scope,
        session: passed.session,
        origin,
        path,
        query,
        body,
        key,
        code,
        step: cookies::read_step(app, &parts.headers),
        sso: cookies::read_sso(app, &parts.headers),
        visitor: passed.visitor,
        user_agent: header("user-agent").unwrap_or_default(),
    })
}

async fn read_body(body: Body) -> Result<Vec<u8>, Error> {
    to_bytes(body, MAX_BODY).await.map(|b| b.to_vec()).map_err(|_| Error::Refused(Code::TooMuch))
}

fn read_query<T: DeserializeOwned + 'static>(parts: &Parts) -> Result<T, Error> {
    if is_unit::<T>() {
        return from_null();
    }
    serde_qs::from_str(parts.uri.query().unwrap_or("")).map_err(|_| Error::Refused(Code::BadRequest))
}

fn read_json<E: Endpoint>(parts: &Parts, body: &[u8]) -> Result<E::Body, Error> {
    if is_unit::<E::Body>() {
        return from_null();
    }
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let is_json = kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Code::UnsupportedMedia.into());
    }
    serde_json::from_slice(body).map_err(|_| Error::Refused(Code::BadRequest))
}

fn is_unit<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

/// The one value of `()`, where the type is only known as a parameter.
fn from_null<T: DeserializeOwned>() -> Result<T, Error> {
    serde_json::from_value(serde_json::Value::Null).map_err(|e| Error::internal(&e))
}
