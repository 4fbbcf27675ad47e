//! A partner that asks its members for a second factor.

use super::factors::{arm, cookie};
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, PASSWORD, RESELLER, RESELLER_ADMIN};
use crate::harness::{Answer, Auth, Client, Wire, World, both, fresh_key, on_sqlite};
use crate::money::settings::set_to;
use contract::api::{Access, IDEMPOTENCY_KEY};
use contract::codes::StepUp;
use contract::customers::CustomerList;
use contract::error::Code;
use contract::factors::{FactorView, Proof, SignedIn, TotpEnd};
use contract::identity::{Credentials, CurrentSession, PartnerSwitch, SignIn, SignOut, Switch};
use contract::organisation::{Acceptance, InvitationCreate, JoinAccept, NewInvitations};
use contract::partner::{Settings, SettingsChange, SettingsView};
use serde_json::Value;

async fn set(person: &Client, second_factor: bool, key: &str) -> Answer<StepUp<Settings>> {
    let verification = person.call(SettingsView).send().await.ok().verification;
    person
        .call(SettingsChange)
        .body(&Settings { verification, second_factor, ..Settings::default() })
        .key(key)
        .send()
        .await
}

#[tokio::test]
async fn members_without_a_factor_can_set_one_up_and_nothing_else() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let done = set(&admin, true, &fresh_key()).await.ok();
        assert!(matches!(done, StepUp::Done { result } if result.second_factor), "on needs no code");
        // At once, for people who are signed in too, the admin among them.
        for person in [&admin, &finance] {
            assert_eq!(person.call(CustomerList).send().await.code(), Code::FactorNeeded);
            assert!(person.call(CurrentSession).send().await.ok().factor_needed);
        }
        world
            .program(&ADMIN)
            .call(contract::bss::customers::ListSubCustomers)
            .body_text("{}")
            .send()
            .await
            .ok();
        // Every operation says so, but for those that lead in.
        for operation in contract::operations() {
            let people =
                matches!(operation.access, Access::SignedIn | Access::Needs(_) | Access::Sensitive(_));
            let wire = Wire::new(operation.method, &operation.path.replace(['{', '}'], ""), "{}")
                .with("content-type", "application/json")
                .with(IDEMPOTENCY_KEY, &fresh_key());
            if people {
                let answer: Answer<Value> = finance.send(wire).await;
                let forbidden = answer.code() == Code::Forbidden || answer.code() == Code::FactorNeeded;
                assert!(forbidden, "{}: {}", operation.name, answer.text);
                let answer: Answer<Value> = admin
                    .send(
                        Wire::new(operation.method, &operation.path.replace(['{', '}'], ""), "{}")
                            .with("content-type", "application/json")
                            .with(IDEMPOTENCY_KEY, &fresh_key()),
                    )
                    .await;
                assert_eq!(answer.code(), Code::FactorNeeded, "{}", operation.name);
            }
        }
        let body = Credentials { email: FINANCE.email.into(), password: PASSWORD.into() };
        let session = world.nobody().call(SignIn).body(&body).send().await.session();
        assert!(session.factor_needed);
        let armed = arm(world, &finance).await;
        assert!(!armed.client.call(CurrentSession).send().await.ok().factor_needed);
        armed.client.call(CustomerList).send().await.ok();
        assert!(matches!(
            world.nobody().call(SignIn).body(&body).send().await.ok(),
            SignedIn::SecondFactor { .. }
        ));
        // Without it again, the door is closed again.
        let proof = Proof { password: PASSWORD.into(), code: armed.recovery[0].clone(), passkey: None };
        armed.client.call(TotpEnd).body(&proof).send().await.ok();
        assert_eq!(armed.client.call(CustomerList).send().await.code(), Code::FactorNeeded);
        armed.client.call(FactorView).send().await.ok();
        armed.client.call(SignOut).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn switching_it_off_needs_a_code() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let armed = arm(world, &person).await;
        let person = &armed.client;
        set(person, true, &fresh_key()).await.ok();
        let key = fresh_key();
        assert!(
            matches!(set(person, false, &key).await.ok(), StepUp::CodeNeeded { .. }),
            "also without 验证码验证"
        );
        assert!(person.call(SettingsView).send().await.ok().second_factor, "still on");
        let code = person.newest_code().await;
        let wanted = Settings::default();
        let done = person.call(SettingsChange).body(&wanted).key(&key).code(&code).send().await.ok();
        assert_eq!(set_to(done), wanted);
        let told = world
            .texts("SELECT detail FROM audit_entries WHERE action = 'partner.settings_changed' ORDER BY seq")
            .await;
        assert_eq!(told[1], r#"{"second_factor":{"after":false,"before":true}}"#);
    })
    .await;
}

#[tokio::test]
async fn it_holds_for_the_partner_that_asks_and_no_other() {
    on_sqlite(async |world: &World| {
        let reseller = world.person(&RESELLER_ADMIN).await;
        let new = NewInvitations { emails: vec![FINANCE.email.into()], roles: vec!["finance".into()] };
        let link = reseller.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        let yes = Acceptance { name: String::new(), password: PASSWORD.into(), consent: true };
        let joined = world.nobody().call(JoinAccept).at(&link.token).body(&yes).send().await;
        let mut person = Client::new(world, Auth::Session(cookie(&joined, "pc_session").expect("a session")));
        set(&world.admin().await, true, &fresh_key()).await.ok();
        // For the reseller nothing changes; switching to the distributor leads to its door.
        person.call(CustomerList).send().await.ok();
        for (partner, needed) in [(DISTRIBUTOR, true), (RESELLER, false)] {
            let switched =
                person.call(PartnerSwitch).body(&Switch { partner_id: partner.into() }).send().await;
            assert_eq!(switched.ok().factor_needed, needed);
            person = Client::new(world, Auth::Session(cookie(&switched, "pc_session").expect("a session")));
            let answer = person.call(CustomerList).send().await;
            assert_eq!(answer.status == 403, needed, "{}", answer.text);
        }
    })
    .await;
}
