//! Several servers, and servers that die.

use super::receiver::{Manner, Receiver};
use super::{add, deliver, deliveries, move_some, tolerant};
use crate::harness::fixture::RESELLER_ADMIN;
use crate::harness::{World, both};
use contract::webhooks::DeliveryState;
use std::collections::BTreeSet;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_the_work_and_tell_each_event_once() {
    both(async |world: &World| {
        let (one, other) = (tolerant(world).await, tolerant(world).await);
        let receiver = Receiver::start(Manner::Slow(Duration::from_millis(20))).await;
        let person = one.person(&RESELLER_ADMIN).await;
        add(&person, &receiver.url).await;
        move_some(&person, 30).await;
        tokio::join!(deliver(&one), deliver(&other));
        // Whichever found nothing to take ended before the other.
        deliver(&one).await;
        let ids = receiver.ids();
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), different.len()), (30, 30));
        assert!(receiver.most_at_once() <= 8);
        assert_eq!(world.number("SELECT COUNT(*) FROM webhook_attempts").await, 30);
        for server in [one, other] {
            server.app.db.read().close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_server_had_sent_and_not_marked_comes_again_with_the_same_id() {
    both(async |world: &World| {
        let (dying, other) = (tolerant(world).await, tolerant(world).await);
        let receiver = Receiver::start(Manner::Hang).await;
        let person = other.person(&RESELLER_ADMIN).await;
        add(&person, &receiver.url).await;
        move_some(&person, 3).await;
        let job = {
            let dying = dying.clone();
            tokio::spawn(async move { deliver(&dying).await })
        };
        receiver.until(3).await;
        // The receiver has them, the server dies before it hears so.
        job.abort();
        let sent: BTreeSet<String> = receiver.ids().into_iter().collect();
        receiver.behave(Manner::Status(200));
        deliver(&other).await;
        assert_eq!(receiver.got().len(), 3, "while the lease lasts nobody else sends");
        world.later(Duration::from_secs(61));
        deliver(&other).await;
        let again: BTreeSet<String> = receiver.ids().split_off(3).into_iter().collect();
        assert_eq!(again, sent);
        let person = other.person(&RESELLER_ADMIN).await;
        assert!(deliveries(&person).await.iter().all(|d| d.state == DeliveryState::Delivered));
        for server in [dying, other] {
            server.app.db.read().close().await;
        }
    })
    .await;
}
