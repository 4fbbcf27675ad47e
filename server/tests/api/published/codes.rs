//! `send_verification_message_code`: text messages, their limits, and a provider that is down.

use crate::harness::fixture::{ADMIN, FINANCE, STRANGER_ADMIN};
use crate::harness::{Client, World, both, delivering, on_sqlite};
use contract::bss::basics::SendVerificationMessageCode;
use contract::identity::MessageList;
use serde_json::Value;
use server::outbox::job::send_due;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

async fn send(program: &Client, body: &str) -> crate::harness::Answer<()> {
    program.call(SendVerificationMessageCode).body_text(body).send().await
}

const PHONE: &str = "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\"}";

#[tokio::test]
async fn a_code_goes_out_by_text_message() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let answer = send(&program, PHONE).await;
        answer.ok();
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        let sent = world.texts("SELECT channel || ' ' || receiver || ' ' || state || ' ' || user_id FROM messages").await;
        assert_eq!(sent, ["sms 13800000000 delivered "]);
        let kept = world.texts("SELECT sealed_text FROM messages").await.remove(0);
        let text = world.app.seal.open(&kept).expect("sealed by this installation");
        assert!(text.contains("您的验证码是") && text.contains("10 分钟"), "{text}");
        let stored = world
            .texts("SELECT purpose || ' ' || CAST(minutes AS TEXT) || ' ' || CAST(length(code_hash) AS TEXT) FROM challenges")
            .await;
        assert_eq!(stored, ["customers.registration 10 64"]);
        assert!(world.admin().await.call(MessageList).send().await.ok().is_empty(), "nobody's inbox");
    })
    .await;
}

#[tokio::test]
async fn timeout_language_and_scene_are_taken_as_published() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        for (n, (extra, minutes, purpose, words)) in [
            (
                "\"timeout\": null, \"scene\": null, \"customer_id\": \"\"",
                10,
                "customers.registration",
                "您的验证码是",
            ),
            ("\"timeout\": 1", 1, "customers.registration", "您的验证码是"),
            ("\"timeout\": 60, \"scene\": 29", 60, "customers.registration", "您的验证码是"),
            ("\"timeout\": 61, \"lang\": \"zh-cn\"", 5, "customers.registration", "您的验证码是"),
            ("\"timeout\": 3000, \"scene\": 18", 5, "customers.bank_card", "您的验证码是"),
            ("\"lang\": \"en-us\"", 10, "customers.registration", "Your verification code is"),
            ("\"lang\": \"EN-US\"", 10, "customers.registration", "Your verification code is"),
        ]
        .into_iter()
        .enumerate()
        {
            let body = format!("{{\"receiver_type\": 1, \"mobile_phone\": \"1380000010{n}\", {extra}}}");
            send(&program, &body).await.ok();
            let newest = format!("receiver = '1380000010{n}'");
            assert_eq!(
                world.number(&format!("SELECT minutes FROM challenges WHERE {newest}")).await,
                minutes,
                "{extra}"
            );
            assert_eq!(
                world.texts(&format!("SELECT purpose FROM challenges WHERE {newest}")).await,
                [purpose],
                "{extra}"
            );
            let kept =
                world.texts(&format!("SELECT sealed_text FROM messages WHERE {newest}")).await.remove(0);
            assert!(world.app.seal.open(&kept).expect("sealed").contains(words), "{extra}");
        }
        for bad in [
            "{}",
            "{\"receiver_type\": 1}",
            "{\"receiver_type\": 2, \"mobile_phone\": \"13800000000\"}",
            "{\"mobile_phone\": \"13800000000\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"+14155550100\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"12345\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": 13800000000}",
            "{\"receiver_type\": \"1\", \"mobile_phone\": \"13800000000\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\", \"timeout\": 0}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\", \"timeout\": 3001}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\", \"scene\": \"\"}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\", \"scene\": 1}",
            "{\"receiver_type\": 1, \"mobile_phone\": \"13800000000\", \"lang\": \"fr\"}",
        ] {
            assert_eq!(send(&program, bad).await.published(), (400, "CBC.0100".into()), "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn too_often_is_refused() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let too_often = (400, "CBC.99000082".to_owned());
        send(&program, PHONE).await.ok();
        assert_eq!(send(&program, PHONE).await.published(), too_often);
        // A colleague's key does not get around it; another phone or another partner is another matter.
        assert_eq!(send(&world.program(&FINANCE), PHONE).await.status, 403);
        send(&program, &PHONE.replace("000000\"", "000001\"")).await.ok();
        send(&world.program(&STRANGER_ADMIN), PHONE).await.ok();
        for _ in 0..9 {
            world.later(Duration::from_secs(61));
            send(&program, PHONE).await.ok();
        }
        world.later(Duration::from_secs(61));
        assert_eq!(send(&program, PHONE).await.published(), too_often, "ten a day");
        world.later(Duration::from_secs(24 * 3600));
        send(&program, PHONE).await.ok();
    })
    .await;
}

/// A text-message provider: keeps what it gets, and answers with a status.
async fn provider(status: u16) -> (String, UnboundedReceiver<(String, Value)>) {
    let (kept, received) = unbounded_channel();
    let take = move |headers: http::HeaderMap, axum::Json(body): axum::Json<Value>| {
        let authorization =
            headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        kept.send((authorization, body)).expect("the test listens");
        async move { http::StatusCode::from_u16(status).expect("a status") }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/sms", listener.local_addr().expect("an address"));
    let router = axum::Router::new().route("/sms", axum::routing::post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}

#[tokio::test]
async fn a_provider_gets_number_and_text_and_is_asked_again_when_it_fails() {
    on_sqlite(async |world: &World| {
        for (status, wanted, tries) in [(200, 204, 1), (500, 400, 3), (302, 400, 3)] {
            let (url, mut received) = provider(status).await;
            let mut settings = delivering(None, Some(url));
            settings.delivery.sms_token = Some("provider-token".into());
            let server = world.another_server(settings).await;
            let (stop, stopped) = tokio::sync::watch::channel(false);
            let mut jobs = server::jobs::start(&server.app, &stopped);
            world.later(Duration::from_secs(61));
            let answer = send(&server.program(&ADMIN), PHONE).await;
            assert_eq!(answer.status, wanted, "{status}: {}", answer.text);
            stop.send(true).expect("the jobs listen");
            while jobs.join_next().await.is_some() {}
            let mut seen = 0;
            while let Ok((authorization, body)) = received.try_recv() {
                assert_eq!(authorization, "Bearer provider-token");
                assert_eq!(body["to"], "13800000000");
                assert!(body["text"].as_str().is_some_and(|t| t.contains("您的验证码是")), "{body}");
                seen += 1;
            }
            assert_eq!(seen, tries, "{status}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_leaves_no_live_code() {
    both(async |world: &World| {
        // A port that nobody listens on.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/sms", closed.local_addr().expect("an address"));
        drop(closed);
        let server = world.another_server(delivering(None, Some(url))).await;
        let job = server.app.clone();
        let sending = tokio::spawn(async move {
            loop {
                send_due(&job).await.expect("the database answers");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let program = server.program(&ADMIN);
        assert_eq!(send(&program, PHONE).await.published(), (400, "CBC.99004003".into()));
        sending.abort();
        assert_eq!(world.texts("SELECT state FROM messages").await, ["failed"]);
        assert_eq!(world.texts("SELECT code_hash FROM challenges").await, [""], "no valid code exists");
        assert_eq!(world.texts("SELECT sealed_text FROM messages").await, [""], "and its text is gone");
        server.app.db.read().close().await;
    })
    .await;
}
