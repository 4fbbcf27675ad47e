//! Receivers that fail.

use super::receiver::{Manner, Receiver};
use super::{add, deliver, deliveries, detail, endpoint, move_some, tolerant};
use crate::harness::fixture::RESELLER_ADMIN;
use crate::harness::{World, both, on_sqlite};
use contract::notices::{Kind, NoticeList};
use contract::webhooks::{
    AttemptFault, ChangeWebhook, DeliveryAgain, DeliveryState, EventKind, RETRY_SECONDS, WebhookChange,
    WebhookState, WebhookTest,
};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn seconds(of: i64) -> Duration {
    Duration::from_secs(of.unsigned_abs())
}

#[tokio::test]
async fn what_fails_is_tried_for_three_days_and_can_be_sent_again() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(500)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        add(&person, &receiver.url).await;
        move_some(&person, 1).await;
        deliver(&server).await;
        for (n, wait) in RETRY_SECONDS.iter().enumerate() {
            assert_eq!(receiver.got().len(), n + 1);
            world.later(seconds(*wait - 3));
            deliver(&server).await;
            assert_eq!(receiver.got().len(), n + 1, "not before its time");
            world.later(seconds(4));
            deliver(&server).await;
        }
        let person = server.person(&RESELLER_ADMIN).await;
        let failed = deliveries(&person).await.remove(0);
        assert_eq!((failed.state, failed.attempts, failed.status), (DeliveryState::Failed, 10, Some(500)));
        assert_eq!((failed.fault, failed.next_at), (Some(AttemptFault::Answer), None));
        world.later(Duration::from_secs(100_000));
        deliver(&server).await;
        assert_eq!(receiver.got().len(), 10, "then it is over");
        let different: BTreeSet<String> = receiver.ids().into_iter().collect();
        assert_eq!(different.len(), 1, "each attempt has the same id");
        let stamps: BTreeSet<i64> = receiver.got().iter().map(|g| g.timestamp).collect();
        assert_eq!(stamps.len(), 10, "and its own time");
        receiver.behave(Manner::Status(200));
        let person = server.person(&RESELLER_ADMIN).await;
        person.call(DeliveryAgain).at(&failed.id).send().await.ok();
        deliver(&server).await;
        let again = deliveries(&person).await.remove(0);
        assert_eq!((again.state, again.attempts), (DeliveryState::Delivered, 11));
        assert_eq!(detail(&person, &again).await.attempts.len(), 11);
        assert_eq!(endpoint(&person).await.failing_since, None);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_lost_while_a_receiver_is_down() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(503)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        add(&person, &receiver.url).await;
        move_some(&person, 12).await;
        deliver(&server).await;
        let lag = endpoint(&person).await.lag;
        assert_eq!(lag.waiting, 12);
        world.later(Duration::from_secs(600));
        let person = server.person(&RESELLER_ADMIN).await;
        let lag = endpoint(&person).await.lag;
        assert!(lag.oldest_millis.is_some_and(|m| m >= 600_000), "{lag:?}");
        receiver.behave(Manner::Status(200));
        let before = receiver.got().len();
        deliver(&server).await;
        let arrived: BTreeSet<String> = receiver.ids().split_off(before).into_iter().collect();
        assert_eq!(arrived.len(), 12);
        assert!(deliveries(&person).await.iter().all(|d| d.state == DeliveryState::Delivered));
        let lag = endpoint(&person).await.lag;
        assert_eq!((lag.waiting, lag.oldest_millis), (0, None));
        assert!(lag.p50_millis.is_some_and(|m| m >= 600_000));
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_is_switched_off_and_redirects_lead_nowhere() {
    both(async |world: &World| {
        let server = tolerant(world).await;
        let (elsewhere, receiver) =
            (Receiver::start(Manner::Status(200)).await, Receiver::start(Manner::Status(200)).await);
        receiver.behave(Manner::Redirect(elsewhere.url.clone()));
        let person = server.person(&RESELLER_ADMIN).await;
        let hook = add(&person, &receiver.url).await.webhook;
        move_some(&person, 1).await;
        deliver(&server).await;
        let one = deliveries(&person).await.remove(0);
        assert_eq!((one.state, one.status), (DeliveryState::Waiting, Some(307)));
        assert!(elsewhere.got().is_empty());
        receiver.behave(Manner::Status(410));
        world.later(Duration::from_secs(6));
        deliver(&server).await;
        assert_eq!(endpoint(&person).await.state, WebhookState::Stopped);
        move_some(&person, 1).await;
        // Less than until the next attempt would be due.
        world.later(Duration::from_secs(10));
        deliver(&server).await;
        assert_eq!(receiver.got().len(), 2, "then nothing is sent");
        server::notices::job::write_due(&server.app).await.expect("the job runs");
        let person = server.person(&RESELLER_ADMIN).await;
        let notices = person.call(NoticeList).send().await.ok().items;
        assert!(notices.iter().any(|n| n.kind == Kind::Webhook && n.action == "webhooks.stopped"));
        // Switched on, what waited goes on at once.
        receiver.behave(Manner::Status(200));
        let change = ChangeWebhook {
            url: hook.url,
            description: hook.description,
            events: hook.events,
            enabled: true,
            version: endpoint(&person).await.version,
        };
        person.call(WebhookChange).at(&hook.id).body(&change).send().await.ok();
        deliver(&server).await;
        assert_eq!(deliveries(&person).await[0].state, DeliveryState::Delivered);
        assert_eq!(receiver.got().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn five_days_of_nothing_but_failures_switch_an_endpoint_off() {
    both(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Status(500)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let hook = add(&person, &receiver.url).await.webhook;
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        deliver(&server).await;
        for hours in [119, 2] {
            assert_eq!(world.texts("SELECT state FROM webhook_endpoints").await, ["enabled"]);
            world.later(Duration::from_secs(hours * 3_600));
            let person = server.person(&RESELLER_ADMIN).await;
            person.call(WebhookTest).at(&hook.id).send().await.ok();
            deliver(&server).await;
        }
        assert_eq!(world.texts("SELECT state FROM webhook_endpoints").await, ["stopped"]);
        let told = "SELECT COUNT(*) FROM audit_entries WHERE action = 'webhooks.stopped'";
        assert_eq!(world.number(told).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_hangs_holds_nobody_else_up() {
    on_sqlite(async |world: &World| {
        let server = tolerant(world).await;
        let (hanging, well) =
            (Receiver::start(Manner::Hang).await, Receiver::start(Manner::Status(200)).await);
        let person = server.person(&RESELLER_ADMIN).await;
        add(&person, &hanging.url).await;
        add(&person, &well.url).await;
        move_some(&person, 20).await;
        let begun = Instant::now();
        let job = {
            let server = server.clone();
            tokio::spawn(async move { deliver(&server).await })
        };
        well.until(20).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "the other one is told all at once");
        assert!(hanging.most_at_once() <= 4 && well.most_at_once() <= 4, "a few at once");
        // The first four run into the time-out; from then on it is called by one at a time.
        tokio::time::sleep(Duration::from_millis(16_000).saturating_sub(begun.elapsed())).await;
        job.abort();
        let timed_out = deliveries(&person).await.into_iter().find(|d| d.attempts == 1 && d.fault.is_some());
        let timed_out = timed_out.expect("an attempt that ran into the time-out");
        assert_eq!((timed_out.fault, timed_out.status), (Some(AttemptFault::TimedOut), None));
        let attempt = detail(&person, &timed_out).await.attempts.remove(0);
        assert!((14_500..17_000).contains(&attempt.millis), "{}", attempt.millis);
    })
    .await;
}

#[tokio::test]
async fn slow_and_talkative_receivers_are_taken_at_their_word() {
    on_sqlite(async |world: &World| {
        let (server, receiver) = (tolerant(world).await, Receiver::start(Manner::Endless).await);
        let person = server.person(&RESELLER_ADMIN).await;
        let hook = add(&person, &receiver.url).await.webhook;
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        let begun = Instant::now();
        deliver(&server).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "an answer without end is not read");
        receiver.behave(Manner::Slow(Duration::from_secs(2)));
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        deliver(&server).await;
        let all = deliveries(&person).await;
        assert!(all.iter().all(|d| d.state == DeliveryState::Delivered && d.event == EventKind::WebhookTest));
        assert!(detail(&person, &all[0]).await.attempts[0].millis >= 2_000);
        // Nobody listens any more.
        drop(receiver);
        tokio::time::sleep(Duration::from_millis(50)).await;
        person.call(WebhookTest).at(&hook.id).send().await.ok();
        deliver(&server).await;
        let fault = deliveries(&person).await[0].fault;
        assert!(matches!(fault, Some(AttemptFault::Unreachable | AttemptFault::Broken)), "{fault:?}");
    })
    .await;
}
