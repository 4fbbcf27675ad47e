//! Logs hold no secret and no personal data, whatever level they are at
//! (design/security.md, checks 67 and 68).

use crate::harness::client_token;
use crate::harness::process::{DEMO_ADMIN, Installation};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn secrets_and_personal_data_stay_out_of_the_logs() {
    let installation = Installation::demo();
    let levels = "debug,server=trace,sqlx=debug,hyper=debug";
    let running = installation.serve_with(&[("RUST_LOG", levels), ("PARTNER_CENTER_LOG_JSON", "true")]);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = |path: &str| format!("{}{path}", running.address);

    // Signing in, rightly and wrongly.
    let right = json!({"email": "admin@xinghe.example", "password": "xinghe-admin-2026"});
    let answer = http.post(url("/api/session")).json(&right).send().await.expect("an answer");
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let token = cookie.split_once('=').expect("a pair").1.to_owned();
    let wrong = json!({"email": "admin@xinghe.example", "password": "wrong-canary-4711"});
    let answer = http.post(url("/api/session")).json(&wrong).send().await;
    assert_eq!(answer.expect("an answer").status(), 401);

    // A movement with a code, a reveal, a program with a right and a wrong signature.
    let program = running.program(DEMO_ADMIN);
    let customer = program.customers().await.remove(0);
    let person = |request: reqwest::RequestBuilder| {
        request.header("cookie", &cookie).header("idempotency-key", "logs-test-key-1")
    };
    let body = json!({"amount": "1.00", "memo": "memo-canary-4711"});
    let path = url(&format!("/api/customers/{customer}/appropriations"));
    let asked: Value =
        person(http.post(&path)).json(&body).send().await.expect("an answer").json().await.expect("JSON");
    assert!(asked["code_needed"].is_object(), "{asked}");
    let messages: Value =
        person(http.get(url("/api/messages"))).send().await.expect("an answer").json().await.expect("JSON");
    let text = messages[0]["text"].as_str().expect("a text");
    let at = text.find("您的验证码是 ").expect("the words") + "您的验证码是 ".len();
    let code = &text[at..at + 6];
    let done = person(http.post(&path))
        .json(&body)
        .header("verification-code", code)
        .send()
        .await
        .expect("an answer");
    assert_eq!(done.status(), 200);
    let full: Value = person(http.post(url(&format!("/api/customers/{customer}/reveal"))))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    program.appropriate(&customer, "1.00", &client_token()).await.expect("an answer");
    let forged = running.program(crate::harness::process::DemoKey { secret: "wrong", ..DEMO_ADMIN });
    assert_eq!(forged.appropriate(&customer, "1.00", &client_token()).await.expect("an answer").0, 401);

    tokio::time::sleep(Duration::from_millis(300)).await;
    let log = running.log();
    for (what, secret) in [
        ("password", "xinghe-admin-2026"),
        ("wrong password", "wrong-canary-4711"),
        ("session", token.as_str()),
        ("code", code),
        ("secret key", DEMO_ADMIN.secret),
        ("memo", "memo-canary-4711"),
        ("phone", full["phone"].as_str().expect("a phone")),
        ("e-mail", full["email"].as_str().expect("an address")),
        ("sign-in address", "admin@xinghe.example"),
    ] {
        let found = log.lines().find(|line| {
            line.split(|c: char| !c.is_ascii_alphanumeric() && !"-@.".contains(c)).any(|word| word == secret)
        });
        assert!(found.is_none(), "{what}: {found:?}");
        assert!(what == "code" || !log.contains(secret), "{what} is in the log");
    }
    // What matters is there, as JSON a line.
    for event in ["sign_in.failed", "signature.denied", "request.answered"] {
        assert!(log.contains(event), "{event}");
    }
    for line in log.lines() {
        let parsed: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert!(parsed["level"].is_string(), "{line}");
    }
}
