//! A partner that requires single sign-on.

use super::provider::account;
use super::{Ready, client, ready, sign_in, use_it, view};
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, OPERATOR, PASSWORD, RESELLER, RESELLER_ADMIN};
use crate::harness::{Answer, Auth, Client, Wire, World, both, fresh_key, on_sqlite};
use crate::person::factors::cookie;
use crate::person::passkeys;
use contract::api::{Access, IDEMPOTENCY_KEY};
use contract::codes::StepUp;
use contract::customers::CustomerList;
use contract::error::{Code, Fault};
use contract::identity::{Credentials, CurrentSession, PartnerSwitch, SignIn, Switch};
use contract::organisation::{Acceptance, InvitationCreate, JoinAccept, NewInvitations};
use contract::partner::{Settings, SettingsChange};
use contract::passkeys::{PasskeyAsk, PasskeySignIn};
use contract::sso::{SsoOutcome, SsoUse};
use serde_json::Value;

fn credentials(email: &str) -> Credentials {
    Credentials { email: email.into(), password: PASSWORD.into() }
}

#[tokio::test]
async fn passwords_open_nothing_there() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let finance = world.person(&FINANCE).await.at(&server);
        finance.call(CustomerList).send().await.ok();
        use_it(&admin, |w| w.required = true).await.ok();
        // At once, for those who are signed in too, and for a new sign-in.
        let signed_in = server.nobody().call(SignIn).body(&credentials(FINANCE.email)).send().await;
        let anew = Client::new(&server, Auth::Session(cookie(&signed_in, "pc_session").expect("a session")));
        for person in [&finance, &anew] {
            let session = person.call(CurrentSession).send().await.ok();
            assert!(session.sso_needed && session.sso == "dist" && session.permissions.is_empty());
            for operation in contract::operations() {
                if matches!(operation.access, Access::SignedIn | Access::Needs(_) | Access::Sensitive(_)) {
                    let wire = Wire::new(operation.method, &operation.path.replace(['{', '}'], ""), "{}")
                        .with("content-type", "application/json")
                        .with(IDEMPOTENCY_KEY, &fresh_key());
                    let answer: Answer<Value> = person.send(wire).await;
                    assert_eq!(answer.code(), Code::SsoNeeded, "{}: {}", operation.name, answer.text);
                }
            }
        }
        // Programs are not concerned; who signs in at the provider gets in.
        world
            .program(&ADMIN)
            .call(contract::bss::customers::ListSubCustomers)
            .body_text("{}")
            .send()
            .await
            .ok();
        let person = client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        person.call(CustomerList).send().await.ok();
        assert_eq!(admin.call(CustomerList).send().await.code(), Code::SsoNeeded, "the admin's session too");
        let mails = client(&server, &sign_in(&server, &provider, account("adm", ADMIN.email)).await)
            .call(contract::identity::MessageList)
            .send()
            .await
            .ok();
        assert!(mails[0].subject.contains("Members must use single sign-on"), "{}", mails[0].subject);
    })
    .await;
}

#[tokio::test]
async fn a_password_opens_the_persons_other_partners() {
    both(async |world: &World| {
        let Ready { server, admin, .. } = ready(world).await;
        let reseller = world.person(&RESELLER_ADMIN).await;
        let new = NewInvitations { emails: vec![FINANCE.email.into()], roles: vec!["finance".into()] };
        let link = reseller.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        let yes = Acceptance { name: String::new(), password: PASSWORD.into(), consent: true };
        world.nobody().call(JoinAccept).at(&link.token).body(&yes).send().await.ok();
        let sql =
            format!("UPDATE people SET last_partner_id = '{DISTRIBUTOR}' WHERE email = '{}'", FINANCE.email);
        world.change(&sql).await.expect("past the server");
        let sign_in = async || server.nobody().call(SignIn).body(&credentials(FINANCE.email)).send().await;
        assert_eq!(sign_in().await.session().partner_id.as_str(), DISTRIBUTOR);
        use_it(&admin, |w| w.required = true).await.ok();
        let answer = sign_in().await;
        let session = answer.session();
        assert_eq!(session.partner_id.as_str(), RESELLER);
        assert!(!session.sso_needed && session.partners.len() == 2);
        let person = Client::new(&server, Auth::Session(cookie(&answer, "pc_session").expect("a session")));
        person.call(CustomerList).send().await.ok();
        // Going on for the other one leads to its door.
        let to = Switch { partner_id: DISTRIBUTOR.into() };
        let switched = person.call(PartnerSwitch).body(&to).send().await;
        assert!(switched.ok().sso_needed);
        let there = Client::new(&server, Auth::Session(cookie(&switched, "pc_session").expect("a session")));
        assert_eq!(there.call(CustomerList).send().await.code(), Code::SsoNeeded);
        let back = Switch { partner_id: RESELLER.into() };
        assert!(!there.call(PartnerSwitch).body(&back).send().await.ok().sso_needed);
    })
    .await;
}

#[tokio::test]
async fn admins_who_are_exempt_sign_in_as_before_while_they_are_admins() {
    both(async |world: &World| {
        let Ready { server, admin, .. } = ready(world).await;
        // Whoever could not get in again does not shut the door.
        world.change("DELETE FROM sso_links").await.expect("past the server");
        assert_eq!(use_it(&admin, |w| w.required = true).await.code(), Code::SsoUntested);
        let set = use_it(&admin, |w| {
            w.required = true;
            w.exempt = vec![ADMIN.user_id.into()];
        })
        .await
        .ok();
        assert!(set.admins.iter().any(|a| a.exempt && a.user_id.as_str() == ADMIN.user_id));
        admin.call(CustomerList).send().await.ok();
        let session = server.nobody().call(SignIn).body(&credentials(ADMIN.email)).send().await.session();
        assert!(!session.sso_needed);
        let told = world
            .texts("SELECT detail FROM audit_entries WHERE action = 'partner.sso_used' ORDER BY seq DESC LIMIT 1")
            .await;
        let told: Value = serde_json::from_str(&told[0]).expect("JSON");
        assert_eq!(told["exempt"]["after"], serde_json::json!([ADMIN.email]));
        let sql = format!("UPDATE members SET roles = ' finance ' WHERE user_id = '{}'", ADMIN.user_id);
        world.change(&sql).await.expect("past the server");
        assert_eq!(admin.call(CustomerList).send().await.code(), Code::SsoNeeded);
    })
    .await;
}

#[tokio::test]
async fn it_stands_for_the_second_step_that_the_partner_asks_for() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let wanted = Settings { verification: true, second_factor: true, ..Settings::default() };
        let done = admin.call(SettingsChange).body(&wanted).key(&fresh_key()).send().await.ok();
        assert!(matches!(done, StepUp::Done { .. }));
        let answer = sign_in(&server, &provider, account("op", OPERATOR.email)).await;
        let person = client(&server, &answer);
        person.call(CustomerList).send().await.ok();
        let by_password = world.person(&OPERATOR).await.at(&server);
        assert_eq!(by_password.call(CustomerList).send().await.code(), Code::FactorNeeded);
        // By choice of the partner it does not: then an app is still to be set up.
        let by_sso = client(&server, &sign_in(&server, &provider, account("adm", ADMIN.email)).await);
        let body = super::used(&view(&by_sso).await, |w| w.both_steps = false);
        by_sso.call(SsoUse).body(&body).send().await.ok();
        assert_eq!(person.call(CustomerList).send().await.code(), Code::FactorNeeded);
        let SsoOutcome::Done { session, .. } =
            sign_in(&server, &provider, account("op", OPERATOR.email)).await.ok()
        else {
            panic!("a session")
        };
        assert!(session.factor_needed && session.by_sso);
    })
    .await;
}

#[tokio::test]
async fn tokens_by_password_are_not_given_out_there() {
    on_sqlite(async |world: &World| {
        let Ready { server, admin, .. } = ready(world).await;
        let ask = async || {
            let body = serde_json::json!({"auth": {"identity": {"methods": ["password"], "password": {"user": {
                "name": FINANCE.email, "password": PASSWORD, "domain": {"id": DISTRIBUTOR}}}},
                "scope": {"project": {"name": "cn-north-4"}}}});
            let wire = Wire::new("POST", "/v3/auth/tokens", &body.to_string()).with("content-type", "application/json");
            server.nobody().send::<Value>(wire).await
        };
        let given = ask().await;
        assert_eq!(given.status, 201, "{}", given.text);
        let token = given.header("x-subject-token").to_owned();
        let list = async || {
            let wire = Wire::new("POST", "/v2/partners/sub-customers/query", "{}")
                .with("content-type", "application/json")
                .with("x-auth-token", &token);
            server.nobody().send::<Value>(wire).await.status
        };
        assert_eq!(list().await, 200);
        use_it(&admin, |w| w.required = true).await.ok();
        assert_eq!(list().await, 401);
        assert_eq!(ask().await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a_passkey_opens_nothing_there_either() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let keyed = passkeys::key(&server, &world.person(&FINANCE).await.at(&server)).await;
        let mut device = keyed.device;
        use_it(&admin, |w| w.required = true).await.ok();
        let asked = server.nobody().call(PasskeyAsk).send().await.ok();
        let answer = server.nobody().call(PasskeySignIn).body(&device.answer(&asked)).send().await;
        let person = Client::new(&server, Auth::Session(cookie(&answer, "pc_session").expect("a session")));
        assert!(person.call(CurrentSession).send().await.ok().sso_needed);
        assert_eq!(person.call(CustomerList).send().await.code(), Code::SsoNeeded);
        let came = client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        came.call(CustomerList).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_passkey_shows_it_before_the_way_in_changes() {
    on_sqlite(async |world: &World| {
        let Ready { server, admin, .. } = ready(world).await;
        let mut keyed = passkeys::key(&server, &admin).await;
        let without = use_it(&keyed.client, |w| w.required = true).await;
        assert_eq!(without.fault(), ("code".into(), Fault::Required));
        let proof = keyed.proof().await;
        let with = use_it(&keyed.client, |w| (w.required, w.proof) = (true, proof)).await.ok();
        assert!(with.provider.is_some_and(|p| p.required));
    })
    .await;
}
