//! People and programs as clients of declared endpoints.

use super::answer::Answer;
use super::wire::{Wire, sign};
use super::world::Server;
use axum::Router;
use axum::body::{Body, to_bytes};
use contract::api::{Endpoint, IDEMPOTENCY_KEY, PathParameter, VERIFICATION_CODE};
use contract::identity::MessageList;
use http_body_util::BodyExt;
use server::clock::Clock;
use std::marker::PhantomData;
use tower::ServiceExt;

/// How a client shows who it is.
#[derive(Debug, Clone)]
pub enum Auth {
    Nobody,
    Session(String),
    Customer(String),
    Key { access: String, secret: String, domain: Option<String> },
}

/// Somebody who calls a server.
#[derive(Clone)]
pub struct Client {
    router: Router,
    clock: Clock,
    pub auth: Auth,
}

/// The host that requests name; the browser's origin is the same.
pub const HOST: &str = "partner.example.test";

impl Client {
    pub fn new(server: &Server, auth: Auth) -> Self {
        Self { router: server.router.clone(), clock: server.app.clock.clone(), auth }
    }

    /// The same person or program at another server.
    pub fn at(&self, server: &Server) -> Self {
        Self::new(server, self.auth.clone())
    }

    /// The session's token.
    pub fn token(&self) -> &str {
        match &self.auth {
            Auth::Session(token) => token,
            _ => panic!("this client has no session"),
        }
    }

    /// A call of a declared endpoint.
    pub fn call<E: Endpoint>(&self, _endpoint: E) -> Call<E> {
        let wire = Wire::new(E::METHOD.as_str(), E::PATH, "");
        Call { client: self.clone(), wire, query: String::new(), endpoint: PhantomData }
    }

    /// A request made ready to send: with cookie or signature.
    pub fn ready(&self, wire: Wire) -> Wire {
        let wire = if wire.headers.iter().any(|(n, _)| n == "host") { wire } else { wire.with("host", HOST) };
        match &self.auth {
            Auth::Nobody => wire,
            Auth::Session(token) => wire.with("cookie", &format!("pc_session={token}")),
            Auth::Customer(token) => wire.with("cookie", &format!("pc_customer={token}")),
            Auth::Key { access, secret, domain } => {
                let wire = match domain {
                    Some(domain) => wire.with("x-domain-id", domain),
                    None => wire,
                };
                sign(wire.with("user-agent", "huaweicloud-usdk-python/3.0"), &self.clock, access, secret)
            }
        }
    }

    /// Sends a request as it is.
    pub async fn wire<T>(&self, wire: Wire) -> Answer<T> {
        let mut request = http::Request::builder().method(wire.method.as_str()).uri(wire.target.as_str());
        for (name, value) in &wire.headers {
            request = request.header(name.as_str(), value.as_bytes());
        }
        let request = request.body(Body::from(wire.body)).expect("a request that HTTP can carry");
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, mut body) = response.into_parts();
        let kind = parts.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        if kind.starts_with("text/event-stream") {
            // It goes on for ever: what it says first is enough.
            let text = match body.frame().await {
                Some(first) => {
                    let data = first.expect("a stream that goes on").into_data().expect("data");
                    String::from_utf8(data.to_vec()).expect("UTF-8")
                }
                // An answer to HEAD has no body.
                None => String::new(),
            };
            return Answer::new(parts.status.as_u16(), parts.headers, text);
        }
        let body = to_bytes(body, 64 << 20).await.expect("an answer in memory");
        let text = String::from_utf8(body.to_vec()).unwrap_or_else(|_| "(bytes)".into());
        Answer::new(parts.status.as_u16(), parts.headers, text)
    }

    /// Signs or adds the cookie, and sends.
    pub async fn send<T>(&self, wire: Wire) -> Answer<T> {
        self.wire(self.ready(wire)).await
    }

    /// The newest verification code in this person's message centre.
    pub async fn newest_code(&self) -> String {
        let messages = self.call(MessageList).send().await.ok();
        code_in(&messages.first().expect("a message with a code").text)
    }
}

/// The verification code in a message.
pub fn code_in(text: &str) -> String {
    let at =
        ["您的验证码是 ", "verification code is "].iter().find_map(|w| text.find(w).map(|i| i + w.len()));
    let code: String = text[at.expect("words that announce the code")..].chars().take(6).collect();
    assert!(contract::codes::is_code(&code), "a code of six digits in {text:?}");
    code
}

/// A fresh `X-Client-Token`.
pub fn client_token() -> String {
    server::ids::new()
}

/// A call in the making.
pub struct Call<E: Endpoint> {
    client: Client,
    wire: Wire,
    query: String,
    endpoint: PhantomData<E>,
}

impl<E: Endpoint> Call<E> {
    /// Fills the path's parameter.
    pub fn at(mut self, path: &E::Path) -> Self {
        self.wire.target = path.fill(E::PATH);
        self
    }

    pub fn query(self, query: &E::Query) -> Self {
        let text = serde_qs::to_string(query).expect("a query that can be written");
        self.query_text(&text)
    }

    /// A query as text, for those that the types cannot say.
    pub fn query_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.query);
        self
    }

    pub fn body(self, body: &E::Body) -> Self {
        let text = serde_json::to_string(body).expect("a body that can be written");
        self.body_text(&text)
    }

    /// A body as text, for those that the types cannot say.
    pub fn body_text(mut self, text: &str) -> Self {
        self.wire.body = text.as_bytes().to_vec();
        self.wire = self.wire.with("content-type", "application/json");
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.wire = self.wire.with(name, value);
        self
    }

    /// The caller's own key.
    pub fn key(self, key: &str) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// The verification code.
    pub fn code(self, code: &str) -> Self {
        self.header(VERIFICATION_CODE, code)
    }

    /// The request, ready to send.
    pub fn ready(self) -> Wire {
        let mut wire = self.wire;
        if !self.query.is_empty() {
            wire.target = format!("{}?{}", wire.target, self.query);
        }
        self.client.ready(wire)
    }

    pub async fn send(self) -> Answer<E::Reply> {
        let client = self.client.clone();
        client.wire(self.ready()).await
    }
}
