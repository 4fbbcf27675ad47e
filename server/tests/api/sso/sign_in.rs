//! Signing in at the provider, linking, and what a session that began so may do.

use super::provider::{Manner, Sign, Ways, account, parameters};
use super::{Gone, Ready, client, come_back, go, ready, sign_in, use_it};
use crate::harness::fixture::{
    ADMIN, DISTRIBUTOR, FINANCE, MANAGER, OPERATOR, PASSWORD, RESELLER, RESELLER_ADMIN,
};
use crate::harness::{Auth, Client, World, both, on_sqlite};
use crate::person::factors::{arm, cookie};
use contract::customers::CustomerList;
use contract::error::{Code, Fault};
use contract::factors::{Proof, SecondStep, StepCode};
use contract::identity::{
    Credentials, CurrentSession, PartnerSwitch, SessionList, SessionRevoke, SessionRevokeAll, SignIn, Switch,
};
use contract::organisation::{Acceptance, InvitationCreate, JoinAccept, MemberUnbind, NewInvitations};
use contract::sso::{BeginSso, SsoBegin, SsoLinkEnd, SsoLinkList, SsoOutcome};
use reqwest::Url;
use serde_json::json;

#[tokio::test]
async fn a_member_signs_in_and_is_linked_the_first_time() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let answer = sign_in(&server, &provider, account("fin", "Finance@Dist.example")).await;
        let SsoOutcome::Done { session, next } = answer.ok() else { panic!("{}", answer.text) };
        assert_eq!((session.user_id.as_str(), next.as_str()), (FINANCE.user_id, "/customers?q=a"));
        assert!(session.by_sso && session.sso == "dist" && !session.sso_needed && !session.factor_needed);
        let mut gone = answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        assert!(gone.any(|c| c.starts_with("pc_sso_") && c.contains("Max-Age=0")), "it has served");
        let person = client(&server, &answer);
        person.call(CustomerList).send().await.ok();
        assert!(person.call(SessionList).send().await.ok()[0].by_sso);
        // From now on issuer and subject alone say who it is, whatever the address has become.
        let moved = sign_in(&server, &provider, account("fin", "elsewhere@gone.example")).await;
        let SsoOutcome::Done { session, .. } = moved.ok() else { panic!("{}", moved.text) };
        assert_eq!(session.user_id.as_str(), FINANCE.user_id);
        // Another account with the address that this one had is somebody else.
        assert_eq!(sign_in(&server, &provider, account("new", FINANCE.email)).await.code(), Code::SsoLinked);
        let told = world
            .texts("SELECT action FROM audit_entries WHERE action LIKE 'identity.s%' ORDER BY seq")
            .await;
        assert_eq!(
            told,
            [
                "identity.sso_linked",
                "identity.sso_linked",
                "identity.sign_in",
                "identity.sign_in",
                "identity.sso_failed"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_becomes_a_member_by_it_and_members_are_not_told() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let members = "SELECT COUNT(*) FROM members";
        let before = world.number(members).await;
        let stranger = sign_in(&server, &provider, account("x", "nobody@dist.example")).await;
        assert_eq!(stranger.code(), Code::SsoStranger);
        // A member of another partner is a stranger like any other: the address of none here, outside of the domains.
        for (email, code) in [(RESELLER_ADMIN.email, Code::SsoDomain), ("x@evil-dist.example", Code::SsoDomain)] {
            assert_eq!(sign_in(&server, &provider, account("y", email)).await.code(), code);
        }
        for verified in [json!(false), json!(null), json!("false"), json!(1)] {
            let unproven = super::provider::Account { verified, ..account("z", FINANCE.email) };
            assert_eq!(sign_in(&server, &provider, unproven).await.code(), Code::SsoUnverified);
        }
        assert_eq!(world.number(members).await, before);
        assert_eq!(world.number("SELECT COUNT(*) FROM sso_links").await, 1, "the admin's own");
        // A name or an address leads somewhere by its domain, whoever has it.
        let begin = async |name: &str| {
            let body = BeginSso { name: name.into(), next: String::new() };
            server.nobody().call(SsoBegin).body(&body).send().await
        };
        for known in ["dist", " DIST ", FINANCE.email, "nobody@DIST.example"] {
            let way = begin(known).await.ok().location;
            assert!(way.starts_with(&format!("{}/authorize?", provider.issuer())), "{known}: {way}");
        }
        assert_eq!(parameters(&Url::parse(&begin(FINANCE.email).await.ok().location).expect("an address"))["login_hint"], FINANCE.email);
        for unknown in ["dis", "dist2", "%", RESELLER_ADMIN.email, "a@%.example", "a@x.dist.example", ""] {
            assert_eq!(begin(unknown).await.code(), Code::SsoUnknown, "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_leads_nowhere_where_two_partners_claim_its_domain() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let other = world.person(&RESELLER_ADMIN).await.at(&server);
        let body = contract::sso::ChangeSso { name: "claims".into(), ..super::new_provider(&provider) };
        other.call(contract::sso::SsoChange).body(&body).send().await.ok();
        world.change("UPDATE sso_providers SET enabled = 1").await.expect("past the server");
        // Whoever has no member with such an address claims in vain.
        let begin = async || {
            let body = BeginSso { name: FINANCE.email.into(), next: String::new() };
            server.nobody().call(SsoBegin).body(&body).send().await
        };
        begin().await.ok();
        let sql = format!("UPDATE members SET email = 'x@dist.example' WHERE partner_id = '{RESELLER}'");
        world.change(&sql).await.expect("past the server");
        assert_eq!(begin().await.code(), Code::SsoUnknown);
    })
    .await;
}

#[tokio::test]
async fn every_usual_signature_is_known_and_keys_may_be_new() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        for sign in [Sign::Es256, Sign::Rs256, Sign::Ps256, Sign::EdDsa] {
            for without_kid in [false, true] {
                provider.behave(Ways { sign, without_kid, ..Ways::default() });
                client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
            }
        }
        assert_eq!(provider.asked("jwks"), 1, "keys are kept");
        provider.behave(Ways::default());
        server.later(std::time::Duration::from_secs(61));
        provider.rotate();
        client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        assert_eq!(provider.asked("jwks"), 2, "asked for once more for a key that is not known");
        // Names of keys that are none make no provider be asked again and again.
        provider.behave(Ways { kid: Some("made-up"), ..Ways::default() });
        for _ in 0..3 {
            let answer = sign_in(&server, &provider, account("fin", FINANCE.email)).await;
            assert_eq!(answer.code(), Code::SsoSignature);
        }
        assert_eq!(provider.asked("jwks"), 2);
        server.later(std::time::Duration::from_secs(61));
        sign_in(&server, &provider, account("fin", FINANCE.email)).await;
        assert_eq!(provider.asked("jwks"), 3);
    })
    .await;
}

#[tokio::test]
async fn the_address_may_come_from_userinfo_and_the_secret_go_in_the_form() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let silent = super::provider::Account { email: None, ..account("fin", "") };
        provider.behave(Ways { other_subject: true, ..Ways::default() });
        assert_eq!(sign_in(&server, &provider, silent.clone()).await.code(), Code::SsoUnreadable);
        let by_form = vec![("token_endpoint_auth_methods_supported", json!(["client_secret_post"]))];
        provider.behave(Ways { metadata: by_form, ..Ways::default() });
        // What discovery says is looked at again after a day.
        server.later(std::time::Duration::from_secs(25 * 3_600));
        let before = provider.asked("discovery");
        client(&server, &sign_in(&server, &provider, silent).await);
        assert_eq!(provider.asked("discovery"), before + 1);
        // Where it cannot be had then, what is known goes on.
        server.later(std::time::Duration::from_secs(25 * 3_600));
        provider.behave(Ways { discovery: Manner::Status(503), ..Ways::default() });
        client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
    })
    .await;
}

#[tokio::test]
async fn one_goes_on_in_this_console_only() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        for (wanted, came) in [
            ("/customers/c1?tab=audit", "/customers/c1?tab=audit"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            let body = BeginSso { name: "dist".into(), next: wanted.into() };
            let from = super::gone(&server.nobody().call(SsoBegin).body(&body).send().await);
            let answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
            let SsoOutcome::Done { next, .. } = come_back(&server, &from, &answer).await.ok() else {
                panic!()
            };
            assert_eq!(next, came, "{wanted}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_tabs_do_not_disturb_each_other() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let (one, two) = (go(&server, "dist").await, go(&server, "dist").await);
        let both = Gone { location: String::new(), cookie: format!("{}; {}", one.cookie, two.cookie) };
        for from in [&one, &two] {
            let answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
            client(&server, &come_back(&server, &both, &answer).await);
        }
    })
    .await;
}

#[tokio::test]
async fn it_is_for_one_partner_only() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        // Finance is a member of the reseller too.
        let reseller = world.person(&RESELLER_ADMIN).await;
        let new = NewInvitations { emails: vec![FINANCE.email.into()], roles: vec!["finance".into()] };
        let link = reseller.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        let yes = Acceptance { name: String::new(), password: PASSWORD.into(), consent: true };
        let joined = world.nobody().call(JoinAccept).at(&link.token).body(&yes).send().await;
        let there = Client::new(&server, Auth::Session(cookie(&joined, "pc_session").expect("a session")));
        let answer = sign_in(&server, &provider, account("fin", FINANCE.email)).await;
        let person = client(&server, &answer);
        let session = person.call(CurrentSession).send().await.ok();
        assert_eq!(session.partners.len(), 1, "{:?}", session.partners);
        let to = Switch { partner_id: RESELLER.into() };
        assert_eq!(person.call(PartnerSwitch).body(&to).send().await.code(), Code::SsoOnePartner);
        // Sessions for other partners are neither seen nor ended: the provider is one partner's.
        let seen = person.call(SessionList).send().await.ok();
        assert_eq!(seen.len(), 1);
        let theirs =
            there.call(SessionList).send().await.ok().into_iter().find(|s| s.current).expect("one").id;
        assert_eq!(person.call(SessionRevoke).at(&theirs).send().await.code(), Code::NotFound);
        person.call(SessionRevokeAll).send().await.ok();
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        let session = there.call(CurrentSession).send().await.ok();
        assert_eq!((session.partner_id.as_str(), session.partners.len()), (RESELLER, 2));
        let back = Switch { partner_id: DISTRIBUTOR.into() };
        there.call(PartnerSwitch).body(&back).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_own_second_step_is_asked_for_where_the_partner_wants_it_so() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let armed = arm(&server, &world.person(&FINANCE).await.at(&server)).await;
        // It stands for both steps.
        client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        use_it(&admin, |w| w.both_steps = false).await.ok();
        let answer = sign_in(&server, &provider, account("fin", FINANCE.email)).await;
        let SsoOutcome::SecondFactor { next, .. } = answer.ok() else { panic!("{}", answer.text) };
        assert_eq!(next, "/customers?q=a");
        assert_eq!(cookie(&answer, "pc_session"), None);
        let step = format!("pc_step={}", cookie(&answer, "pc_step").expect("a step"));
        let given = StepCode { code: armed.recovery[0].clone(), ..StepCode::default() };
        let passed = server.nobody().call(SecondStep).body(&given).header("cookie", &step).send().await;
        assert!(passed.ok().by_sso, "the session knows how it began");
        // Whose link is taken away meanwhile does not get in.
        let answer = sign_in(&server, &provider, account("fin", FINANCE.email)).await;
        let step = format!("pc_step={}", cookie(&answer, "pc_step").expect("a step"));
        world.change("DELETE FROM sso_links WHERE subject = 'fin'").await.expect("past the server");
        let given = StepCode { code: armed.recovery[1].clone(), ..StepCode::default() };
        let passed = server.nobody().call(SecondStep).body(&given).header("cookie", &step).send().await;
        assert_eq!(passed.code(), Code::StepExpired);
    })
    .await;
}

#[tokio::test]
async fn links_are_seen_and_taken_away_by_their_person() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let by_sso = client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
        let person = world.person(&FINANCE).await.at(&server);
        let links = person.call(SsoLinkList).send().await.ok();
        assert_eq!(links.len(), 1);
        assert!(links[0].issuer == provider.issuer() && links[0].used_at.is_some());
        assert_eq!(links[0].email, FINANCE.email);
        let given = |password: &str| Proof { password: password.into(), ..Proof::default() };
        let end =
            |by: &Client, password: &str| by.call(SsoLinkEnd).at(&links[0].id).body(&given(password)).send();
        let other = world.person(&OPERATOR).await.at(&server);
        assert_eq!(end(&other, PASSWORD).await.code(), Code::NotFound);
        assert_eq!(end(&person, "not it").await.fault(), ("password".into(), Fault::Wrong));
        end(&person, PASSWORD).await.ok();
        assert_eq!(person.call(SsoLinkList).send().await.ok(), []);
        assert_eq!(
            by_sso.call(CurrentSession).send().await.code(),
            Code::SignedOut,
            "what began by it is over"
        );
        // The next sign-in links anew.
        client(&server, &sign_in(&server, &provider, account("fin2", FINANCE.email)).await);
        let told =
            world.texts("SELECT detail FROM audit_entries WHERE action = 'identity.sso_unlinked'").await;
        assert_eq!(told, [json!({"issuer": provider.issuer()}).to_string()]);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_no_member_any_more_does_not_get_in() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let person = client(&server, &sign_in(&server, &provider, account("man", MANAGER.email)).await);
        let from = go(&server, "dist").await;
        admin.call(MemberUnbind).at(&MANAGER.user_id.into()).send().await.ok();
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        let answer = provider.sign_in(&from.location, account("man", MANAGER.email));
        assert_eq!(come_back(&server, &from, &answer).await.code(), Code::SsoStranger);
        assert_eq!(world.number("SELECT COUNT(*) FROM sso_links WHERE subject = 'man'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_test_is_the_session_s_that_began_it() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let from = super::gone(&admin.call(contract::sso::SsoTest).send().await);
        admin.call(SessionRevokeAll).send().await.ok();
        let answer = provider.sign_in(&from.location, account("adm", ADMIN.email));
        assert_eq!(come_back(&server, &from, &answer).await.code(), Code::SignedOut);
        let body = Credentials { email: ADMIN.email.into(), password: PASSWORD.into() };
        let session = server.nobody().call(SignIn).body(&body).send().await.session();
        assert!(!session.by_sso && session.sso == "dist");
    })
    .await;
}
