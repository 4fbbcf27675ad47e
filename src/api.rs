//! The only place that talks to the network.

use crate::i18n::texts::Key;
use crate::session;
use contract::api::{
    BY_ITSELF, Endpoint, IDEMPOTENCY_KEY, MEMBER, PathParameter, REQUEST_ID, VERIFICATION_CODE,
};
use contract::error::{Code, ErrorBody};
use leptos::prelude::window;
use serde_json::Value;
use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

thread_local! {
    /// Milliseconds by which the server's clock is ahead of this machine's.
    static CLOCK_AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Why a call gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server could not be reached, or the line broke: what became of a write is unknown.
    Network,
    /// The call was given up because a newer one replaced it.
    Aborted,
    /// The server said no, and why.
    Refused(ErrorBody),
    /// The browser did not do what comes before the call, and why.
    Browser(Key),
    /// The answer could not be read: a proxy's page, or a server of another version.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// The request, where the answer named it.
        request_id: String,
    },
}

impl Failure {
    /// What happened, where the server said so.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        if let Self::Refused(body) = self { Some(body.code) } else { None }
    }

    /// Whether a write may have been made in spite of it, so that only a repeat with the same key is safe.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Network | Self::Aborted | Self::Unreadable { .. } => true,
            Self::Refused(body) => matches!(body.code, Code::Internal | Code::Unavailable),
            Self::Browser(_) => false,
        }
    }
}

/// What a call answered, of whatever type.
pub type Answer = Arc<dyn Any + Send + Sync>;

/// A call that can be sent, and sent again; with what reads its answer.
#[derive(Debug, Clone)]
pub struct Call {
    method: String,
    address: String,
    body: Option<String>,
    read: fn(Value) -> Option<Answer>,
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        (&self.method, &self.address, &self.body) == (&other.method, &other.address, &other.body)
    }
}

/// A call whose answer is known to be of a type.
#[derive(Debug, Clone)]
pub struct CallOf<T>(Call, PhantomData<fn() -> T>);

impl<T> CallOf<T> {
    /// The call, with its answer's type forgotten.
    pub fn any(self) -> Call {
        self.0
    }
}

/// A call of an endpoint.
#[must_use]
pub fn call<E: Endpoint<Reply: Send + Sync>>(
    path: &E::Path,
    query: &E::Query,
    body: &E::Body,
) -> CallOf<E::Reply> {
    // Wire types serialise without fail: they hold texts, numbers and enums only.
    let json = |value: Result<Value, _>| value.unwrap_or(Value::Null);
    let query = query_string(&json(serde_json::to_value(query)));
    let body = json(serde_json::to_value(body));
    let call = Call {
        method: E::METHOD.to_string(),
        address: format!("{}{query}", path.fill(E::PATH)),
        body: (!body.is_null()).then(|| body.to_string()),
        read: |json| crate::json::read::<E::Reply>(json).map(|reply| Arc::new(reply) as Answer),
    };
    CallOf(call, PhantomData)
}

/// A call of a list's endpoint with a query string as the address has it: the filters' texts are the
/// contract's own, so nothing is read and written again in between.
#[must_use]
pub fn call_with<E: Endpoint<Body = (), Reply: Send + Sync>>(
    path: &E::Path,
    query: &str,
) -> CallOf<E::Reply> {
    let call = Call {
        method: E::METHOD.to_string(),
        address: format!("{}{query}", path.fill(E::PATH)),
        body: None,
        read: |json| crate::json::read::<E::Reply>(json).map(|reply| Arc::new(reply) as Answer),
    };
    CallOf(call, PhantomData)
}

/// A flat object as a query string.
fn query_string(query: &Value) -> String {
    let Value::Object(fields) = query else { return String::new() };
    let pairs: Vec<_> = fields
        .iter()
        .filter_map(|(name, value)| {
            let text = match value {
                Value::Null => return None,
                Value::String(text) => crate::router::encode(text),
                other => other.to_string(),
            };
            Some(format!("{name}={text}"))
        })
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// What goes with a call besides its content.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The caller's own id of a sensitive call.
    pub key: Option<&'a str>,
    /// The verification code that confirms it.
    pub code: Option<&'a str>,
    /// Gives the call up when the answer is no longer wanted.
    pub abort: Option<&'a AbortSignal>,
    /// Whether the page asks by itself: then the session is not in use for it.
    pub by_itself: bool,
}

/// Sends a call.
///
/// # Errors
/// Why there is no answer.
pub async fn send(call: &Call, options: Options<'_>) -> Result<Answer, Failure> {
    let (status, request_id, text) =
        exchange(&call.method, &call.address, call.body.as_deref(), options).await?;
    // Over `Value`: what reads each type is then half the size of what reads it out of text.
    let json = if text.is_empty() { Some(Value::Null) } else { crate::json::parse(&text) };
    json.and_then(call.read).ok_or(Failure::Unreadable { status, request_id })
}

/// Sends a call and waits for its answer's type.
///
/// # Errors
/// Why there is no answer.
pub async fn send_for<T: Send + Sync + 'static>(call: CallOf<T>) -> Result<Arc<T>, Failure> {
    let answer = send(&call.any(), Options::default()).await?;
    // The answer was read as this very type.
    answer.downcast().map_err(|_| Failure::Unreadable { status: 0, request_id: String::new() })
}

/// Sends a call of an endpoint that takes no more than a path.
///
/// # Errors
/// Why there is no answer.
pub async fn ask<E>(path: &E::Path) -> Result<Arc<E::Reply>, Failure>
where
    E: Endpoint<Query = (), Body = (), Reply: Send + Sync>,
{
    send_for(call::<E>(path, &(), &())).await
}

/// The one exchange with the server: status, request id and text of a good answer.
async fn exchange(
    method: &str,
    address: &str,
    body: Option<&str>,
    options: Options<'_>,
) -> Result<(u16, String, String), Failure> {
    let broken = |e: JsValue| {
        let aborted = e.dyn_ref::<js_sys::Error>().is_some_and(|e| e.name() == "AbortError");
        if aborted { Failure::Aborted } else { Failure::Network }
    };
    let member = (method != "GET").then(session::member).flatten();
    let init = RequestInit::new();
    init.set_method(method);
    init.set_signal(options.abort);
    let headers = Headers::new().map_err(broken)?;
    let mut names = vec![("accept", "application/json")];
    if method != "GET" {
        names.push(("content-type", "application/json"));
    }
    // Messages and files are in the language of the page, whatever the browser's own is.
    let language = leptos::prelude::untrack(crate::i18n::language);
    names.push(("accept-language", &language));
    names.extend(options.key.map(|key| (IDEMPOTENCY_KEY, key)));
    names.extend(options.code.map(|code| (VERIFICATION_CODE, code)));
    names.extend(options.by_itself.then_some((BY_ITSELF, "1")));
    names.extend(member.as_deref().map(|member| (MEMBER, member)));
    for (name, value) in names {
        headers.set(name, value).map_err(broken)?;
    }
    init.set_headers(headers.as_ref());
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    let answer = JsFuture::from(window().fetch_with_str_and_init(address, &init)).await.map_err(broken)?;
    let answer: Response = answer.unchecked_into();
    let header = |name: &str| answer.headers().get(name).ok().flatten();
    if let Some(date) = header("date") {
        note_time(&date);
    }
    let request_id = header(REQUEST_ID).unwrap_or_default();
    let status = answer.status();
    let text = JsFuture::from(answer.text().map_err(broken)?).await.map_err(broken)?;
    let text = text.as_string().unwrap_or_default();
    // What a customer does at the own door is no use of a member's session, nor does it end one.
    let of_member = !(address.starts_with("/api/door") || address.starts_with("/api/invitation/"));
    if of_member && status != 401 && !options.by_itself {
        session::used();
    }
    if answer.ok() {
        return Ok((status, request_id, text));
    }
    match crate::json::parse(&text).and_then(crate::json::read::<ErrorBody>) {
        Some(body) => {
            match body.code {
                Code::SignedOut if of_member => session::ended(),
                // The partner asks for it since a moment ago: the session says so too.
                Code::FactorNeeded | Code::SsoNeeded => session::more_needed(),
                _ => {}
            }
            Err(Failure::Refused(body))
        }
        None => Err(Failure::Unreadable { status, request_id }),
    }
}

/// Fetches a file of texts, `None` when it cannot be had.
pub async fn fetch_texts(file: &str) -> Option<Vec<Value>> {
    let (_, _, text) = exchange("GET", file, None, Options::default()).await.ok()?;
    crate::json::parse_list(&text)
}

fn note_time(date: &str) {
    let server = js_sys::Date::parse(date);
    if server.is_finite() {
        let ahead = server as i64 - crate::ui::dom::clock();
        // The header has whole seconds; a smaller difference says nothing.
        CLOCK_AHEAD.set(if ahead.abs() > 2000 { ahead } else { 0 });
    }
}

/// Milliseconds since 1970 by the server's clock: what ends on the server is counted down by it.
#[must_use]
pub fn server_clock() -> i64 {
    crate::ui::dom::clock() + CLOCK_AHEAD.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::customers::{AssociationType, CustomerList, CustomerReveal, ListQuery, Sort};

    #[test]
    fn a_call_has_the_address_that_the_contract_declares() {
        let query = ListQuery {
            q: Some("张 三&".into()),
            association: Some(AssociationType::Resale.into()),
            sort: Some(Sort::AvailableDown),
            limit: Some(50),
            ..ListQuery::default()
        };
        let call = super::call::<CustomerList>(&(), &query, &());
        assert_eq!(
            call.0.address,
            "/api/customers?association=resale&limit=50&q=%E5%BC%A0%20%E4%B8%89%26&sort=-available"
        );
        assert_eq!((call.0.method.as_str(), call.0.body), ("GET", None));
        let call = super::call::<CustomerReveal>(&"c1".into(), &(), &());
        assert_eq!((call.0.method.as_str(), call.0.address.as_str()), ("POST", "/api/customers/c1/reveal"));
    }

    #[test]
    fn only_a_definite_no_closes_a_call() {
        let refused = |code| {
            let message = String::new();
            Failure::Refused(ErrorBody {
                code,
                message,
                fields: vec![],
                request_id: String::new(),
                number: None,
                change: None,
            })
        };
        assert!(Failure::Network.is_open());
        assert!(refused(Code::Unavailable).is_open());
        assert!(!refused(Code::InsufficientBalance).is_open());
    }
}
