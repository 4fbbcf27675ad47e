//! `kill -9` under load: what was answered is there, what is retried is there once.

use crate::harness::client_token;
use crate::harness::process::{DEMO_ADMIN, Installation};
use sqlx::Row;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

const AT_ONCE: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_nothing_answered_is_lost_and_retries_move_once() {
    let installation = Installation::demo();
    let mut acknowledged_in_all = 0;
    for round in 0..3 {
        let running = installation.serve();
        let program = running.program(DEMO_ADMIN);
        let customers = Arc::new(program.customers().await);
        let orders: Vec<(String, String, i64)> = (0..AT_ONCE)
            .map(|n| {
                let amount = i64::try_from(n).expect("small") + 1;
                (client_token(), customers[n % customers.len()].clone(), amount)
            })
            .collect();
        let amount = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);

        // All at once; after some answers, at a moment of its own choosing, the process is gone.
        let answered = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for (token, customer, minor) in orders.clone() {
            let (program, answered, amount) = (program.clone(), answered.clone(), amount(minor));
            tasks.spawn(async move {
                let answer = program.appropriate(&customer, &amount, &token).await;
                if answer.is_ok() {
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                (token, answer.ok())
            });
        }
        let enough = [20, 90, 150][round];
        let patience = tokio::time::Instant::now() + Duration::from_secs(20);
        while answered.load(Ordering::Relaxed) < enough && tokio::time::Instant::now() < patience {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        let jitter = u64::from(std::process::id()) * 7919 % 3_000;
        tokio::time::sleep(Duration::from_micros(jitter)).await;
        running.kill();
        let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
        for (token, answer) in tasks.join_all().await {
            if let Some((status, text)) = answer {
                assert_eq!(status, 200, "{text}");
                acknowledged.insert(token, text);
            }
        }
        println!("round {round}: {} of {AT_ONCE} were answered before the end", acknowledged.len());
        assert!(acknowledged.len() >= enough.min(AT_ONCE), "the load was answered at all");
        acknowledged_in_all += acknowledged.len();
        installation.assert_verified();

        // After the restart every client retries with its token.
        let running = installation.serve();
        let program = running.program(DEMO_ADMIN);
        for (token, customer, minor) in &orders {
            let (status, text) =
                program.appropriate(customer, &amount(*minor), token).await.expect("an answer");
            assert_eq!(status, 200, "{text}");
            if let Some(first) = acknowledged.get(token) {
                assert_eq!(&text, first, "what was answered is what is there");
            }
        }
        running.terminate();
        drop(running);
        let db = installation.db().await;
        let rows = sqlx::query(
            "SELECT COUNT(*), COUNT(DISTINCT t.transfer_id), SUM(t.amount) FROM requests r JOIN ledger_transfers t ON t.partner_id = r.partner_id AND t.transfer_id = r.transfer_id WHERE r.request_key LIKE 'ak.%token.%'",
        )
        .fetch_one(db.read())
        .await
        .expect("the database answers");
        let count = |at: usize| rows.try_get::<i64, _>(at).expect("a number");
        let rounds = i64::try_from(round + 1).expect("small");
        let all = i64::try_from(AT_ONCE).expect("small");
        assert_eq!((count(0), count(1)), (all * rounds, all * rounds), "each order once");
        assert_eq!(count(2), rounds * all * (all + 1) / 2, "each of its own amount");
        let by_actor: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM ledger_transfers WHERE actor LIKE '%DEMOXINGHE%'")
                .fetch_one(db.read())
                .await
                .expect("the database answers");
        assert_eq!(by_actor, all * rounds, "and nothing besides");
        db.read().close().await;
        installation.assert_verified();
    }
    assert!(acknowledged_in_all < 3 * AT_ONCE, "at least one round was cut off in the middle");
}
