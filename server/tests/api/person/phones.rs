//! The phone that codes can come to.

use super::factors::arm;
use crate::harness::fixture::{PASSWORD, SHOP};

use crate::harness::{
    Answer, Client, World, both, challenge, confirm, delivering, done, fresh_key, move_now, on_sqlite,
};
use contract::codes::{Challenge, Channel};
use contract::error::{Code, Fault};
use contract::factors::Proof;
use contract::identity::MessageList;
use contract::partner::{CodeWay, Settings, SettingsChange};
use contract::person::{ChangePhone, ConfirmAddress, Phone, PhoneAsk, PhoneConfirm, PhoneEnd, PhoneView};
use std::time::Duration;

async fn ask(person: &Client, phone: &str, password: &str) -> Answer<Challenge> {
    let body = ChangePhone { phone: phone.into(), password: password.into(), ..ChangePhone::default() };
    person.call(PhoneAsk).body(&body).send().await
}

async fn take(person: &Client, challenge: &Challenge, code: &str) -> Answer<Phone> {
    let body = ConfirmAddress { challenge: challenge.id.clone(), code: code.into() };
    person.call(PhoneConfirm).body(&body).send().await
}

/// Gives the person a phone.
async fn with_phone(person: &Client) {
    let sent = ask(person, "13800001234", PASSWORD).await.ok();
    take(person, &sent, &person.newest_code().await).await.ok();
}

#[tokio::test]
async fn a_phone_is_taken_by_the_code_that_goes_to_it() {
    both(async |world: &World| {
        let person = world.admin().await;
        assert_eq!(person.call(PhoneView).send().await.ok().phone, "");
        for (phone, fault) in [("", Fault::Required), ("12", Fault::Invalid), ("+86 1380000123a", Fault::Invalid)] {
            assert_eq!(ask(&person, phone, PASSWORD).await.fault(), ("phone".into(), fault), "{phone}");
        }
        assert_eq!(ask(&person, "13800001234", "not it").await.fault(), ("password".into(), Fault::Wrong));
        let sent = ask(&person, "138-0000-1234", PASSWORD).await.ok();
        assert_eq!((sent.channel, sent.sent_to.as_str()), (Channel::Sms, "+86******1234"));
        let messages = world.texts("SELECT channel || ' ' || receiver FROM messages WHERE challenge_id IS NOT NULL");
        assert_eq!(messages.await, ["sms +8613800001234"]);
        let code = person.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(take(&person, &sent, wrong).await.error().number, Some(4));
        // Somebody else's session does nothing with it, and it is no code for another address.
        let stranger = world.reseller().await;
        assert_eq!(take(&stranger, &sent, &code).await.code(), Code::NotFound);
        assert_eq!(take(&person, &sent, &code).await.ok().phone, "+86******1234");
        assert_eq!(take(&person, &sent, &code).await.code(), Code::CodeExpired, "once");
        assert_eq!(person.call(PhoneView).send().await.ok().phone, "+86******1234");
        let mail = person.call(MessageList).send().await.ok().remove(0);
        assert_eq!(mail.subject, "手机号已设置");
        let trail = world
            .texts("SELECT detail FROM audit_entries WHERE action IN ('identity.phone_asked', 'identity.phone_changed') ORDER BY seq")
            .await;
        assert_eq!(trail, [r#"{"to":"+86******1234"}"#, r#"{"after":"+86******1234","before":""}"#]);
    })
    .await;
}

#[tokio::test]
async fn codes_come_to_the_phone_where_the_partner_wants_it_so() {
    both(async |world: &World| {
        let person = world.admin().await;
        world.change("UPDATE partners SET code_by = 'sms'").await.expect("past the server");
        let by_mail = challenge(&move_now(&person, SHOP, "1", &fresh_key()).await);
        assert_eq!(by_mail.channel, Channel::Email, "who has no phone gets a mail");
        world.later(Duration::from_secs(61));
        with_phone(&person).await;
        let key = fresh_key();
        let sent = challenge(&move_now(&person, SHOP, "10", &key).await);
        assert_eq!((sent.channel, sent.sent_to.as_str()), (Channel::Sms, "+86******1234"));
        done(&confirm(&person, SHOP, "10", &key, &person.newest_code().await).await);
        // Without it, by mail again.
        let end = |password: &str| Proof { password: password.into(), ..Proof::default() };
        let refused = person.call(PhoneEnd).body(&end("not it")).send().await;
        assert_eq!(refused.fault(), ("password".into(), Fault::Wrong));
        assert_eq!(person.call(PhoneEnd).body(&end(PASSWORD)).send().await.ok().phone, "");
        assert_eq!(person.call(PhoneEnd).body(&end(PASSWORD)).send().await.code(), Code::Changed);
        let by_mail = challenge(&move_now(&person, SHOP, "20", &fresh_key()).await);
        assert_eq!(by_mail.channel, Channel::Email);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_second_step_shows_it_for_a_phone() {
    both(async |world: &World| {
        let armed = arm(world, &world.admin().await).await;
        let ask = async |code: &str| {
            let body = ChangePhone {
                phone: "13800001234".into(),
                password: PASSWORD.into(),
                code: code.into(),
                passkey: None,
            };
            armed.client.call(PhoneAsk).body(&body).send().await
        };
        assert_eq!(ask("").await.fault(), ("code".into(), Fault::Required));
        assert_eq!(ask("000000").await.fault(), ("code".into(), Fault::Wrong));
        ask(&armed.code(world)).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_server_without_text_messages_offers_none() {
    on_sqlite(async |world: &World| {
        let silent = world.another_server(delivering(None, None)).await;
        let person = silent.admin().await;
        let phone = ask(&person, "13800001234", PASSWORD).await;
        assert_eq!(phone.fault(), ("phone".into(), Fault::Unavailable));
        let wanted = Settings { code_by: CodeWay::Sms, verification: true, ..Settings::default() };
        let set = person.call(SettingsChange).body(&wanted).key(&fresh_key()).send().await;
        assert_eq!(set.fault(), ("code_by".into(), Fault::Unavailable));
    })
    .await;
}
