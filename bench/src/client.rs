//! A small HTTP client: one keep-alive connection, no more work than needed.

use anyhow::{Context, bail};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// The body of a request.
pub type Body = Full<Bytes>;

/// A connection to the server.
#[derive(Debug)]
pub struct Connection(SendRequest<Body>);

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; its errors are seen there.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self(sender))
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: Request<Body>) -> anyhow::Result<Response<Bytes>> {
        self.0.ready().await?;
        let (parts, body) = self.0.send_request(request).await?.into_parts();
        Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
    }

    /// Sends a request and reads the answer as JSON.
    pub async fn json(&mut self, request: Request<Body>) -> anyhow::Result<Value> {
        let uri = request.uri().clone();
        let answer = self.send(request).await?;
        if answer.status() != StatusCode::OK {
            bail!("{uri} answered {}: {}", answer.status(), String::from_utf8_lossy(answer.body()));
        }
        Ok(serde_json::from_slice(answer.body())?)
    }
}

/// A request without body.
pub fn get(address: SocketAddr, path: &str) -> anyhow::Result<Request<Body>> {
    Ok(Request::builder().uri(path).header(HOST, address.to_string()).body(Body::default())?)
}

/// A demo account.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    partner_kind: String,
    role: String,
    email: String,
    password: String,
    /// The partner.
    pub domain_id: String,
    /// The access key.
    pub access_key: Option<String>,
    /// Its secret.
    pub secret_key: Option<String>,
}

impl Account {
    /// The distributor's administrator in the list that `demo accounts --json` prints.
    pub fn admin(list: &str) -> anyhow::Result<Self> {
        let all: Vec<Self> = serde_json::from_str(list)?;
        let admin = all.into_iter().find(|a| a.partner_kind == "distributor" && a.role == "admin");
        admin.context("the demo has no administrator of a distributor")
    }

    /// The request that signs this account in.
    pub fn sign_in(&self, address: SocketAddr) -> anyhow::Result<Request<Body>> {
        let body = json!({"email": self.email, "password": self.password}).to_string();
        let request = Request::builder().method(Method::POST).uri("/api/session");
        let request = request.header(HOST, address.to_string()).header(CONTENT_TYPE, "application/json");
        Ok(request.body(Body::from(body))?)
    }
}

/// A session of the console.
#[derive(Debug, Clone)]
pub struct Session {
    address: SocketAddr,
    /// What the browser sends back: `name=value`.
    pub cookie: HeaderValue,
}

impl Session {
    /// Signs in.
    pub async fn begin(address: SocketAddr, account: &Account) -> anyhow::Result<Self> {
        let answer = Connection::open(address).await?.send(account.sign_in(address)?).await?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        let cookie = cookie.with_context(|| format!("signing in answered {}", answer.status()))?;
        Ok(Self { address, cookie: HeaderValue::from_str(cookie)? })
    }

    /// A request of this session.
    pub fn get(&self, path: &str) -> anyhow::Result<Request<Body>> {
        let mut request = get(self.address, path)?;
        request.headers_mut().insert(COOKIE, self.cookie.clone());
        Ok(request)
    }
}
