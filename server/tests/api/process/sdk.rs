//! The official Python SDK as a client, in a process of its own (`tests/sdk/journey.py`).

use crate::harness::process::{DEMO_ADMIN, Installation, text};
use crate::harness::python;
use contract::access::Permission;
use contract::keys::SCOPES;
use serde_json::{Value, json};
use sqlx::Row;
use std::process::Command;

const DEMO_ADMIN_EMAIL: &str = "admin@xinghe.example";

fn journey(python: &str, endpoint: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/journey.py");
    let output = Command::new(python)
        .args([script, endpoint, DEMO_ADMIN.access, DEMO_ADMIN.secret, DEMO_ADMIN.domain])
        .output()
        .expect("TEST_PYTHON runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {errors}"))
}

#[tokio::test]
async fn the_official_sdk_reads_moves_and_understands_refusals() {
    let Some(python) = python() else { return };
    let installation = Installation::demo();
    let running = installation.serve();
    let told = journey(&python, &running.address);

    // Reading.
    assert_eq!(told["count"], json!(90), "the distributor's share of 100");
    assert_eq!(told["resale"]["association_type"], "2");
    let customer = told["resale"]["customer_id"].as_str().expect("an id");
    let own = &told["partner_before"];
    assert_eq!((own["account_type"].as_i64(), own["measure_id"].as_i64()), (Some(1), Some(1)));
    assert_eq!(own["currency"], "CNY");

    // Moving: what the SDK saw, exactly.
    let fen = |value: &Value| {
        let text = value.as_str().expect("a decimal as text");
        let (whole, part) = text.split_once('.').expect("two decimals");
        assert_eq!(part.len(), 2, "{text}");
        format!("{whole}{part}").parse::<i64>().expect("a number")
    };
    assert_eq!(fen(&told["customer_after"]) - fen(&told["customer_before"]), 10_010 - 10);
    assert_eq!(fen(&told["partner_before"]["amount"]) - fen(&told["partner_after"]["amount"]), 10_010 - 10);
    let (there, back) = (&told["transfer_id"], &told["trans_id"]);
    let records = told["records"].as_array().expect("records");
    assert_eq!(records[0]["trans_id"], *back);
    assert_eq!(records[0]["operation_type"], "SOURCE_OPERATION_BERETRIEVE");
    assert_eq!(records[0]["amount"], "0.10");
    assert_eq!(records[1]["trans_id"], *there);
    assert_eq!(records[1]["amount"], "100.10");
    assert_eq!(told["of_one"], json!([there]));

    // The same call with the same token is the same movement; the SDK's own header.
    assert_eq!(told["repeat_first"], told["repeat_second"]);

    // Sending a code answers nothing.
    assert_eq!(told["code_sent"], json!(true));

    // Refusals come as the SDK's own exception, with code and request id.
    for (name, status, code) in [
        ("bad_amount", 400, "CBC.0100"),
        ("too_much", 400, "CBC.99005003"),
        ("unknown_customer", 400, "CBC.99000035"),
        ("consultative", 400, "CBC.99000000"),
        ("foreign_reseller", 400, "CBC.99000037"),
        ("too_often", 400, "CBC.99000082"),
        ("wrong_secret", 401, "APIGW.0301"),
        ("wrong_domain", 401, "APIGW.0301"),
        ("other_algorithm", 401, "APIGW.0301"),
        ("no_such_api", 404, "APIGW.0101"),
    ] {
        let error = &told["errors"][name];
        assert_eq!(error["kind"], "ClientRequestException", "{name}: {error}");
        assert_eq!(
            (error["status"].as_i64(), error["code"].as_str()),
            (Some(status), Some(code)),
            "{name}: {error}"
        );
        assert!(error["message"].as_str().is_some_and(|m| m.len() > 5), "{name}: {error}");
        assert_eq!(error["request_id"].as_str().map(str::len), Some(32), "{name}: {error}");
    }

    // And the database says the same.
    let db = installation.db().await;
    let stored = sqlx::query("SELECT amount, actor FROM ledger_transfers WHERE transfer_id = $1")
        .bind(there.as_str().expect("an id"))
        .fetch_one(db.read())
        .await
        .expect("the transfer");
    assert_eq!(stored.try_get::<i64, _>(0).expect("fen"), 10_010);
    assert_eq!(stored.try_get::<String, _>(1).expect("who"), format!("林薇 ({})", DEMO_ADMIN.access));
    let posted: i64 =
        sqlx::query_scalar("SELECT posted FROM ledger_accounts WHERE owner_id = $1 AND kind = 'customer'")
            .bind(customer)
            .fetch_one(db.read())
            .await
            .expect("the account");
    assert_eq!(posted, fen(&told["customer_end"]));
    installation.assert_verified();
}

#[tokio::test]
async fn a_key_of_each_scope_does_that_and_nothing_else() {
    let Some(python) = python() else { return };
    let installation = Installation::demo();
    let mut keys = Vec::new();
    for scope in SCOPES.map(Permission::as_str) {
        let made = installation.run(&["access-key", "add", "--email", DEMO_ADMIN_EMAIL, "--scope", scope]);
        let words: Vec<String> = text(&made).split_whitespace().map(str::to_owned).collect();
        let after = |name: &str| words.iter().skip_while(|w| *w != name).nth(1).expect("printed").clone();
        keys.push(format!("{scope}={}:{}", after("key:"), after("once:")));
    }
    let unknown =
        installation.run(&["access-key", "add", "--email", DEMO_ADMIN_EMAIL, "--scope", "members_manage"]);
    assert!(!unknown.status.success(), "only what programs' calls ask for");
    let running = installation.serve();
    let customer = running.program(DEMO_ADMIN).customers().await.remove(0);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/scopes.py");
    let output = Command::new(python)
        .args([script, &running.address, &customer])
        .args(&keys)
        .output()
        .expect("TEST_PYTHON runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for scope in SCOPES.map(Permission::as_str) {
        for call in SCOPES.map(Permission::as_str) {
            let expected = if scope == call { 200 } else { 403 };
            assert_eq!(told[scope][call], expected, "a key for {scope} calling {call}: {told}");
        }
    }
    installation.assert_verified();
}
