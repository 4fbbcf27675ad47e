//! Filters (checklist 20): one of several, "has none", ranges of amounts, spans of days.

use crate::harness::fixture::{
    ADMIN, CONSULTED, FINANCE, FROZEN, LONG_AGO, MANAGER, MILL, RESELLER, SHOP, UNNAMED, customer,
};
use crate::harness::{Answer, Client, Wire, World, both, done, fresh_key, move_now};
use contract::error::{Code, Fault};
use serde_json::Value;
use server::customers::create::NewCustomer;
use std::time::Duration;

async fn ids(person: &Client, query: &str) -> Vec<String> {
    let answer: Answer<Value> = person.send(Wire::new("GET", &format!("/api/customers{query}"), "")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let page: Value = serde_json::from_str(&answer.text).expect("JSON");
    let mut ids: Vec<String> = page["items"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(page["total"]["count"], ids.len(), "{query}: the total is that of the rows");
    ids.sort();
    ids
}

#[tokio::test]
async fn one_of_several_and_none() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let all = [SHOP, MILL, CONSULTED, FROZEN, UNNAMED];
        assert_eq!(ids(&admin, "?association=resale,consultative").await, all);
        assert_eq!(ids(&admin, "?association=consultative").await, [CONSULTED]);
        assert_eq!(ids(&admin, "?verified=none,rejected").await, [UNNAMED]);
        assert_eq!(ids(&admin, "?frozen=account,resources").await, [FROZEN]);
        let manager = MANAGER.user_id;
        assert_eq!(ids(&admin, &format!("?manager={manager}")).await, [SHOP]);
        assert_eq!(ids(&admin, "?manager=none").await, &all[1..]);
        assert_eq!(ids(&admin, &format!("?manager=none,{manager}")).await, all);
        assert_eq!(ids(&admin, "?manager=none&association=resale&frozen=no&verified=verified").await, [MILL]);
        // A customer manager stays within what is assigned, whatever the filter.
        let own = world.person(&MANAGER).await;
        assert_eq!(ids(&own, "?manager=none").await, [""; 0]);
        for bad in ["?association=", "?association=resale,other", "?verified=x", "?nonsense=1"] {
            let answer: Answer<Value> =
                admin.send(Wire::new("GET", &format!("/api/customers{bad}"), "")).await;
            assert_eq!(answer.code(), Code::BadRequest, "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn amounts_between_two() {
    both(async |world: &World| {
        let shops = (1..=5).map(|n| customer(&format!("019100000000000000000000000000{n:02}"), "店"));
        world.add_customers(RESELLER, shops.collect()).await;
        let admin = world.reseller().await;
        for n in 1..=5 {
            let id = format!("019100000000000000000000000000{n:02}");
            done(&move_now(&admin, &id, &format!("{n}00.50"), &fresh_key()).await);
        }
        for sort in ["", "&sort=available", "&sort=-available", "&sort=name"] {
            let found = async |range: &str| ids(&admin, &format!("?available={range}{sort}")).await.len();
            assert_eq!(found("200.50..400.50").await, 3, "{sort}");
            assert_eq!(found("200.51..").await, 3, "{sort}");
            assert_eq!(found("..0").await, 1, "the reseller's own shop has nothing {sort}");
            assert_eq!(found("1000..").await, 0, "{sort}");
            assert_eq!(found("300..&q=店").await, 3, "{sort}");
        }
        for (range, fault) in [
            ("9..1", Fault::Invalid),
            ("x..", Fault::NotANumber),
            ("1.005..", Fault::TooManyDecimals { max: 2 }),
        ] {
            let wire = Wire::new("GET", &format!("/api/customers?available={range}"), "");
            let answer: Answer<Value> = admin.send(wire).await;
            assert_eq!(answer.fault(), ("available".to_owned(), fault), "{range}");
        }
        // The records too.
        let records = async |query: &str| -> i64 {
            let answer: Answer<Value> =
                admin.send(Wire::new("GET", &format!("/api/adjustments?{query}"), "")).await;
            let page: Value = serde_json::from_str(&answer.text).expect("JSON");
            page["total"]["count"].as_i64().expect(&answer.text)
        };
        assert_eq!(records("amount=200.50..400.50").await, 3);
        assert_eq!(records("kind=appropriation,reclaim&amount=..100.50").await, 1);
        assert_eq!(records("at=today").await, 5);
        assert_eq!(records("at=last_month").await, 0);
    })
    .await;
}

#[tokio::test]
async fn days_are_those_of_gmt8_and_move_with_today() {
    both(async |world: &World| {
        // 15:59 and 16:00 UTC on 30 November 2025: the last minute of a month in GMT+8 and the first of
        // the next.
        let edge = 1_764_518_400_000;
        let at = |n: i64, associated_on| NewCustomer {
            associated_on,
            ..customer(&format!("019200000000000000000000000000{n:02}"), "店")
        };
        world.add_customers(RESELLER, vec![at(1, edge - 60_000), at(2, edge), at(3, LONG_AGO)]).await;
        let admin = world.reseller().await;
        let found = async |days: &str| ids(&admin, &format!("?associated={days}&q=店")).await.len();
        assert_eq!(found("..2025-11-30").await, 1);
        assert_eq!(found("2025-12-01..2025-12-01").await, 1);
        assert_eq!(found("2025-11-30..2025-12-01").await, 2);
        assert_eq!(found("2025-12-01..").await, 2);
        assert_eq!(found("2024-01-01..2024-12-31").await, 0);
        // This month as of whenever this runs: nobody; as of the customer's own month: everybody of it.
        assert_eq!(found("this_month").await, 0);
        world.later(Duration::from_secs(0));
        for bad in ["2025-11-31..", "..", "2025-12-02..2025-12-01", "soon"] {
            let wire = Wire::new("GET", &format!("/api/customers?associated={bad}"), "");
            let answer: Answer<Value> = admin.send(wire).await;
            assert_eq!(answer.code(), Code::BadRequest, "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_filtered_by_area_and_day() {
    both(async |world: &World| {
        let admin = world.admin().await;
        world
            .person(&FINANCE)
            .await
            .call(contract::customers::CustomerReveal)
            .at(&SHOP.into())
            .send()
            .await
            .ok();
        let count = async |query: &str| -> i64 {
            let answer: Answer<Value> =
                admin.send(Wire::new("GET", &format!("/api/audit?{query}"), "")).await;
            let page: Value = serde_json::from_str(&answer.text).expect("JSON");
            page["total"]["count"].as_i64().expect(&answer.text)
        };
        let all = count("").await;
        assert_eq!(count("area=customers&at=today").await, count("area=customers").await);
        assert!(count("area=customers").await >= 1 && count("area=customers").await <= all);
        assert_eq!(count("area=nonsense").await, 0);
        assert_eq!(count("area=%25").await, 0);
        assert_eq!(count("at=2020-01-01..2020-01-02").await, 0);
        // By who, in any letter case, and by the whole id of an object.
        assert!(count("q=FINANCE%40dist").await >= 1);
        assert_eq!(count(&format!("q={SHOP}")).await, count(&format!("subject={SHOP}")).await);
        assert_eq!(count("q=nobody%25").await, 0);
        assert_eq!(ADMIN.role, contract::access::Role::Admin);
    })
    .await;
}
