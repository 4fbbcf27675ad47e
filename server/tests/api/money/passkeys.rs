//! Confirming with a passkey in place of a code.

use crate::harness::fixture::{ADMIN, FINANCE, MILL, SHOP};
use crate::harness::passkey::{Ceremony, Device, PRESENT, asked_ids};
use crate::harness::{
    Client, World, assert_sound, both, challenge, confirm, done, fresh_key, hold, move_now,
};
use crate::person::factors::arm;
use crate::person::passkeys::{Keyed, key};
use contract::codes::{Challenge, Channel, StepUp};
use contract::error::{Code, Fault};
use contract::factors::Proof;
use contract::funds::{Appropriate, CodeResend, NewMovement};
use contract::partner::{Settings, SettingsChange};
use contract::passkeys::{PasskeyAdd, PasskeyAsk, PasskeyBegin, PasskeyOptions};
use std::time::Duration;

fn asked(challenge: &Challenge) -> &PasskeyOptions {
    challenge.passkey.as_ref().expect("a passkey is asked")
}

#[tokio::test]
async fn a_passkey_confirms_exactly_what_it_was_asked_for() {
    both(async |world: &World| {
        let Keyed { client, mut device, .. } = key(world, &world.admin().await).await;
        let before = world.number("SELECT COUNT(*) FROM messages").await;
        let (first, second) = (fresh_key(), fresh_key());
        let one = hold(&client, SHOP, "10", &first).await;
        let other = hold(&client, MILL, "5000", &second).await;
        assert_eq!((one.channel, one.sent_to.as_str(), one.tries_left), (Channel::Passkey, "", 5));
        assert_eq!(asked_ids(asked(&one)), [device.id()]);
        assert_eq!(one.about, "向客户“北京云帆科技有限公司”拨款 10.00 CNY。");
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, before, "nothing is sent");
        // An answer for one movement does not confirm another, nor does one that is for signing in.
        let for_one = device.answer(asked(&one)).to_text();
        let refused = confirm(&client, MILL, "5000", &second, &for_one).await;
        assert_eq!((refused.code(), refused.error().number), (Code::PasskeyWrong, Some(4)));
        let alone = world.nobody().call(PasskeyAsk).send().await.ok();
        let refused = confirm(&client, MILL, "5000", &second, &device.answer(&alone).to_text()).await;
        assert_eq!(refused.error().number, Some(3));
        // Nor another content under its own key, nor a code that nobody was told.
        assert_eq!(confirm(&client, SHOP, "1000", &first, &for_one).await.code(), Code::KeyReused);
        assert_eq!(confirm(&client, SHOP, "10", &first, "123456").await.code(), Code::CodeWrong);
        done(&confirm(&client, SHOP, "10", &first, &for_one).await);
        let again = done(&confirm(&client, SHOP, "10", &first, &for_one).await);
        assert!(again.repeated, "it is done once");
        // Who is asked again is asked with a new challenge; both serve the same movement, once.
        let renewed = challenge(&move_now(&client, MILL, "5000", &second).await);
        assert_eq!((&renewed.id, renewed.tries_left), (&other.id, 3));
        assert_ne!(asked(&renewed), asked(&other));
        let unverified = Ceremony { flags: PRESENT, ..Ceremony::default() };
        let weak = device.answer_in(asked(&other), &unverified).to_text();
        assert_eq!(confirm(&client, MILL, "5000", &second, &weak).await.error().number, Some(2));
        let answer = device.answer(asked(&other)).to_text();
        done(&confirm(&client, MILL, "5000", &second, &answer).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn it_ends_with_its_time_its_tries_and_its_session() {
    both(async |world: &World| {
        let Keyed { client, mut device, .. } = key(world, &world.admin().await).await;
        let finance = key(world, &world.person(&FINANCE).await).await;
        let id = fresh_key();
        let waiting = hold(&client, SHOP, "10", &id).await;
        let answer = device.answer(asked(&waiting)).to_text();
        // In somebody else's session it is another call, whoever's passkey answers.
        let elsewhere = confirm(&finance.client, SHOP, "10", &id, &answer).await;
        assert_eq!(elsewhere.code(), Code::CodeExpired);
        let mut others = finance.device;
        let theirs = others.answer(asked(&waiting)).to_text();
        assert_eq!(confirm(&client, SHOP, "10", &id, &theirs).await.error().number, Some(4));
        for left in [3, 2, 1] {
            assert_eq!(confirm(&client, SHOP, "10", &id, &theirs).await.error().number, Some(left));
        }
        assert_eq!(confirm(&client, SHOP, "10", &id, &theirs).await.code(), Code::CodeLocked);
        assert_eq!(confirm(&client, SHOP, "10", &id, &answer).await.code(), Code::CodeLocked);
        let id = fresh_key();
        let late = hold(&client, SHOP, "10", &id).await;
        let answer = device.answer(asked(&late)).to_text();
        world.later(Duration::from_secs(10 * 60 + 1));
        assert_eq!(confirm(&client, SHOP, "10", &id, &answer).await.code(), Code::TransferEnded);
        // What is no answer is refused as a malformed code is.
        let body = NewMovement { amount: "10".into(), memo: String::new() };
        let call = client.call(Appropriate).at(&SHOP.into()).body(&body).key(&fresh_key());
        assert_eq!(call.code("a.b.c").send().await.fault(), ("verification_code".into(), Fault::Invalid));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_by_mail_is_one_click_away_and_an_app_stays_beside() {
    both(async |world: &World| {
        let Keyed { client, mut device, .. } = key(world, &world.admin().await).await;
        let id = fresh_key();
        let waiting = hold(&client, SHOP, "10", &id).await;
        // At once: nothing was sent yet.
        let sent = client.call(CodeResend).at(&waiting.id).send().await.ok();
        assert_eq!((sent.channel, sent.passkey.is_some()), (Channel::Email, true));
        assert_eq!(client.call(CodeResend).at(&waiting.id).send().await.code(), Code::CodeTooSoon);
        let code = client.newest_code().await;
        done(&confirm(&client, SHOP, "10", &id, &code).await);
        // With the mail on its way the passkey still confirms.
        let id = fresh_key();
        let waiting = hold(&client, SHOP, "20", &id).await;
        let sent = client.call(CodeResend).at(&waiting.id).send().await.ok();
        let answer = device.answer(asked(&sent)).to_text();
        done(&confirm(&client, SHOP, "20", &id, &answer).await);
        let stale = client.newest_code().await;
        assert!(done(&confirm(&client, SHOP, "20", &id, &stale).await).repeated);

        // Somebody with an app and a partner that wants it: either of the two.
        world.change("UPDATE partners SET code_by = 'app'").await.expect("past the server");
        let armed = arm(world, &world.person(&FINANCE).await).await;
        let proof = Proof { code: armed.code(world), ..by_password() };
        let options = armed.client.call(PasskeyBegin).body(&proof).send().await.ok();
        let (mut phone, new) = Device::make(&options, "Phone");
        let answer = armed.client.call(PasskeyAdd).body(&new).send().await;
        let token = crate::person::factors::cookie(&answer, "pc_session").expect("another token");
        let both_ways = Client::new(world, crate::harness::Auth::Session(token));
        let id = fresh_key();
        let waiting = hold(&both_ways, SHOP, "30", &id).await;
        assert_eq!(waiting.channel, Channel::App);
        let answer = phone.answer(asked(&waiting)).to_text();
        done(&confirm(&both_ways, SHOP, "30", &id, &answer).await);
        assert_sound(world).await;
    })
    .await;
}

fn by_password() -> Proof {
    Proof { password: crate::harness::fixture::PASSWORD.into(), ..Proof::default() }
}

#[tokio::test]
async fn settings_and_a_copied_passkey_are_told_alike() {
    both(async |world: &World| {
        let Keyed { client, mut device, .. } = key(world, &world.admin().await).await;
        let off = Settings { verification: false, ..Settings::default() };
        let call = fresh_key();
        let ask = client.call(SettingsChange).body(&off).key(&call).send().await.ok();
        let StepUp::CodeNeeded { challenge } = ask else { panic!("{ask:?}") };
        device.count = Some(40);
        let answer = device.answer(asked(&challenge)).to_text();
        let done = client.call(SettingsChange).body(&off).key(&call).code(&answer).send().await.ok();
        assert!(matches!(done, StepUp::Done { result } if !result.verification), "{done:?}");
        // On again needs nothing; off again is another call.
        let on = Settings { verification: true, ..Settings::default() };
        client.call(SettingsChange).body(&on).key(&fresh_key()).send().await.ok();
        let call = fresh_key();
        let ask = client.call(SettingsChange).body(&off).key(&call).send().await.ok();
        let StepUp::CodeNeeded { challenge } = ask else { panic!("{ask:?}") };
        device.count = Some(3);
        let answer = device.answer(asked(&challenge)).to_text();
        let refused = client.call(SettingsChange).body(&off).key(&call).code(&answer).send().await;
        assert_eq!((refused.code(), refused.error().number), (Code::PasskeyWrong, Some(4)));
        let copied =
            "SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.passkey_copied' AND actor LIKE";
        assert_eq!(world.number(&format!("{copied} '%{}%'", ADMIN.email)).await, 1);
        assert_sound(world).await;
    })
    .await;
}
