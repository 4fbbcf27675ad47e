//! Everything that can go wrong on the way back, each with its own answer, and none with a session.

use super::provider::{Manner, Sign, Ways, account};
use super::{Gone, Ready, come_back, go, ready, sign_in, use_it};
use crate::harness::fixture::FINANCE;
use crate::harness::{Answer, World, both, on_sqlite};
use contract::error::Code;
use contract::sso::{AnswerSso, SsoOutcome};
use serde_json::{Value, json};
use std::time::Duration;

/// No session, and nothing of the provider's in the answer.
fn refused(answer: &Answer<SsoOutcome>, code: Code, why: &str) {
    assert_eq!(answer.code(), code, "{why}: {}", answer.text);
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.starts_with("pc_sso_") && cookie.contains("Max-Age=0"), "{why}: {cookie}");
    }
    for secret in ["secret things", "access-", "eyJ", "127.0.0.1", "s3cret"] {
        assert!(!answer.text.contains(secret), "{why}: {}", answer.text);
    }
}

#[tokio::test]
async fn tokens_that_are_not_right_open_nothing() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let seconds = server.app.clock.millis() / 1000;
        let claim = |name, value: Value| Ways { claims: vec![(name, value)], ..Ways::default() };
        let sign = |sign| Ways { sign, ..Ways::default() };
        let sessions = world.number("SELECT COUNT(*) FROM sessions").await;
        for (why, ways, code) in [
            ("alg none", sign(Sign::None), Code::SsoSignature),
            ("HS256 with the public key", sign(Sign::HsByPublicKey), Code::SsoSignature),
            ("another key under the name", sign(Sign::ByAnother), Code::SsoSignature),
            (
                "another key without a name",
                Ways { without_kid: true, ..sign(Sign::ByAnother) },
                Code::SsoSignature,
            ),
            ("a key that is none", Ways { kid: Some("none"), ..Ways::default() }, Code::SsoSignature),
            ("a key of another kind", Ways { kid: Some("rsa1"), ..Ways::default() }, Code::SsoSignature),
            ("a key for letters", Ways { kid: Some("for-letters"), ..sign(Sign::Rs256) }, Code::SsoSignature),
            ("wrong issuer", claim("iss", json!("https://other.example")), Code::SsoIssuer),
            ("wrong audience", claim("aud", json!("another")), Code::SsoAudience),
            ("no audience", claim("aud", Value::Null), Code::SsoAudience),
            ("another party", claim("azp", json!("another")), Code::SsoAudience),
            ("expired", claim("exp", json!(seconds - 61)), Code::SsoTime),
            ("without an end", claim("exp", Value::Null), Code::SsoTime),
            ("from the future", claim("iat", json!(seconds + 90)), Code::SsoTime),
            ("from before", claim("iat", json!(seconds - 600)), Code::SsoTime),
            ("wrong nonce", claim("nonce", json!("another")), Code::SsoNonce),
            ("no nonce", claim("nonce", Value::Null), Code::SsoNonce),
            ("wrong at_hash", claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")), Code::SsoSignature),
            ("no subject", claim("sub", json!("")), Code::SsoUnreadable),
            ("refused", Ways { token: Manner::Status(400), ..Ways::default() }, Code::SsoRefused),
            ("down", Ways { token: Manner::Status(503), ..Ways::default() }, Code::SsoUnreachable),
            ("garbage", Ways { token: Manner::Garbage, ..Ways::default() }, Code::SsoUnreadable),
            ("without an end", Ways { token: Manner::Endless, ..Ways::default() }, Code::SsoUnreadable),
            (
                "elsewhere",
                Ways { token: Manner::Redirect(format!("{}/jwks", provider.issuer())), ..Ways::default() },
                Code::SsoRefused,
            ),
        ] {
            provider.behave(ways);
            refused(&sign_in(&server, &provider, account("fin", FINANCE.email)).await, code, why);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM sessions").await, sessions);
        assert_eq!(world.number("SELECT COUNT(*) FROM sso_attempts").await, 0, "each is taken once");
        // The partner's admins see why; nothing that the provider wrote.
        let told = world
            .texts("SELECT detail FROM audit_entries WHERE action = 'identity.sso_failed' ORDER BY seq")
            .await;
        assert_eq!(told.len(), 24);
        assert_eq!(told[0], r#"{"reason":"sso_signature","test":false}"#);
        provider.behave(Ways::default());
        super::client(&server, &sign_in(&server, &provider, account("fin", FINANCE.email)).await);
    })
    .await;
}

#[tokio::test]
async fn keys_that_cannot_be_had_open_nothing() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        for (keys, code) in [
            (Manner::Status(500), Code::SsoUnreachable),
            (Manner::Status(404), Code::SsoUnreadable),
            (Manner::Garbage, Code::SsoUnreadable),
            (Manner::Endless, Code::SsoUnreadable),
        ] {
            server.later(Duration::from_secs(3_601));
            provider.behave(Ways { keys: keys.clone(), ..Ways::default() });
            let answer = sign_in(&server, &provider, account("fin", FINANCE.email)).await;
            refused(&answer, code, &format!("{keys:?}"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_gone_or_slow_is_told_so() {
    on_sqlite(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        let from = go(&server, "dist").await;
        let answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
        provider.behave(Ways { token: Manner::Slow(Duration::from_secs(60)), ..Ways::default() });
        refused(&come_back(&server, &from, &answer).await, Code::SsoUnreachable, "slow");
        let from = go(&server, "dist").await;
        let answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
        drop(provider);
        tokio::time::sleep(Duration::from_millis(50)).await;
        refused(&come_back(&server, &from, &answer).await, Code::SsoUnreachable, "gone");
    })
    .await;
}

#[tokio::test]
async fn answers_of_the_provider_that_are_none() {
    both(async |world: &World| {
        let Ready { server, provider, .. } = ready(world).await;
        for (change, code) in [
            ((|a: &mut AnswerSso| a.error = "access_denied".into()) as fn(&mut AnswerSso), Code::SsoDenied),
            (|a| a.error = "server_error".into(), Code::SsoUnreachable),
            (|a| a.error = "temporarily_unavailable".into(), Code::SsoUnreachable),
            (|a| a.error = "invalid_request".into(), Code::SsoRefused),
            (|a| a.error = "<script>".into(), Code::SsoRefused),
            (|a| a.code = String::new(), Code::SsoUnreadable),
            (|a| a.code = "made-up".into(), Code::SsoRefused),
            // RFC 9207: it says that it names itself, so it must, and as the one that was asked.
            (|a| a.iss = "https://other.example".into(), Code::SsoIssuer),
            (|a| a.iss = String::new(), Code::SsoIssuer),
        ] {
            let from = go(&server, "dist").await;
            let mut answer = provider.sign_in(&from.location, account("fin", FINANCE.email));
            change(&mut answer);
            refused(&come_back(&server, &from, &answer).await, code, &format!("{code:?}"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_taken_once_in_time_and_by_the_browser_that_asked() {
    both(async |world: &World| {
        let Ready { server, provider, admin } = ready(world).await;
        let came = |from: &Gone| provider.sign_in(&from.location, account("fin", FINANCE.email));
        let from = go(&server, "dist").await;
        let answer = came(&from);
        // Another browser, or none at all.
        let other = go(&server, "dist").await;
        for cookie in [other.cookie.as_str(), "pc_sso_0=", "a=b"] {
            let them = Gone { location: String::new(), cookie: cookie.into() };
            refused(&come_back(&server, &them, &answer).await, Code::SsoOtherBrowser, cookie);
        }
        super::client(&server, &come_back(&server, &from, &answer).await);
        refused(&come_back(&server, &from, &answer).await, Code::SsoStale, "again");
        refused(&come_back(&server, &from, &came(&from)).await, Code::SsoStale, "again with another code");
        // Many at once are one.
        let from = go(&server, "dist").await;
        let answer = came(&from);
        let all = futures_util::future::join_all((0..10).map(|_| come_back(&server, &from, &answer))).await;
        assert_eq!(all.iter().filter(|a| a.status == 200).count(), 1);
        // Somebody else's code does not fit this challenge.
        let (mine, theirs) = (go(&server, "dist").await, go(&server, "dist").await);
        let swapped = AnswerSso { code: came(&theirs).code, ..came(&mine) };
        refused(&come_back(&server, &mine, &swapped).await, Code::SsoRefused, "swapped");
        let from = go(&server, "dist").await;
        let answer = came(&from);
        server.later(Duration::from_secs(601));
        refused(&come_back(&server, &from, &answer).await, Code::SsoStale, "late");
        for state in ["", "x", "'; DROP TABLE sso_attempts; --"] {
            let made_up = AnswerSso { state: state.into(), ..AnswerSso::default() };
            refused(&come_back(&server, &from, &made_up).await, Code::SsoStale, state);
        }
        // Switched off meanwhile.
        let from = go(&server, "dist").await;
        let answer = came(&from);
        use_it(&admin, |w| w.enabled = false).await.ok();
        refused(&come_back(&server, &from, &answer).await, Code::SsoOff, "off");
        assert_eq!(provider.asked("token"), 4, "nobody is asked for what cannot be");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_an_attempt_can_be_read_from_the_database() {
    on_sqlite(async |world: &World| {
        let Ready { server, .. } = ready(world).await;
        let from = go(&server, "dist").await;
        let row =
            world.texts("SELECT state_hash || ' ' || browser_hash || ' ' || next FROM sso_attempts").await;
        let given = super::provider::parameters(&reqwest::Url::parse(&from.location).expect("an address"));
        let secret = from.cookie.split('=').nth(1).expect("a value");
        for one in [secret, &given["state"], &given["nonce"], &given["code_challenge"]] {
            assert!(!row[0].contains(one), "{row:?}");
        }
        server.later(Duration::from_secs(601));
        server::sso::clean(&server.app).await.expect("the job runs");
        assert_eq!(world.number("SELECT COUNT(*) FROM sso_attempts").await, 0);
    })
    .await;
}
