//! Setting a provider up, testing it, switching it on and off, taking it away.

use super::provider::{Manner, Provider, Ways, account};
use super::{Ready, go, new_provider, ready, sign_in, test_by, tolerant, use_it, used, view};
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, PASSWORD, RESELLER_ADMIN};
use crate::harness::{World, both, on_sqlite};
use crate::person::factors::arm;
use contract::error::{Code, Fault};
use contract::factors::Proof;
use contract::identity::{CurrentSession, MessageList};
use contract::sso::{BeginSso, ChangeSso, SsoBegin, SsoChange, SsoEnd, SsoOutcome, SsoTest, SsoUse, SsoView};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn an_admin_sets_it_up_tests_it_and_switches_it_on() {
    both(async |world: &World| {
        let server = tolerant(world).await;
        let provider = Provider::start(&server.app.clock).await;
        let admin = world.admin().await.at(&server);
        let empty = view(&admin).await;
        assert_eq!(empty.provider, None);
        assert_eq!(empty.redirect_uri, "https://console.example/sign-in/callback");
        assert_eq!(empty.suggested_name, "dist");
        assert_eq!(admin.call(SsoTest).send().await.code(), Code::NotFound);
        let new = new_provider(&provider);
        let wrong =
            ChangeSso { proof: Proof { password: "not it".into(), ..Proof::default() }, ..new.clone() };
        assert_eq!(
            admin.call(SsoChange).body(&wrong).send().await.fault(),
            ("password".into(), Fault::Wrong)
        );
        assert_eq!(provider.asked("discovery"), 0, "nobody is called before the password is right");
        let answer = admin.call(SsoChange).body(&new).send().await;
        assert!(!answer.text.contains("s3cret"), "never read back: {}", answer.text);
        let set = answer.ok().provider.expect("a provider");
        assert_eq!(set.token_endpoint, format!("{}/token", provider.issuer()));
        assert!(!set.enabled && set.tested_at.is_none() && set.links == 0);
        assert!(!view(&admin).await.provider.is_none_or(|p| p.enabled));
        // Not before a test, and nobody signs in by it.
        assert_eq!(use_it(&admin, |w| w.enabled = true).await.code(), Code::SsoUntested);
        let body = BeginSso { name: "dist".into(), next: String::new() };
        assert_eq!(server.nobody().call(SsoBegin).body(&body).send().await.code(), Code::SsoUnknown);
        // Somebody else's account is no test of this admin's.
        let other = test_by(&server, &admin, &provider, account("fin", FINANCE.email)).await;
        assert_eq!(other.code(), Code::SsoOtherMember);
        let tested = test_by(&server, &admin, &provider, account("adm", ADMIN.email)).await;
        assert_eq!(tested.ok(), SsoOutcome::Tested);
        assert!(
            tested
                .headers
                .get_all("set-cookie")
                .iter()
                .all(|c| !c.to_str().expect("text").starts_with("pc_session"))
        );
        let set = view(&admin).await.provider.expect("a provider");
        assert!(set.tested_at.is_some() && set.tested_by.contains(ADMIN.email) && set.links == 1);
        let on = use_it(&admin, |w| w.enabled = true).await.ok().provider.expect("a provider");
        assert!(on.enabled && !on.required && on.both_steps);
        go(&server, "DIST").await;
        // The trail tells the differences and never the secret; the mail tells all admins.
        let told = world
            .texts("SELECT detail FROM audit_entries WHERE action LIKE 'partner.sso%' ORDER BY seq")
            .await;
        assert_eq!(told.len(), 3, "{told:?}");
        let first: Value = serde_json::from_str(&told[0]).expect("JSON");
        assert_eq!(first["issuer"], json!({"before": null, "after": provider.issuer()}));
        assert_eq!(first["new_secret"], json!(true));
        assert_eq!(told[2], r#"{"enabled":{"after":true,"before":false}}"#);
        assert!(told.iter().all(|t| !t.contains("s3cret")));
        let mails = admin.call(MessageList).send().await.ok();
        assert!(mails[0].subject.contains("单点登录已启用"), "{}", mails[0].subject);
        assert!(mails[1].subject.contains("was changed") && !mails[1].text.contains("s3cret"));
        let sealed = world.texts("SELECT sealed_secret FROM sso_providers").await;
        assert!(!sealed[0].contains("s3cret"));
    })
    .await;
}

#[tokio::test]
async fn what_discovery_says_is_checked_before_it_is_kept() {
    on_sqlite(async |world: &World| {
        let server = tolerant(world).await;
        let provider = Provider::start(&server.app.clock).await;
        let admin = world.admin().await.at(&server);
        let new = new_provider(&provider);
        let elsewhere =
            |what: &'static str, url: &str| Ways { metadata: vec![(what, json!(url))], ..Ways::default() };
        let manner = |discovery| Ways { discovery, ..Ways::default() };
        let says = |what, value| Ways { metadata: vec![(what, value)], ..Ways::default() };
        for (ways, fault) in [
            (manner(Manner::Status(500)), Fault::Unreachable),
            (manner(Manner::Status(404)), Fault::NoProvider),
            (manner(Manner::Garbage), Fault::NoProvider),
            (manner(Manner::Endless), Fault::NoProvider),
            (manner(Manner::Redirect(format!("{}/jwks", provider.issuer()))), Fault::NoProvider),
            (elsewhere("issuer", "https://other.example"), Fault::OtherIssuer),
            (elsewhere("token_endpoint", "http://169.254.169.254/token"), Fault::NoProvider),
            (elsewhere("jwks_uri", "file:///etc/passwd"), Fault::NoProvider),
            (elsewhere("authorization_endpoint", "javascript:alert(1)"), Fault::NoProvider),
            (elsewhere("userinfo_endpoint", "http://metadata@169.254.169.254/"), Fault::NoProvider),
            (says("jwks_uri", Value::Null), Fault::NoProvider),
            (says("code_challenge_methods_supported", json!(["plain"])), Fault::NoProvider),
            (says("id_token_signing_alg_values_supported", json!(["none", "HS256"])), Fault::NoProvider),
            (says("response_types_supported", json!(["id_token"])), Fault::NoProvider),
            (says("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])), Fault::NoProvider),
        ] {
            provider.behave(ways.clone());
            let answer = admin.call(SsoChange).body(&new).send().await;
            assert_eq!(answer.fault(), ("issuer".into(), fault), "{ways:?}");
        }
        provider.behave(Ways::default());
        for (issuer, fault) in [
            ("", Fault::Required),
            ("id.example", Fault::Invalid),
            ("ftp://id.example", Fault::Invalid),
            ("http://169.254.169.254/", Fault::Invalid),
            ("https://u:p@id.example/", Fault::Invalid),
            ("https://id.example/?a=b", Fault::Invalid),
            ("http://127.0.0.1:1/", Fault::Unreachable),
        ] {
            let body = ChangeSso { issuer: issuer.into(), ..new.clone() };
            assert_eq!(
                admin.call(SsoChange).body(&body).send().await.fault(),
                ("issuer".into(), fault),
                "{issuer}"
            );
        }
        // An installation that calls public addresses only does not call this one, nor anything without TLS.
        let strict = admin.at(world).call(SsoChange).body(&new).send().await;
        assert_eq!(strict.fault(), ("issuer".into(), Fault::Invalid));
        // A slash that was left out, and a document that says little, are no faults.
        provider.behave(Ways {
            metadata: [
                "response_types_supported",
                "code_challenge_methods_supported",
                "id_token_signing_alg_values_supported",
                "token_endpoint_auth_methods_supported",
                "userinfo_endpoint",
            ]
            .map(|name| (name, Value::Null))
            .to_vec(),
            ..Ways::default()
        });
        let body = ChangeSso { issuer: format!("{}/", provider.issuer()), ..new };
        let set = admin.call(SsoChange).body(&body).send().await.ok().provider.expect("a provider");
        assert_eq!(set.issuer, provider.issuer());
    })
    .await;
}

#[tokio::test]
async fn a_slow_provider_is_not_waited_for() {
    on_sqlite(async |world: &World| {
        let server = tolerant(world).await;
        let provider = Provider::start(&server.app.clock).await;
        let admin = world.admin().await.at(&server);
        provider.behave(Ways { discovery: Manner::Slow(Duration::from_secs(60)), ..Ways::default() });
        let answer = admin.call(SsoChange).body(&new_provider(&provider)).send().await;
        assert_eq!(answer.fault(), ("issuer".into(), Fault::Unreachable));
    })
    .await;
}

#[tokio::test]
async fn another_secret_must_be_tested_and_other_domains_need_not() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let person =
            super::client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        let now = view(&admin).await.provider.expect("a provider");
        let change = ChangeSso {
            name: "distri".into(),
            client_secret: String::new(),
            domains: vec!["Dist.example".into(), "b.example".into()],
            version: now.version,
            ..new_provider(&provider)
        };
        let stale = ChangeSso { version: now.version - 1, ..change.clone() };
        assert_eq!(admin.call(SsoChange).body(&stale).send().await.code(), Code::Changed);
        let kept = admin.call(SsoChange).body(&change).send().await.ok().provider.expect("a provider");
        assert!(kept.enabled && kept.tested_at.is_some() && kept.domains == ["b.example", "dist.example"]);
        go(&server, "distri").await;
        person.call(CurrentSession).send().await.ok();
        let other = ChangeSso { client_secret: "another".into(), version: kept.version, ..change };
        let off = admin.call(SsoChange).body(&other).send().await.ok().provider.expect("a provider");
        assert!(!off.enabled && off.tested_at.is_none());
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut, "its sessions end");
        // The provider knows another one, so the test does not succeed.
        let tested = test_by(&server, &admin, &provider, account("adm", ADMIN.email)).await;
        assert_eq!(tested.code(), Code::SsoRefused);
        assert_eq!(use_it(&admin, |w| w.enabled = true).await.code(), Code::SsoUntested);
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_name_is_one_partners_only() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let other = world.person(&RESELLER_ADMIN).await.at(&server);
        let body = new_provider(&provider);
        assert_eq!(other.call(SsoChange).body(&body).send().await.fault(), ("name".into(), Fault::Taken));
        let body = ChangeSso { name: "reseller".into(), ..body };
        let set = other.call(SsoChange).body(&body).send().await.ok();
        assert_eq!(
            set.provider.expect("a provider").issuer,
            provider.issuer(),
            "the same provider serves two"
        );
        assert_eq!(view(&other).await.admins.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_second_step_shows_it() {
    on_sqlite(async |world: &World| {
        let server = tolerant(world).await;
        let provider = Provider::start(&server.app.clock).await;
        let armed = arm(&server, &world.admin().await.at(&server)).await;
        let mut body = new_provider(&provider);
        let answer = armed.client.call(SsoChange).body(&body).send().await;
        assert_eq!(answer.fault(), ("code".into(), Fault::Required));
        body.proof.code = "000000".into();
        assert_eq!(
            armed.client.call(SsoChange).body(&body).send().await.fault(),
            ("code".into(), Fault::Wrong)
        );
        body.proof.code.clone_from(&armed.recovery[0]);
        armed.client.call(SsoChange).body(&body).send().await.ok();
        let end = Proof { password: PASSWORD.into(), ..Proof::default() };
        assert_eq!(armed.client.call(SsoEnd).body(&end).send().await.fault().0, "code");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_settings_does_not_see_them() {
    on_sqlite(async |world: &World| {
        let Ready { server, .. } = ready(world).await;
        let finance = world.person(&FINANCE).await.at(&server);
        assert_eq!(finance.call(SsoView).send().await.code(), Code::Forbidden);
        assert_eq!(finance.call(SsoTest).send().await.code(), Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn taken_away_it_is_gone_with_links_and_sessions() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let person = super::client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        let from = go(&server, "dist").await;
        let none = used(&view(&admin).await, |w| w.exempt = vec!["u-nobody".into()]);
        assert_eq!(admin.call(SsoUse).body(&none).send().await.fault(), ("exempt".into(), Fault::Invalid));
        let given = Proof { password: PASSWORD.into(), ..Proof::default() };
        assert_eq!(admin.call(SsoEnd).body(&given).send().await.ok().provider, None);
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        admin.call(CurrentSession).send().await.ok();
        assert_eq!(world.number("SELECT COUNT(*) FROM sso_links").await, 0);
        let answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
        assert_eq!(super::come_back(&server, &from, &answer).await.code(), Code::SsoStale);
        assert_eq!(admin.call(SsoEnd).body(&given).send().await.code(), Code::NotFound);
        let told = world
            .texts("SELECT action FROM audit_entries WHERE action = 'partner.sso_removed'")
            .await;
        assert_eq!(told.len(), 1);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM sessions WHERE partner_id = '{DISTRIBUTOR}' AND sso_link IS NOT NULL")).await, 0);
    })
    .await;
}
