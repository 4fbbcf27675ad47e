//! Who signs, and what a signature covers (product/signing.md; design/security.md 50 to 55).

use crate::harness::fixture::{ADMIN, DISTRIBUTOR, SHOP, STRANGER};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both, on_sqlite, sign};
use contract::bss::accounts::{
    AdjustAccountResponse, ListPartnerAdjustRecords, ListPartnerBalances, UpdateCustomerAccountAmount,
};
use contract::time::Time;
use serde_json::Value;

const WRONG: &str = "APIGW.0301";
const SKEWED: &str = "APIGW.0303";

fn money(program: &Client) -> Wire {
    let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 10}}");
    program.call(UpdateCustomerAccountAmount).body_text(&body).ready()
}

async fn refused(program: &Client, wire: Wire, code: &str, why: &str) {
    let answer: Answer<Value> = program.wire(wire).await;
    assert_eq!(answer.published(), (401, code.to_owned()), "{why}");
}

#[tokio::test]
async fn anything_changed_after_signing_is_refused() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let wire = money(&program);
        let swapped = |from: &str, to: &str| {
            let body = String::from_utf8(wire.body.clone()).expect("JSON");
            Wire { body: body.replace(from, to).into_bytes(), ..wire.clone() }
        };
        refused(&program, swapped("10", "1000"), WRONG, "another amount").await;
        refused(&program, swapped("c001", "c002"), WRONG, "another customer").await;
        refused(&program, swapped("}", "} "), WRONG, "one byte more").await;
        refused(&program, Wire { body: Vec::new(), ..wire.clone() }, WRONG, "no body").await;
        let elsewhere = "/v2/accounts/partner-accounts/reclaim".to_owned();
        refused(&program, Wire { target: elsewhere, ..wire.clone() }, WRONG, "another path").await;
        let with_query = format!("{}?a=1", wire.target);
        refused(&program, Wire { target: with_query, ..wire.clone() }, WRONG, "a query").await;
        for header in ["host", "user-agent", "x-domain-id", "content-type"] {
            refused(&program, wire.clone().with(header, "other"), WRONG, header).await;
        }
        refused(&program, wire.clone().without("user-agent"), SKEWED, "a signed header gone").await;
        // What is not signed may change.
        let with_more: Answer<AdjustAccountResponse> = program.wire(wire.with("x-language", "en_US")).await;
        with_more.ok();
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_query_is_refused_and_its_order_is_not_part_of_it() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let query = "limit=5&customer_id=a%20b&offset=0";
        let wire = program.call(ListPartnerAdjustRecords).query_text(query).ready();
        let path = "/v3/accounts/partner-accounts/adjust-records";
        let reordered = Wire { target: format!("{path}?offset=0&limit=5&customer_id=a%20b"), ..wire.clone() };
        let answer: Answer<Value> = program.wire(reordered).await;
        answer.ok();
        for other in [
            "limit=6&customer_id=a%20b&offset=0",
            "limit=5&customer_id=a%20b",
            "limit=5&customer_id=a+b&offset=0",
            "",
        ] {
            refused(&program, Wire { target: format!("{path}?{other}"), ..wire.clone() }, WRONG, other).await;
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_disabled_and_wrong_keys_answer_alike() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let blank = || Wire::new("GET", "/v2/accounts/partner-accounts/balances", "").with("host", "h");
        let clock = &world.app.clock;
        let (access, secret) = ADMIN.key.expect("a key");
        let wrong = sign(blank(), clock, access, "another secret");
        let unknown = sign(blank(), clock, "AKUNKNOWN00000000001", secret);
        let nobody = sign(blank(), clock, "AKUNKNOWN00000000001", "");
        let right = sign(blank(), clock, access, secret);
        let first: Answer<Value> = program.wire(right.clone()).await;
        first.ok();
        world
            .change(&format!("UPDATE access_keys SET disabled_at = 1 WHERE access_key = '{access}'"))
            .await
            .expect("past the server");
        let mut answers = Vec::new();
        for wire in [wrong, unknown, nobody, right.clone(), blank().with("authorization", "")] {
            let answer: Answer<Value> = program.wire(wire).await;
            assert_eq!(answer.published(), (401, WRONG.into()));
            answers.push(answer.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "one body for all: {answers:?}");
        // The key of a disabled person ends at once, too.
        world.change("UPDATE access_keys SET disabled_at = NULL").await.expect("past the server");
        let again: Answer<Value> = program.wire(right.clone()).await;
        again.ok();
        world
            .change(&format!("UPDATE members SET disabled_at = 1 WHERE user_id = '{}'", ADMIN.user_id))
            .await
            .expect("past the server");
        refused(&program, right, WRONG, "a disabled person").await;
    })
    .await;
}

#[tokio::test]
async fn dates_are_signed_and_within_15_minutes() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let dated = |at: Time| {
            let date = at.format("%Y%m%dT%H%M%SZ").to_string();
            program.call(ListPartnerBalances).header("x-sdk-date", &date).ready()
        };
        let now = world.app.clock.now();
        // One second of room: the clock goes on while the test runs, and dates have no parts of seconds.
        for seconds in [-898, 0, 898] {
            let answer: Answer<Value> =
                program.wire(dated(Time(*now + chrono::Duration::seconds(seconds)))).await;
            answer.ok();
        }
        for seconds in [-902, 905, 86_400, -86_400 * 365] {
            let wire = dated(Time(*now + chrono::Duration::seconds(seconds)));
            refused(&program, wire, SKEWED, &seconds.to_string()).await;
        }
        for odd in ["", "yesterday", "2026-01-01T00:00:00Z", "20260230T000000Z", "99999999999999999999"] {
            refused(
                &program,
                program.call(ListPartnerBalances).header("x-sdk-date", odd).ready(),
                SKEWED,
                odd,
            )
            .await;
        }
        // A date that is there but not signed could be chosen by whoever replays.
        let wire = program.call(ListPartnerBalances).ready();
        let unsigned = wire.header("authorization").replace(";x-sdk-date", "");
        refused(&program, wire.clone().with("authorization", &unsigned), SKEWED, "unsigned date").await;
        let unsigned = wire.header("authorization").replace("host;", "");
        refused(&program, wire.clone().with("authorization", &unsigned), SKEWED, "unsigned host").await;
        refused(&program, wire.without("x-sdk-date"), SKEWED, "no date").await;
    })
    .await;
}

#[tokio::test]
async fn a_claimed_body_hash_must_be_the_bodys() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 10}}");
        let claimed = |hash: &str| {
            program
                .call(UpdateCustomerAccountAmount)
                .body_text(&body)
                .header("x-sdk-content-sha256", hash)
                .ready()
        };
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for hash in ["UNSIGNED-PAYLOAD", "", of_nothing] {
            refused(&program, claimed(hash), WRONG, hash).await;
        }
        use sha2::Digest;
        let right = hex::encode(sha2::Sha256::digest(body.as_bytes()));
        let answer: Answer<AdjustAccountResponse> = program.wire(claimed(&right)).await;
        answer.ok();
    })
    .await;
}

#[tokio::test]
async fn other_algorithms_and_broken_headers_are_refused() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        let wire = program.call(ListPartnerBalances).ready();
        let good = wire.header("authorization").to_owned();
        let rest = good.strip_prefix("SDK-HMAC-SHA256").expect("the algorithm").to_owned();
        let headers = [
            format!("SDK-HMAC-SM3{rest}"),
            format!("SDK-ECDSA-P256-SHA256{rest}"),
            format!("SDK-SM2-SM3{rest}"),
            format!("V11-HMAC-SHA256{rest}"),
            format!("sdk-hmac-sha256{rest}"),
            format!("Bearer{rest}"),
            rest,
            good.replace("Access=", "Credential="),
            good.replace("Signature=", "Signature=00"),
            good.replace(", Signature", ", Access=x, Signature"),
            good[..good.len() - 1].to_owned(),
            "SDK-HMAC-SHA256".into(),
            "SDK-HMAC-SHA256 ".into(),
            "x".repeat(100_000),
            format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders=host;x-sdk-date, Signature={}",
                "A".repeat(50_000),
                "0".repeat(64)
            ),
            good.replace("host", "host;host"),
        ];
        for header in headers {
            let answer: Answer<Value> = program.wire(wire.clone().with("authorization", &header)).await;
            assert_eq!(answer.status, 401, "{}: {}", &header[..header.len().min(80)], answer.text);
            answer.published();
        }
        refused(&program, wire.clone().without("authorization"), WRONG, "no signature at all").await;
        let upper = good.replace(&good[good.len() - 64..], &good[good.len() - 64..].to_uppercase());
        refused(&program, wire.with("authorization", &upper), WRONG, "the signature in capitals").await;
    })
    .await;
}

#[tokio::test]
async fn a_domain_names_the_keys_own_account_or_nothing() {
    both(async |world: &World| {
        let (access, secret) = ADMIN.key.expect("a key");
        let clock = &world.app.clock;
        let nobody = world.nobody();
        let with_domain = |domain: Option<&str>| {
            let wire = Wire::new("GET", "/v2/accounts/partner-accounts/balances", "").with("host", "h");
            let wire = domain.map_or(wire.clone(), |d| wire.with("x-domain-id", d));
            sign(wire, clock, access, secret)
        };
        for own in [None, Some(DISTRIBUTOR)] {
            let answer: Answer<Value> = nobody.wire(with_domain(own)).await;
            answer.ok();
            assert!(answer.text.contains(DISTRIBUTOR));
        }
        for other in [STRANGER, "x", "", "D0000000000000000000000000000001"] {
            refused(&nobody, with_domain(Some(other)), WRONG, other).await;
        }
    })
    .await;
}

#[tokio::test]
async fn odd_paths_do_not_get_around_the_signature() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        for path in [
            "/v2/accounts/partner-accounts/balances/",
            "/v2/accounts//partner-accounts/balances",
            "/v2/accounts/x/../partner-accounts/balances",
            "/v2/accounts%2Fpartner-accounts/balances",
            "/v2/accounts/partner-accounts/./balances",
            "/v2/accounts/partner-accounts/%2e%2e/balances",
            "/V2/accounts/partner-accounts/balances",
            "/v2/accounts/partner-accounts/balances;x=1",
            "/v2/accounts/partner-accounts/balances%00",
        ] {
            let wire = program.ready(Wire::new("GET", path, ""));
            let answer: Answer<Value> = program.wire(wire.clone()).await;
            assert!(!answer.text.contains("account_balances"), "{path}: {}", answer.text);
            // In capitals it is an address of the console, like any other.
            let page = path.starts_with("/V2") && answer.status == 200;
            assert!(page || (400..500).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
            // The canonical form adds a last slash and decodes %2F: those two share the plain path's
            // signature by the SDK's own rules. No other does.
            let plain = Wire { target: "/v2/accounts/partner-accounts/balances".into(), ..wire };
            let plain: Answer<Value> = program.wire(plain).await;
            let shared = path.ends_with('/') || path.contains("%2F");
            assert_eq!(plain.status, if shared { 200 } else { 401 }, "{path}");
        }
        // One encoded letter: the same canonical path, so the same signature; the router decodes alike or not at all.
        let wire = program.ready(Wire::new("GET", "/v2/accounts/partner-accounts/%62alances", ""));
        let answer: Answer<Value> = program.wire(wire).await;
        assert!(answer.status == 200 || answer.status == 404, "{} {}", answer.status, answer.text);
    })
    .await;
}

#[tokio::test]
async fn a_header_that_comes_twice_is_refused() {
    on_sqlite(async |world: &World| {
        let program = world.program(&ADMIN);
        for name in ["host", "x-sdk-date", "x-domain-id"] {
            let mut wire = program.call(ListPartnerBalances).ready();
            let value = wire.header(name).to_owned();
            wire.headers.push((name.to_owned(), value));
            let answer: Answer<Value> = program.wire(wire).await;
            assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        }
    })
    .await;
}
