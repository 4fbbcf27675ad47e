//! Answers: replies as JSON, errors in the envelope of their family.

use crate::error::Error;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use contract::bss::BssError;
use contract::error::{Code, ErrorBody};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use std::any::Any;

/// Which envelope an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The console's API.
    Console,
    /// The published API.
    Published,
}

impl Family {
    /// The family of a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let published = matches!(path.split('/').nth(1), Some("v2" | "v3"));
        if published { Self::Published } else { Self::Console }
    }
}

/// A reply; 204 where there is nothing to say.
pub fn reply<T: Serialize>(value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(text) if text == "null" => StatusCode::NO_CONTENT.into_response(),
        Ok(text) => json(StatusCode::OK, text),
        Err(error) => {
            tracing::error!(%error, "reply.not_serialisable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An error in its family's envelope. Unexpected ones are logged here, and only here.
#[must_use]
pub fn error(family: Family, error: &Error, request_id: &str) -> Response {
    match error {
        Error::Internal(reason) => tracing::error!(%reason, %request_id, "request.failed"),
        Error::Unavailable(reason) => tracing::warn!(%reason, %request_id, "request.unavailable"),
        _ => {}
    }
    let mut response = match family {
        Family::Console => console(error, request_id),
        Family::Published => published(error),
    };
    if let Error::Counted(Code::TooManyAttempts | Code::CodeTooSoon, seconds) = error {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

fn console(error: &Error, request_id: &str) -> Response {
    let code = error.code();
    let body = ErrorBody {
        code,
        message: code.message().to_owned(),
        fields: if let Error::Fields(fields) = error { fields.clone() } else { Vec::new() },
        request_id: request_id.to_owned(),
        number: if let Error::Counted(_, number) = error { Some(*number) } else { None },
        change: if let Error::Changed(change) = error { Some(change.clone()) } else { None },
    };
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, serde_json::to_string(&body).unwrap_or_default())
}

fn published(error: &Error) -> Response {
    let (status, code, message) = published_code(error);
    let body = BssError { error_code: code.to_owned(), error_msg: message };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, serde_json::to_string(&body).unwrap_or_default())
}

/// The published code of an error (product/errors.md; docs/decisions/0006-published-errors.md).
fn published_code(error: &Error) -> (u16, &'static str, String) {
    let words = error.code().message().to_owned();
    match error {
        Error::Published { status, code, message } => (*status, code, (*message).to_owned()),
        Error::Parameter(p) => (400, "CBC.0100", format!("{} {}", p.parameter, p.reason)),
        Error::Fields(fields) => {
            let names: Vec<&str> = fields.iter().map(|f| f.field.as_str()).collect();
            (400, "CBC.0100", format!("Parameter error: {}", names.join(", ")))
        }
        _ => match error.code() {
            Code::BadRequest | Code::InvalidFields | Code::UnsupportedMedia | Code::TooMuch => {
                (400, "CBC.0100", words)
            }
            Code::Forbidden | Code::CrossSite | Code::ApprovalNeeded => (403, "CBC.0151", words),
            Code::NotFound => (400, "CBC.99000035", "The customer is not the partner's.".to_owned()),
            Code::NotResale | Code::CustomerFrozen => (400, "CBC.99000000", words),
            Code::InsufficientBalance => (400, "CBC.99005003", words),
            Code::BalanceTooLarge => (400, "CBC.99007004", words),
            Code::KeyReused | Code::TransferEnded => (400, "CBC.99007009", words),
            Code::CodeTooSoon | Code::CodeLimit => (400, "CBC.99000082", words),
            Code::CodeNotSent => (400, "CBC.99004003", words),
            Code::SignedOut | Code::WrongCredentials => (401, "CBC.0154", words),
            Code::Unavailable => (503, "CBC.0999", words),
            _ => (500, "CBC.0999", words),
        },
    }
}

/// The answer to an unknown path of an API: never the console's page
/// (design/security.md, check 32).
pub(super) fn not_found(path: &str, request_id: &str) -> Response {
    match Family::of(path) {
        Family::Published => {
            let unknown = Error::Published {
                status: 404,
                code: "APIGW.0101",
                message: "The API does not exist or has not been published.",
            };
            error(Family::Published, &unknown, request_id)
        }
        Family::Console => error(Family::Console, &Error::Refused(Code::NotFound), request_id),
    }
}

/// The answer to a method that a path does not take.
pub(super) async fn method_not_allowed(request: Request) -> Response {
    let id = request.extensions().get::<super::guard::RequestId>().map(|r| r.0.clone()).unwrap_or_default();
    match Family::of(request.uri().path()) {
        Family::Published => {
            let wrong =
                Error::Published { status: 405, code: "APIGW.0106", message: "The method is not supported." };
            error(Family::Published, &wrong, &id)
        }
        Family::Console => error(Family::Console, &Error::Refused(Code::MethodNotAllowed), &id),
    }
}

/// The answer where a handler panicked; the process lives on.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let reason = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
    tracing::error!(reason = reason.unwrap_or_default(), "request.panicked");
    console(&Error::Internal("panic".into()), "")
}

fn json(status: StatusCode, text: String) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
