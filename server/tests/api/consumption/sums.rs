//! The sums are those of the lines, whatever came in, in which order, how often, and by how many at once.

use crate::harness::bills::{Bill, bill, bring_in, bring_in_known, days_ago};
use crate::harness::fixture::{DISTRIBUTOR, MILL, RESELLER, RESELLERS_SHOP, SHOP, UNNAMED};
use crate::harness::{World, assert_sound, both, problems};
use contract::consumption::{ConsumptionSummary, Month, SummaryQuery};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

/// Units in which the test adds up, by itself: 10^-12.
const PLACES: usize = 12;

/// Rows of four customers over some weeks, of few kinds, so that sums have many lines.
fn rows() -> impl Strategy<Value = Vec<(usize, u64, usize, usize, usize, i64, u32)>> {
    let scale = prop_oneof![Just(0_u32), Just(2), Just(7), Just(12)];
    prop::collection::vec(
        (0..3_usize, 0..70_u64, 0..3_usize, 0..3_usize, 0..2_usize, -9_999_999..9_999_999_i64, scale),
        1..60,
    )
}

fn made(world: &World, rows: &[(usize, u64, usize, usize, usize, i64, u32)]) -> Vec<Bill> {
    rows.iter()
        .map(|(customer, ago, service, region, currency, cost, scale)| Bill {
            service: ["Compute", "Stor,age", "对象存储"][*service].into(),
            region: ["cn-north-4", "eu", "NULL"][*region].into(),
            currency: ["CNY", "USD"][*currency],
            list_cost: rust_decimal::Decimal::new(cost.abs(), *scale).to_string(),
            ..bill(
                [SHOP, MILL, UNNAMED][*customer],
                days_ago(world, *ago),
                "",
                &rust_decimal::Decimal::new(*cost, *scale).to_string(),
            )
        })
        .collect()
}

fn units(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<PLACES$}").parse().expect("a decimal")
}

#[tokio::test]
async fn sums_are_those_of_the_lines_whatever_comes_in_and_how_often() {
    both(async |world: &World| {
        let mut runner = TestRunner::deterministic();
        let mut expected: BTreeMap<&str, (i128, i128, i64)> = BTreeMap::new();
        bring_in(world, DISTRIBUTOR, &[]).await;
        for round in 0..12 {
            let rows = rows().new_tree(&mut runner).expect("rows").current();
            // A resource of each round: no row of it is known from another one.
            let mut bills = made(world, &rows);
            bills.iter_mut().enumerate().for_each(|(n, b)| b.resource = format!("{round}-{n}"));
            for b in &bills {
                let sum = expected.entry(b.currency).or_default();
                *sum = (sum.0 + units(&b.cost), sum.1 + units(&b.list_cost), sum.2 + 1);
            }
            // The file in pieces that overlap, in any order, some of them twice.
            let cuts = prop::collection::vec(any::<prop::sample::Index>(), 4);
            let cuts = cuts.new_tree(&mut runner).expect("places").current();
            for pair in cuts.windows(2) {
                let (a, b) = (pair[0].index(bills.len()), pair[1].index(bills.len()));
                bring_in_known(world, DISTRIBUTOR, &bills[a.min(b)..=a.max(b)]).await;
            }
            bills.reverse();
            bring_in_known(world, DISTRIBUTOR, &bills).await;
            let again = bring_in_known(world, DISTRIBUTOR, &bills).await;
            assert_eq!((again.added, again.known), (0, bills.len() as u64));
            assert_eq!(problems(world).await, Vec::<String>::new());
        }
        let all = Month::all(contract::time::from_millis(world.app.clock.millis()));
        let query = SummaryQuery { from: all.last().cloned(), to: all.first().cloned() };
        let summary = world.admin().await.call(ConsumptionSummary).query(&query).send().await.ok();
        let seen: BTreeMap<&str, (i128, i128, i64)> = summary
            .currencies
            .iter()
            .map(|c| (c.currency.code(), (units(&c.total), units(&c.list_total), c.lines)))
            .collect();
        assert_eq!(seen, expected);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_two_bring_in_at_once_comes_in_once() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &[]).await;
        let other = world.another_server(crate::harness::embedded()).await;
        let bills: Vec<Bill> = (0..2_500)
            .map(|n| Bill { resource: format!("r{n}"), ..bill(SHOP, days_ago(world, n % 30), "S", "0.1") })
            .collect();
        let (one, two) = tokio::join!(
            bring_in_known(world, DISTRIBUTOR, &bills),
            bring_in_known(&other, DISTRIBUTOR, &bills)
        );
        assert_eq!(one.added + two.added, 2_500);
        assert_eq!(problems(world).await, Vec::<String>::new());
        assert_eq!(world.number("SELECT CAST(SUM(lines) AS BIGINT) FROM consumption_months").await, 2_500);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_an_older_program_gets_its_sums_when_it_is_opened() {
    both(async |world: &World| {
        let bills = |customer: &str| -> Vec<Bill> {
            (0..40)
                .map(|n| Bill {
                    resource: format!("r{n}"),
                    ..bill(customer, days_ago(world, n), "S", "-0.07")
                })
                .collect()
        };
        bring_in(world, DISTRIBUTOR, &bills(SHOP)).await;
        bring_in(world, DISTRIBUTOR, &bills(MILL)).await;
        bring_in(world, RESELLER, &bills(RESELLERS_SHOP)).await;
        let before = world.everything().await;
        for table in TABLES {
            world.change(&format!("DELETE FROM {table}")).await.expect("past the server");
        }
        assert!(!problems(world).await.is_empty());
        world.app.db.migrate().await.expect("opened again");
        assert_eq!(world.everything().await, before);
        world.app.db.migrate().await.expect("and again");
        assert_eq!(world.everything().await, before);
        assert_sound(world).await;
    })
    .await;
}

const TABLES: [&str; 4] =
    ["consumption_customer_days", "consumption_days", "consumption_months", "consumption_customer_months"];

#[tokio::test]
async fn verify_tells_what_was_changed_past_the_server() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &[bill(SHOP, days_ago(world, 3), "S", "1.5")]).await;
        assert_eq!(problems(world).await, Vec::<String>::new());
        for table in TABLES {
            for (change, back) in [
                ("lines = lines + 1", "lines = lines - 1"),
                ("cost_0 = cost_0 + 1", "cost_0 = cost_0 - 1"),
                ("list_28 = list_28 + 1", "list_28 = list_28 - 1"),
            ] {
                world.change(&format!("UPDATE {table} SET {change}")).await.expect("past the server");
                assert_eq!(problems(world).await.len(), 1, "{table} {change}");
                world.change(&format!("UPDATE {table} SET {back}")).await.expect("and back");
            }
            // The same amount in other parts is the same amount.
            let same = format!("UPDATE {table} SET cost_0 = cost_0 - 1, cost_9 = cost_9 + 1000000000");
            world.change(&same).await.expect("past the server");
            assert_eq!(problems(world).await, Vec::<String>::new());
        }
        world.change("DELETE FROM consumption_lines").await.expect("past the server");
        assert!(problems(world).await.iter().any(|p| p.contains(DISTRIBUTOR)), "sums without lines");
    })
    .await;
}
