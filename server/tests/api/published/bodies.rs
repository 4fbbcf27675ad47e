//! Unknown paths, other methods, and bodies that are not what they should be.

use crate::harness::fixture::{ADMIN, SHOP};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both, on_sqlite, standing};
use contract::bss::accounts::UpdateCustomerAccountAmount;
use serde_json::Value;

async fn send(program: &Client, method: &str, target: &str, body: &str) -> Answer<Value> {
    program.send(Wire::new(method, target, body).with("content-type", "application/json")).await
}

#[tokio::test]
async fn unknown_paths_are_json_404_signed_or_not() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        for path in [
            "/v2/unknown",
            "/v2/",
            "/v3/x/y/z",
            "/v2/accounts/partner-accounts",
            "/v2/orders//x",
            "/v3/",
            "/v2",
            "/v3",
        ] {
            for client in [&program, &world.nobody()] {
                for method in ["GET", "POST", "DELETE"] {
                    let answer: Answer<Value> = send(client, method, path, "").await;
                    assert_eq!(answer.published(), (404, "APIGW.0101".into()), "{method} {path}");
                    assert_eq!(answer.header("content-type"), "application/json");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn other_methods_are_json_405() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        for operation in contract::bss::operations() {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
                if method != operation.method {
                    let answer = send(&program, method, operation.path, "{}").await;
                    assert_eq!(answer.published(), (405, "APIGW.0106".into()), "{method} {}", operation.path);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let good = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1}}");
        let duplicate = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1, \"amount\": 2}}");
        let twice_named = format!("{{\"customer_id\": \"x\", \"customer_id\": \"{SHOP}\", \"amount\": 1}}");
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        for body in [
            "",
            "{",
            "}",
            "null",
            "[]",
            "\"text\"",
            "1",
            "{} {}",
            "{\"customer_id\": \"x\",}",
            "{'customer_id': 'x'}",
            "customer_id=x&amount=1",
            "<xml/>",
            "\u{feff}{}",
            "{\"customer_id\": \"\\ud800\", \"amount\": 1}",
            &duplicate,
            &twice_named,
            &deep,
            &good[..good.len() - 1],
        ] {
            let answer = program.call(UpdateCustomerAccountAmount).body_text(body).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{}", &body[..body.len().min(60)]);
        }
        let wire = Wire {
            body: vec![0xff, 0xfe, b'{', b'}'],
            ..Wire::new("POST", "/v2/accounts/partner-accounts/adjust-amount", "")
        };
        let answer: Answer<Value> = program.send(wire.with("content-type", "application/json")).await;
        assert_eq!(answer.published(), (400, "CBC.0100".into()), "not UTF-8");
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "0.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn other_content_types_are_refused() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        let good = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1}}");
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "",
            "application/jsonp",
        ] {
            let wire = Wire::new("POST", "/v2/accounts/partner-accounts/adjust-amount", &good);
            let answer: Answer<Value> = program.send(wire.with("content-type", kind)).await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{kind}");
        }
        for kind in ["application/json; charset=utf-8", "Application/JSON"] {
            let wire = Wire::new("POST", "/v2/accounts/partner-accounts/adjust-amount", &good);
            let answer: Answer<Value> = program.send(wire.with("content-type", kind)).await;
            answer.ok();
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        let padded = |bytes: usize| {
            let good = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1}}");
            format!("{good}{}", " ".repeat(bytes - good.len()))
        };
        program.call(UpdateCustomerAccountAmount).body_text(&padded(1 << 20)).send().await.ok();
        let answer = program.call(UpdateCustomerAccountAmount).body_text(&padded((1 << 20) + 1)).send().await;
        assert_eq!(answer.status / 100, 4, "{}", answer.text);
        answer.published();
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "1.00");
    })
    .await;
}
