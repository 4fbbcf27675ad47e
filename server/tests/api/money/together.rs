//! Many at once: double clicks, several tabs, several servers.

use crate::harness::fixture::{RESELLER, RESELLERS_SHOP, SHOP};
use crate::harness::{
    Client, World, assert_sound, both, client_token, confirm, done, fresh_key, hold, move_now, standing,
};
use contract::bss::accounts::UpdateCustomerAccountAmount;
use contract::codes::StepUp;
use contract::error::Code;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// Runs `count` tasks at once and gathers their results.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    task: impl Fn(usize) -> F,
) -> Vec<T> {
    let mut tasks = JoinSet::new();
    for n in 0..count {
        tasks.spawn(task(n));
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_with_money_for_37_are_exactly_37() {
    both(async |world: &World| {
        let price = 13_501; // 135.01: 37 of them fit into 5,000.00, 38 do not
        assert!((37 * price..38 * price).contains(&500_000));
        let person = world.reseller().await;
        let codes = at_once(100, |_| {
            let person = person.clone();
            async move {
                let answer = move_now(&person, RESELLERS_SHOP, "135.01", &fresh_key()).await;
                if answer.status == 200 { None } else { Some(answer.code()) }
            }
        })
        .await;
        assert_eq!(codes.iter().filter(|c| c.is_none()).count(), 37);
        assert!(codes.iter().flatten().all(|c| *c == Code::InsufficientBalance), "{codes:?}");
        let end = standing(&person, RESELLERS_SHOP).await;
        assert_eq!((end.partner[0].as_str(), end.customer[0].as_str()), ("4.63", "4995.37"));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_confirmations_of_one_movement_are_one() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        let code = person.newest_code().await;
        let receipts = at_once(50, |_| {
            let (person, key, code) = (person.clone(), key.clone(), code.clone());
            async move { done(&confirm(&person, SHOP, "10", &key, &code).await) }
        })
        .await;
        let ids: BTreeSet<String> = receipts.iter().map(|r| r.adjustment.transfer_id.to_string()).collect();
        assert_eq!(ids.len(), 1, "everybody who confirms gets the one receipt");
        assert_eq!(receipts.iter().filter(|r| !r.repeated).count(), 1);
        assert_eq!(standing(&person, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_retries_of_a_posted_movement_do_not_wait_for_each_other() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        let code = person.newest_code().await;
        done(&confirm(&person, SHOP, "10", &key, &code).await);
        // More than the pool has connections.
        let retries = at_once(60, |_| {
            let (person, key, code) = (person.clone(), key.clone(), code.clone());
            async move { done(&confirm(&person, SHOP, "10", &key, &code).await) }
        });
        let receipts = tokio::time::timeout(std::time::Duration::from_secs(10), retries).await;
        assert!(receipts.expect("answers within seconds").iter().all(|r| r.repeated));
        assert_eq!(standing(&person, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_that_needs_a_code_is_one_hold_and_one_message() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        let ids: BTreeSet<String> = at_once(20, |_| {
            let (person, key) = (person.clone(), key.clone());
            async move { hold(&person, SHOP, "10", &key).await.id.to_string() }
        })
        .await
        .into_iter()
        .collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM messages").await, 1);
        assert_eq!(standing(&person, SHOP).await.partner[1], "10.00");
        done(&confirm(&person, SHOP, "10", &key, &person.newest_code().await).await);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_tries_at_once_are_all_counted() {
    both(async |world: &World| {
        let person = world.admin().await;
        let key = fresh_key();
        hold(&person, SHOP, "10", &key).await;
        let code = person.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let answers = at_once(30, |_| {
            let (person, key) = (person.clone(), key.clone());
            async move { confirm(&person, SHOP, "10", &key, wrong).await.code() }
        })
        .await;
        assert_eq!(answers.iter().filter(|c| **c == Code::CodeWrong).count(), 4, "{answers:?}");
        assert_eq!(confirm(&person, SHOP, "10", &key, &code).await.code(), Code::CodeLocked);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_with_the_same_keys_move_each_once() {
    both(async |world: &World| {
        let other = world.another_server(crate::harness::delivering(None, None)).await;
        let here = world.reseller().await;
        let both_servers = [here.clone(), here.at(&other)];
        let keys: Vec<String> = (0..40).map(|_| fresh_key()).collect();
        // Each key four times: twice at each server.
        let receipts = at_once(160, |n| {
            let (person, key): (Client, String) = (both_servers[n % 2].clone(), keys[n / 4].clone());
            async move { done(&move_now(&person, RESELLERS_SHOP, "1.25", &key).await) }
        })
        .await;
        let ids: BTreeSet<String> = receipts.iter().map(|r| r.adjustment.transfer_id.to_string()).collect();
        assert_eq!(ids.len(), 40);
        assert_eq!(receipts.iter().filter(|r| !r.repeated).count(), 40);
        assert_eq!(standing(&here, RESELLERS_SHOP).await.customer[0], "50.00");
        assert_sound(world).await;
        other.app.db.read().close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_and_programs_at_once_keep_the_books() {
    both(async |world: &World| {
        world.fund(RESELLER, 1_000_000).await;
        let person = world.reseller().await;
        let program = world.program(&crate::harness::fixture::RESELLER_ADMIN);
        let moved: i64 = at_once(120, |n| {
            let (person, program) = (person.clone(), program.clone());
            async move {
                let amount = format!("{}.{:02}", n % 7 + 1, n % 100);
                let minor = i64::try_from((n % 7 + 1) * 100 + n % 100).expect("small");
                if n % 2 == 0 {
                    done(&move_now(&person, RESELLERS_SHOP, &amount, &fresh_key()).await);
                } else {
                    let body = format!("{{\"customer_id\": \"{RESELLERS_SHOP}\", \"amount\": {amount}}}");
                    let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
                    call.header("x-client-token", &client_token()).send().await.ok();
                }
                minor
            }
        })
        .await
        .into_iter()
        .sum();
        let account =
            format!("SELECT posted FROM ledger_accounts WHERE account_id = 'c-{RESELLERS_SHOP}-CNY'");
        assert_eq!(world.number(&account).await, moved);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirming_giving_up_and_expiring_at_once_end_a_hold_one_way() {
    both(async |world: &World| {
        let person = world.admin().await;
        let (mut before, mut ended_by_code) = (0, 0);
        for round in 0..6 {
            let key = fresh_key();
            hold(&person, SHOP, "10", &key).await;
            let code = person.newest_code().await;
            let db = world.app.db.clone();
            let at_the_end = world.app.clock.millis() + 10 * 60_000;
            let outcomes = at_once(9, |n| {
                let (person, key, code, db) = (person.clone(), key.clone(), code.clone(), db.clone());
                async move {
                    match (n + round) % 3 {
                        0 => {
                            let answer = confirm(&person, SHOP, "10", &key, &code).await;
                            answer.status == 200 && matches!(answer.ok(), StepUp::Done { .. })
                        }
                        1 => {
                            let path = contract::funds::MovementKey(key);
                            let answer = person.call(contract::funds::MovementVoid).at(&path).send().await;
                            assert!(answer.status == 204 || answer.code() == Code::TransferEnded);
                            false
                        }
                        _ => {
                            server::ledger::expire::expire_holds(&db, at_the_end)
                                .await
                                .expect("the job runs");
                            false
                        }
                    }
                }
            })
            .await;
            let posted = world.number("SELECT COUNT(*) FROM ledger_transfers WHERE phase = 'post'").await;
            assert_eq!(
                outcomes.iter().any(|done| *done),
                posted > before,
                "who confirms knows whether it moved"
            );
            assert_sound(world).await;
            ended_by_code += usize::from(posted > before);
            before = posted;
        }
        println!("{ended_by_code} of 6 were confirmed");
    })
    .await;
}
