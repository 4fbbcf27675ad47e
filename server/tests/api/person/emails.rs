//! Another sign-in address.

use super::factors::arm;
use super::passwords::signs_in;
use crate::harness::fixture::{ADMIN, FINANCE, PASSWORD, RESELLER_ADMIN};
use crate::harness::{Answer, Client, World, both, on_sqlite};
use contract::codes::Challenge;
use contract::error::{Code, Fault};
use contract::factors::SignedIn;
use contract::identity::{CurrentSession, MessageList};
use contract::organisation::{Acceptance, InvitationCreate, JoinAccept, MemberList, NewInvitations};
use contract::person::{ChangeEmail, ConfirmAddress, EmailAsk, EmailConfirm};
use std::time::Duration;

const NEW: &str = "lin.wei@new.example";

async fn ask(person: &Client, email: &str, password: &str) -> Answer<Challenge> {
    let body = ChangeEmail { email: email.into(), password: password.into(), ..ChangeEmail::default() };
    person.call(EmailAsk).body(&body).send().await
}

async fn confirm(person: &Client, challenge: &Challenge, code: &str) -> Answer<()> {
    let body = ConfirmAddress { challenge: challenge.id.clone(), code: code.into() };
    person.call(EmailConfirm).body(&body).send().await
}

#[tokio::test]
async fn a_code_to_the_new_address_takes_it_for_every_partner() {
    both(async |world: &World| {
        let person = world.person(&FINANCE).await;
        let reseller = world.person(&RESELLER_ADMIN).await;
        let new = NewInvitations { emails: vec![FINANCE.email.into()], roles: vec!["finance".into()] };
        let link = reseller.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        let yes = Acceptance { name: String::new(), password: PASSWORD.into(), consent: true };
        let joined: SignedIn = world.nobody().call(JoinAccept).at(&link.token).body(&yes).send().await.ok();
        assert!(matches!(joined, SignedIn::Done { .. }));
        assert_eq!(ask(&person, NEW, "not it").await.fault(), ("password".into(), Fault::Wrong));
        for bad in ["x", FINANCE.email, "a@b.example\r\nBcc: c@d.example"] {
            assert_eq!(
                ask(&person, bad, PASSWORD).await.fault(),
                ("email".into(), Fault::Invalid),
                "{bad:?}"
            );
        }
        let challenge = ask(&person, " Lin.Wei@New.example ", PASSWORD).await.ok();
        assert_eq!(challenge.sent_to, "l******@new.example");
        let sent = world.texts("SELECT receiver FROM messages WHERE challenge_id IS NOT NULL").await;
        assert_eq!(sent, [NEW]);
        let code = person.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(confirm(&person, &challenge, wrong).await.error().number, Some(4));
        // Somebody else's session does nothing with it.
        let stranger = world.admin().await;
        assert_eq!(confirm(&stranger, &challenge, &code).await.code(), Code::NotFound);
        confirm(&person, &challenge, &code).await.ok();
        assert_eq!(confirm(&person, &challenge, &code).await.code(), Code::CodeExpired, "once");
        assert_eq!(person.call(CurrentSession).send().await.ok().email, NEW);
        assert_eq!(signs_in(world, FINANCE.email, PASSWORD).await, 401);
        assert_eq!(signs_in(world, NEW, PASSWORD).await, 200);
        let members = reseller.call(MemberList).send().await.ok().items;
        assert!(members.iter().any(|m| m.email == NEW));
        let told = "SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.email_changed'";
        assert_eq!(world.number(told).await, 2, "each partner's trail tells it");
        let mail = person.call(MessageList).send().await.ok().remove(0);
        assert_eq!(
            (mail.subject.as_str(), mail.sent_to.as_str()),
            ("登录邮箱已修改", "f******@dist.example")
        );
    })
    .await;
}

#[tokio::test]
async fn an_address_of_somebody_else_is_told_to_its_reader_only() {
    both(async |world: &World| {
        let person = world.person(&FINANCE).await;
        let taken = ask(&person, ADMIN.email, PASSWORD).await;
        assert_eq!(taken.status, 200, "asking does not say who is known");
        let code = person.newest_code().await;
        assert_eq!(confirm(&person, &taken.ok(), &code).await.code(), Code::NameTaken);
        assert_eq!(signs_in(world, FINANCE.email, PASSWORD).await, 200);
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 200);
    })
    .await;
}

#[tokio::test]
async fn codes_end_and_have_limits() {
    on_sqlite(async |world: &World| {
        let person = world.admin().await;
        let challenge = ask(&person, NEW, PASSWORD).await.ok();
        assert_eq!(ask(&person, NEW, PASSWORD).await.code(), Code::CodeTooSoon);
        let code = person.newest_code().await;
        world.later(Duration::from_secs(10 * 60 + 1));
        assert_eq!(confirm(&person, &challenge, &code).await.code(), Code::CodeExpired);
        for n in 0..9 {
            ask(&person, &format!("lin{n}@new.example"), PASSWORD).await.ok();
            world.later(Duration::from_secs(61));
        }
        assert_eq!(ask(&person, "one@more.example", PASSWORD).await.code(), Code::CodeLimit);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_second_step_shows_it_before_codes_go_elsewhere() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let ask = async |code: &str| {
            let body = ChangeEmail {
                email: NEW.into(),
                password: PASSWORD.into(),
                code: code.into(),
                passkey: None,
            };
            armed.client.call(EmailAsk).body(&body).send().await
        };
        assert_eq!(ask("").await.fault(), ("code".into(), Fault::Required));
        assert_eq!(ask("000000").await.fault(), ("code".into(), Fault::Wrong));
        ask(&armed.code(world)).await.ok();
    })
    .await;
}
