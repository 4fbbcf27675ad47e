//! What arrives, signed with what; secrets; replays.

use super::receiver::{Manner, Receiver};
use super::{add, deliver, deliveries, detail, endpoint, move_some, tolerant};
use crate::harness::fixture::{RESELLER_ADMIN, RESELLERS_SHOP, STRANGER_ADMIN, STRANGERS_SHOP};
use crate::harness::{World, both, done, fresh_key, move_now};
use contract::audit::{AuditList, AuditQuery};
use contract::error::{Code, Fault};
use contract::time::{from_millis, to_millis};
use contract::webhooks::{
    ChangeWebhook, DeliveryAgain, DeliveryState, EventKind, Replay, WebhookChange, WebhookReplay,
    WebhookRotate, WebhookTest,
};
use std::collections::BTreeSet;
use std::time::Duration;

#[tokio::test]
async fn what_happened_arrives_signed_and_says_no_more_than_it_should() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(200)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let before = move_now(&person, RESELLERS_SHOP, "9", &fresh_key()).await;
        done(&before);
        let made = add(&person, &receiver.url).await;
        let receipt = done(&move_now(&person, RESELLERS_SHOP, "12.34", &fresh_key()).await);
        // Of another partner nothing comes.
        let stranger = server.person(&STRANGER_ADMIN).await;
        done(&move_now(&stranger, STRANGERS_SHOP, "1", &fresh_key()).await);
        deliver(&server).await;
        let got = receiver.got();
        assert_eq!(got.len(), 1, "what happened before is not told");
        assert!(got[0].is_signed_with(&made.secret) && got[0].signatures.len() == 1);
        assert!((got[0].timestamp - world.app.clock.millis() / 1_000).abs() < 60);
        assert_eq!(got[0].headers["content-type"], "application/json");
        let body = got[0].json();
        assert_eq!(body["type"], "funds.appropriated");
        assert_eq!(
            body["data"],
            serde_json::json!({
                "partner_id": RESELLER_ADMIN.partner,
                "customer_id": RESELLERS_SHOP,
                "transfer_id": receipt.adjustment.transfer_id,
                "amount": receipt.adjustment.amount,
            })
        );
        assert_eq!(body.as_object().expect("an object").len(), 3);
        let all = deliveries(&person).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].state, all[0].status, all[0].attempts), (DeliveryState::Delivered, Some(200), 1));
        assert_eq!((&all[0].event_id, all[0].event), (&got[0].id, EventKind::FundsAppropriated));
        let shown = detail(&person, &all[0]).await;
        assert_eq!(shown.payload, got[0].body);
        assert_eq!((shown.attempts.len(), shown.attempts[0].fault), (1, None));
        let lag = endpoint(&person).await.lag;
        assert_eq!((lag.waiting, lag.oldest_millis, lag.delivered), (0, None, 1));
        assert!(lag.p50_millis.is_some_and(|p| p < 60_000) && lag.p95_millis >= lag.p50_millis);
        deliver(&server).await;
        assert_eq!(receiver.got().len(), 1, "once");
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_told_once_and_the_one_before_signs_for_a_day() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(204)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let first = add(&person, &receiver.url).await;
        assert!(first.secret.starts_with("whsec_") && first.secret.len() >= 38);
        let second = person.call(WebhookRotate).at(&first.webhook.id).send().await.ok();
        assert_ne!(first.secret, second.secret);
        assert!(second.webhook.old_secret_until.is_some());
        let sent = person.call(WebhookTest).at(&first.webhook.id).send().await.ok();
        deliver(&server).await;
        let got = receiver.got();
        assert!(got[0].is_signed_with(&first.secret) && got[0].is_signed_with(&second.secret));
        assert_eq!(got[0].signatures.len(), 2);
        assert_eq!((got[0].json()["type"].as_str(), &got[0].id), (Some("webhook.test"), &sent.event_id));
        world.later(Duration::from_secs(24 * 3_600 + 1));
        let person = server.person(&RESELLER_ADMIN).await;
        person.call(WebhookTest).at(&first.webhook.id).send().await.ok();
        deliver(&server).await;
        let got = receiver.got();
        assert!(got[1].is_signed_with(&second.secret) && !got[1].is_signed_with(&first.secret));
        assert_eq!(endpoint(&person).await.old_secret_until, None);
        // Neither secrets nor what stands in an address are written down in clear.
        let everything = format!("{:?}", world.everything().await);
        for secret in [&first.secret, &second.secret] {
            assert!(!everything.contains(secret.trim_start_matches("whsec_")));
        }
        let trail = person.call(AuditList).query(&AuditQuery::default()).send().await;
        assert!(trail.text.contains("webhooks.secret_rotated"));
        assert!(!trail.text.contains("whsec_") && !trail.text.contains("s3cret"), "{}", trail.text);
    })
    .await;
}

#[tokio::test]
async fn a_replay_sends_again_what_was_told_and_what_was_not() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(200)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let hook = add(&person, &receiver.url).await.webhook;
        move_some(&person, 2).await;
        deliver(&server).await;
        world.later(Duration::from_secs(60));
        let since = from_millis(world.app.clock.millis());
        move_some(&person, 2).await;
        deliver(&server).await;
        // Switched off, nothing comes, and nothing is kept for later.
        let change = ChangeWebhook {
            url: hook.url.clone(),
            description: String::new(),
            events: hook.events.clone(),
            enabled: false,
            version: endpoint(&person).await.version,
        };
        person.call(WebhookChange).at(&hook.id).body(&change).send().await.ok();
        move_some(&person, 3).await;
        let replay = Replay { since };
        let off = person.call(WebhookReplay).at(&hook.id).body(&replay).send().await;
        assert_eq!(off.code(), Code::WebhookOff);
        assert_eq!(person.call(WebhookTest).at(&hook.id).send().await.code(), Code::WebhookOff);
        let on = ChangeWebhook { enabled: true, version: change.version + 1, ..change };
        person.call(WebhookChange).at(&hook.id).body(&on).send().await.ok();
        deliver(&server).await;
        assert_eq!(receiver.got().len(), 4);
        // From the moment on: two a second time, three for the first.
        let done = person.call(WebhookReplay).at(&hook.id).body(&replay).send().await.ok();
        assert_eq!(done.events, 5);
        deliver(&server).await;
        let ids = receiver.ids();
        assert_eq!(ids.len(), 9);
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), 7, "the same event has the same id");
        assert!(ids[2..4].iter().all(|id| ids[4..].contains(id)), "what came before came again");
        assert!(!ids[4..].contains(&ids[0]), "what was earlier did not");
        let all = deliveries(&person).await;
        assert_eq!(all.len(), 7);
        assert!(all.iter().all(|d| d.state == DeliveryState::Delivered));
        // One by itself.
        let again = person.call(DeliveryAgain).at(&all[0].id).send().await.ok();
        assert_eq!(again.state, DeliveryState::Waiting);
        deliver(&server).await;
        assert_eq!(receiver.ids().last(), Some(&all[0].event_id));
        assert_eq!(detail(&person, &all[0]).await.attempts.len(), 2);
        for millis in [to_millis(since) - 31 * 86_400_000, to_millis(since) + 86_400_000] {
            let replay = Replay { since: from_millis(millis) };
            let refused = person.call(WebhookReplay).at(&hook.id).body(&replay).send().await;
            assert_eq!(refused.fault(), ("since".into(), Fault::Invalid));
        }
    })
    .await;
}
