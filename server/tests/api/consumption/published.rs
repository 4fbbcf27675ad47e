//! `list_consume_sub_customers` and `list_sub_customer_bill_detail` (product/api.md C5).

use crate::harness::bills::{Bill, bill, bring_in, days_ago};
use crate::harness::fixture::{
    ADMIN, CONSULTED, DISTRIBUTOR, IDLE_MANAGER, MANAGER, MILL, RESELLER, RESELLER_ADMIN, RESELLERS_SHOP,
    SHOP,
};
use crate::harness::{Client, World, both};
use contract::assignments::{Assign, CustomersAssign};
use contract::bss::consumption::{
    BillDetailResponse, ConsumeSubCustomersResponse, ListConsumeSubCustomers, ListSubCustomerBillDetail,
};
use contract::consumption::Month;
use contract::time::from_millis;
use serde_json::json;
use std::time::Duration;

async fn consuming(program: &Client, body: &str) -> ConsumeSubCustomersResponse {
    program.call(ListConsumeSubCustomers).body_text(body).send().await.ok()
}

async fn details(program: &Client, query: &str) -> BillDetailResponse {
    program.call(ListSubCustomerBillDetail).query_text(query).send().await.ok()
}

#[tokio::test]
async fn who_consumed_in_a_month_is_told_by_id() {
    both(async |world: &World| {
        let today = days_ago(world, 0);
        let month = Month::of(today);
        let bills: Vec<Bill> = [SHOP, MILL, CONSULTED].map(|id| bill(id, today, "S", "1")).to_vec();
        bring_in(world, DISTRIBUTOR, &bills).await;
        bring_in(world, RESELLER, &[bill(RESELLERS_SHOP, today, "S", "1")]).await;
        let program = world.program(&ADMIN);
        let asked = |more: &str| format!("{{\"bill_cycle\": \"{month}\"{more}}}");
        let answer = program.call(ListConsumeSubCustomers).body_text(&asked("")).send().await.json();
        let ids = json!([{"customer_id": SHOP}, {"customer_id": MILL}, {"customer_id": CONSULTED}]);
        assert_eq!(answer, json!({"sub_customers": ids, "total_count": 3}));
        let second = consuming(&program, &asked(", \"offset\": 1, \"limit\": 1")).await;
        assert_eq!((second.sub_customers[0].customer_id.as_str(), second.total_count), (MILL, 3));
        assert_eq!(consuming(&world.program(&RESELLER_ADMIN), &asked("")).await.total_count, 1);
        let own = consuming(&world.program(&MANAGER), &asked("")).await;
        assert_eq!((own.sub_customers.len(), own.sub_customers[0].customer_id.as_str()), (1, SHOP));
        let all = Month::all(from_millis(world.app.clock.millis()));
        let other = format!("{{\"bill_cycle\": \"{}\"}}", all[1]);
        assert_eq!(consuming(&program, &other).await.total_count, 0);
        // A customer who is gone has consumed all the same.
        world
            .change(&format!("DELETE FROM customers WHERE customer_id = '{CONSULTED}'"))
            .await
            .expect("gone");
        assert_eq!(consuming(&program, &asked("")).await.total_count, 3);
        for bad in
            ["{}", "{\"bill_cycle\": \"\"}", "{\"bill_cycle\": \"2026-13\"}", &asked(", \"limit\": 101")]
        {
            let (status, code) =
                program.call(ListConsumeSubCustomers).body_text(bad).send().await.published();
            assert_eq!((status, code.as_str()), (400, "CBC.0100"), "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_has_the_published_fields_that_bills_carry() {
    both(async |world: &World| {
        let today = days_ago(world, 0);
        let row = Bill { list_cost: "0.5".into(), ..bill(SHOP, today, "Queue", "0.0000008") };
        bring_in(world, DISTRIBUTOR, &[row]).await;
        let query = format!("bill_cycle={}&customer_id={SHOP}", Month::of(today));
        let program = world.program(&ADMIN);
        let answer = program.call(ListSubCustomerBillDetail).query_text(&query).send().await;
        assert!(answer.text.contains("\"payment_amount\":0.0000008"), "digit by digit: {}", answer.text);
        let mut json = answer.json();
        let id = json["fee_records"][0]["id"].take();
        assert!(id.as_str().is_some_and(|id| id.len() <= 64));
        assert_eq!(
            json,
            json!({
                "total_count": 1,
                "currency": "CNY",
                "fee_records": [{
                    "id": null,
                    "bill_cycle": Month::of(today).as_str(),
                    "customer_id": SHOP,
                    "association_type": "2",
                    "service_type_code": "Queue",
                    "service_type_name": "Queue",
                    "charging_mode": 3,
                    "bill_detail_type": 5,
                    "resource_id": "res",
                    "region_code": "cn-north-4",
                    "consume_time": format!("{}T16:00:00Z", days_ago(world, 1)),
                    "official_amount": 0.5,
                    "official_discount_amount": 0.499_999_2,
                    "payment_amount": 0.000_000_8,
                    "account_manager_id": MANAGER.user_id,
                    "partner_id": DISTRIBUTOR,
                }],
            })
        );
    })
    .await;
}

#[tokio::test]
async fn rows_are_filtered_by_what_is_not_blank() {
    both(async |world: &World| {
        let today = days_ago(world, 0);
        let month = Month::of(today);
        let row = |n: usize| Bill {
            resource: format!("r{n}"),
            region: ["a", "b"][n % 2].into(),
            category: ["Usage", "Purchase", "Tax", "Credit"][n % 4],
            currency: if n == 11 { "USD" } else { "CNY" },
            ..bill(SHOP, month.first_day(), ["S", "T"][n / 6], "1")
        };
        bring_in(world, DISTRIBUTOR, &(0..12).map(row).collect::<Vec<_>>()).await;
        let program = world.program(&ADMIN);
        let found = async |more: &str| {
            let query = format!("bill_cycle={month}&customer_id={SHOP}&limit=100&{more}");
            details(&program, &query).await.total_count
        };
        assert_eq!(found("").await, 11, "in the currency of the accounts");
        let blank = "service_type_code=&region_code=&charging_mode=&bill_detail_type=&resource_id=&resource_name=&trade_id=&account_manager_id=&association_type=&bill_date_begin=&bill_date_end=";
        assert_eq!(found(blank).await, 11);
        for (more, wanted) in [
            ("service_type_code=S", 6),
            ("service_type_code=%22%22", 0),
            ("region_code=b", 5),
            ("charging_mode=3", 3),
            ("charging_mode=null", 11),
            ("charging_mode=10", 0),
            ("bill_detail_type=1", 3),
            ("bill_detail_type=9", 2),
            ("bill_detail_type=103", 0),
            ("resource_id=r4", 1),
            ("resource_id=null", 0),
            ("resource_name=r4", 0),
            ("trade_id=1", 0),
            ("association_type=2", 11),
            ("association_type=1", 0),
            ("account_manager_id=nobody", 0),
        ] {
            assert_eq!(found(more).await, wanted, "{more}");
        }
        let first = month.first_day();
        assert_eq!(found(&format!("bill_date_begin={first}&bill_date_end={first}")).await, 11);
        let page = details(&program, &format!("bill_cycle={month}&customer_id={SHOP}&offset=10&limit=5")).await;
        assert_eq!((page.fee_records.len(), page.total_count), (1, 11));
        for bad in ["charging_mode=2", "charging_mode=%22%22", "bill_detail_type=x", "association_type=3", "bill_date_begin=2026-01-01", "limit=0"] {
            let query = format!("bill_cycle={month}&customer_id={SHOP}&{bad}");
            let answer = program.call(ListSubCustomerBillDetail).query_text(&query).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".to_owned()), "{bad}");
        }
        for query in [format!("bill_cycle={month}"), format!("customer_id={SHOP}")] {
            let answer = program.call(ListSubCustomerBillDetail).query_text(&query).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".to_owned()), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_manager_is_that_of_the_day() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let wanted = Assign {
            customers: vec![SHOP.into()],
            manager: Some(IDLE_MANAGER.user_id.into()),
            ..Assign::default()
        };
        // Yesterday and today in one month, whatever today is.
        world.later(Duration::from_secs(0));
        let month = Month::of(days_ago(world, 0));
        let (today, before) = (days_ago(world, 0), month.first_day());
        bring_in(world, DISTRIBUTOR, &[bill(SHOP, today, "S", "1"), bill(SHOP, before, "T", "2")]).await;
        admin.call(CustomersAssign).body(&wanted).send().await.ok();
        let program = world.program(&ADMIN);
        let of = async |manager: &str| {
            let query = format!("bill_cycle={month}&customer_id={SHOP}&account_manager_id={manager}");
            let found = details(&program, &query).await;
            assert!(found.fee_records.iter().all(|r| r.account_manager_id.as_deref() == Some(manager)));
            found.total_count
        };
        let first = if before == today { (0, 2) } else { (1, 1) };
        assert_eq!((of(MANAGER.user_id).await, of(IDLE_MANAGER.user_id).await), first);
        // Who managed it before does not see the customer any more; a stranger never did.
        for (program, customer) in [(world.program(&MANAGER), SHOP), (world.program(&RESELLER_ADMIN), SHOP)] {
            let query = format!("bill_cycle={month}&customer_id={customer}");
            assert_eq!(details(&program, &query).await.total_count, 0);
        }
        let query = format!("bill_cycle={month}&customer_id={RESELLERS_SHOP}");
        bring_in(world, RESELLER, &[bill(RESELLERS_SHOP, today, "S", "1")]).await;
        assert_eq!(details(&program, &query).await.total_count, 0, "the reseller's own");
        let with = format!("{query}&indirect_partner_id={RESELLER}");
        assert_eq!(details(&program, &with).await.total_count, 1);
    })
    .await;
}
