//! `list_sub_customers`, `list_partner_balances`, `list_customers_balances_detail`.

use super::names;
use crate::harness::fixture::{
    ADMIN, CONSULTED, DISTRIBUTOR, FROZEN, LONG_AGO, MANAGER, MILL, NO_CUSTOMER, OPERATOR, RESELLERS_SHOP,
    SHOP, STRANGERS_SHOP, UNNAMED, customer,
};
use crate::harness::{Client, World, both, client_token, done, fresh_key, hold};
use contract::bss::accounts::{
    ListCustomersBalancesDetail, ListPartnerBalances, UpdateCustomerAccountAmount,
};
use contract::bss::customers::{ListSubCustomers, ListSubCustomersResponse};
use server::customers::create::NewCustomer;

async fn list(program: &Client, body: &str) -> ListSubCustomersResponse {
    program.call(ListSubCustomers).body_text(body).send().await.ok()
}

async fn ids(program: &Client, body: &str) -> Vec<String> {
    list(program, body).await.customer_infos.into_iter().map(|c| c.customer_id).collect()
}

#[tokio::test]
async fn a_customer_has_exactly_the_published_fields() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let body = format!("{{\"customer_id\": \"{SHOP}\"}}");
        let answer = program.call(ListSubCustomers).body_text(&body).send().await;
        answer.ok();
        let json = answer.json();
        assert_eq!(names(&json), ["count", "customer_infos"]);
        let shop = &json["customer_infos"][0];
        // xaccount_id and xaccount_type come where the customer has them.
        assert_eq!(
            names(shop),
            [
                "account_managers",
                "account_name",
                "associated_on",
                "association_type",
                "country_code",
                "customer",
                "customer_id",
                "customer_level",
                "customer_type",
                "email",
                "is_frozen",
                "label",
                "telephone",
                "verified_status",
            ]
        );
        assert_eq!(
            *shop,
            serde_json::json!({
                "customer": "北京云帆科技有限公司",
                "account_name": "hw_c001",
                "customer_id": SHOP,
                "associated_on": "2026-01-01T00:00:00Z",
                "association_type": "2",
                "label": "Key 重点客户",
                "telephone": "13800001234",
                "verified_status": "2",
                "country_code": "0086",
                "customer_type": 1,
                "is_frozen": 0,
                "account_managers": [{"account_name": MANAGER.email}],
                "customer_level": "V0",
                "email": "lin.wei@customer.example",
            })
        );
        world
            .change(&format!(
                "UPDATE customers SET xaccount_id = 'x1', xaccount_type = 't1' WHERE customer_id = '{SHOP}'"
            ))
            .await
            .expect("past the server");
        let shop = &program.call(ListSubCustomers).body_text(&body).send().await.json()["customer_infos"][0];
        assert_eq!((shop["xaccount_id"].as_str(), shop["xaccount_type"].as_str()), (Some("x1"), Some("t1")));
        let frozen = &list(&program, &format!("{{\"customer_id\": \"{FROZEN}\"}}")).await.customer_infos[0];
        assert_eq!((frozen.is_frozen, frozen.account_managers.len()), (1, 0));
        let unnamed = &list(&program, &format!("{{\"customer_id\": \"{UNNAMED}\"}}")).await.customer_infos[0];
        assert_eq!(
            (unnamed.verified_status.as_str(), unnamed.customer_type, unnamed.customer.as_str()),
            ("-1", -1, "")
        );
    })
    .await;
}

#[tokio::test]
async fn filters_find_what_they_say() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let own = [UNNAMED, FROZEN, CONSULTED, MILL, SHOP].map(str::to_owned).to_vec();
        for all in [
            "{}",
            "{\"customer\": \"\", \"account_name\": null, \"label\": \"\", \"customer_id\": \"\"}",
            "{\"association_type\": \"\", \"associated_on_begin\": null, \"unknown_field\": [1]}",
        ] {
            assert_eq!(ids(&program, all).await, own, "{all}");
            assert_eq!(list(&program, all).await.count, 5, "{all}");
        }
        for (body, wanted) in [
            ("{\"customer\": \"云帆\"}", vec![SHOP]),
            ("{\"customer\": \"客户\"}", vec![FROZEN, CONSULTED]),
            ("{\"customer\": \"帆云\"}", vec![]),
            ("{\"account_name\": \"C002\"}", vec![MILL]),
            ("{\"account_name\": \"w_c00\"}", vec![UNNAMED, FROZEN, CONSULTED, MILL, SHOP]),
            ("{\"account_name\": \"w%c\"}", vec![]),
            ("{\"label\": \"重点\"}", vec![SHOP]),
            ("{\"label\": \"Key\"}", vec![SHOP]),
            ("{\"label\": \"key\"}", vec![]),
            ("{\"association_type\": \"1\"}", vec![CONSULTED]),
            ("{\"association_type\": \"2\", \"customer\": \"客户\"}", vec![FROZEN]),
            ("{\"customer\": \"云帆\", \"account_name\": \"c002\"}", vec![]),
            (
                "{\"associated_on_begin\": \"2026-01-01T00:00:00Z\"}",
                vec![UNNAMED, FROZEN, CONSULTED, MILL, SHOP],
            ),
            ("{\"associated_on_begin\": \"2026-01-01T00:00:01Z\"}", vec![]),
            ("{\"associated_on_end\": \"2025-12-31T23:59:59Z\"}", vec![]),
        ] {
            assert_eq!(ids(&program, body).await, wanted, "{body}");
            assert_eq!(list(&program, body).await.count, wanted.len() as i64, "{body}");
        }
        for id in [STRANGERS_SHOP, RESELLERS_SHOP, NO_CUSTOMER] {
            let found = list(&program, &format!("{{\"customer_id\": \"{id}\"}}")).await;
            assert_eq!((found.customer_infos, found.count), (vec![], 0), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_cut_by_offset_and_limit() {
    both(async |world: &World| {
        let many: Vec<NewCustomer> = (0..120)
            .map(|n| NewCustomer {
                associated_on: LONG_AGO + n,
                ..customer(&format!("01910000{n:04}00000000000000000c"), &format!("批量{n}"))
            })
            .collect();
        world.add_customers(DISTRIBUTOR, many).await;
        let program = world.program(&ADMIN);
        assert_eq!(ids(&program, "{}").await.len(), 10, "ten where nothing is said");
        let all = ids(&program, "{\"limit\": 100}").await;
        let rest = ids(&program, "{\"limit\": 100, \"offset\": 100}").await;
        assert_eq!((all.len(), rest.len()), (100, 25));
        assert_eq!(ids(&program, "{\"limit\": 7, \"offset\": 95}").await, [&all[95..], &rest[..2]].concat());
        assert_eq!(ids(&program, "{\"offset\": 125}").await, [] as [&str; 0]);
        assert_eq!(list(&program, "{\"offset\": 2147483647}").await.count, 125);
        let found = list(&program, "{\"customer\": \"批量\", \"limit\": 5, \"offset\": 118}").await;
        assert_eq!((found.customer_infos.len(), found.count), (2, 120));
        for bad in [
            "{\"limit\": 0}",
            "{\"limit\": 101}",
            "{\"limit\": -1}",
            "{\"offset\": -1}",
            "{\"offset\": 2147483648}",
            "{\"limit\": \"10\"}",
            "{\"limit\": 1.5}",
            "{\"limit\": 99999999999999999999}",
        ] {
            let answer = program.call(ListSubCustomers).body_text(bad).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn parameters_have_their_limits() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let (name, long) = ("客".repeat(128), "客".repeat(129));
        assert_eq!(ids(&program, &format!("{{\"customer\": \"{name}\"}}")).await.len(), 0);
        for bad in [
            format!("{{\"customer\": \"{long}\"}}"),
            format!("{{\"account_name\": \"{}\"}}", "a".repeat(65)),
            format!("{{\"label\": \"{}\"}}", "a".repeat(65)),
            format!("{{\"customer_id\": \"{}\"}}", "a".repeat(65)),
            "{\"customer\": \"a b\"}".into(),
            "{\"association_type\": \"3\"}".into(),
            "{\"association_type\": 2}".into(),
            "{\"associated_on_begin\": \"\"}".into(),
            "{\"associated_on_end\": \"\"}".into(),
            "{\"associated_on_begin\": \"2026-01-01\"}".into(),
            "{\"associated_on_end\": \"2026-02-30T00:00:00Z\"}".into(),
            "{\"customer\": [\"a\"]}".into(),
            "{\"customer\": {\"$ne\": 1}}".into(),
        ] {
            let answer = program.call(ListSubCustomers).body_text(&bad).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{bad}");
        }
        // Text that SQL or a pattern could take for its own is text.
        for odd in ["'", "\\\"", "%", "_", "\\\\", "';DROP", "😀", "\\u0000"] {
            for field in ["customer", "account_name", "label", "customer_id"] {
                let body = format!("{{\"{field}\": \"{odd}\"}}");
                let answer = program.call(ListSubCustomers).body_text(&body).send().await;
                assert!(
                    answer.status == 200 || answer.status == 400,
                    "{body}: {} {}",
                    answer.status,
                    answer.text
                );
                if answer.status == 200 && !(odd == "_" && field == "account_name") {
                    assert_eq!(answer.json()["count"], 0, "{body}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_managers_program_sees_the_assigned_customers_only() {
    both(async |world: &World| {
        let program = world.program(&MANAGER);
        assert_eq!(ids(&program, "{}").await, [SHOP]);
        let found = list(&program, &format!("{{\"customer_id\": \"{MILL}\"}}")).await;
        assert_eq!((found.customer_infos, found.count), (vec![], 0));
        let operator = world.program(&OPERATOR);
        assert_eq!(ids(&operator, "{}").await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn the_partners_balance_is_written_digit_by_digit() {
    both(async |world: &World| {
        let (program, person) = (world.program(&ADMIN), world.admin().await);
        hold(&person, SHOP, "100.10", &fresh_key()).await;
        let answer = program.call(ListPartnerBalances).send().await;
        answer.ok();
        assert_eq!(
            answer.text,
            format!(
                "{{\"account_balances\":[{{\"account_id\":\"p-{DISTRIBUTOR}-CNY\",\"account_type\":1,\"amount\":1000000.00,\"currency\":\"CNY\",\"designated_amount\":100.10,\"credit_amount\":0.00,\"measure_id\":1}}]}}"
            ),
            "numbers, not texts, with both decimals"
        );
        // An empty value is no filter.
        let same = program.call(ListPartnerBalances).query_text("indirect_partner_id=").send().await;
        assert_eq!(same.text, answer.text);
    })
    .await;
}

#[tokio::test]
async fn customers_balances_leave_out_who_has_none() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let body = format!("{{\"customer_id\": \"{SHOP}\", \"amount\": 12.30}}");
        let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
        call.header("x-client-token", &client_token()).send().await.ok();
        let asked = [MILL, CONSULTED, STRANGERS_SHOP, SHOP, NO_CUSTOMER, RESELLERS_SHOP, SHOP]
            .map(|id| format!("{{\"customer_id\": \"{id}\"}}"))
            .join(",");
        let body = format!("{{\"customer_infos\": [{asked}]}}");
        let answer = program.call(ListCustomersBalancesDetail).body_text(&body).send().await;
        answer.ok();
        let row = |id: &str, amount: &str| {
            format!("{{\"customer_id\":\"{id}\",\"debt_amount\":0.00,\"amount\":{amount},\"currency\":\"CNY\",\"measure_id\":1}}")
        };
        let wanted = format!("{{\"customer_balances\":[{},{}]}}", row(MILL, "0.00"), row(SHOP, "12.30"));
        assert_eq!(answer.text, wanted, "resale customers of the partner, once each, in the order asked for");
    })
    .await;
}

#[tokio::test]
async fn balances_are_asked_for_1_to_100_customers() {
    both(async |world: &World| {
        let program = world.program(&ADMIN);
        let of = |n: usize| {
            let one = format!("{{\"customer_id\": \"{MILL}\"}}");
            format!("{{\"customer_infos\": [{}]}}", vec![one; n].join(","))
        };
        let many = program.call(ListCustomersBalancesDetail).body_text(&of(100)).send().await;
        assert_eq!(many.ok().customer_balances.len(), 1);
        for bad in [
            of(0),
            of(101),
            "{}".into(),
            "{\"customer_infos\": null}".into(),
            "{\"customer_infos\": {}}".into(),
            "{\"customer_infos\": [{}]}".into(),
            "{\"customer_infos\": [null]}".into(),
            "{\"customer_infos\": [{\"customer_id\": \"\"}]}".into(),
            format!("{{\"customer_infos\": [{{\"customer_id\": \"{}\"}}]}}", "a".repeat(65)),
        ] {
            let answer = program.call(ListCustomersBalancesDetail).body_text(&bad).send().await;
            assert_eq!(answer.published(), (400, "CBC.0100".into()), "{bad}");
        }
        // What is held is not available.
        let person = world.reseller().await;
        done(&crate::harness::move_now(&person, RESELLERS_SHOP, "5", &fresh_key()).await);
        let reseller = world.program(&crate::harness::fixture::RESELLER_ADMIN);
        let body = format!("{{\"customer_infos\": [{{\"customer_id\": \"{RESELLERS_SHOP}\"}}]}}");
        let answer = reseller.call(ListCustomersBalancesDetail).body_text(&body).send().await;
        assert!(answer.text.contains("\"amount\":5.00"), "{}", answer.text);
    })
    .await;
}
