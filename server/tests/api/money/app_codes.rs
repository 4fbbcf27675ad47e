//! Confirming with the code app instead of a code by mail, where the partner wants it so.

use crate::harness::fixture::{FINANCE, SHOP};
use crate::harness::{World, assert_sound, both, challenge, confirm, done, fresh_key, move_now};
use crate::person::factors::arm;
use contract::codes::{Channel, StepUp};
use contract::error::Code;
use contract::funds::CodeResend;
use contract::partner::{CodeWay, Settings, SettingsChange};
use std::time::Duration;

const BY_APP: &str = "UPDATE partners SET code_by = 'app'";

#[tokio::test]
async fn whoever_has_an_app_confirms_with_it_and_others_by_mail() {
    both(async |world: &World| {
        world.change(BY_APP).await.expect("past the server");
        let armed = arm(world, &world.admin().await).await;
        let before = world.number("SELECT COUNT(*) FROM messages").await;
        let key = fresh_key();
        let asked = challenge(&move_now(&armed.client, SHOP, "10", &key).await);
        assert_eq!((asked.channel, asked.sent_to.as_str()), (Channel::App, ""));
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, before, "nothing is sent");
        world.later(Duration::from_secs(61));
        let again = armed.client.call(CodeResend).at(&asked.id).send().await;
        assert_eq!(again.code(), Code::BadRequest, "there is nothing to send again");
        // Another content is refused, and a wrong code counted, whatever shows the codes.
        let code = armed.code(world);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let answer = confirm(&armed.client, SHOP, "10", &key, wrong).await;
        assert_eq!(answer.error().number, Some(4));
        let other = confirm(&armed.client, SHOP, "1000", &key, &code).await;
        assert_eq!(other.code(), Code::KeyReused);
        done(&confirm(&armed.client, SHOP, "10", &key, &code).await);
        // A code is taken once, for whatever.
        let key = fresh_key();
        challenge(&move_now(&armed.client, SHOP, "20", &key).await);
        assert_eq!(confirm(&armed.client, SHOP, "20", &key, &code).await.code(), Code::CodeWrong);
        // Without an app it is the mail.
        let finance = world.person(&FINANCE).await;
        let by_mail = challenge(&move_now(&finance, SHOP, "30", &fresh_key()).await);
        assert_eq!(by_mail.channel, Channel::Email);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_app_is_not_guessed_by_beginning_anew() {
    both(async |world: &World| {
        world.change(BY_APP).await.expect("past the server");
        let armed = arm(world, &world.admin().await).await;
        let code = armed.code(world);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let attempt = async |code: &str| {
            let key = fresh_key();
            challenge(&move_now(&armed.client, SHOP, "1", &key).await);
            confirm(&armed.client, SHOP, "1", &key, code).await
        };
        for n in 0..10 {
            assert_eq!(attempt(wrong).await.code(), Code::CodeWrong, "{n}");
        }
        assert_eq!(attempt(&code).await.code(), Code::TooManyAttempts, "each act had tries left");
        world.later(Duration::from_secs(31));
        done(&attempt(&armed.code(world)).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn changing_how_codes_come_needs_the_present_one() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let wanted = Settings { verification: true, code_by: CodeWay::App, ..Settings::default() };
        let key = fresh_key();
        let ask = admin.call(SettingsChange).body(&wanted).key(&key).send().await.ok();
        assert!(matches!(ask, StepUp::CodeNeeded { .. }), "{ask:?}");
        let code = admin.newest_code().await;
        let set = admin.call(SettingsChange).body(&wanted).key(&key).code(&code).send().await.ok();
        assert_eq!(super::settings::set_to(set), wanted);
    })
    .await;
}
