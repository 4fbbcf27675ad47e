//! Whom the partner's messages go to besides its members (消息接收设置).

use crate::harness::fixture::{FINANCE, MANAGER, OPERATOR, PASSWORD, SHOP};
use crate::harness::{Answer, Client, World, both, done, fresh_key, move_now, on_sqlite};
use contract::approvals::ApprovalGive;
use contract::codes::{Challenge, Channel, StepUp};
use contract::error::{Code, Fault};
use contract::notices::{Choice, Kind, NoticeChoicesChange, NoticeList};
use contract::organisation::{ChangeMember, MemberChange, MemberList};
use contract::partner::{Settings, SettingsChange};
use contract::person::{ChangePhone, ConfirmAddress, PhoneAsk, PhoneConfirm};
use contract::receivers::{
    AskReceiver, ChangeReceiver, MAX_RECEIVERS, NewReceiver, Receiver, ReceiverAsk, ReceiverChange,
    ReceiverConfirm, ReceiverCreate, ReceiverDelete, ReceiverList, Told,
};
use server::notices::job::write_due;
use std::time::Duration;

fn books(told: &[(Kind, bool, bool)]) -> NewReceiver {
    NewReceiver {
        name: " 财务部 ".into(),
        email: "Books@Xinghe.example".into(),
        phone: "138-0000-1234".into(),
        told: told.iter().map(|(kind, email, sms)| Told { kind: *kind, email: *email, sms: *sms }).collect(),
    }
}

async fn ask(person: &Client, one: &Receiver, channel: Channel) -> Answer<Challenge> {
    person.call(ReceiverAsk).at(&one.id).body(&AskReceiver { channel }).send().await
}

async fn confirm(person: &Client, one: &Receiver, challenge: &Challenge, code: &str) -> Answer<Receiver> {
    let body = ConfirmAddress { challenge: challenge.id.clone(), code: code.into() };
    person.call(ReceiverConfirm).at(&one.id).body(&body).send().await
}

/// What went to somebody who is no member.
async fn sent(world: &World) -> Vec<String> {
    write_due(&world.app).await.expect("the job runs");
    let all = "SELECT channel || ' ' || receiver || ' ' || subject FROM messages WHERE user_id = '' ORDER BY created_at, message_id";
    world.texts(all).await
}

#[tokio::test]
async fn a_receiver_is_told_what_it_should_be_once_it_is_confirmed() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let admin = world.admin().await;
        let one = books(&[(Kind::Movement, true, true), (Kind::Security, false, false)]);
        let one = admin.call(ReceiverCreate).body(&one).send().await.ok();
        assert_eq!((one.is.name.as_str(), one.is.email.as_str()), ("财务部", "books@xinghe.example"));
        assert_eq!((one.is.phone.as_str(), one.is.told.len()), ("+8613800001234", 1));
        assert!(!one.email_confirmed && !one.phone_confirmed);
        done(&move_now(&admin, SHOP, "1", &fresh_key()).await);
        assert!(sent(world).await.is_empty(), "nothing goes to an address that nobody has confirmed");

        let challenge = ask(&admin, &one, Channel::Email).await.ok();
        assert_eq!(challenge.sent_to, "b****@xinghe.example");
        assert_eq!(ask(&admin, &one, Channel::Email).await.code(), Code::CodeTooSoon);
        let code = admin.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(confirm(&admin, &one, &challenge, wrong).await.error().number, Some(4));
        let confirmed = confirm(&admin, &one, &challenge, &code).await.ok();
        assert!(confirmed.email_confirmed && !confirmed.phone_confirmed);
        assert_eq!(confirm(&admin, &one, &challenge, &code).await.code(), Code::CodeExpired);

        done(&move_now(&admin, SHOP, "12.50", &fresh_key()).await);
        assert_eq!(sent(world).await, ["email books@xinghe.example 有一笔拨款 / Money was appropriated"]);
        assert_eq!(sent(world).await.len(), 1, "once");
        let challenge = ask(&admin, &one, Channel::Sms).await.ok();
        assert!(confirm(&admin, &one, &challenge, &admin.newest_code().await).await.ok().phone_confirmed);
        done(&move_now(&admin, SHOP, "2", &fresh_key()).await);
        let told = sent(world).await;
        assert_eq!(told.len(), 3);
        assert!(told.iter().any(|t| t.starts_with("sms +8613800001234 ")), "{told:?}");

        // Another address is confirmed anew; the same goes on.
        let mut other = one.is.clone();
        other.phone = String::new();
        other.email = "ledger@xinghe.example".into();
        let change = |receiver: &NewReceiver, version| ChangeReceiver { receiver: receiver.clone(), version };
        let call = admin.call(ReceiverChange).at(&one.id);
        let after = call.body(&change(&other, one.version)).send().await.ok();
        assert!(!after.email_confirmed && !after.phone_confirmed);
        let late = admin.call(ReceiverChange).at(&one.id).body(&change(&one.is, one.version)).send().await;
        assert_eq!(late.code(), Code::Changed);
        done(&move_now(&admin, SHOP, "3", &fresh_key()).await);
        assert_eq!(sent(world).await.len(), 3);
        admin.call(ReceiverDelete).at(&one.id).send().await.ok();
        assert_eq!(admin.call(ReceiverDelete).at(&one.id).send().await.code(), Code::NotFound);
        assert!(admin.call(ReceiverList).send().await.ok().is_empty());
        let trail = "SELECT action FROM audit_entries WHERE action LIKE 'receivers.%' ORDER BY seq";
        let actions = world.texts(trail).await;
        let end = ["receivers.changed", "receivers.deleted"];
        assert_eq!(
            (actions[0].as_str(), &actions[actions.len() - 2..]),
            ("receivers.added", &end.map(String::from)[..])
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_for_one_address_confirms_no_other() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let one = admin.call(ReceiverCreate).body(&books(&[])).send().await.ok();
        let mut other = books(&[]);
        (other.email, other.phone) = ("other@xinghe.example".into(), String::new());
        let two = admin.call(ReceiverCreate).body(&other).send().await.ok();
        let challenge = ask(&admin, &one, Channel::Email).await.ok();
        let code = admin.newest_code().await;
        assert_eq!(confirm(&admin, &two, &challenge, &code).await.code(), Code::Changed);
        // Nor one's own address or phone.
        let body = ConfirmAddress { challenge: challenge.id.clone(), code: code.clone() };
        assert_eq!(admin.call(PhoneConfirm).body(&body).send().await.code(), Code::NotFound);
        // Another address meanwhile: the code is for the one that it went to.
        let change = ChangeReceiver {
            receiver: NewReceiver { email: "new@xinghe.example".into(), ..one.is.clone() },
            version: 0,
        };
        admin.call(ReceiverChange).at(&one.id).body(&change).send().await.ok();
        assert_eq!(confirm(&admin, &one, &challenge, &code).await.code(), Code::Changed);
        assert_eq!(ask(&admin, &two, Channel::Sms).await.code(), Code::Changed, "it has no phone");
        assert_eq!(ask(&admin, &two, Channel::App).await.code(), Code::BadRequest);
    })
    .await;
}

#[tokio::test]
async fn forms_are_checked_and_receivers_are_few() {
    on_sqlite(async |world: &World| {
        let admin = world.admin().await;
        let bad = NewReceiver { email: "x".into(), ..books(&[]) };
        let answer = admin.call(ReceiverCreate).body(&bad).send().await;
        assert_eq!(answer.fault(), ("email".into(), Fault::Invalid));
        let foreign = admin.call(ReceiverCreate).body(&books(&[(Kind::SignIn, true, false)])).send().await;
        assert_eq!(foreign.fault(), ("told".into(), Fault::Invalid), "one person's kinds are no receiver's");
        for _ in 0..MAX_RECEIVERS {
            admin.call(ReceiverCreate).body(&books(&[])).send().await.ok();
        }
        assert_eq!(admin.call(ReceiverCreate).body(&books(&[])).send().await.code(), Code::TooMany);
    })
    .await;
}

#[tokio::test]
async fn approvals_are_told_to_who_can_give_them_and_to_who_asked() {
    both(async |world: &World| {
        world
            .change("UPDATE partners SET verification = 0, approval_from = 100000")
            .await
            .expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let waits = move_now(&admin, SHOP, "1000", &fresh_key()).await.ok();
        let StepUp::ApprovalNeeded { approval } = waits else { panic!("{waits:?}") };
        write_due(&world.app).await.expect("the job runs");
        let told = finance.call(NoticeList).send().await.ok().items;
        assert_eq!((told[0].kind, told[0].action.as_str()), (Kind::Approval, "approvals.asked"));
        assert_eq!(told[0].amount.map(|a| a.decimal()).as_deref(), Some("1000.00"));
        let news = async |person: &Client| {
            let all = person.call(NoticeList).send().await.ok().items;
            all.into_iter().filter(|n| n.kind == Kind::Approval).map(|n| n.action).collect::<Vec<_>>()
        };
        assert!(news(&admin).await.is_empty(), "one's own is no news");
        assert!(news(&world.person(&MANAGER).await).await.is_empty(), "nothing for who cannot approve");
        finance.call(ApprovalGive).at(&approval.id).key(&fresh_key()).send().await.ok();
        write_due(&world.app).await.expect("the job runs");
        assert_eq!(news(&admin).await, ["approvals.given"]);
    })
    .await;
}

#[tokio::test]
async fn admins_hear_of_settings_and_members_of_their_roles() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let members = admin.call(MemberList).send().await.ok().items;
        let finance = members.iter().find(|m| m.email == FINANCE.email).expect("the finance operator");
        let operator = members.iter().find(|m| m.email == OPERATOR.email).expect("the operator");
        let roles = |roles: &[&str], of: &contract::organisation::Member| ChangeMember {
            roles: roles.iter().map(|r| (*r).into()).collect(),
            supervisor: None,
            version: of.version,
        };
        admin.call(MemberChange).at(&finance.id).body(&roles(&["admin"], finance)).send().await.ok();
        let second = world.person(&FINANCE).await;
        second.call(MemberChange).at(&operator.id).body(&roles(&["finance"], operator)).send().await.ok();
        let strict =
            Settings { verification: true, second_factor: false, code_from: None, ..Settings::default() };
        let limit = contract::money::Money::new(5_000_000, contract::money::Currency::CNY);
        let strict = Settings { approval_from: Some(limit), ..strict };
        second.call(SettingsChange).body(&strict).key(&fresh_key()).send().await.ok();
        write_due(&world.app).await.expect("the job runs");
        let news = async |person: &Client| {
            let all = person.call(NoticeList).send().await.ok().items;
            let told = all.into_iter().filter(|n| n.kind != Kind::SignIn);
            told.map(|n| n.action).collect::<Vec<_>>()
        };
        assert_eq!(news(&admin).await, ["partner.settings_changed", "organisation.member_changed"]);
        assert_eq!(news(&second).await, ["organisation.member_changed"], "the own roles");
        assert_eq!(news(&world.person(&OPERATOR).await).await, ["organisation.member_changed"]);
    })
    .await;
}

#[tokio::test]
async fn own_notices_come_by_text_message_where_wanted() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let choice = vec![Choice { kind: Kind::Movement, console: false, email: false, sms: true }];
        finance.call(NoticeChoicesChange).body(&choice).send().await.ok();
        done(&move_now(&admin, SHOP, "1", &fresh_key()).await);
        write_due(&world.app).await.expect("the job runs");
        let texts = "SELECT receiver FROM messages WHERE channel = 'sms' AND challenge_id IS NULL";
        assert!(world.texts(texts).await.is_empty(), "there is no phone yet");
        let phone =
            ChangePhone { phone: "13900001111".into(), password: PASSWORD.into(), ..ChangePhone::default() };
        let challenge = finance.call(PhoneAsk).body(&phone).send().await.ok();
        let body = ConfirmAddress { challenge: challenge.id, code: finance.newest_code().await };
        finance.call(PhoneConfirm).body(&body).send().await.ok();
        world.later(Duration::from_secs(1));
        done(&move_now(&admin, SHOP, "2", &fresh_key()).await);
        write_due(&world.app).await.expect("the job runs");
        assert_eq!(world.texts(texts).await, ["+8613900001111"]);
    })
    .await;
}
