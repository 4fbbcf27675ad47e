//! Changing the own password.

use crate::harness::fixture::{ADMIN, FINANCE, PASSWORD};
use crate::harness::{Answer, Client, World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::identity::{Credentials, CurrentSession, MessageList, SignIn};
use contract::person::{ChangePassword, PasswordChange};
use std::time::Duration;

pub(super) const NEW: &str = "walnut-harbour-9035";

async fn change(person: &Client, current: &str, password: &str) -> Answer<()> {
    let body = ChangePassword { current: current.into(), password: password.into() };
    person.call(PasswordChange).body(&body).send().await
}

pub(super) async fn signs_in(world: &World, email: &str, password: &str) -> u16 {
    let body = Credentials { email: email.into(), password: password.into() };
    world.nobody().call(SignIn).body(&body).send().await.status
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_renews_this_one() {
    both(async |world: &World| {
        let (here, there) = (world.admin().await, world.admin().await);
        let stranger = world.person(&FINANCE).await;
        let answer = change(&here, PASSWORD, NEW).await;
        answer.ok();
        let cookie = answer.header("set-cookie").to_owned();
        assert!(cookie.starts_with("pc_session=") && !cookie.contains(here.token()), "{cookie}");
        // The old cookies open nothing, the new one does.
        assert_eq!(there.call(CurrentSession).send().await.code(), Code::SignedOut);
        assert_eq!(here.call(CurrentSession).send().await.code(), Code::SignedOut);
        let value = cookie.split(';').next().expect("a pair");
        let renewed = world.nobody().call(CurrentSession).header("cookie", value).send().await;
        renewed.ok();
        stranger.call(CurrentSession).send().await.ok();
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 401);
        assert_eq!(signs_in(world, ADMIN.email, NEW).await, 200);
        let told =
            world.texts("SELECT detail FROM audit_entries WHERE action = 'identity.password_changed'").await;
        assert_eq!(told, [r#"{"sessions":1}"#]);
        let mail = world.nobody().call(MessageList).header("cookie", value).send().await.ok().remove(0);
        assert_eq!(mail.subject, "密码已修改");
        assert!(!mail.text.contains(NEW));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field_and_changes_nothing() {
    both(async |world: &World| {
        let person = world.admin().await;
        for (current, password, field, fault) in [
            ("", NEW, "current", Fault::Required),
            ("not it", NEW, "current", Fault::Wrong),
            (PASSWORD, "", "password", Fault::TooShort { min: 8 }),
            (PASSWORD, "seven77", "password", Fault::TooShort { min: 8 }),
            (PASSWORD, &"长".repeat(257), "password", Fault::TooLong { max: 256 }),
            (PASSWORD, "password1", "password", Fault::Guessable),
            (PASSWORD, "dist.example", "password", Fault::Guessable),
            (PASSWORD, ADMIN.email, "password", Fault::Guessable),
        ] {
            let answer = change(&person, current, password).await;
            assert_eq!(answer.fault(), (field.to_owned(), fault), "{password}");
        }
        person.call(CurrentSession).send().await.ok();
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 200);
        // All Unicode, long ones, and the last character counts.
        let long = format!("梅子 🍑 {}", "x9 quite".repeat(30));
        change(&person, PASSWORD, &long).await.ok();
        let cut: String = long.chars().take(long.chars().count() - 1).collect();
        assert_eq!(signs_in(world, ADMIN.email, &cut).await, 401);
        assert_eq!(signs_in(world, ADMIN.email, &long).await, 200);
    })
    .await;
}

#[tokio::test]
async fn an_open_session_is_no_way_to_guess_the_password() {
    on_sqlite(async |world: &World| {
        let person = world.admin().await;
        for n in 0..10 {
            assert_eq!(change(&person, "not it", NEW).await.fault().1, Fault::Wrong, "{n}");
        }
        assert_eq!(change(&person, PASSWORD, NEW).await.code(), Code::TooManyAttempts);
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 429, "guesses are counted together");
        let noted = "SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.proof_failed'";
        assert_eq!(world.number(noted).await, 10);
        world.later(Duration::from_secs(16 * 60));
        change(&person, PASSWORD, NEW).await.ok();
    })
    .await;
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    both(async |world: &World| {
        let (one, two) = (world.admin().await, world.admin().await);
        let (a, b) = tokio::join!(
            change(&one, PASSWORD, "walnut-harbour-9035"),
            change(&two, PASSWORD, "quarry-lantern-2284")
        );
        assert_eq!([a.status, b.status].iter().filter(|s| **s == 204).count(), 1, "{} {}", a.text, b.text);
    })
    .await;
}
