//! Several servers, and servers that die.

use super::receiver::{Manner, Receiver};
use super::{add, deliver, deliveries, move_some, tolerant};
use crate::harness::fixture::RESELLER_ADMIN;
use crate::harness::process::{DEMO_ADMIN, Installation};
use crate::harness::{World, both, client_token};
use contract::webhooks::{DeliveryState, WebhookSecret};
use serde_json::json;
use sqlx::Row;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinSet;

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

/// The real program, `kill -9`, and all that was committed arrives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_tells_it_loses_nothing() {
    let installation = Installation::demo();
    let settings = [("PARTNER_CENTER_WEBHOOKS_ALLOW_PRIVATE", "true")];
    let running = installation.serve_with(&settings);
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let person = json!({"email": "admin@xinghe.example", "password": "xinghe-admin-2026"});
    let url = |path: &str| format!("{}{path}", running.address);
    let answer = http.post(url("/api/session")).json(&person).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().map(str::to_owned);
    let receiver = Receiver::start(Manner::Slow(Duration::from_millis(10))).await;
    let new = json!({"url": receiver.url, "description": "", "events": ["funds.appropriated"]});
    let request = http.post(url("/api/webhooks")).header("cookie", cookie.expect("a cookie")).json(&new);
    let made: WebhookSecret =
        request.send().await.expect("an answer").json().await.expect("an endpoint with its secret");

    let program = running.program(DEMO_ADMIN);
    let customers = program.customers().await;
    let mut moves = JoinSet::new();
    for n in 0..80 {
        let (program, customer) = (program.clone(), customers[n % customers.len()].clone());
        moves.spawn(async move {
            // Some are cut off: what counts is what the database holds.
            let _ = program.appropriate(&customer, "1.00", &client_token()).await;
        });
    }
    receiver.until(10).await;
    running.kill();
    moves.join_all().await;
    let told = receiver.got().len();
    let db = installation.db().await;
    // A lease ends after a minute; the test does not wait for it.
    sqlx::query("UPDATE webhook_deliveries SET leased_until = 0")
        .execute(db.read())
        .await
        .expect("past the program");
    let rows = sqlx::query("SELECT subject_id, detail FROM audit_entries WHERE action = 'funds.appropriate' AND actor LIKE '%DEMOXINGHE%'")
        .fetch_all(db.read())
        .await
        .expect("the database answers");
    let transfer = |detail: String| {
        let detail: serde_json::Value = serde_json::from_str(&detail).expect("JSON");
        detail["transfer"].as_str().expect("an id").to_owned()
    };
    let committed: BTreeSet<String> =
        rows.iter().map(|row| transfer(row.try_get(1).expect("a text"))).collect();
    db.close().await;
    assert!(committed.len() >= 10, "{}", committed.len());

    let running = installation.serve_with(&settings);
    let arrived = || -> BTreeSet<String> {
        let got = receiver.got();
        assert!(got.iter().all(|g| g.is_signed_with(&made.secret)));
        got.iter().map(|g| g.json()["data"]["transfer_id"].as_str().expect("an id").to_owned()).collect()
    };
    for _ in 0..500 {
        if arrived() == committed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(arrived(), committed, "every one, and nothing that did not happen");
    let ids: BTreeSet<String> = receiver.ids().into_iter().collect();
    assert_eq!(ids.len(), committed.len(), "what came twice has the same id");
    println!("{told} of {} were told before the end, {} in all", committed.len(), receiver.got().len());
    running.terminate();
}
