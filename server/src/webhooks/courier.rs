//! The way out: one POST a message, to allowed addresses only, with no redirect followed and little of the
//! answer read.

use crate::guard::{self, NotAllowed, Resolver};
use contract::webhooks::{AttemptFault, TIMEOUT_SECONDS};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Client, Response};
use std::error::Error as StdError;
use std::time::Duration;

/// Bytes of an answer that are read; what it says matters to nobody.
const MAX_ANSWER: usize = 8 * 1024;

/// What there is to send.
pub(super) struct Message {
    pub(super) url: String,
    pub(super) event_id: String,
    pub(super) seconds: i64,
    /// Separated by spaces.
    pub(super) signatures: String,
    pub(super) body: String,
}

/// What became of it: the answer's status, and why it counts as failed.
pub(super) type Outcome = (Option<u16>, Option<AttemptFault>);

/// Sends messages to partners' own systems.
#[derive(Debug)]
pub struct Courier {
    http: Client,
    private: bool,
}

impl Courier {
    /// With `private`, addresses of intranets and plain HTTP are allowed.
    ///
    /// # Errors
    /// A machine without what TLS needs.
    pub fn new(private: bool) -> anyhow::Result<Self> {
        let http = Client::builder()
            .dns_resolver(std::sync::Arc::new(Resolver { private }))
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!private)
            // A proxy would resolve names by itself.
            .no_proxy()
            .timeout(Duration::from_secs(TIMEOUT_SECONDS))
            .pool_max_idle_per_host(2)
            .build()?;
        Ok(Self { http, private })
    }

    /// Whether addresses that are not public may be called.
    #[must_use]
    pub fn private(&self) -> bool {
        self.private
    }

    /// Sends a message once.
    pub(super) async fn send(&self, message: Message) -> Outcome {
        // The installation may have become stricter since the address was accepted.
        let Ok(url) = guard::check(&message.url, self.private) else {
            return (None, Some(AttemptFault::NotAllowed));
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("Partner-Center-Webhooks/1"));
        headers.insert("webhook-timestamp", HeaderValue::from(message.seconds));
        for (name, value) in [("webhook-id", &message.event_id), ("webhook-signature", &message.signatures)] {
            let Ok(value) = HeaderValue::from_str(value) else { return (None, Some(AttemptFault::Broken)) };
            headers.insert(name, value);
        }
        match self.http.post(url).headers(headers).body(message.body).send().await {
            Ok(answer) => {
                let status = answer.status();
                // Whoever says that it was taken has taken it, however the rest of the answer ends.
                read(answer).await;
                (Some(status.as_u16()), (!status.is_success()).then_some(AttemptFault::Answer))
            }
            Err(error) => (None, Some(fault(&error))),
        }
    }
}

/// Reads a little of the answer, so that the connection can be used again where there is no more.
async fn read(mut answer: Response) {
    let mut bytes = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes += chunk.len();
        if bytes > MAX_ANSWER {
            break;
        }
    }
}

fn fault(error: &reqwest::Error) -> AttemptFault {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<NotAllowed>() {
            return AttemptFault::NotAllowed;
        }
        cause = one.source();
    }
    if error.is_timeout() {
        AttemptFault::TimedOut
    } else if error.is_connect() {
        AttemptFault::Unreachable
    } else {
        AttemptFault::Broken
    }
}
