//! Access keys (支持 > 能力开放): made once, shown once, limited, revoked.

use crate::harness::fixture::{FINANCE, MANAGER, OPERATOR, RESELLERS_SHOP, STRANGER_ADMIN};
use crate::harness::{Answer, Auth, Client, World, both, fresh_key, on_sqlite};
use contract::access::Permission;
use contract::bss::accounts::{ListPartnerBalances, UpdateCustomerAccountAmount};
use contract::bss::customers::ListSubCustomers;
use contract::codes::StepUp;
use contract::error::{Code, Fault};
use contract::filter::OneOf;
use contract::id::AccessKeyId;
use contract::keys::{AccessKey, KeyCreate, KeyList, KeyQuery, KeyRevoke, KeyState, NewAccessKey, NewSecret};
use std::time::Duration;

fn new(scopes: &[Permission], days: Option<u32>) -> NewAccessKey {
    NewAccessKey { name: "nightly".into(), scopes: scopes.to_vec(), days }
}

async fn make(person: &Client, new: &NewAccessKey, call: &str) -> Answer<StepUp<NewSecret>> {
    person.call(KeyCreate).body(new).key(call).send().await
}

fn made(answer: &Answer<StepUp<NewSecret>>) -> NewSecret {
    match answer.ok() {
        StepUp::Done { result } => result,
        other => panic!("not yet: {other:?}"),
    }
}

fn program(world: &World, key: &NewSecret) -> Client {
    let auth = Auth::Key { access: key.access_key.to_string(), secret: key.secret_key.clone(), domain: None };
    Client::new(world, auth)
}

async fn listed(person: &Client, state: Option<KeyState>) -> Vec<AccessKey> {
    let query = KeyQuery { state: state.map(|s| OneOf(vec![s])), ..KeyQuery::default() };
    person.call(KeyList).query(&query).send().await.ok().items
}

#[tokio::test]
async fn a_key_does_what_it_was_made_for_and_nothing_more() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let call = fresh_key();
        let key = made(&make(&person, &new(&[Permission::FundsRead], None), &call).await);
        let balances = program(world, &key);
        balances.call(ListPartnerBalances).send().await.ok();
        let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": 1}}");
        let money = balances.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(money.status, 403, "{}", money.text);
        assert_eq!(balances.call(ListSubCustomers).body_text("{}").send().await.status, 403);
        // An answer that was lost is had again; a second look is not.
        assert_eq!(made(&make(&person, &new(&[Permission::FundsRead], None), &call).await), key);
        let other = make(&person, &new(&[Permission::AdjustmentsRead], None), &call).await;
        assert_eq!(other.code(), Code::KeyReused);
        world.later(Duration::from_secs(601));
        let late = make(&person, &new(&[Permission::FundsRead], None), &call).await;
        assert_eq!(late.code(), Code::KeyReused);
        // Nowhere else is the secret told.
        let list: Answer<serde_json::Value> =
            person.send(crate::harness::Wire::new("GET", "/api/keys", "")).await;
        assert!(!list.text.contains(&key.secret_key) && list.text.contains(key.access_key.as_str()));
        let trail = world.texts("SELECT detail FROM audit_entries WHERE action = 'identity.key_added'").await;
        assert_eq!(trail, [r#"{"days":null,"name":"nightly","permissions":["funds_read"]}"#]);
        let kept = world.texts("SELECT sealed_secret FROM access_keys").await;
        assert!(kept.iter().all(|s| !s.contains(&key.secret_key)));
    })
    .await;
}

#[tokio::test]
async fn a_key_never_does_more_than_its_owner() {
    both(async |world: &World| {
        let operator = world.person(&OPERATOR).await;
        let all = new(&[Permission::AdjustmentsRead, Permission::FundsRead], None);
        assert_eq!(make(&operator, &all, &fresh_key()).await.code(), Code::MoreThanOwn);
        // What the owner loses, the key loses with the next call.
        let finance = world.person(&FINANCE).await;
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let key = made(&make(&finance, &new(&[Permission::FundsRead], None), &fresh_key()).await);
        program(world, &key).call(ListPartnerBalances).send().await.ok();
        world
            .change("UPDATE members SET roles = ' operator ' WHERE user_id = 'u-finance'")
            .await
            .expect("past the server");
        assert_eq!(program(world, &key).call(ListPartnerBalances).send().await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_asked_for_where_the_partner_wants_it() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let (key, call) = (new(&[Permission::FundsRead], Some(30)), fresh_key());
        let asked = make(&admin, &key, &call).await.ok();
        assert!(matches!(asked, StepUp::CodeNeeded { .. }), "{asked:?}");
        assert_eq!(listed(&admin, Some(KeyState::Active)).await.iter().filter(|k| k.own).count(), 1);
        let code = admin.newest_code().await;
        // A code serves exactly what it was sent for.
        let more = new(&[Permission::FundsRead, Permission::FundsReclaim], Some(30));
        let wrong = admin.call(KeyCreate).body(&more).key(&call).code(&code).send().await;
        assert_eq!(wrong.code(), Code::CodeWrong);
        let right = admin.call(KeyCreate).body(&key).key(&call).code(&code).send().await;
        program(world, &made(&right)).call(ListPartnerBalances).send().await.ok();
        let again = admin.call(KeyCreate).body(&key).key(&call).code(&code).send().await;
        assert_eq!(made(&again), made(&right));
    })
    .await;
}

#[tokio::test]
async fn two_are_active_and_no_more_even_at_once() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let scopes = [Permission::FundsRead];
        let make = async || make(&person, &new(&scopes, None), &fresh_key()).await.status;
        let mut all = [make().await, make().await, make().await];
        all.sort_unstable();
        // One is there already, from the fixture.
        assert_eq!(all, [200, 409, 409]);
        let own = listed(&person, Some(KeyState::Active)).await;
        person.call(KeyRevoke).at(&own[0].id).send().await.ok();
        assert_eq!(make().await, 200, "there is room again");
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_by_its_time_and_by_revoking() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let key = made(&make(&person, &new(&[Permission::FundsRead], Some(1)), &fresh_key()).await);
        let balances = program(world, &key);
        balances.call(ListPartnerBalances).send().await.ok();
        let of =
            async |state| listed(&person, Some(state)).await.into_iter().find(|k| k.id == key.access_key);
        let shown = of(KeyState::Active).await.expect("listed");
        assert!(shown.used_at.is_some() && shown.own && shown.name == "nightly");
        world.later(Duration::from_secs(86_401));
        assert_eq!(balances.call(ListPartnerBalances).send().await.published(), (401, "APIGW.0301".into()));
        let person = world.reseller().await;
        let found = listed(&person, Some(KeyState::Expired)).await;
        assert_eq!(found.iter().map(|k| &k.id).collect::<Vec<_>>(), [&key.access_key]);
        let key = made(&make(&person, &new(&[Permission::FundsRead], None), &fresh_key()).await);
        person.call(KeyRevoke).at(&key.access_key).send().await.ok();
        let ended = program(world, &key).call(ListPartnerBalances).send().await;
        assert_eq!(ended.published(), (401, "APIGW.0301".into()));
        assert_eq!(person.call(KeyRevoke).at(&key.access_key).send().await.code(), Code::NotFound);
        assert_eq!(listed(&person, Some(KeyState::Revoked)).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn admins_see_and_revoke_members_keys_and_nobody_elses() {
    both(async |world: &World| {
        let (admin, manager) = (world.admin().await, world.person(&MANAGER).await);
        assert!(listed(&manager, None).await.iter().all(|k| k.own));
        let all = listed(&admin, None).await;
        assert!(all.iter().any(|k| !k.own && k.owner_name == OPERATOR.name), "{all:?}");
        let operators = AccessKeyId::from(OPERATOR.key.expect("a key").0);
        assert_eq!(manager.call(KeyRevoke).at(&operators).send().await.code(), Code::NotFound);
        let stranger = world.person(&STRANGER_ADMIN).await;
        assert_eq!(stranger.call(KeyRevoke).at(&operators).send().await.code(), Code::NotFound);
        admin.call(KeyRevoke).at(&operators).send().await.ok();
        let ended = world.program(&OPERATOR).call(ListSubCustomers).body_text("{}").send().await;
        assert_eq!(ended.status, 401);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    on_sqlite(async |world: &World| {
        let person = world.reseller().await;
        for (field, key) in [
            ("name", NewAccessKey { name: " ".into(), ..new(&[Permission::FundsRead], None) }),
            ("scopes", new(&[Permission::MembersManage], None)),
            ("days", new(&[Permission::FundsRead], Some(0))),
        ] {
            let answer = make(&person, &key, &fresh_key()).await;
            assert_eq!(answer.fault().0, field);
        }
        let none = make(&person, &new(&[], None), &fresh_key()).await;
        assert_eq!(none.fault(), ("scopes".into(), Fault::Required));
    })
    .await;
}
