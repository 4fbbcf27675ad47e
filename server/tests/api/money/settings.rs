//! The partner's switch 验证码验证: on at once, off only with a code.

use crate::harness::fixture::{OPERATOR, RESELLERS_SHOP, SHOP};
use crate::harness::{Client, World, assert_sound, both, confirm, done, fresh_key, hold, move_now};
use contract::codes::StepUp;
use contract::error::Code;
use contract::funds::{CodeResend, NewMovement, Reclaim, ReclaimQuote};
use contract::identity::MessageList;
use contract::money::{Currency, Money};
use contract::partner::{CodeWay, Excepted, Settings, SettingsChange, SettingsView};
use std::time::Duration;

async fn set(person: &Client, verification: bool, key: &str) -> crate::harness::Answer<StepUp<Settings>> {
    person.call(SettingsChange).body(&Settings { verification, ..Settings::default() }).key(key).send().await
}

/// What was set, whichever version it is.
#[expect(clippy::needless_pass_by_value, reason = "an answer that is made for it")]
pub fn set_to(step: StepUp<Settings>) -> Settings {
    let StepUp::Done { result } = step else { panic!("not done: {step:?}") };
    assert!(result.version.is_some());
    Settings { version: None, ..result }
}

#[tokio::test]
async fn switching_on_takes_effect_at_once() {
    both(async |world: &World| {
        let person = world.reseller().await;
        assert!(!person.call(SettingsView).send().await.ok().verification, "off by default");
        done(&move_now(&person, RESELLERS_SHOP, "1", &fresh_key()).await);
        let answer = set(&person, true, &fresh_key()).await.ok();
        assert_eq!(set_to(answer), Settings { verification: true, ..Settings::default() });
        hold(&person, RESELLERS_SHOP, "1", &fresh_key()).await;
        let entries =
            world.texts("SELECT detail FROM audit_entries WHERE action = 'partner.settings_changed'").await;
        assert_eq!(entries, [r#"{"verification":{"after":true,"before":false}}"#]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn switching_off_needs_a_code_of_its_own() {
    both(async |world: &World| {
        let person = world.admin().await;
        // A code for money does not switch it off.
        hold(&person, SHOP, "1", &fresh_key()).await;
        let money_code = person.newest_code().await;
        let key = fresh_key();
        let asked = set(&person, false, &key).await.ok();
        assert!(matches!(asked, StepUp::CodeNeeded { .. }));
        let off = person.newest_code().await;
        let text = person.call(MessageList).send().await.ok().remove(0).text;
        assert!(text.contains("关闭验证码验证"), "{text}");
        let with = async |code: &str| {
            let body = Settings { verification: false, ..Settings::default() };
            person.call(SettingsChange).body(&body).key(&key).code(code).send().await
        };
        if money_code != off {
            assert_eq!(with(&money_code).await.error().number, Some(4));
        }
        assert!(person.call(SettingsView).send().await.ok().verification, "still on");
        let answer = with(&off).await.ok();
        assert_eq!(set_to(answer), Settings::default());
        assert!(!person.call(SettingsView).send().await.ok().verification);
        done(&move_now(&person, SHOP, "1", &fresh_key()).await);
        // Said again, it is so already.
        assert_eq!(set_to(with(&off).await.ok()), Settings::default());
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_for_switching_off_expires() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        let StepUp::CodeNeeded { challenge } = set(&person, false, &key).await.ok() else {
            panic!("no code")
        };
        let code = person.newest_code().await;
        world.later(Duration::from_secs(601));
        let body = Settings { verification: false, ..Settings::default() };
        let with =
            async |code: &str| person.call(SettingsChange).body(&body).key(&key).code(code).send().await;
        assert_eq!(with(&code).await.code(), Code::CodeExpired);
        assert!(person.call(SettingsView).send().await.ok().verification);
        // Another code for it would be as dead; asked once more, the same call gets one that can be used.
        let again = person.call(CodeResend).at(&challenge.id).send().await;
        assert_eq!(again.code(), Code::CodeExpired);
        let StepUp::CodeNeeded { challenge } = set(&person, false, &key).await.ok() else {
            panic!("no code")
        };
        assert_eq!(challenge.tries_left, contract::codes::MAX_TRIES);
        set_to(with(&person.newest_code().await).await.ok());
    })
    .await;
}

#[tokio::test]
async fn a_movement_begun_with_the_switch_on_is_confirmed_as_it_was_begun() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "5", &key).await;
        let code = person.newest_code().await;
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        // Without its code it still waits; nothing moves twice.
        crate::harness::challenge(&move_now(&person, SHOP, "5", &key).await);
        let receipt = done(&confirm(&person, SHOP, "5", &key, &code).await);
        assert_eq!(receipt.customer_after.decimal(), "5.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn only_who_may_changes_settings_and_the_form_is_exact() {
    both(async |world: &World| {
        let operator = world.person(&OPERATOR).await;
        assert_eq!(set(&operator, false, &fresh_key()).await.code(), Code::Forbidden);
        let person = world.reseller().await;
        for body in ["{}", "{\"verification\": 1}", "{\"verification\": true, \"role\": \"admin\"}"] {
            let answer = person.call(SettingsChange).body_text(body).key(&fresh_key()).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{body}");
        }
        assert!(!person.call(SettingsView).send().await.ok().verification);
    })
    .await;
}

#[tokio::test]
async fn limits_are_loosened_with_a_code_and_tightened_without() {
    both(async |world: &World| {
        let person = world.admin().await;
        let money = |minor| Some(Money::new(minor, Currency::CNY));
        let put = async |settings: Settings| {
            person.call(SettingsChange).body(&settings).key(&fresh_key()).send().await
        };
        let strict = Settings { verification: true, approval_from: money(100_000), ..Settings::default() };
        assert_eq!(set_to(put(strict).await.ok()), strict);
        for weaker in [
            Settings { code_from: money(1), ..strict },
            Settings { approval_from: money(100_001), ..strict },
            Settings { approval_from: None, ..strict },
            Settings { excepted: Excepted { access_key: true, ..Excepted::default() }, ..strict },
        ] {
            assert!(matches!(put(weaker).await.ok(), StepUp::CodeNeeded { .. }), "{weaker:?}");
        }
        assert_eq!(person.call(SettingsView).send().await.ok(), Settings { version: Some(1), ..strict });
        let zero = put(Settings { approval_from: money(0), ..strict }).await;
        assert_eq!(zero.fault().0, "approval_from");
        let foreign = Some(Money::new(5, Currency::USD));
        assert_eq!(put(Settings { code_from: foreign, ..strict }).await.fault().0, "code_from");
        // Below the amount, no code is asked for.
        world.change("UPDATE partners SET code_from = 10000").await.expect("past the server");
        done(&move_now(&person, SHOP, "99.99", &fresh_key()).await);
        hold(&person, SHOP, "100", &fresh_key()).await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_excepted_operation_asks_for_no_code() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "5", &key).await;
        done(&confirm(&person, SHOP, "5", &key, &person.newest_code().await).await);
        let excepted = Excepted { reclaim: true, ..Excepted::default() };
        let wanted = Settings { verification: true, excepted, ..Settings::default() };
        let key = fresh_key();
        let put = async |code: Option<&str>| {
            let call = person.call(SettingsChange).body(&wanted).key(&key);
            let call = if let Some(code) = code { call.code(code) } else { call };
            call.send().await.ok()
        };
        assert!(matches!(put(None).await, StepUp::CodeNeeded { .. }));
        assert_eq!(set_to(put(Some(&person.newest_code().await)).await), wanted);
        let entries =
            world.texts("SELECT detail FROM audit_entries WHERE action = 'partner.settings_changed'").await;
        assert_eq!(entries, [r#"{"excepted":{"after":"reclaim","before":""}}"#]);
        // What is excepted goes through at once; what is not still asks.
        let body = NewMovement { amount: "1".into(), memo: String::new() };
        let back = person.call(Reclaim).at(&SHOP.into()).body(&body).key(&fresh_key()).send().await.ok();
        assert!(matches!(back, StepUp::Done { .. }), "{back:?}");
        hold(&person, SHOP, "1", &fresh_key()).await;
        let quote = person.call(ReclaimQuote).at(&SHOP.into()).send().await.ok();
        assert!(!quote.code_needed);
        // Taking the exception back needs none.
        let strict = Settings { excepted: Excepted::default(), ..wanted };
        let answer = person.call(SettingsChange).body(&strict).key(&fresh_key()).send().await.ok();
        assert_eq!(set_to(answer), strict);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_set_meanwhile_is_not_undone_unseen() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let seen = person.call(SettingsView).send().await.ok();
        let put = async |settings: Settings| {
            person.call(SettingsChange).body(&settings).key(&fresh_key()).send().await
        };
        let approval_from = Some(Money::new(100_000, Currency::CNY));
        put(Settings { approval_from, ..seen }).await.ok();
        let late = put(Settings { code_by: CodeWay::App, ..seen }).await;
        assert_eq!(late.code(), Code::Changed);
        let now = person.call(SettingsView).send().await.ok();
        assert_eq!((now.approval_from, now.code_by), (approval_from, CodeWay::Email));
        // What is so already is no change, from whatever version.
        assert_eq!(
            set_to(put(Settings { version: seen.version, ..now }).await.ok()),
            Settings { version: None, ..now }
        );
        let set = put(Settings { code_by: CodeWay::App, ..now }).await.ok();
        assert_eq!(set_to(set).approval_from, approval_from);
    })
    .await;
}
