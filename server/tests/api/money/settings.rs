//! The partner's switch 验证码验证: on at once, off only with a code.

use crate::harness::fixture::{OPERATOR, RESELLERS_SHOP, SHOP};
use crate::harness::{Client, World, assert_sound, both, done, fresh_key, hold, move_now};
use contract::codes::StepUp;
use contract::error::Code;
use contract::identity::MessageList;
use contract::money::{Currency, Money};
use contract::partner::{Settings, SettingsChange, SettingsView};
use std::time::Duration;

async fn set(person: &Client, verification: bool, key: &str) -> crate::harness::Answer<StepUp<Settings>> {
    person.call(SettingsChange).body(&Settings { verification, ..Settings::default() }).key(key).send().await
}

#[tokio::test]
async fn switching_on_takes_effect_at_once() {
    both(async |world: &World| {
        let person = world.reseller().await;
        assert!(!person.call(SettingsView).send().await.ok().verification, "off by default");
        done(&move_now(&person, RESELLERS_SHOP, "1", &fresh_key()).await);
        let answer = set(&person, true, &fresh_key()).await.ok();
        assert_eq!(answer, StepUp::Done { result: Settings { verification: true, ..Settings::default() } });
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
        assert_eq!(answer, StepUp::Done { result: Settings { verification: false, ..Settings::default() } });
        assert!(!person.call(SettingsView).send().await.ok().verification);
        done(&move_now(&person, SHOP, "1", &fresh_key()).await);
        // Said again, it is so already.
        assert_eq!(
            with(&off).await.ok(),
            StepUp::Done { result: Settings { verification: false, ..Settings::default() } }
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_for_switching_off_expires() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        set(&person, false, &key).await.ok();
        let code = person.newest_code().await;
        world.later(Duration::from_secs(601));
        let body = Settings { verification: false, ..Settings::default() };
        let answer = person.call(SettingsChange).body(&body).key(&key).code(&code).send().await;
        assert_eq!(answer.code(), Code::CodeExpired);
        assert!(person.call(SettingsView).send().await.ok().verification);
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
        let receipt = done(&crate::harness::confirm(&person, SHOP, "5", &key, &code).await);
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
        assert_eq!(put(strict).await.ok(), StepUp::Done { result: strict });
        for weaker in [
            Settings { code_from: money(1), ..strict },
            Settings { approval_from: money(100_001), ..strict },
            Settings { approval_from: None, ..strict },
        ] {
            assert!(matches!(put(weaker).await.ok(), StepUp::CodeNeeded { .. }), "{weaker:?}");
        }
        assert_eq!(person.call(SettingsView).send().await.ok(), strict);
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
