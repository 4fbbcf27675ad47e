//! Tokens of programs that do not sign, and the account of a key (product/signing.md, 16 and 18).

use crate::harness::fixture::{ADMIN, DISTRIBUTOR, PASSWORD, RESELLER, RESELLERS_SHOP, SHOP};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both};
use crate::person::factors::arm;
use contract::bss::accounts::ListPartnerBalances;
use contract::iam::{DomainList, SUBJECT_TOKEN};
use contract::identity::SessionRevokeAll;
use contract::organisation::MemberUnbind;
use serde_json::{Value, json};
use std::time::Duration;

async fn ask(world: &World, name: &str, password: &str, domain: &Value) -> Answer<Value> {
    let user = json!({"name": name, "password": password, "domain": domain});
    let scope = json!({"project": {"name": "cn-north-4"}});
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    let body = json!({"auth": {"identity": identity, "scope": scope}});
    let wire = Wire::new("POST", "/v3/auth/tokens", &body.to_string());
    world.nobody().send(wire.with("content-type", "application/json")).await
}

async fn token(world: &World, email: &str) -> String {
    let answer = ask(world, email, PASSWORD, &Value::Null).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.header(SUBJECT_TOKEN).to_owned()
}

async fn get(nobody: &Client, path: &str, token: &str) -> Answer<Value> {
    nobody.send(Wire::new("GET", path, "").with("x-auth-token", token)).await
}

const BALANCES: &str = "/v2/accounts/partner-accounts/balances";

#[tokio::test]
async fn a_token_opens_what_its_owner_may() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let answer = ask(world, ADMIN.email, PASSWORD, &json!({"id": DISTRIBUTOR})).await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.json()["token"]["domain"]["id"], DISTRIBUTOR);
        assert_eq!(answer.json()["token"]["user"]["name"], ADMIN.name);
        let token = answer.header(SUBJECT_TOKEN).to_owned();
        assert!(!answer.text.contains(&token), "the token is in the header only");
        assert_eq!(get(&nobody, BALANCES, &token).await.status, 200);
        let domains = get(&nobody, "/v3/auth/domains", &token).await.json();
        assert_eq!(domains["domains"][0]["id"], DISTRIBUTOR);
        // The header cannot name another account.
        let wire = Wire::new("GET", BALANCES, "").with("x-auth-token", &token);
        let other: Answer<Value> = nobody.send(wire.with("x-domain-id", RESELLER)).await;
        assert_eq!(other.published(), (401, "APIGW.0307".into()));
        // A token is no session.
        let console: Answer<Value> = get(&nobody, "/api/session", &token).await;
        assert_eq!(console.status, 401);
        let kept = world.texts("SELECT token_hash FROM api_tokens").await;
        assert!(!kept.contains(&token));
        // A good one ends after a day.
        world.later(Duration::from_secs(24 * 3600));
        assert_eq!(get(&nobody, BALANCES, &token).await.published(), (401, "APIGW.0307".into()));
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_alike_and_slowed_down() {
    both(async |world: &World| {
        let wrong = ask(world, ADMIN.email, "no", &Value::Null).await;
        let unknown = ask(world, "nobody@dist.example", PASSWORD, &Value::Null).await;
        let elsewhere = ask(world, ADMIN.email, PASSWORD, &json!({"id": RESELLER})).await;
        assert_eq!(wrong.published(), (401, "APIGW.0301".into()));
        assert_eq!(unknown.text, wrong.text);
        assert_eq!(elsewhere.text, wrong.text);
        let body = json!({"auth": {"identity": {"methods": ["hw_ak_sk"]}}}).to_string();
        let wire = Wire::new("POST", "/v3/auth/tokens", &body).with("content-type", "application/json");
        let other: Answer<Value> = world.nobody().send(wire).await;
        assert_eq!(other.status, 400);
        let wire = Wire::new("POST", "/v3/auth/tokens", &body).with("content-type", "application/json");
        let foreign: Answer<Value> = world.nobody().send(wire.with("sec-fetch-site", "cross-site")).await;
        assert_eq!(foreign.status, 403, "no page of another site gets one");
        let mut last = 0;
        for _ in 0..12 {
            last = ask(world, ADMIN.email, "no", &Value::Null).await.status;
        }
        assert_eq!(last, 429);
        for token in ["", "x", "'; DROP TABLE api_tokens; --"] {
            assert_eq!(get(&world.nobody(), BALANCES, token).await.status, 401);
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_end_with_the_sessions_and_the_membership() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let first = token(world, ADMIN.email).await;
        let admin = world.admin().await;
        admin.call(SessionRevokeAll).send().await.ok();
        assert_eq!(get(&nobody, BALANCES, &first).await.status, 401);
        let finance = crate::harness::fixture::FINANCE;
        let second = token(world, finance.email).await;
        assert_eq!(get(&nobody, BALANCES, &second).await.status, 200);
        let admin = world.admin().await;
        admin.call(MemberUnbind).at(&finance.user_id.into()).send().await.ok();
        assert_eq!(get(&nobody, BALANCES, &second).await.status, 401);
        assert_eq!(ask(world, finance.email, PASSWORD, &Value::Null).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_second_step_shows_it_for_a_token_too() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let with = async |code: Option<&str>| {
            let user = json!({"name": ADMIN.email, "password": PASSWORD});
            let mut identity = json!({"methods": ["password"], "password": {"user": user}});
            if let Some(code) = code {
                identity["methods"] = json!(["password", "totp"]);
                identity["totp"] = json!({"user": {"passcode": code}});
            }
            let body = json!({"auth": {"identity": identity}}).to_string();
            let wire = Wire::new("POST", "/v3/auth/tokens", &body).with("content-type", "application/json");
            let answer: Answer<Value> = world.nobody().send(wire).await;
            answer.status
        };
        assert_eq!(with(None).await, 401);
        assert_eq!(with(Some("000000")).await, 401);
        let code = armed.code(world);
        assert_eq!(with(Some(&code)).await, 201);
        assert_eq!(with(Some(&code)).await, 401, "a step is taken once");
        // Where the partner asks for a second factor, a password alone opens nothing.
        world.change("UPDATE partners SET second_factor = 1").await.expect("past the server");
        assert_eq!(ask(world, "finance@dist.example", PASSWORD, &Value::Null).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn money_moves_once_for_a_call_and_its_repeat() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let token = token(world, "admin@reseller.example").await;
        let before = world.number("SELECT COUNT(*) FROM ledger_transfers").await;
        let wire = |key: Option<&str>| {
            let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1}}");
            let wire = Wire::new("POST", "/v2/accounts/partner-accounts/adjust-amount", &body)
                .with("content-type", "application/json")
                .with("x-auth-token", &token);
            if let Some(key) = key { wire.with("x-client-token", key) } else { wire }
        };
        let key = crate::harness::client_token();
        for _ in 0..2 {
            let answer: Answer<Value> = nobody.send(wire(Some(&key))).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            world.later(Duration::from_secs(5));
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM ledger_transfers").await, before + 1);
        // Without a key of its own a call is told by its content and its second, as a signed one is.
        let (one, two): (Answer<Value>, Answer<Value>) =
            tokio::join!(nobody.send(wire(None)), nobody.send(wire(None)));
        assert_eq!((one.status, two.status), (200, 200));
        let now = world.number("SELECT COUNT(*) FROM ledger_transfers").await;
        assert!((before + 2..=before + 3).contains(&now), "{now}");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_tells_its_account() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let domains = program.call(DomainList).send().await.ok();
        assert_eq!(domains.domains.len(), 1);
        assert_eq!((domains.domains[0].id.as_str(), domains.domains[0].enabled), (DISTRIBUTOR, true));
        program.call(ListPartnerBalances).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_password_alone_moves_no_money_where_movements_ask_for_a_code() {
    both(async |world: &World| {
        let nobody = world.nobody();
        let adjust = async |token: &str| {
            let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1}}");
            let wire = Wire::new("POST", "/v2/accounts/partner-accounts/adjust-amount", &body)
                .with("content-type", "application/json")
                .with("x-auth-token", token);
            let answer: Answer<Value> = nobody.send(wire).await;
            answer.status
        };
        let weak = token(world, ADMIN.email).await;
        assert_eq!(get(&nobody, BALANCES, &weak).await.status, 200);
        assert_eq!(adjust(&weak).await, 403);
        // Nor does anybody get one who may not have access keys.
        assert_eq!(ask(world, "manager@dist.example", PASSWORD, &Value::Null).await.status, 401);
        world.change("UPDATE partners SET second_factor = 1").await.expect("past the server");
        assert_eq!(
            get(&nobody, BALANCES, &weak).await.status,
            401,
            "what is asked for later is asked of it too"
        );
        assert_sound(world).await;
    })
    .await;
}
