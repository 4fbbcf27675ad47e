//! Ending and starting: running requests finish, the door says no to what is not HTTP.

use crate::harness::client_token;
use crate::harness::process::{DEMO_ADMIN, Installation};
use sqlx::{AnyConnection, Connection};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_finishes_what_runs() {
    let installation = Installation::demo();
    let mut running = installation.serve();
    let program = running.program(DEMO_ADMIN);
    let customer = program.customers().await.remove(0);
    // A request that takes a while, because somebody else holds the database.
    sqlx::any::install_default_drivers();
    let mut other = AnyConnection::connect(&installation.url()).await.expect("the database opens");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.expect("nobody else writes");
    let asking = {
        let (program, token) = (program.clone(), client_token());
        tokio::spawn(async move { program.appropriate(&customer, "1.00", &token).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.terminate();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(running.ended().is_none(), "it waits for the request");
    let refused = program.send("GET", "/v2/accounts/partner-accounts/balances", "", None).await;
    assert!(refused.is_err(), "and takes no new ones");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("it was locked");
    other.close().await.expect("it closes");
    let (status, text) = asking.await.expect("the task").expect("an answer");
    assert_eq!(status, 200, "{text}");
    assert_eq!(running.wait(Duration::from_secs(20)).code(), Some(0));
    installation.assert_verified();
}

/// What comes back for some bytes.
fn raw(host: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    // It may close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn what_is_not_plain_http_is_refused_and_the_server_lives() {
    let installation = Installation::demo();
    let mut running = installation.serve();
    let host = running.host().to_owned();
    let long = "x".repeat(1 << 20);
    for (bytes, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400"),
        ("\u{0}\u{1}\u{2}\r\n\r\n".into(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".into(), ""),
        ("GET /a b HTTP/1.1\r\nhost: h\r\n\r\n".into(), "400"),
        (format!("GET / HTTP/1.1\r\nhost: h\r\nauthorization: {long}\r\n\r\n"), "431"),
        (format!("GET /{long} HTTP/1.1\r\nhost: h\r\n\r\n"), "4"),
        ("GET / HTTP/1.1\r\nhost: h\r\nfolded: a\r\n b\r\nconnection: close\r\n\r\n".into(), "400"),
        (
            "POST /api/session HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".into(),
            "400",
        ),
        (
            "POST /api/session HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n".into(),
            "400",
        ),
        (
            "POST /api/session HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n".into(),
            "4",
        ),
        ("TRACE / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n".into(), "40"),
        ("CONNECT example.com:80 HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n".into(), "40"),
    ] {
        let said = raw(&host, bytes.as_bytes());
        let wanted = format!("HTTP/1.1 {status}");
        let shown = &bytes[..bytes.len().min(120)];
        assert!(status.is_empty() || said.starts_with(&wanted), "{shown:?}: {:?}", &said[..said.len().min(200)]);
    }
    assert!(raw(&host, b"GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").contains("200 OK"));
    assert!(running.ended().is_none());
}
