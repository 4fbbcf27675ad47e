//! A forgotten password.

use super::passwords::{NEW, signs_in};
use crate::harness::fixture::{ADMIN, FINANCE, PASSWORD};
use crate::harness::{Answer, Client, World, both, on_sqlite};
use contract::error::{Code, Fault};
use contract::id::ResetToken;
use contract::identity::{CurrentSession, MessageList};
use contract::person::{AskReset, NewPassword, Reset, ResetAsk, ResetUse, ResetView};
use std::time::Duration;

async fn ask(world: &World, email: &str) -> Answer<()> {
    world.nobody().call(ResetAsk).body(&AskReset { email: email.into() }).send().await
}

async fn answer(world: &World) {
    server::person::reset::answer_due(&world.app).await.expect("the job runs");
}

/// The secret of the newest link in a person's message centre, after asking for one.
pub async fn reset_token(world: &World, person: &Client, email: &str) -> ResetToken {
    ask(world, email).await.ok();
    answer(world).await;
    let mail = person.call(MessageList).send().await.ok().remove(0).text;
    let token: String =
        mail.split("/reset/").nth(1).expect("a link").chars().take_while(char::is_ascii_hexdigit).collect();
    assert!(token.len() >= 32, "at least 128 bits");
    ResetToken(token)
}

async fn view(world: &World, token: &ResetToken) -> Answer<Reset> {
    world.nobody().call(ResetView).at(token).send().await
}

async fn set(world: &World, token: &ResetToken, password: &str) -> Answer<()> {
    world.nobody().call(ResetUse).at(token).body(&NewPassword { password: password.into() }).send().await
}

#[tokio::test]
async fn a_link_sets_the_password_once_and_signs_nobody_in() {
    both(async |world: &World| {
        let (person, stranger) = (world.admin().await, world.person(&FINANCE).await);
        let token = reset_token(world, &person, " Admin@Dist.example ").await;
        let stored = world.texts("SELECT token_hash FROM password_resets").await;
        assert!(!stored.contains(&token.to_string()), "the database has its hash only");
        assert_eq!(view(world, &token).await.ok().email, "a****@dist.example");
        assert_eq!(set(world, &token, "password1").await.fault(), ("password".into(), Fault::Guessable));
        let done = set(world, &token, NEW).await;
        done.ok();
        assert_eq!(done.header("set-cookie"), "", "nobody is signed in by it");
        assert_eq!(person.call(CurrentSession).send().await.code(), Code::SignedOut);
        stranger.call(CurrentSession).send().await.ok();
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 401);
        assert_eq!(signs_in(world, ADMIN.email, NEW).await, 200);
        assert_eq!(set(world, &token, "quarry-lantern-2284").await.code(), Code::LinkExpired);
        assert_eq!(view(world, &token).await.code(), Code::LinkExpired);
        let told = world
            .texts("SELECT action FROM audit_entries WHERE action LIKE 'identity.%reset%' ORDER BY seq")
            .await;
        assert_eq!(told, ["identity.reset_sent", "identity.password_reset"]);
        let mails = world.texts("SELECT subject FROM messages ORDER BY created_at, message_id").await;
        assert_eq!(mails, ["重设密码", "密码已修改"]);
    })
    .await;
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    both(async |world: &World| {
        let (known, unknown) = (ask(world, ADMIN.email).await, ask(world, "nobody@dist.example").await);
        assert_eq!(known.essence(), unknown.essence());
        assert_eq!(known.status, 204);
        // Both left the same behind: nothing that the request did can tell them apart.
        assert_eq!(world.number("SELECT COUNT(*) FROM reset_asks").await, 2);
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 0);
        answer(world).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM reset_asks").await, 0);
        assert_eq!(world.texts("SELECT receiver FROM messages").await, [ADMIN.email]);
        for (email, fault) in
            [("", Fault::Required), ("x", Fault::Invalid), ("a@b.c\r\nBcc: d@e.f", Fault::Invalid)]
        {
            assert_eq!(ask(world, email).await.fault(), ("email".into(), fault), "{email:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn links_end_after_half_an_hour_and_with_a_newer_one() {
    both(async |world: &World| {
        let person = world.admin().await;
        let first = reset_token(world, &person, ADMIN.email).await;
        // A second wish within the minute is not answered; the first link stays good.
        ask(world, ADMIN.email).await.ok();
        answer(world).await;
        view(world, &first).await.ok();
        world.later(Duration::from_secs(61));
        let second = reset_token(world, &person, ADMIN.email).await;
        assert_eq!(view(world, &first).await.code(), Code::LinkExpired);
        world.later(Duration::from_secs(30 * 60 - 1));
        view(world, &second).await.ok();
        world.later(Duration::from_secs(2));
        assert_eq!(view(world, &second).await.code(), Code::LinkExpired);
        assert_eq!(set(world, &second, NEW).await.code(), Code::LinkExpired);
        assert_eq!(signs_in(world, ADMIN.email, PASSWORD).await, 200);
        for made_up in ["nothing", &"0".repeat(64)] {
            assert_eq!(set(world, &ResetToken(made_up.into()), NEW).await.code(), Code::LinkExpired);
        }
    })
    .await;
}

#[tokio::test]
async fn ten_links_a_day_and_no_more() {
    on_sqlite(async |world: &World| {
        for _ in 0..12 {
            ask(world, ADMIN.email).await.ok();
            answer(world).await;
            world.later(Duration::from_secs(3600));
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 10);
        world.later(Duration::from_secs(86_400));
        server::person::clean(&world.app).await.expect("the job runs");
        assert_eq!(world.number("SELECT COUNT(*) FROM password_resets").await, 0);
        ask(world, ADMIN.email).await.ok();
        answer(world).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 11);
        // One address that asks for everybody is slowed down.
        for n in 0..19 {
            ask(world, &format!("guess{n}@dist.example")).await.ok();
        }
        assert_eq!(ask(world, "one@more.example").await.code(), Code::TooManyAttempts);
    })
    .await;
}

#[tokio::test]
async fn fifty_uses_of_one_link_at_once_set_one_password() {
    both(async |world: &World| {
        let person = world.admin().await;
        let token = reset_token(world, &person, ADMIN.email).await;
        let uses = (0..50).map(|n| {
            let (nobody, token) = (world.nobody(), token.clone());
            async move {
                let body = NewPassword { password: format!("{NEW}-{n}") };
                nobody.call(ResetUse).at(&token).body(&body).send().await.status
            }
        });
        let answers = futures_util::future::join_all(uses).await;
        assert_eq!(answers.iter().filter(|s| **s == 204).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|s| matches!(s, 204 | 410)), "{answers:?}");
    })
    .await;
}

#[tokio::test]
async fn several_servers_answer_a_wish_once() {
    both(async |world: &World| {
        let other = world.another_server(server::config::Settings::default()).await;
        ask(world, ADMIN.email).await.ok();
        let (a, b) = tokio::join!(
            server::person::reset::answer_due(&world.app),
            server::person::reset::answer_due(&other.app)
        );
        a.and(b).expect("both run");
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 1);
    })
    .await;
}
