//! The rules of verification codes: tries, waits, limits, and what a code is bound to.

use crate::harness::fixture::{FINANCE, MILL, SHOP};
use crate::harness::{Client, World, assert_sound, both, confirm, done, fresh_key, hold, move_now, standing};
use contract::error::{Code, Fault};
use contract::funds::CodeResend;
use std::time::Duration;

/// A code of the right form that is not the right one.
fn wrong(code: &str) -> String {
    let last = code.bytes().last().expect("six digits");
    let other = if last == b'9' { '0' } else { char::from(last + 1) };
    format!("{}{other}", &code[..5])
}

async fn assert_nothing_moved(person: &Client) {
    let now = standing(person, SHOP).await;
    assert_eq!((now.partner[0].as_str(), now.customer[0].as_str()), ("1000000.00", "0.00"));
}

#[tokio::test]
async fn five_wrong_tries_lock_a_code_even_for_the_right_value() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        let code = person.newest_code().await;
        for left in (1..=4).rev() {
            let answer = confirm(&person, SHOP, "10", &key, &wrong(&code)).await;
            let error = answer.error();
            assert_eq!((error.code, error.number), (Code::CodeWrong, Some(left)));
            assert_eq!(hold(&person, SHOP, "10", &key).await.tries_left, left);
        }
        assert_eq!(confirm(&person, SHOP, "10", &key, &wrong(&code)).await.code(), Code::CodeLocked);
        assert_eq!(confirm(&person, SHOP, "10", &key, &code).await.code(), Code::CodeLocked);
        assert_nothing_moved(&person).await;
        // A new code opens the movement again.
        world.later(Duration::from_secs(61));
        let challenge = hold(&person, SHOP, "10", &key).await;
        let again = person.call(CodeResend).at(&challenge.id).send().await.ok();
        assert_eq!(again.tries_left, 5);
        done(&confirm(&person, SHOP, "10", &key, &person.newest_code().await).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_no_code_is_told_at_its_field_and_costs_no_try() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        for bad in ["", "12345", "1234567", "12345a", "null", "[]"] {
            let fault = confirm(&person, SHOP, "10", &key, bad).await.fault();
            assert_eq!(fault, ("verification_code".to_owned(), Fault::Invalid), "{bad:?}");
        }
        assert_eq!(hold(&person, SHOP, "10", &key).await.tries_left, 5);
        // Spaces around it are what copying leaves.
        let code = person.newest_code().await;
        done(&confirm(&person, SHOP, "10", &key, &format!(" {code} ")).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_code_of_another_transfer_is_a_wrong_code() {
    both(async |world: &World| {
        let person = world.admin().await;
        let (first, second) = (fresh_key(), fresh_key());
        hold(&person, SHOP, "10", &first).await;
        let code_of_first = person.newest_code().await;
        // Another key with the same content; another amount; another customer.
        hold(&person, SHOP, "10", &second).await;
        assert_eq!(confirm(&person, SHOP, "10", &second, &code_of_first).await.error().number, Some(4));
        let third = fresh_key();
        hold(&person, SHOP, "1000", &third).await;
        assert_eq!(confirm(&person, SHOP, "1000", &third, &code_of_first).await.error().number, Some(4));
        let fourth = fresh_key();
        hold(&person, MILL, "10", &fourth).await;
        assert_eq!(confirm(&person, MILL, "10", &fourth, &code_of_first).await.error().number, Some(4));
        // The first key with another content is refused before any code is looked at.
        assert_eq!(confirm(&person, SHOP, "1000", &first, &code_of_first).await.code(), Code::KeyReused);
        assert_eq!(confirm(&person, MILL, "10", &first, &code_of_first).await.code(), Code::KeyReused);
        assert_nothing_moved(&person).await;
        // And where it belongs, it serves.
        done(&confirm(&person, SHOP, "10", &first, &code_of_first).await);
        assert_eq!(standing(&person, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_spent_code_serves_nothing_else() {
    both(async |world: &World| {
        let person = world.admin().await;
        let (first, second) = (fresh_key(), fresh_key());
        hold(&person, SHOP, "10", &first).await;
        let code = person.newest_code().await;
        done(&confirm(&person, SHOP, "10", &first, &code).await);
        hold(&person, SHOP, "10", &second).await;
        assert_eq!(confirm(&person, SHOP, "10", &second, &code).await.code(), Code::CodeWrong);
        // With a code but no movement begun: nothing moves, a code of its own is asked for.
        let third = fresh_key();
        crate::harness::challenge(&confirm(&person, SHOP, "10", &third, &code).await);
        assert_eq!(standing(&person, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_new_code_waits_a_minute_and_kills_the_old_one() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        let challenge = hold(&person, SHOP, "10", &key).await;
        let old = person.newest_code().await;
        let soon = person.call(CodeResend).at(&challenge.id).send().await;
        let error = soon.error();
        assert_eq!(error.code, Code::CodeTooSoon);
        let wait = error.number.expect("the seconds to wait");
        assert!((58..=60).contains(&wait), "{wait}");
        assert_eq!(soon.header("retry-after"), wait.to_string());
        world.later(Duration::from_secs(61));
        let again = person.call(CodeResend).at(&challenge.id).send().await.ok();
        assert_eq!(again.id, challenge.id);
        assert!(again.resend_at > challenge.resend_at);
        let new = person.newest_code().await;
        if new != old {
            assert_eq!(confirm(&person, SHOP, "10", &key, &old).await.code(), Code::CodeWrong);
        }
        done(&confirm(&person, SHOP, "10", &key, &new).await);
        // The act is done: there is nothing to send a code for.
        world.later(Duration::from_secs(61));
        assert_eq!(person.call(CodeResend).at(&challenge.id).send().await.code(), Code::CodeExpired);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_colleague_can_neither_resend_nor_read_but_the_receiver_decides() {
    both(async |world: &World| {
        let (person, finance) = (world.admin().await, world.person(&FINANCE).await);
        let challenge = hold(&person, SHOP, "10", &fresh_key()).await;
        world.later(Duration::from_secs(61));
        assert_eq!(finance.call(CodeResend).at(&challenge.id).send().await.code(), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn ten_codes_a_day_and_no_more() {
    both(async |world: &World| {
        let person = world.admin().await;
        let mut last = String::new();
        for _ in 0..10 {
            last = fresh_key();
            hold(&person, SHOP, "1", &last).await;
        }
        let eleventh = move_now(&person, SHOP, "1", &fresh_key()).await;
        assert_eq!(eleventh.code(), Code::CodeLimit);
        assert_eq!(standing(&person, SHOP).await.partner[1], "10.00", "what gets no code is not held");
        world.later(Duration::from_secs(61));
        let challenge = hold(&person, SHOP, "1", &last).await;
        assert_eq!(person.call(CodeResend).at(&challenge.id).send().await.code(), Code::CodeLimit);
        // Somebody else has a limit of their own, and tomorrow is another day.
        hold(&world.person(&FINANCE).await, SHOP, "1", &fresh_key()).await;
        world.later(Duration::from_secs(24 * 3600));
        hold(&world.admin().await, SHOP, "1", &fresh_key()).await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_kept_nowhere_in_clear() {
    both(async |world: &World| {
        let person = world.admin().await;
        hold(&person, SHOP, "10", &fresh_key()).await;
        let code = person.newest_code().await;
        for (table, columns) in [
            ("challenges", "code_hash || summary || fingerprint || subject"),
            ("messages", "sealed_text || subject || receiver"),
            ("audit_entries", "detail || subject || actor"),
            ("events", "payload"),
            ("requests", "fingerprint || request_key"),
        ] {
            // Hashes are hexadecimal and may hold any six digits: look at words that are not.
            for text in world.texts(&format!("SELECT {columns} FROM {table}")).await {
                let clear = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code);
                assert!(!clear, "{table}: {text}");
            }
        }
    })
    .await;
}
