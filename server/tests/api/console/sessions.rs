//! Sessions: they end by themselves, by hand, one or all, and with the person.

use crate::harness::fixture::{ADMIN, PASSWORD};
use crate::harness::{Client, World, both};
use contract::error::Code;
use contract::identity::{
    Credentials, CurrentSession, SessionList, SessionRevoke, SessionRevokeAll, SignIn, SignOut,
};
use std::time::Duration;

async fn is_alive(client: &Client) -> bool {
    let answer = client.call(CurrentSession).send().await;
    if answer.status == 200 {
        return true;
    }
    assert_eq!(answer.code(), Code::SignedOut);
    false
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn half_an_hour_without_use_ends_a_session() {
    both(async |world: &World| {
        let (used, idle) = (world.admin().await, world.admin().await);
        for _ in 0..3 {
            world.later(29 * MINUTE);
            assert!(is_alive(&used).await, "use keeps it alive");
        }
        assert!(!is_alive(&idle).await);
        world.later(29 * MINUTE);
        assert!(is_alive(&used).await);
        world.later(30 * MINUTE + Duration::from_secs(1));
        assert!(!is_alive(&used).await);
    })
    .await;
}

#[tokio::test]
async fn twelve_hours_end_a_session_in_any_case() {
    both(async |world: &World| {
        let person = world.admin().await;
        for n in 1..=28 {
            world.later(25 * MINUTE);
            assert!(is_alive(&person).await, "{} minutes", n * 25);
        }
        world.later(19 * MINUTE);
        assert!(is_alive(&person).await, "11:59");
        world.later(Duration::from_secs(61));
        assert!(!is_alive(&person).await, "12:00");
        // The cleaning job takes ended sessions away, and only those.
        let fresh = world.admin().await;
        server::identity::sessions::clean(&world.app).await.expect("the job runs");
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions").await, 1);
        assert!(is_alive(&fresh).await);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_this_session_only() {
    both(async |world: &World| {
        let (here, there) = (world.admin().await, world.admin().await);
        let answer = here.call(SignOut).send().await;
        answer.ok();
        assert_eq!(answer.header("set-cookie"), "pc_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        assert!(!is_alive(&here).await);
        assert!(is_alive(&there).await);
        assert_eq!(here.call(SignOut).send().await.code(), Code::SignedOut, "once");
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all() {
    both(async |world: &World| {
        let one = world.admin().await;
        world.later(Duration::from_secs(2));
        let two = world.admin().await;
        world.later(Duration::from_secs(2));
        let body = Credentials { email: ADMIN.email.into(), password: PASSWORD.into() };
        let agent = "x".repeat(1000);
        world.nobody().call(SignIn).body(&body).header("user-agent", &agent).send().await.ok();
        let stranger = world.person(&crate::harness::fixture::FINANCE).await;

        let rows = two.call(SessionList).send().await.ok();
        assert_eq!(rows.len(), 3, "the person's own");
        assert!(rows.windows(2).all(|w| w[0].created_at >= w[1].created_at), "newest first");
        assert_eq!(rows.iter().map(|r| r.current).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(rows[0].user_agent.len(), 300, "cut");

        two.call(SessionRevoke).at(&rows[2].id).send().await.ok();
        assert!(!is_alive(&one).await);
        assert!(is_alive(&two).await);
        assert_eq!(two.call(SessionRevoke).at(&rows[2].id).send().await.code(), Code::NotFound, "once");

        let answer = two.call(SessionRevokeAll).send().await;
        answer.ok();
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        assert!(!is_alive(&two).await);
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions WHERE user_id = 'u-admin'").await, 0);
        assert!(is_alive(&stranger).await, "others stay signed in");
        let told = world
            .texts("SELECT action || ' ' || detail FROM audit_entries WHERE action LIKE 'identity.session%' ORDER BY seq")
            .await;
        assert_eq!(told, ["identity.session_ended {}", "identity.sessions_ended {\"sessions\":2}"]);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_person_is_out_with_the_next_request() {
    both(async |world: &World| {
        let person = world.admin().await;
        assert!(is_alive(&person).await);
        let sql = format!("UPDATE members SET disabled_at = 1 WHERE user_id = '{}'", ADMIN.user_id);
        assert_eq!(world.change(&sql).await, Ok(1));
        assert!(!is_alive(&person).await);
        assert_eq!(person.call(contract::customers::CustomerList).send().await.code(), Code::SignedOut);
    })
    .await;
}

#[tokio::test]
async fn every_sign_in_has_a_session_of_its_own() {
    both(async |world: &World| {
        let (one, two) = (world.admin().await, world.admin().await);
        assert_ne!(one.token(), two.token());
        // The token is the secret; the id that lists show is not.
        let id = one.call(SessionList).send().await.ok().remove(0).id.to_string();
        let forged = world.nobody().call(CurrentSession).header("cookie", &format!("pc_session={id}"));
        assert_eq!(forged.send().await.code(), Code::SignedOut);
        let hash = world.texts("SELECT token_hash FROM sessions").await.remove(0);
        let forged = world.nobody().call(CurrentSession).header("cookie", &format!("pc_session={hash}"));
        assert_eq!(forged.send().await.code(), Code::SignedOut);
    })
    .await;
}
