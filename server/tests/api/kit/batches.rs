//! Batches (checklist 24, 25, 39, 40; capabilities 28 and 30): shown before they are started, carried out
//! once, stopped, taken back.

use crate::harness::fixture::{
    CONSULTED, FINANCE, FROZEN, MILL, NO_CUSTOMER, RESELLER, RESELLERS_SHOP, SHOP, customer,
};
use crate::harness::{Answer, Client, World, assert_sound, both, done, fresh_key, move_now, on_sqlite};
use contract::batches::{
    AT_ONCE, Batch, BatchCancel, BatchCreate, BatchList, BatchReverse, BatchRows, BatchStart, BatchView,
    Kind, NewBatch, RowState, Source, State,
};
use contract::codes::StepUp;
use contract::error::{Code, Fault};
use contract::id::BatchId;
use server::batches::job::work_due;
use std::time::Duration;

pub fn to(customers: &[&str], kind: Kind, amount: &str) -> NewBatch {
    NewBatch {
        kind: Some(kind),
        customers: customers.iter().map(|id| (*id).into()).collect(),
        amount: amount.into(),
        ..NewBatch::default()
    }
}

/// Prepares a batch and has its rows checked.
pub async fn prepared(world: &World, person: &Client, new: &NewBatch) -> Batch {
    let asked = person.call(BatchCreate).body(new).send().await.ok();
    assert_eq!(asked.state, State::Checking);
    work_due(&world.app).await.expect("the job runs");
    view(person, &asked.id).await
}

pub async fn view(person: &Client, id: &BatchId) -> Batch {
    person.call(BatchView).at(id).send().await.ok()
}

pub async fn start(person: &Client, id: &BatchId) -> Answer<StepUp<Batch>> {
    person.call(BatchStart).at(id).key(&fresh_key()).send().await
}

/// Starts a batch of a partner without codes and has it carried out.
pub async fn carried_out(world: &World, person: &Client, id: &BatchId) -> Batch {
    start(person, id).await.ok();
    work_due(&world.app).await.expect("the job runs");
    view(person, id).await
}

async fn movements(world: &World) -> i64 {
    world.number("SELECT COUNT(*) FROM ledger_transfers WHERE customer_id IS NOT NULL").await
}

fn shops(count: usize) -> Vec<server::customers::create::NewCustomer> {
    (0..count).map(|n| customer(&format!("0193{n:028}"), &format!("批量 {n}"))).collect()
}

#[tokio::test]
async fn what_will_happen_is_shown_before_it_does() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let new = to(&[SHOP, MILL, CONSULTED, FROZEN, NO_CUSTOMER, SHOP], Kind::Appropriation, "100.50");
        let batch = prepared(world, &admin, &new).await;
        assert_eq!((batch.state, batch.source), (State::Ready, Source::Selection));
        assert_eq!((batch.rows, batch.waiting, batch.refused), (5, 2, 3), "the same customer counts once");
        assert_eq!(batch.total.decimal(), "201.00");
        assert!(batch.code_needed && batch.refusal.is_none());
        let reasons: Vec<_> = batch.reasons.iter().map(|r| (r.code, r.rows)).collect();
        for reason in [(Code::NotResale, 1), (Code::CustomerFrozen, 1), (Code::NotFound, 1)] {
            assert!(reasons.contains(&reason), "{reasons:?}");
        }
        assert_eq!(movements(world).await, 0, "nothing has happened");
        let rows = admin.call(BatchRows).at(&batch.id).send().await.ok();
        let mill = rows.items.iter().find(|r| r.customer_id == MILL).expect("a row");
        assert_eq!((mill.customer_name.as_str(), mill.state), ("上海磨坊", RowState::Waiting));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn each_row_is_moved_once_after_the_code() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let batch = prepared(world, &admin, &to(&[SHOP, MILL], Kind::Appropriation, "100")).await;
        let key = fresh_key();
        let asked = admin.call(BatchStart).at(&batch.id).key(&key).send().await.ok();
        assert!(matches!(asked, StepUp::CodeNeeded { .. }));
        let wrong = admin.call(BatchStart).at(&batch.id).key(&key).code("000000").send().await;
        assert_eq!(wrong.code(), Code::CodeWrong);
        work_due(&world.app).await.expect("the job runs");
        assert_eq!(movements(world).await, 0);
        let code = admin.newest_code().await;
        let started = admin.call(BatchStart).at(&batch.id).key(&key).code(&code).send().await.ok();
        assert!(matches!(started, StepUp::Done { result } if result.state == State::Running));
        // A second click, another window, the job on two servers.
        start(&admin, &batch.id).await.ok();
        let (one, two) = tokio::join!(work_due(&world.app), work_due(&world.app));
        one.and(two).expect("the jobs run");
        let batch = view(&admin, &batch.id).await;
        assert_eq!((batch.state, batch.done, batch.failed), (State::Done, 2, 0));
        assert_eq!(batch.moved.decimal(), "200.00");
        assert_eq!(movements(world).await, 2);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn all_that_match_are_all_that_match() {
    both(async |world: &World| {
        world.add_customers(RESELLER, shops(1_234)).await;
        world.fund(RESELLER, 10_000_000).await;
        let admin = world.reseller().await;
        let new = NewBatch {
            kind: Some(Kind::Appropriation),
            query: Some("?q=%E6%89%B9%E9%87%8F&sort=name&page=ffff".into()),
            amount: "0.01".into(),
            memo: "开业".into(),
            ..NewBatch::default()
        };
        let batch = prepared(world, &admin, &new).await;
        assert_eq!((batch.rows, batch.waiting, batch.source), (1_234, 1_234, Source::Filter));
        let batch = carried_out(world, &admin, &batch.id).await;
        assert_eq!((batch.done, batch.moved.decimal().as_str()), (1_234, "12.34"));
        assert_eq!(movements(world).await, 1_234);
        let twice = world.number("SELECT COUNT(*) FROM (SELECT customer_id FROM ledger_transfers WHERE customer_id IS NOT NULL GROUP BY customer_id HAVING COUNT(*) > 1) AS x").await;
        assert_eq!(twice, 0);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_moves_nothing_twice() {
    both(async |world: &World| {
        world.add_customers(RESELLER, shops(250)).await;
        let admin = world.reseller().await;
        let new = NewBatch {
            kind: Some(Kind::Appropriation),
            query: Some("?q=批量".into()),
            amount: "1".into(),
            ..NewBatch::default()
        };
        let batch = prepared(world, &admin, &new).await;
        start(&admin, &batch.id).await.ok();
        work_due(&world.app).await.expect("the job runs");
        // As after a crash: the movements were made, what the batch knew of them is lost.
        world
            .change("UPDATE batch_rows SET state = 'waiting', transfer_id = NULL WHERE number > 30")
            .await
            .expect("past the server");
        world.change("UPDATE batches SET state = 'running', ended_at = NULL").await.expect("past the server");
        work_due(&world.app).await.expect("the job runs");
        let batch = view(&admin, &batch.id).await;
        assert_eq!((batch.state, batch.done, batch.failed), (State::Done, 250, 0));
        assert_eq!(movements(world).await, 250);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_stop_after_a_crash_keeps_what_was_done() {
    both(async |world: &World| {
        world.add_customers(RESELLER, shops(130)).await;
        let admin = world.reseller().await;
        let new = NewBatch {
            kind: Some(Kind::Appropriation),
            query: Some("?q=批量".into()),
            amount: "1".into(),
            ..NewBatch::default()
        };
        let batch = prepared(world, &admin, &new).await;
        start(&admin, &batch.id).await.ok();
        work_due(&world.app).await.expect("the job runs");
        // As after a crash between the movements and what the batch knows of them; ten were never tried.
        for sql in [
            "UPDATE batch_rows SET state = 'waiting', transfer_id = NULL WHERE number > 50",
            "DELETE FROM requests WHERE request_key LIKE 'batch.%.13_' OR request_key LIKE 'batch.%.12_'",
            "UPDATE batches SET state = 'running', ended_at = NULL",
        ] {
            world.change(sql).await.expect("past the server");
        }
        admin.call(BatchCancel).at(&batch.id).send().await.ok();
        assert!(view(&admin, &batch.id).await.stopping);
        work_due(&world.app).await.expect("the job runs");
        let batch = view(&admin, &batch.id).await;
        assert_eq!((batch.state, batch.done, batch.failed), (State::Cancelled, 119, 11));
        assert!(!batch.stopping);
        // Whoever still holds an order of the rest is refused.
        let refused =
            "SELECT COUNT(*) FROM requests WHERE request_key LIKE 'batch.%' AND refusal IS NOT NULL";
        assert_eq!(world.number(refused).await, 11);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_person_has_a_limited_number_of_open_batches() {
    on_sqlite(async |world: &World| {
        let admin = world.reseller().await;
        let new = to(&[RESELLERS_SHOP], Kind::Appropriation, "1");
        for _ in 0..AT_ONCE {
            admin.call(BatchCreate).body(&new).send().await.ok();
        }
        assert_eq!(admin.call(BatchCreate).body(&new).send().await.code(), Code::TooManyAttempts);
        let one = admin.call(BatchList).send().await.ok().items.remove(0);
        admin.call(BatchCancel).at(&one.id).send().await.ok();
        admin.call(BatchCreate).body(&new).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_keys_of_batches_and_of_programs_are_not_for_callers() {
    on_sqlite(async |world: &World| {
        let admin = world.reseller().await;
        for key in ["batch.x.1", "ak.x.y", "token.z"] {
            assert_eq!(move_now(&admin, RESELLERS_SHOP, "1", key).await.code(), Code::BadRequest);
        }
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_taken_back_once() {
    both(async |world: &World| {
        world.add_customers(RESELLER, shops(3)).await;
        let admin = world.reseller().await;
        let ids: Vec<String> = (0..3).map(|n| format!("0193{n:028}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let batch = prepared(world, &admin, &to(&ids, Kind::Appropriation, "10")).await;
        assert_eq!(admin.call(BatchReverse).at(&batch.id).send().await.code(), Code::NothingToDo);
        let batch = carried_out(world, &admin, &batch.id).await;
        assert!(batch.is_reversible());
        // One customer has spent some of it: that row says so, the others come back.
        done(&{
            let body = contract::funds::NewMovement { amount: "5".into(), memo: String::new() };
            admin.call(contract::funds::Reclaim).at(&ids[0].into()).body(&body).key(&fresh_key()).send().await
        });
        let back = admin.call(BatchReverse).at(&batch.id).send().await.ok();
        assert_eq!(admin.call(BatchReverse).at(&batch.id).send().await.code(), Code::AlreadyReversed);
        work_due(&world.app).await.expect("the job runs");
        let back = view(&admin, &back.id).await;
        assert_eq!((back.kind, back.waiting, back.refused), (Kind::Reclaim, 2, 1));
        assert_eq!(back.reverses, Some(batch.id.clone()));
        let back = carried_out(world, &admin, &back.id).await;
        assert_eq!((back.done, back.moved.decimal().as_str()), (2, "20.00"));
        assert!(!back.is_reversible(), "what takes back is not taken back");
        assert_eq!(view(&admin, &batch.id).await.reversed_by, Some(back.id));
        let linked = world.number("SELECT COUNT(*) FROM ledger_transfers t JOIN ledger_transfers o ON o.partner_id = t.partner_id AND o.transfer_id = t.reverses_id AND o.customer_id = t.customer_id AND o.amount = t.amount").await;
        assert_eq!(linked, 2, "each names the movement that it takes back");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_reclaim_takes_all_that_is_there_or_an_amount() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        done(&move_now(&admin, RESELLERS_SHOP, "12.34", &fresh_key()).await);
        world.add_customers(RESELLER, shops(1)).await;
        let empty = format!("0193{:028}", 0);
        let batch = prepared(world, &admin, &to(&[RESELLERS_SHOP, &empty], Kind::Reclaim, "")).await;
        assert_eq!((batch.waiting, batch.refused, batch.total.decimal().as_str()), (1, 1, "12.34"));
        assert_eq!(batch.reasons[0].code, Code::NothingToDo);
        let more = prepared(world, &admin, &to(&[RESELLERS_SHOP], Kind::Reclaim, "12.35")).await;
        assert_eq!((more.refused, more.reasons[0].code), (1, Code::InsufficientBalance));
        assert_eq!(more.refusal, Some(Code::NothingToDo));
        assert_eq!(start(&admin, &more.id).await.code(), Code::NothingToDo);
        let batch = carried_out(world, &admin, &batch.id).await;
        assert_eq!(batch.moved.decimal(), "12.34");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_changes_after_the_check_is_refused_when_its_turn_comes() {
    both(async |world: &World| {
        let admin = world.admin().await;
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let batch = prepared(world, &admin, &to(&[SHOP, MILL], Kind::Appropriation, "100")).await;
        world
            .change(&format!("UPDATE customers SET frozen = 1 WHERE customer_id = '{MILL}'"))
            .await
            .expect("past the server");
        let batch = carried_out(world, &admin, &batch.id).await;
        assert_eq!((batch.state, batch.done, batch.failed), (State::Done, 1, 1));
        assert_eq!(batch.reasons[0].code, Code::CustomerFrozen);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn too_little_money_for_all_starts_none() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        let batch = prepared(world, &admin, &to(&[RESELLERS_SHOP], Kind::Appropriation, "5000.01")).await;
        assert_eq!(batch.refusal, Some(Code::InsufficientBalance));
        assert_eq!(start(&admin, &batch.id).await.code(), Code::InsufficientBalance);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_given_up_stopped_or_let_go() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        let given_up = prepared(world, &admin, &to(&[RESELLERS_SHOP], Kind::Appropriation, "1")).await;
        for _ in 0..2 {
            admin.call(BatchCancel).at(&given_up.id).send().await.ok();
        }
        assert_eq!(view(&admin, &given_up.id).await.state, State::Cancelled);
        assert_eq!(start(&admin, &given_up.id).await.code(), Code::BatchMoved);
        let stopped = prepared(world, &admin, &to(&[RESELLERS_SHOP], Kind::Appropriation, "1")).await;
        start(&admin, &stopped.id).await.ok();
        admin.call(BatchCancel).at(&stopped.id).send().await.ok();
        work_due(&world.app).await.expect("the job runs");
        let stopped = view(&admin, &stopped.id).await;
        assert_eq!((stopped.state, stopped.done, stopped.failed), (State::Cancelled, 0, 1));
        let old = prepared(world, &admin, &to(&[RESELLERS_SHOP], Kind::Appropriation, "1")).await;
        world.later(Duration::from_secs(25 * 3_600));
        let admin = world.reseller().await;
        assert_eq!(start(&admin, &old.id).await.code(), Code::BatchMoved);
        work_due(&world.app).await.expect("the job runs");
        assert_eq!(view(&admin, &old.id).await.state, State::Cancelled);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_any_more_gets_nothing_done() {
    on_sqlite(async |world: &World| {
        world.change("UPDATE partners SET verification = 0").await.expect("past the server");
        let finance = world.person(&FINANCE).await;
        let batch = prepared(world, &finance, &to(&[SHOP], Kind::Appropriation, "1")).await;
        start(&finance, &batch.id).await.ok();
        let sql = format!("UPDATE members SET roles = ' operator ' WHERE user_id = '{}'", FINANCE.user_id);
        world.change(&sql).await.expect("past the server");
        work_due(&world.app).await.expect("the job runs");
        assert_eq!(view(&world.admin().await, &batch.id).await.state, State::Cancelled);
        assert_eq!(movements(world).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_batch_is_refused_at_its_field() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let fault = async |new: NewBatch| admin.call(BatchCreate).body(&new).send().await.fault();
        let good = to(&[SHOP], Kind::Appropriation, "1");
        assert_eq!(fault(NewBatch { kind: None, ..good.clone() }).await.0, "kind");
        assert_eq!(fault(to(&[SHOP], Kind::Appropriation, "")).await, ("amount".into(), Fault::Required));
        assert_eq!(fault(to(&[SHOP], Kind::Reclaim, "0")).await, ("amount".into(), Fault::NotPositive));
        assert_eq!(fault(to(&[], Kind::Reclaim, "1")).await, ("customers".into(), Fault::Required));
        let two = NewBatch { query: Some(String::new()), ..good.clone() };
        assert_eq!(fault(two).await, ("customers".into(), Fault::Invalid));
        let long = NewBatch { memo: "长".repeat(257), ..good.clone() };
        assert_eq!(fault(long).await, ("memo".into(), Fault::TooLong { max: 256 }));
        let query = NewBatch { customers: vec![], query: Some("?nonsense=1".into()), ..good };
        assert_eq!(fault(query).await, ("query".into(), Fault::Invalid));
        assert_eq!(admin.call(BatchList).send().await.ok().total.count, 0);
    })
    .await;
}
