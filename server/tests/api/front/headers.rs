//! Headers on every answer (design/security.md, checks 27 and 30).

use crate::harness::fixture::{ADMIN, SHOP};
use crate::harness::{Answer, Client, Wire, World, on_sqlite};
use serde_json::Value;
use server::config::Settings;
use std::collections::BTreeSet;

/// One of each kind of answer: what it is, who asks, the request, the status.
async fn kinds(world: &World) -> Vec<(&'static str, Client, Wire, u16)> {
    let (nobody, person, program) = (world.nobody(), world.admin().await, world.program(&ADMIN));
    let json = |wire: Wire| wire.with("content-type", "application/json");
    let big = "x".repeat((1 << 20) + 1);
    vec![
        ("reply", person.clone(), Wire::new("GET", "/api/customers", ""), 200),
        ("nothing to say", person.clone(), Wire::new("DELETE", "/api/session", ""), 204),
        ("signed out", nobody.clone(), Wire::new("GET", "/api/session", ""), 401),
        ("signature", nobody.clone(), Wire::new("GET", "/v2/accounts/partner-accounts/balances", ""), 401),
        ("published", program.clone(), Wire::new("GET", "/v2/accounts/partner-accounts/balances", ""), 200),
        (
            "bad parameter",
            program.clone(),
            json(Wire::new("POST", "/v2/partners/sub-customers/query", "{\"limit\": 0}")),
            400,
        ),
        ("bad body", nobody.clone(), json(Wire::new("POST", "/api/session", "{")), 400),
        (
            "cross site",
            nobody.clone(),
            json(Wire::new("POST", "/api/session", "{}")).with("sec-fetch-site", "cross-site"),
            403,
        ),
        (
            "wrong type",
            nobody.clone(),
            Wire::new("POST", "/api/session", "{}").with("content-type", "text/plain"),
            415,
        ),
        ("too large", nobody.clone(), json(Wire::new("POST", "/api/session", &big)), 413),
        ("wrong method", nobody.clone(), Wire::new("PUT", "/api/session", ""), 405),
        ("options", nobody.clone(), Wire::new("OPTIONS", "/api/session", ""), 405),
        ("trace", nobody.clone(), Wire::new("TRACE", "/api/session", ""), 405),
        ("unknown console path", nobody.clone(), Wire::new("GET", "/api/unknown", ""), 404),
        ("unknown published path", nobody.clone(), Wire::new("GET", "/v2/unknown", ""), 404),
        ("unknown file", nobody.clone(), Wire::new("GET", "/assets/none.js", ""), 404),
        ("health", nobody.clone(), Wire::new("GET", "/healthz", ""), 200),
        ("ready", nobody.clone(), Wire::new("GET", "/readyz", ""), 200),
        ("figures", nobody.clone(), Wire::new("GET", "/metrics", ""), 200),
        ("description", nobody.clone(), Wire::new("GET", "/openapi.json", ""), 200),
        (
            "two lengths",
            nobody,
            Wire::new("POST", "/api/session", "{}")
                .with("content-length", "2")
                .with("transfer-encoding", "chunked"),
            400,
        ),
    ]
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_a_request_id() {
    on_sqlite(async |world: &World| {
        let mut ids = BTreeSet::new();
        for (what, client, wire, status) in kinds(world).await {
            let answer: Answer<Value> = client.send(wire.with("x-request-id", "chosen-by-the-client")).await;
            assert_eq!(answer.status, status, "{what}: {}", answer.text);
            let policy = answer.header("content-security-policy");
            let is_page = answer.header("content-type").starts_with("text/html");
            let begin = if is_page {
                "default-src 'none'; script-src 'self'"
            } else {
                "default-src 'none'; base-uri"
            };
            assert!(policy.starts_with(begin), "{what}: {policy}");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains(" 'unsafe-eval'"),
                "{what}: {policy}"
            );
            assert!(
                policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
                "{what}"
            );
            assert_eq!(policy.contains("require-trusted-types-for 'script'"), is_page, "{what}");
            let on_pages = |value: &'static str| if is_page { value } else { "" };
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", on_pages("DENY")),
                ("referrer-policy", on_pages("same-origin")),
                ("cross-origin-opener-policy", on_pages("same-origin")),
                ("cross-origin-resource-policy", "same-origin"),
                ("cache-control", "no-store"),
                ("strict-transport-security", ""),
                ("access-control-allow-origin", ""),
                ("server", ""),
                ("x-powered-by", ""),
            ] {
                assert_eq!(answer.header(name), value, "{what}: {name}");
            }
            let id = answer.header("x-request-id").to_owned();
            assert!(id.len() == 32 && id != "chosen-by-the-client", "{what}: {id:?}");
            assert!(ids.insert(id), "{what}: each request has its own");
        }
    })
    .await;
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    on_sqlite(async |world: &World| {
        let server = world.another_server(Settings { https: true, ..Settings::default() }).await;
        for target in ["/api/session", "/v2/unknown", "/healthz", "/"] {
            let answer: Answer<Value> = server.nobody().send(Wire::new("GET", target, "")).await;
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{target}");
        }
    })
    .await;
}

#[tokio::test]
async fn answers_are_json_and_say_so() {
    on_sqlite(async |world: &World| {
        for (what, client, wire, status) in kinds(world).await {
            let api = ["/api/", "/v2/", "/v3/"].iter().any(|prefix| wire.target.starts_with(prefix));
            let answer: Answer<Value> = client.send(wire).await;
            if api && status != 204 && what != "two lengths" {
                assert_eq!(answer.header("content-type"), "application/json", "{what}");
                answer.json();
            }
            if status == 204 {
                assert_eq!(answer.text, "", "{what}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn figures_name_routes_and_not_ids() {
    on_sqlite(async |world: &World| {
        let person = world.admin().await;
        let nobody = world.nobody();
        person.call(contract::customers::CustomerView).at(&SHOP.into()).send().await.ok();
        let _: Answer<Value> = nobody.send(Wire::new("GET", "/api/session", "")).await;
        let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1}}");
        let program = world.program(&ADMIN);
        program.call(contract::bss::accounts::UpdateCustomerAccountAmount).body_text(&body).send().await.ok();
        let figures: Answer<Value> = nobody.send(Wire::new("GET", "/metrics", "")).await;
        for wanted in [
            "partner_center_requests_total{route=\"/api/customers/{customer_id}\",status=\"200\"} 1",
            "partner_center_requests_total{route=\"/api/session\",status=\"401\"} 1",
            "partner_center_movements_total 1",
            "partner_center_request_seconds_count{route=\"/api/session\"} 1",
        ] {
            assert!(figures.text.contains(wanted), "{wanted} in {}", figures.text);
        }
        assert!(!figures.text.contains(SHOP));
        // Whatever addresses are tried, the figures do not grow with them.
        for n in 0..20 {
            let _: Answer<Value> = nobody.send(Wire::new("GET", &format!("/page/{n}"), "")).await;
        }
        let after: Answer<Value> = nobody.send(Wire::new("GET", "/metrics", "")).await;
        assert!(!after.text.contains("/page/"), "{}", after.text);
    })
    .await;
}
