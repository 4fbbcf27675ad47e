//! `list_partner_adjust_records`.

use super::names;
use crate::harness::fixture::{ADMIN, MANAGER, MILL, OPERATOR, SHOP, STRANGERS_SHOP};
use crate::harness::{Client, World, both, client_token};
use contract::bss::accounts::{
    AdjustRecordsResponse, ListPartnerAdjustRecords, ReclaimToPartnerAccount, UpdateCustomerAccountAmount,
};
use contract::time::{from_bss, from_millis, to_bss};
use std::time::Duration;

async fn records(program: &Client, query: &str) -> AdjustRecordsResponse {
    program.call(ListPartnerAdjustRecords).query_text(query).send().await.ok()
}

/// Twelve appropriations and a reclaim, an hour between each; answers their ids, oldest first.
async fn history(world: &World, program: &Client) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..12 {
        let shop = if n % 2 == 0 { SHOP } else { MILL };
        let body = format!("{{\"customer_id\": \"{shop}\", \"amount\": {n}.50}}");
        let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
        ids.push(call.header("x-client-token", &client_token()).send().await.ok().transfer_id);
        world.later(Duration::from_secs(3600));
    }
    let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 2}}");
    let call = program.call(ReclaimToPartnerAccount).body_text(&body);
    ids.push(call.header("x-client-token", &client_token()).send().await.ok().trans_id);
    ids
}

#[tokio::test]
async fn a_record_has_exactly_the_published_fields() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let ids = history(world, &program).await;
        let answer = program.call(ListPartnerAdjustRecords).query_text("limit=1").send().await;
        let json = answer.json();
        assert_eq!(names(&json), ["records", "total_count"]);
        let time = json["records"][0]["operation_time"].as_str().expect("a time").to_owned();
        assert!(from_bss(&time).is_some(), "{time}");
        assert_eq!(
            json,
            serde_json::json!({
                "records": [{
                    "customer_id": SHOP,
                    "customer_name": "北京云帆科技有限公司",
                    "operation_type": "SOURCE_OPERATION_BERETRIEVE",
                    "amount": "2.00",
                    "currency": "CNY",
                    "apply_scene": "",
                    "operation_time": time,
                    "measure_id": 1,
                    "trans_id": ids[12],
                    "memo": "",
                }],
                "total_count": 13,
            }),
            "the amount is text here"
        );
    })
    .await;
}

#[tokio::test]
async fn records_are_filtered_by_what_is_not_blank() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let ids = history(world, &program).await;
        let newest_first: Vec<&String> = ids.iter().rev().collect();
        let found = async |query: &str| -> Vec<String> {
            records(&program, query).await.records.into_iter().map(|r| r.trans_id).collect()
        };
        assert_eq!(found("").await.len(), 10, "ten where nothing is said");
        let blank =
            "customer_id=&operation_type=&operation_time_begin=&operation_time_end=&trans_id=&limit=100";
        assert_eq!(found(blank).await.iter().collect::<Vec<_>>(), newest_first);
        assert_eq!(found("limit=5&offset=11").await.iter().collect::<Vec<_>>(), newest_first[11..]);
        assert_eq!(records(&program, "limit=5&offset=11").await.total_count, 13);
        assert_eq!(found("offset=13").await.len(), 0);
        let of_shop = format!("customer_id={SHOP}&limit=100");
        assert_eq!(found(&of_shop).await.len(), 7);
        assert_eq!(found("operation_type=SOURCE_OPERATION_BEADJUST&limit=100").await.len(), 12);
        assert_eq!(found("operation_type=SOURCE_OPERATION_BERETRIEVE").await, [ids[12].as_str()]);
        assert_eq!(found("operation_type=SOURCE_OPERATION_BEUNBIND").await.len(), 0);
        assert_eq!(found(&format!("trans_id={}", ids[3])).await, [ids[3].as_str()]);
        assert_eq!(found(&format!("trans_id={}&customer_id={SHOP}", ids[3])).await.len(), 0);
        assert_eq!(found(&format!("customer_id={STRANGERS_SHOP}")).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn times_are_strictly_after_and_before() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let ids = history(world, &program).await;
        // Put one on a full second, so that the boundary can be named.
        let at = from_bss("2026-06-01T12:00:00Z").expect("a time").timestamp_millis();
        for trigger in match world.engine {
            server::db::Engine::Sqlite => ["DROP TRIGGER transfers_keep"],
            server::db::Engine::Postgres => ["DROP TRIGGER transfers_keep ON ledger_transfers"],
        } {
            world.change(trigger).await.expect("past the server");
        }
        let sql = format!("UPDATE ledger_transfers SET at = {at} WHERE transfer_id = '{}'", ids[0]);
        assert_eq!(world.change(&sql).await, Ok(1));
        let count = async |begin: &str, end: &str| {
            let query = format!("operation_time_begin={begin}&operation_time_end={end}");
            records(&program, &query).await.total_count
        };
        assert_eq!(count("2026-06-01T11:59:59Z", "2026-06-01T12:00:01Z").await, 1);
        assert_eq!(count("2026-06-01T12:00:00Z", "2026-06-01T12:00:01Z").await, 0);
        assert_eq!(count("2026-06-01T11:59:59Z", "2026-06-01T12:00:00Z").await, 0);
        assert_eq!(count("2026-06-01T11:59:59Z", "").await, 13);
        assert_eq!(count("", "2026-06-01T12:00:01Z").await, 1);
        let now = to_bss(from_millis(world.app.clock.millis() + 2_000));
        assert_eq!(count("2026-06-01T12:00:00Z", &now).await, 12);
    })
    .await;
}

#[tokio::test]
async fn what_a_parameter_cannot_mean_is_refused() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let long = format!("customer_id={}", "a".repeat(65));
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=",
            "limit=1.5",
            "offset=-1",
            "operation_type=x",
            "operation_type=source_operation_beadjust",
            "operation_time_begin=today",
            "operation_time_end=2026-06-01",
            "operation_time_begin=2026-06-01T12:00:00%2B08:00",
            long.as_str(),
        ] {
            let answer = program.call(ListPartnerAdjustRecords).query_text(query).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_may_see_records_sees_them() {
    both(async |world: &World| {
        history(world, &world.program(&ADMIN)).await;
        assert_eq!(records(&world.program(&OPERATOR), "").await.total_count, 13);
        let manager = world.program(&MANAGER).call(ListPartnerAdjustRecords).send().await;
        assert_eq!(manager.published(), (403, "CBC.0151".into()));
    })
    .await;
}
