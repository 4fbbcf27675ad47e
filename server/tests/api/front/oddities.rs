//! Whatever is sent to an operation by somebody who may call it: an answer, and never a failure.

use crate::harness::fixture::{ADMIN, SHOP};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both};
use contract::api::{IDEMPOTENCY_KEY, Operation, VERIFICATION_CODE};
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use proptest::{prop_oneof, sample};
use serde_json::Value;

/// Values that have broken something somewhere.
const ODD: &[&str] = &[
    "",
    " ",
    "null",
    "0",
    "-1",
    "1",
    "1e400",
    "99999999999999999999",
    "NaN",
    "true",
    "[]",
    "{}",
    "\"",
    "'",
    "\\",
    "%",
    "_",
    "--",
    "; DROP TABLE users",
    "\u{0}",
    "\u{1f}",
    "\u{7f}",
    "\u{202e}",
    "\u{feff}",
    "客户",
    "😀",
    "a\u{301}",
    "../..",
    "%00",
    "%2e%2e",
    "%ff",
    "＝1",
    "=1+1",
    "<script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "\r\nX: y",
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0000-00-00T00:00:00Z",
    "CNY",
    "SOURCE_OPERATION_BEADJUST",
    "6e1f311f",
    "701f781f79",
    "6e1f393232333337323033363835343737353830381f61",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => sample::select(ODD).prop_map(str::to_owned),
        1 => Just("x".repeat(5_000)),
        2 => ".{0,40}",
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => Just(SHOP.to_owned()),
    ]
}

fn json(depth: u32) -> proptest::strategy::BoxedStrategy<Value> {
    let leaf = prop_oneof![
        4 => value().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = json(depth - 1);
    prop_oneof![
        3 => leaf,
        1 => proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
        1 => proptest::collection::vec((value(), inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
    ]
    .boxed()
}

/// Names of fields that operations have, so that odd values reach them.
const FIELDS: &[&str] = &[
    "amount",
    "memo",
    "verification",
    "email",
    "password",
    "customer_id",
    "indirect_partner_id",
    "customer_infos",
    "limit",
    "offset",
    "label",
    "customer",
    "account_name",
    "association_type",
    "associated_on_begin",
    "associated_on_end",
    "receiver_type",
    "timeout",
    "mobile_phone",
    "lang",
    "scene",
    "q",
    "sort",
    "page",
    "manager",
    "association",
    "kind",
    "subject",
    "month",
    "operation_type",
    "operation_time_begin",
    "operation_time_end",
    "trans_id",
];

#[derive(Debug)]
struct Odd {
    parameter: String,
    query: Vec<(String, String)>,
    body: String,
    key: String,
    code: Option<String>,
}

fn odd() -> impl Strategy<Value = Odd> {
    let name = prop_oneof![5 => sample::select(FIELDS).prop_map(str::to_owned), 1 => value()];
    let fields = proptest::collection::vec((name.clone(), json(2)), 0..6);
    let body = prop_oneof![
        5 => fields.prop_map(|pairs| Value::Object(pairs.into_iter().collect()).to_string()),
        1 => json(2).prop_map(|v| v.to_string()),
        1 => value(),
    ];
    let query = proptest::collection::vec((name, value()), 0..4);
    let key = prop_oneof![3 => Just(String::new()), 1 => value()];
    let code =
        prop_oneof![2 => Just(None), 1 => Just(Some("123456".to_owned())), 1 => value().prop_map(Some)];
    (value(), query, body, key, code).prop_map(|(parameter, query, body, key, code)| Odd {
        parameter,
        query,
        body,
        key,
        code,
    })
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A header may only carry visible characters.
fn header_text(text: &str) -> String {
    text.chars().filter(|c| (' '..='~').contains(c)).take(1_000).collect()
}

fn request(operation: &Operation, odd: &Odd) -> Wire {
    let path: Vec<String> = operation
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { encode(&odd.parameter) } else { part.to_owned() })
        .collect();
    let query: Vec<String> = odd.query.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    let target =
        if query.is_empty() { path.join("/") } else { format!("{}?{}", path.join("/"), query.join("&")) };
    let key = if odd.key.is_empty() { crate::harness::fresh_key() } else { header_text(&odd.key) };
    let wire = Wire::new(operation.method, &target, &odd.body)
        .with("content-type", "application/json")
        .with(IDEMPOTENCY_KEY, &key);
    match &odd.code {
        Some(code) => wire.with(VERIFICATION_CODE, &header_text(code)),
        None => wire,
    }
}

async fn send(world: &World, person: &Client, operation: &Operation, odd: &Odd) {
    let program = world.program(&ADMIN);
    let published = !operation.path.starts_with("/api/");
    // Some of these end the session: those get one of their own.
    let ends = operation.name.starts_with("Sign") || operation.name == "SessionRevokeAll";
    let fresh = if ends { Some(world.admin().await) } else { None };
    let client = if published { &program } else { fresh.as_ref().unwrap_or(person) };
    let answer: Answer<Value> = client.send(request(operation, odd)).await;
    let told = format!("{} {odd:?}: {} {}", operation.name, answer.status, answer.text);
    assert!(answer.status < 500, "{told}");
    if answer.status >= 400 && published {
        answer.published();
    } else if answer.status >= 400 {
        answer.error();
    } else if answer.status == 200 {
        answer.json();
    }
}

#[tokio::test]
async fn nothing_that_is_sent_makes_an_operation_fail() {
    both(async |world: &World| {
        let person = world.admin().await;
        let mut runner = TestRunner::deterministic();
        for operation in contract::operations() {
            for _ in 0..60 {
                let odd = odd().new_tree(&mut runner).expect("a value").current();
                send(world, &person, &operation, &odd).await;
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn every_field_takes_every_odd_value() {
    both(async |world: &World| {
        let person = world.admin().await;
        for operation in contract::operations() {
            for value in ODD {
                // All of the operation's own fields at once would fail at the first: one at a time.
                for field in [
                    "amount",
                    "customer_id",
                    "customer",
                    "account_name",
                    "label",
                    "mobile_phone",
                    "indirect_partner_id",
                ] {
                    if operation.method == "GET" {
                        break;
                    }
                    let mut body =
                        serde_json::json!({"customer_id": SHOP, "amount": "1", "receiver_type": 1});
                    if !operation.path.starts_with("/api/") {
                        body["amount"] = serde_json::json!(1);
                    }
                    body[field] = Value::from(*value);
                    let odd = Odd {
                        parameter: SHOP.into(),
                        query: vec![],
                        body: body.to_string(),
                        key: String::new(),
                        code: None,
                    };
                    send(world, &person, &operation, &odd).await;
                }
                if operation.method == "GET" {
                    for field in [
                        "q",
                        "page",
                        "manager",
                        "customer",
                        "subject",
                        "month",
                        "customer_id",
                        "trans_id",
                        "operation_time_begin",
                        "indirect_partner_id",
                    ] {
                        let query = vec![(field.to_owned(), (*value).to_owned())];
                        let odd = Odd {
                            parameter: SHOP.into(),
                            query,
                            body: String::new(),
                            key: String::new(),
                            code: None,
                        };
                        send(world, &person, &operation, &odd).await;
                    }
                }
            }
        }
        assert_sound(world).await;
    })
    .await;
}
