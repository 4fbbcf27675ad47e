//! Four-eyes approval: what a second member must approve waits, moves once, and is nobody's own to decide
//! (design/security.md, check 23).

use crate::harness::fixture::{ADMIN, FINANCE, OPERATOR, SHOP, STRANGER_ADMIN};
use crate::harness::{
    Answer, Client, World, assert_sound, both, client_token, done, fresh_key, move_now, on_sqlite,
};
use crate::kit::batches::{carried_out, prepared, start, to};
use contract::access::Permission;
use contract::approvals::{
    Approval, ApprovalGive, ApprovalList, ApprovalQuery, ApprovalRefuse, ApprovalState, ApprovalWithdraw,
    Refusal,
};
use contract::batches::Kind;
use contract::bss::accounts::UpdateCustomerAccountAmount;
use contract::codes::StepUp;
use contract::error::{Code, Fault};
use contract::funds::Receipt;
use contract::id::ApprovalId;
use contract::identity::CurrentSession;
use contract::organisation::{MemberUnbind, NewRole, RoleCreate};
use std::time::Duration;

/// A partner that asks for no codes, and for approval from 1,000.00 on.
const FOUR_EYES: &str = "UPDATE partners SET verification = 0, approval_from = 100000";

fn waits(answer: &Answer<StepUp<Receipt>>) -> Approval {
    match answer.ok() {
        StepUp::ApprovalNeeded { approval } => approval,
        _ => panic!("an approval, not {}", answer.text),
    }
}

async fn asked(person: &Client, amount: &str, key: &str) -> Approval {
    waits(&move_now(person, SHOP, amount, key).await)
}

async fn give(person: &Client, id: &ApprovalId) -> Answer<StepUp<Approval>> {
    person.call(ApprovalGive).at(id).key(&fresh_key()).send().await
}

async fn refuse(person: &Client, id: &ApprovalId, reason: &str) -> Answer<Approval> {
    person.call(ApprovalRefuse).at(id).body(&Refusal { reason: reason.into() }).send().await
}

async fn movements(world: &World) -> i64 {
    world.number("SELECT COUNT(*) FROM ledger_transfers WHERE customer_id IS NOT NULL").await
}

async fn count(person: &Client) -> i64 {
    person.call(CurrentSession).send().await.ok().approvals
}

#[tokio::test]
async fn from_the_limit_on_a_movement_waits_and_moves_once() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        done(&move_now(&admin, SHOP, "999.99", &fresh_key()).await);
        let key = fresh_key();
        let approval = asked(&admin, "1000", &key).await;
        assert_eq!((approval.state, approval.own), (ApprovalState::Waiting, true));
        assert_eq!(movements(world).await, 1, "nothing has moved");
        // The same call again is the same request; with another content it is none.
        assert_eq!(asked(&admin, "1000", &key).await.id, approval.id);
        assert_eq!(move_now(&admin, SHOP, "2000", &key).await.code(), Code::KeyReused);
        assert_eq!((count(&admin).await, count(&finance).await), (0, 1));

        let given = match give(&finance, &approval.id).await.ok() {
            StepUp::Done { result } => result,
            other => panic!("{other:?}"),
        };
        assert_eq!(given.state, ApprovalState::Approved);
        assert_eq!(movements(world).await, 2);
        // Pressed twice it is done once; who asked finds the receipt under the own key.
        give(&finance, &approval.id).await.ok();
        let receipt = done(&move_now(&admin, SHOP, "1000", &key).await);
        assert!(receipt.repeated);
        assert_eq!(Some(receipt.adjustment.transfer_id), given.transfer_id);
        assert_eq!((movements(world).await, count(&finance).await), (2, 0));
        let acts = world
            .texts("SELECT action FROM audit_entries WHERE action LIKE 'approvals.%' ORDER BY seq")
            .await;
        assert_eq!(acts, ["approvals.asked", "approvals.given"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_their_own_and_strangers_see_nothing() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let approval = asked(&admin, "1000", &fresh_key()).await;
        assert_eq!(give(&admin, &approval.id).await.code(), Code::OwnApproval);
        assert_eq!(give(&world.admin().await, &approval.id).await.code(), Code::OwnApproval);
        assert_eq!(refuse(&admin, &approval.id, "no").await.code(), Code::OwnApproval);
        assert_eq!(finance.call(ApprovalWithdraw).at(&approval.id).send().await.code(), Code::NotFound);
        let stranger = world.person(&STRANGER_ADMIN).await;
        assert_eq!(give(&stranger, &approval.id).await.code(), Code::NotFound);
        assert_eq!(stranger.call(ApprovalList).send().await.ok().items, []);
        let operator = world.person(&OPERATOR).await;
        assert_eq!(operator.call(ApprovalList).send().await.ok().items, []);
        assert_eq!(give(&operator, &approval.id).await.code(), Code::Forbidden);
        assert_eq!(movements(world).await, 0);
        admin.call(ApprovalWithdraw).at(&approval.id).send().await.ok();
        assert_eq!(give(&finance, &approval.id).await.code(), Code::TransferEnded);
        assert_eq!(
            ADMIN.name,
            finance.call(ApprovalList).send().await.ok().items[0].by.split(' ').next().unwrap_or("")
        );
    })
    .await;
}

#[tokio::test]
async fn a_refusal_has_a_reason_and_ends_the_call() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let key = fresh_key();
        let approval = asked(&admin, "1000", &key).await;
        assert_eq!(refuse(&finance, &approval.id, " ").await.fault(), ("reason".into(), Fault::Required));
        let refused = refuse(&finance, &approval.id, "合同未签").await.ok();
        assert_eq!((refused.state, refused.reason.as_str()), (ApprovalState::Refused, "合同未签"));
        assert_eq!(give(&finance, &approval.id).await.code(), Code::TransferEnded);
        assert_eq!(move_now(&admin, SHOP, "1000", &key).await.code(), Code::ApprovalRefused);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_request_waits_three_days_and_no_longer() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let key = fresh_key();
        let approval = asked(&world.admin().await, "1000", &key).await;
        world.later(Duration::from_secs(72 * 3600));
        let finance = world.person(&FINANCE).await;
        assert_eq!(give(&finance, &approval.id).await.code(), Code::TransferEnded);
        let query = ApprovalQuery {
            state: Some(contract::filter::OneOf(vec![ApprovalState::Expired])),
            ..ApprovalQuery::default()
        };
        assert_eq!(finance.call(ApprovalList).query(&query).send().await.ok().items.len(), 1);
        assert_eq!(count(&finance).await, 0);
        let admin = world.admin().await;
        assert_eq!(move_now(&admin, SHOP, "1000", &key).await.code(), Code::TransferEnded);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_done_is_not_asked_and_what_became_so_still_waits() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let too_much = move_now(&admin, SHOP, "1000000.01", &fresh_key()).await;
        assert_eq!(too_much.code(), Code::InsufficientBalance);
        let first = asked(&admin, "600000", &fresh_key()).await;
        let second = asked(&admin, "600000", &fresh_key()).await;
        give(&finance, &first.id).await.ok();
        assert_eq!(give(&finance, &second.id).await.code(), Code::InsufficientBalance);
        let waiting = finance.call(ApprovalList).send().await.ok().items;
        assert_eq!(waiting[0].state, ApprovalState::Waiting, "after a recharge it can be approved");
        world.fund(ADMIN.partner, 60_000_000).await;
        give(&finance, &second.id).await.ok();
        assert_eq!(movements(world).await, 2);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn many_at_once_move_it_once() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let key = fresh_key();
        let (one, two) =
            tokio::join!(move_now(&admin, SHOP, "1000", &key), move_now(&admin, SHOP, "1000", &key));
        let approval = waits(&one);
        assert_eq!(waits(&two).id, approval.id);
        let all = futures_util::future::join_all((0..8).map(|_| give(&finance, &approval.id))).await;
        assert!(all.iter().all(|a| a.status == 200), "pressed often, told once");
        assert_eq!(movements(world).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_approver_confirms_with_a_code_where_codes_are_on() {
    both(async |world: &World| {
        world.change("UPDATE partners SET approval_from = 100000").await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let approval = asked(&admin, "1000", &fresh_key()).await;
        let call = fresh_key();
        let ask = finance.call(ApprovalGive).at(&approval.id).key(&call).send().await.ok();
        assert!(matches!(ask, StepUp::CodeNeeded { .. }), "{ask:?}");
        assert_eq!(movements(world).await, 0);
        let code = finance.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let tried = finance.call(ApprovalGive).at(&approval.id).key(&call).code(wrong).send().await;
        assert_eq!(tried.code(), Code::CodeWrong);
        finance.call(ApprovalGive).at(&approval.id).key(&call).code(&code).send().await.ok();
        assert_eq!(movements(world).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn batches_and_programs_are_no_way_around() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let batch = prepared(world, &admin, &to(&[SHOP], Kind::Appropriation, "1000")).await;
        assert_eq!(batch.refusal, Some(Code::OwnApproval));
        assert_eq!(start(&admin, &batch.id).await.code(), Code::OwnApproval);
        carried_out(world, &finance, &batch.id).await;
        assert_eq!(movements(world).await, 1);
        let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 1000}}");
        let program = world.program(&ADMIN);
        let answer = program.call(UpdateCustomerAccountAmount).body_text(&body).send().await;
        assert_eq!(answer.published(), (403, "CBC.0151".into()));
        let body = body.replace(": 1000}", ": 999}");
        program.call(UpdateCustomerAccountAmount).body_text(&body).send().await.ok();
        assert_eq!(movements(world).await, 2);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn lists_turn_pages() {
    on_sqlite(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let admin = world.admin().await;
        for _ in 0..30 {
            asked(&admin, "1000", &fresh_key()).await;
        }
        let first = admin.call(ApprovalList).send().await.ok();
        assert_eq!((first.items.len(), first.total.count), (25, 30));
        let query = ApprovalQuery { page: first.next, ..ApprovalQuery::default() };
        let second = admin.call(ApprovalList).query(&query).send().await.ok();
        assert_eq!(second.items.len(), 5);
        let query = ApprovalQuery { page: second.previous, ..ApprovalQuery::default() };
        assert_eq!(admin.call(ApprovalList).query(&query).send().await.ok().items, first.items);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_worth_no_more_than_whoever_made_it() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let approval = asked(&finance, "1000", &fresh_key()).await;
        admin.call(MemberUnbind).at(&FINANCE.user_id.into()).send().await.ok();
        assert_eq!(give(&admin, &approval.id).await.code(), Code::TransferEnded);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_program_has_done_is_told_when_a_limit_came_later() {
    both(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let program = world.program(&ADMIN);
        let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 2000}}");
        let token = client_token();
        let send = async || {
            let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
            call.header("x-client-token", &token).send().await
        };
        let first = send().await.ok();
        world.change(FOUR_EYES).await.expect("past the server");
        assert_eq!(send().await.ok().transfer_id, first.transfer_id);
        // A key that is none is not passed over: without it a repeat would be another call.
        let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
        let odd = call.header("x-client-token", "order:4711/1").send().await;
        assert_eq!(odd.published(), (400, "CBC.0100".into()));
        assert_eq!(movements(world).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_starter_of_a_large_batch_may_approve() {
    both(async |world: &World| {
        world.change(FOUR_EYES).await.expect("past the server");
        let admin = world.admin().await;
        let batch = prepared(world, &admin, &to(&[SHOP], Kind::Appropriation, "1000")).await;
        let role = NewRole {
            name: "出纳".into(),
            permissions: vec![Permission::FundsAppropriate, Permission::Batches, Permission::CustomersRead],
        };
        let role = admin.call(RoleCreate).body(&role).send().await.ok();
        world
            .change(&format!(
                "UPDATE members SET roles = ' {} ', granted = ' funds_appropriate batches customers_read ' WHERE user_id = 'u-operator'",
                role.role.id
            ))
            .await
            .expect("past the server");
        let cashier = world.person(&OPERATOR).await;
        assert_eq!(start(&cashier, &batch.id).await.code(), Code::ApprovalNeeded);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}
