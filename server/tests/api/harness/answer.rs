//! What a server answered, and what a test may expect of it.

use contract::api::REQUEST_ID;
use contract::bss::BssError;
use contract::error::{Code, ErrorBody, Fault};
use contract::factors::SignedIn;
use contract::identity::Session;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// An answer whose success is a `T`.
#[derive(Debug)]
pub struct Answer<T> {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    reply: PhantomData<T>,
}

impl<T> Answer<T> {
    pub fn new(status: u16, headers: HeaderMap, text: String) -> Self {
        Self { status, headers, text, reply: PhantomData }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("JSON, not {:?}: {e}", self.text))
    }

    /// The console's envelope, which must be whole.
    pub fn error(&self) -> ErrorBody {
        assert!(self.status >= 400, "an error, not {} {}", self.status, self.text);
        let body: ErrorBody = serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("the console's envelope, not {} {:?}: {e}", self.status, self.text));
        assert_eq!(self.status, body.code.status(), "the status belongs to the code: {}", self.text);
        assert_eq!(body.request_id, self.header(REQUEST_ID), "the envelope names the request");
        assert!(!body.request_id.is_empty() && !body.message.is_empty());
        body
    }

    /// The code of a refused console call.
    pub fn code(&self) -> Code {
        self.error().code
    }

    /// The one field that is wrong, and how.
    pub fn fault(&self) -> (String, Fault) {
        let error = self.error();
        assert_eq!(error.code, Code::InvalidFields, "{}", self.text);
        assert_eq!(error.fields.len(), 1, "one wrong field: {}", self.text);
        (error.fields[0].field.clone(), error.fields[0].fault)
    }

    /// Status and code of a refused published call, whose envelope must be whole.
    pub fn published(&self) -> (u16, String) {
        assert!(self.status >= 400, "an error, not {} {}", self.status, self.text);
        let body: BssError = serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("the published envelope, not {} {:?}: {e}", self.status, self.text));
        assert!(!self.header(REQUEST_ID).is_empty(), "a request id in the header");
        assert!(!body.error_msg.is_empty() && body.error_code.len() <= 20, "{}", self.text);
        (self.status, body.error_code)
    }

    /// Status and body without what differs from call to call, for comparing two answers.
    pub fn essence(&self) -> (u16, Value) {
        let mut body = if self.text.is_empty() { Value::Null } else { self.json() };
        if let Some(object) = body.as_object_mut() {
            object.remove("request_id");
        }
        (self.status, body)
    }
}

impl Answer<SignedIn> {
    /// The session of a sign-in that needed no second step.
    #[track_caller]
    pub fn session(&self) -> Session {
        match self.ok() {
            SignedIn::Done { session } => *session,
            SignedIn::SecondFactor { .. } => panic!("a session, not {}", self.text),
        }
    }
}

impl<T: DeserializeOwned> Answer<T> {
    /// The reply of a call that must succeed.
    #[track_caller]
    pub fn ok(&self) -> T {
        assert!((200..300).contains(&self.status), "success, not {} {}", self.status, self.text);
        let text = if self.status == 204 { "null" } else { &self.text };
        serde_json::from_str(text).unwrap_or_else(|e| panic!("the declared reply, not {text:?}: {e}"))
    }
}
