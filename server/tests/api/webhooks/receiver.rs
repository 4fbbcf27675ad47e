//! A real HTTP server that receives webhooks, and behaves as it is told.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How it answers.
#[derive(Debug, Clone)]
pub enum Manner {
    Status(u16),
    /// After a while, well.
    Slow(Duration),
    /// Never.
    Hang,
    /// Sends elsewhere.
    Redirect(String),
    /// Well, with an answer that has no end.
    Endless,
}

/// What it got.
#[derive(Debug, Clone)]
pub struct Got {
    pub id: String,
    pub timestamp: i64,
    pub signatures: Vec<String>,
    pub body: String,
    pub headers: HeaderMap,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether a secret signed it: worked out here by the specification's words, not by the server's code.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("the prefix")).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(self.id.as_bytes());
        mac.update(b".");
        mac.update(self.timestamp.to_string().as_bytes());
        mac.update(b".");
        mac.update(self.body.as_bytes());
        let expected = STANDARD.encode(mac.finalize().into_bytes());
        self.signatures.iter().any(|s| s.strip_prefix("v1,") == Some(&expected))
    }
}

#[derive(Debug)]
struct Inside {
    manner: Mutex<Manner>,
    got: Mutex<Vec<Got>>,
    /// Under way now, and the most that ever were.
    at_once: Mutex<(usize, usize)>,
}

/// The receiver.
#[derive(Debug)]
pub struct Receiver {
    pub url: String,
    inside: Arc<Inside>,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub async fn start(manner: Manner) -> Self {
        let inside =
            Arc::new(Inside { manner: Mutex::new(manner), got: Mutex::default(), at_once: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook?token=s3cret", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(inside.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, inside, serving }
    }

    pub fn behave(&self, manner: Manner) {
        *self.inside.manner.lock().expect("no panic") = manner;
    }

    /// What it got so far.
    pub fn got(&self) -> Vec<Got> {
        self.inside.got.lock().expect("no panic").clone()
    }

    pub fn ids(&self) -> Vec<String> {
        self.got().into_iter().map(|g| g.id).collect()
    }

    /// The most that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.inside.at_once.lock().expect("no panic").1
    }

    /// Waits until it has got so many.
    pub async fn until(&self, count: usize) {
        for _ in 0..1_000 {
            if self.got().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} messages, not {}", self.got().len());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Counts down also where the sender hangs up.
struct UnderWay(Arc<Inside>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.at_once.lock().expect("no panic").0 -= 1;
    }
}

async fn take(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let got = Got {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().expect("seconds"),
        signatures: text("webhook-signature").split(' ').map(str::to_owned).collect(),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        headers: headers.clone(),
    };
    inside.got.lock().expect("no panic").push(got);
    {
        let mut at_once = inside.at_once.lock().expect("no panic");
        at_once.0 += 1;
        at_once.1 = at_once.1.max(at_once.0);
    }
    let _under_way = UnderWay(inside.clone());
    let manner = inside.manner.lock().expect("no panic").clone();
    match manner {
        Manner::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Manner::Slow(by) => {
            tokio::time::sleep(by).await;
            StatusCode::NO_CONTENT.into_response()
        }
        Manner::Hang => std::future::pending().await,
        Manner::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Manner::Endless => {
            let piece = || async { Some((Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 4096])), ())) };
            Body::from_stream(futures_util::stream::unfold((), move |()| piece())).into_response()
        }
    }
}
