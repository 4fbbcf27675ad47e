//! Signing in: the same answer for everything that does not fit, and slower with every failure.

use crate::harness::fixture::{ADMIN, FINANCE, PASSWORD};
use crate::harness::{Answer, Server, World, both, on_sqlite};
use contract::access::{PartnerKind, Role};
use contract::error::{Code, Fault};
use contract::factors::SignedIn;
use contract::identity::{Credentials, CurrentSession, SignIn};
use server::config::Settings;
use std::time::Duration;

async fn sign_in(server: &Server, email: &str, password: &str) -> Answer<SignedIn> {
    let body = Credentials { email: email.to_owned(), password: password.to_owned() };
    server.nobody().call(SignIn).body(&body).header("user-agent", "Firefox").send().await
}

/// The token in a `Set-Cookie`.
fn token(answer: &Answer<SignedIn>) -> String {
    let cookie = answer.header("set-cookie");
    let value = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("name=value").1;
    value.to_owned()
}

#[tokio::test]
async fn the_right_password_begins_a_session() {
    both(async |world: &World| {
        let answer = sign_in(world, " Admin@Dist.Example ", PASSWORD).await;
        let session = answer.session();
        assert_eq!(
            (session.name.as_str(), session.roles[0].id.as_str(), session.partner_kind),
            ("林薇", "admin", PartnerKind::Distributor)
        );
        assert_eq!(session.permissions, Role::Admin.permissions());
        let cookie = answer.header("set-cookie").to_owned();
        let token = token(&answer);
        assert_eq!(cookie, format!("pc_session={token}; Path=/; HttpOnly; SameSite=Strict"));
        assert!(token.len() >= 32, "at least 128 bits");
        assert!(!answer.text.contains(&token), "scripts never see it");
        for stored in world.texts("SELECT token_hash || session_id FROM sessions").await {
            assert!(!stored.contains(&token), "the database has its hash only");
        }
        let client = world.nobody();
        let with = |cookie: String| client.call(CurrentSession).header("cookie", &cookie);
        let again = with(format!("a=b; pc_session={token}; c=d")).send().await.ok();
        assert_eq!(again, session);
        let noted = world.texts("SELECT action FROM audit_entries").await;
        assert_eq!(noted, ["identity.sign_in"]);
    })
    .await;
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    on_sqlite(async |world: &World| {
        let server = world.another_server(Settings { https: true, ..Settings::default() }).await;
        let answer = sign_in(&server, ADMIN.email, PASSWORD).await;
        let token = token(&answer);
        let wanted = format!("__Host-pc_session={token}; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(answer.header("set-cookie"), wanted);
        // The plain name is not taken there.
        let plain = server.nobody().call(CurrentSession).header("cookie", &format!("pc_session={token}"));
        assert_eq!(plain.send().await.code(), Code::SignedOut);
        let right =
            server.nobody().call(CurrentSession).header("cookie", &format!("__Host-pc_session={token}"));
        right.send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn wrong_unknown_and_disabled_answer_alike() {
    both(async |world: &World| {
        world
            .change(&format!("UPDATE members SET disabled_at = 1 WHERE user_id = '{}'", FINANCE.user_id))
            .await
            .expect("past the server");
        let wrong = sign_in(world, ADMIN.email, "not the password").await;
        let unknown = sign_in(world, "nobody@dist.example", PASSWORD).await;
        let disabled = sign_in(world, FINANCE.email, PASSWORD).await;
        let prefix = sign_in(world, ADMIN.email, &PASSWORD[..PASSWORD.len() - 1]).await;
        assert_eq!(wrong.code(), Code::WrongCredentials);
        for other in [&unknown, &disabled, &prefix] {
            assert_eq!(other.essence(), wrong.essence());
            assert_eq!(other.header("set-cookie"), "");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn failures_slow_down_and_time_heals() {
    both(async |world: &World| {
        for n in 1..=10 {
            let answer = sign_in(world, ADMIN.email, "wrong password").await;
            assert_eq!(answer.code(), Code::WrongCredentials, "failure {n}");
        }
        let blocked = sign_in(world, ADMIN.email, "wrong password").await;
        let error = blocked.error();
        assert_eq!(error.code, Code::TooManyAttempts);
        let wait = error.number.expect("the seconds to wait");
        assert!((1..=2).contains(&wait), "{wait}");
        assert_eq!(blocked.header("retry-after"), wait.to_string());
        // Also the right password waits, or guessing would be told apart.
        assert_eq!(sign_in(world, ADMIN.email, PASSWORD).await.code(), Code::TooManyAttempts);
        // Somebody else, from the same address, does not.
        sign_in(world, FINANCE.email, PASSWORD).await.ok();
        // Each further failure doubles the wait.
        let mut waits = Vec::new();
        for _ in 0..4 {
            world.later(Duration::from_secs(u64::try_from(wait).expect("small") * 20));
            assert_eq!(sign_in(world, ADMIN.email, "wrong password").await.code(), Code::WrongCredentials);
            waits.push(sign_in(world, ADMIN.email, "wrong password").await.error().number.expect("seconds"));
        }
        assert!(waits.windows(2).all(|w| w[1] >= w[0] * 2 - 1), "{waits:?}");
        // Nobody is locked out for good, and success forgets.
        world.later(Duration::from_secs(16 * 60));
        sign_in(world, ADMIN.email, PASSWORD).await.ok();
        assert_eq!(sign_in(world, ADMIN.email, "wrong password").await.code(), Code::WrongCredentials);
        sign_in(world, ADMIN.email, PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn an_unknown_account_is_slowed_down_like_a_known_one() {
    on_sqlite(async |world: &World| {
        for _ in 0..10 {
            sign_in(world, "nobody@dist.example", "wrong password").await;
            sign_in(world, ADMIN.email, "wrong password").await;
        }
        let unknown = sign_in(world, "Nobody@dist.example", "wrong password").await;
        let known = sign_in(world, ADMIN.email, "wrong password").await;
        assert_eq!(known.code(), Code::TooManyAttempts);
        assert_eq!(unknown.essence(), known.essence());
    })
    .await;
}

#[tokio::test]
async fn many_accounts_from_one_address_are_slowed_down() {
    on_sqlite(async |world: &World| {
        for n in 0..50 {
            let answer = sign_in(world, &format!("guess{n}@dist.example"), "spring2026").await;
            assert_eq!(answer.code(), Code::WrongCredentials, "guess {n}");
        }
        assert_eq!(sign_in(world, "guess50@dist.example", "spring2026").await.code(), Code::TooManyAttempts);
        world.later(Duration::from_secs(3));
        sign_in(world, ADMIN.email, PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn empty_and_odd_input_is_told_at_its_field() {
    both(async |world: &World| {
        for (email, password, field, fault) in [
            ("", PASSWORD, "email", Fault::Required),
            ("   ", PASSWORD, "email", Fault::Required),
            ("admin@dist.example\u{0}", PASSWORD, "email", Fault::Invalid),
            (&"a".repeat(255), PASSWORD, "email", Fault::TooLong { max: 254 }),
            (ADMIN.email, "", "password", Fault::Required),
        ] {
            assert_eq!(sign_in(world, email, password).await.fault(), (field.to_owned(), fault), "{email:?}");
        }
        for (email, password) in [
            ("' OR '1'='1", "' OR '1'='1"),
            ("admin@dist.example' --", PASSWORD),
            (ADMIN.email, "a\u{0}b\u{7f}"),
            (ADMIN.email, &"长".repeat(100_000)),
            ("%", PASSWORD),
        ] {
            assert_eq!(sign_in(world, email, password).await.code(), Code::WrongCredentials, "{email:?}");
        }
        for body in [
            "",
            "{}",
            "[]",
            "{\"email\": \"a\"}",
            "{\"email\": 1, \"password\": \"a\"}",
            "{\"email\": \"a\", \"password\": \"b\", \"role\": \"admin\"}",
        ] {
            let answer = world.nobody().call(SignIn).body_text(body).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn addresses_are_believed_from_configured_proxies_only() {
    on_sqlite(async |world: &World| {
        let body = Credentials { email: ADMIN.email.into(), password: PASSWORD.into() };
        let from = |server: &Server| {
            let nobody = server.nobody();
            let body = body.clone();
            async move {
                let call =
                    nobody.call(SignIn).body(&body).header("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.1");
                call.send().await.ok();
            }
        };
        from(world).await;
        let behind_two = world.another_server(Settings { proxies: 2, ..Settings::default() }).await;
        from(&behind_two).await;
        let seen = world.texts("SELECT ip FROM sessions ORDER BY created_at, session_id").await;
        assert_eq!(seen, ["", "9.9.9.9"], "the client can put anything before what the proxies wrote");
    })
    .await;
}
