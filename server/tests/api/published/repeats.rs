//! The same signed request, or the same signed `X-Client-Token`, is one movement
//! (product/signing-observed.md 5.2).

use crate::harness::fixture::{ADMIN, DISTRIBUTOR, FINANCE, MILL, SHOP};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both, client_token, standing};
use contract::bss::accounts::{AdjustAccountResponse, ReclaimToPartnerAccount, UpdateCustomerAccountAmount};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinSet;

fn body(customer: &str, amount: &str) -> String {
    format!("{{\"customer_id\": \"{customer}\", \"amount\": {amount}}}")
}

fn ready(program: &Client, amount: &str) -> Wire {
    program.call(UpdateCustomerAccountAmount).body_text(&body(SHOP, amount)).ready()
}

#[tokio::test]
async fn the_same_signed_request_moves_once_and_answers_the_same() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let wire = ready(&program, "10.00");
        let first: Answer<AdjustAccountResponse> = program.wire(wire.clone()).await;
        let id = first.ok().transfer_id;
        for _ in 0..3 {
            let again: Answer<AdjustAccountResponse> = program.wire(wire.clone()).await;
            assert_eq!(again.ok().transfer_id, id);
        }
        // 14 minutes later, still within the window.
        world.later(Duration::from_secs(14 * 60));
        let late: Answer<AdjustAccountResponse> = program.wire(wire.clone()).await;
        assert_eq!(late.ok().transfer_id, id);
        world.later(Duration::from_secs(2 * 60));
        let too_late: Answer<AdjustAccountResponse> = program.wire(wire).await;
        assert_eq!(too_late.published(), (401, "APIGW.0303".into()));
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_repeated_too_even_when_money_came_in_between() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let wire = ready(&program, "1000000.01");
        let first: Answer<AdjustAccountResponse> = program.wire(wire.clone()).await;
        assert_eq!(first.published(), (400, "CBC.99005003".into()));
        world.fund(DISTRIBUTOR, 100_000).await;
        let again: Answer<AdjustAccountResponse> = program.wire(wire).await;
        assert_eq!(again.published(), (400, "CBC.99005003".into()));
        // Asked anew, a second later, it is another request.
        world.later(Duration::from_secs(1));
        let anew: Answer<AdjustAccountResponse> = program.wire(ready(&program, "1000000.01")).await;
        anew.ok();
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_copies_at_once_move_once() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let wire = ready(&program, "10");
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (program, wire) = (program.clone(), wire.clone());
            tasks.spawn(async move {
                let answer: Answer<AdjustAccountResponse> = program.wire(wire).await;
                answer.ok().transfer_id
            });
        }
        let ids: BTreeSet<String> = tasks.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "10.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_client_token_makes_a_retry_safe_whenever_it_comes() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let token = client_token();
        let send = async |program: &Client, customer: &str, amount: &str, token: &str| {
            let call = program.call(UpdateCustomerAccountAmount).body_text(&body(customer, amount));
            call.header("x-client-token", token).send().await
        };
        let id = send(&program, SHOP, "10", &token).await.ok().transfer_id;
        // Signed again in another second, as the SDK's with_retry does; written otherwise.
        for (hours, amount) in [(0, "10"), (1, "10.00"), (47, "1e1")] {
            world.later(Duration::from_secs(hours * 3600 + 1));
            assert_eq!(send(&program, SHOP, amount, &token).await.ok().transfer_id, id);
        }
        // The same token for something else is refused.
        assert_eq!(send(&program, SHOP, "10.01", &token).await.published(), (400, "CBC.99007009".into()));
        assert_eq!(send(&program, MILL, "10", &token).await.published(), (400, "CBC.99007009".into()));
        let call = program.call(ReclaimToPartnerAccount).body_text(&body(SHOP, "10"));
        let back = call.header("x-client-token", &token).send().await;
        assert_eq!(back.published(), (400, "CBC.99007009".into()));
        // Another token, or the same token of another key, is another movement.
        assert_ne!(send(&program, SHOP, "10", &client_token()).await.ok().transfer_id, id);
        assert_ne!(send(&world.program(&FINANCE), SHOP, "10", &token).await.ok().transfer_id, id);
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "30.00");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_client_token_that_is_not_signed_is_not_looked_at() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let token = client_token();
        // Whoever stands between must not be able to turn two movements into one.
        let first = ready(&program, "10").with("x-client-token", &token);
        world.later(Duration::from_secs(1));
        let second = ready(&program, "10").with("x-client-token", &token);
        let first: Answer<AdjustAccountResponse> = program.wire(first).await;
        let second: Answer<AdjustAccountResponse> = program.wire(second).await;
        assert_ne!(first.ok().transfer_id, second.ok().transfer_id);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn two_meant_movements_in_one_second_collapse_unless_told_apart() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        // The documented cost of replay protection with an SDK that sends no nonce.
        let date = world.app.clock.now().format("%Y%m%dT%H%M%SZ").to_string();
        let in_one_second = || {
            let call = program.call(UpdateCustomerAccountAmount).body_text(&body(SHOP, "10"));
            call.header("x-sdk-date", &date)
        };
        let (one, two) = (in_one_second().send().await, in_one_second().send().await);
        assert_eq!(one.ok().transfer_id, two.ok().transfer_id);
        let (one, two) = (
            in_one_second().header("x-client-token", &client_token()).send().await,
            in_one_second().header("x-client-token", &client_token()).send().await,
        );
        assert_ne!(one.ok().transfer_id, two.ok().transfer_id);
        assert_eq!(standing(&world.admin().await, SHOP).await.customer[0], "30.00");
        assert_sound(world).await;
    })
    .await;
}
