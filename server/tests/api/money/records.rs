//! The adjustment records (调账记录) as the console lists them.

use crate::harness::fixture::{DISTRIBUTOR, MILL, RESELLER, RESELLERS_SHOP, STRANGERS_SHOP, customer};
use crate::harness::{Client, World, assert_sound, both, done, fresh_key, move_now};
use contract::error::Code;
use contract::funds::{Adjustment, AdjustmentKind, AdjustmentList, AdjustmentQuery, NewMovement, Reclaim};
use contract::id::CustomerId;
use std::time::Duration;

const SECOND_SHOP: &str = "01900000000c0000000000000000c00c";

/// 60 movements of the reseller, told as they were made: oldest first.
async fn movements(world: &World, person: &Client) -> Vec<Adjustment> {
    world.add_customers(RESELLER, vec![customer(SECOND_SHOP, "第二家")]).await;
    let mut made = Vec::new();
    for n in 0..60 {
        let shop = if n % 3 == 0 { SECOND_SHOP } else { RESELLERS_SHOP };
        let receipt = if n % 10 == 9 {
            let body = NewMovement { amount: "0.50".into(), memo: String::new() };
            let id = CustomerId::from(RESELLERS_SHOP);
            done(&person.call(Reclaim).at(&id).body(&body).key(&fresh_key()).send().await)
        } else {
            done(&move_now(person, shop, "1.01", &fresh_key()).await)
        };
        made.push(receipt.adjustment);
        if n % 4 == 0 {
            // Some share their millisecond or nearly so, some do not.
            world.later(Duration::from_millis(1500));
        }
    }
    made
}

async fn all_pages(person: &Client, query: &AdjustmentQuery) -> Vec<Adjustment> {
    let mut rows = Vec::new();
    let mut query = query.clone();
    loop {
        let page = person.call(AdjustmentList).query(&query).send().await.ok();
        rows.extend(page.items);
        match page.next {
            Some(next) => query.page = Some(next),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn records_are_newest_first_filtered_and_paged_without_gap() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let mut made = movements(world, &person).await;
        made.reverse();
        let all = all_pages(&person, &AdjustmentQuery::default()).await;
        assert_eq!(all.len(), 60);
        let ids = |rows: &[Adjustment]| rows.iter().map(|a| a.transfer_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&all), ids(&made));
        assert_eq!(all, made, "each record as its receipt told it");

        let of_shop = AdjustmentQuery { customer: Some(SECOND_SHOP.into()), ..Default::default() };
        let found = all_pages(&person, &of_shop).await;
        let wanted: Vec<_> = made.iter().filter(|a| a.customer_id.as_str() == SECOND_SHOP).cloned().collect();
        assert_eq!(found, wanted);
        let back = AdjustmentQuery { kind: Some(AdjustmentKind::Reclaim.into()), ..Default::default() };
        assert_eq!(all_pages(&person, &back).await.len(), 6);

        // Backwards from the last page: the same rows.
        let first = person.call(AdjustmentList).query(&AdjustmentQuery::default()).send().await.ok();
        assert_eq!((first.items.len(), first.total.count, first.total.more), (25, 60, false));
        assert_eq!(first.previous, None);
        let second = AdjustmentQuery { page: first.next.clone(), ..Default::default() };
        let second = person.call(AdjustmentList).query(&second).send().await.ok();
        let back = AdjustmentQuery { page: second.previous, ..Default::default() };
        let again = person.call(AdjustmentList).query(&back).send().await.ok();
        assert_eq!((again.items, again.previous), (first.items, None));
        let wide = AdjustmentQuery { limit: Some(100), ..Default::default() };
        let whole = person.call(AdjustmentList).query(&wide).send().await.ok();
        assert_eq!((whole.items.len(), whole.next), (60, None));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn holds_are_no_records_and_neither_are_others_movements() {
    both(async |world: &World| {
        let admin = world.admin().await;
        crate::harness::hold(&admin, MILL, "3", &fresh_key()).await;
        let stranger = world.person(&crate::harness::fixture::STRANGER_ADMIN).await;
        done(&move_now(&stranger, STRANGERS_SHOP, "3", &fresh_key()).await);
        assert_eq!(all_pages(&admin, &AdjustmentQuery::default()).await, []);
        let foreign = AdjustmentQuery { customer: Some(STRANGERS_SHOP.into()), ..Default::default() };
        assert_eq!(all_pages(&admin, &foreign).await, []);
        let opening = format!(
            "SELECT COUNT(*) FROM ledger_transfers WHERE partner_id = '{DISTRIBUTOR}' AND kind = 'RECHARGE'"
        );
        assert_eq!(world.number(&opening).await, 1, "an opening balance is no adjustment");
    })
    .await;
}

#[tokio::test]
async fn what_a_query_cannot_mean_is_refused() {
    both(async |world: &World| {
        let person = world.reseller().await;
        for query in ["page=zz", "page=6e1f781f79", "page=", "kind=x", "limit=x", "limit=-1", "unknown=1"] {
            let answer = person.call(AdjustmentList).query_text(query).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{query}");
        }
        // A page size that is none of the allowed ones becomes the default.
        for query in ["limit=0", "limit=26", "limit=1000000"] {
            person.call(AdjustmentList).query_text(query).send().await.ok();
        }
    })
    .await;
}
