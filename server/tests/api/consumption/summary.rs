//! 消费汇总: every total is the sum of the lines that its filters find, for who sees all and for a customer manager.

use super::{all, decimal};
use crate::harness::bills::{Bill, bill, bring_in, days_ago};
use crate::harness::fixture::{
    ADMIN, DISTRIBUTOR, IDLE_MANAGER, MANAGER, MILL, RESELLER, RESELLERS_SHOP, SHOP, UNNAMED,
};
use crate::harness::{Client, World, assert_sound, both};
use contract::assignments::{Assign, CustomersAssign};
use contract::consumption::{
    Choices, ConsumptionChoices, ConsumptionSummary, LineQuery, Month, Summary, SummaryQuery, TOP_CUSTOMERS,
};
use contract::error::Fault;
use contract::filter::{Days, OneOf};
use contract::time::{Day, from_millis};
use rust_decimal::Decimal;
use std::time::Duration;

async fn summary(person: &Client, from: Option<&Month>, to: Option<&Month>) -> Summary {
    let query = SummaryQuery { from: from.cloned(), to: to.cloned() };
    person.call(ConsumptionSummary).query(&query).send().await.ok()
}

/// The months that can be looked at, the present one first.
fn months(world: &World) -> Vec<Month> {
    Month::all(from_millis(world.app.clock.millis()))
}

async fn assign(person: &Client, customer: &str, manager: &str) {
    let wanted =
        Assign { customers: vec![customer.into()], manager: Some(manager.into()), ..Assign::default() };
    person.call(CustomersAssign).body(&wanted).send().await.ok();
}

/// Rows of three customers over three months, in two currencies.
fn rows(world: &World) -> Vec<Bill> {
    let customers = [SHOP, MILL, UNNAMED];
    (0..270_usize)
        .map(|n| Bill {
            resource: format!("r{n}"),
            region: ["cn-north-4", "eu", "NULL"][n % 3].into(),
            currency: if n % 7 == 0 { "USD" } else { "CNY" },
            list_cost: "2".into(),
            ..bill(
                customers[n % 3],
                days_ago(world, (n / 3) as u64),
                ["Compute", "Stor,age"][n % 2],
                &format!("{}.{:07}", n % 5, n),
            )
        })
        .collect()
}

/// Each total of a summary against the lines that it leads to.
async fn is_made_of_its_lines(person: &Client, seen: &Summary) {
    let (from, to) = (seen.from.clone().expect("a month"), seen.to.clone().expect("a month"));
    let within: Vec<Month> = seen.months.iter().filter(|m| **m >= from && **m <= to).cloned().collect();
    for part in &seen.currencies {
        let total = LineQuery {
            month: Some(OneOf(within.clone())),
            currency: Some(part.currency),
            ..LineQuery::default()
        };
        let mut totals = vec![(total.clone(), part.total.clone(), part.lines)];
        for step in &part.steps {
            let query = match Day::read(&step.key) {
                Some(day) => LineQuery { day: Some(Days::Between(Some(day), Some(day))), ..total.clone() },
                None => LineQuery { month: Month::read(&step.key).map(OneOf::from), ..total.clone() },
            };
            totals.push((query, step.cost.clone(), step.lines));
        }
        for service in &part.services {
            let query = LineQuery { service: Some(service.key.clone()), ..total.clone() };
            totals.push((query, service.cost.clone(), service.lines));
        }
        for customer in &part.customers {
            let query = LineQuery { customer: Some(customer.key.as_str().into()), ..total.clone() };
            totals.push((query, customer.cost.clone(), customer.lines));
        }
        for (query, cost, lines) in totals {
            let found = all(person, &query).await;
            let sum: Decimal = found.iter().map(|line| decimal(&line.cost)).sum();
            assert_eq!((sum, found.len() as i64), (decimal(&cost), lines), "{query:?}");
        }
        let sum = |shares: &[contract::consumption::Share]| {
            shares.iter().map(|s| decimal(&s.cost)).sum::<Decimal>()
        };
        assert_eq!((sum(&part.steps), sum(&part.services)), (decimal(&part.total), decimal(&part.total)));
        let list: Decimal = all(person, &total).await.iter().map(|line| decimal(&line.list_cost)).sum();
        assert_eq!(list, decimal(&part.list_total));
    }
}

#[tokio::test]
async fn every_total_leads_to_the_lines_that_make_it_up() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &rows(world)).await;
        bring_in(world, RESELLER, &[bill(RESELLERS_SHOP, days_ago(world, 0), "Other's", "1000")]).await;
        let admin = world.admin().await;
        let latest = summary(&admin, None, None).await;
        assert_eq!(latest.months.iter().max(), latest.to.as_ref(), "the latest month");
        assert_eq!(latest.from, latest.to);
        is_made_of_its_lines(&admin, &latest).await;
        let (first, last) = (latest.months.last().cloned(), latest.months.first().cloned());
        let whole = summary(&admin, first.as_ref(), last.as_ref()).await;
        assert_eq!(whole.currencies.iter().map(|c| c.lines).sum::<i64>(), 270);
        assert_eq!(whole.currencies.iter().map(|c| c.currency.code()).collect::<Vec<_>>(), ["CNY", "USD"]);
        assert!(whole.currencies[0].steps.iter().all(|s| Month::read(&s.key).is_some()), "by month");
        let names: Vec<&str> = whole.currencies[0].customers.iter().map(|c| c.name.as_str()).collect();
        assert!(names.contains(&"北京云帆科技有限公司"), "{names:?}");
        is_made_of_its_lines(&admin, &whole).await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_manager_sees_the_own_customers_in_the_own_time_and_nothing_of_others() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &rows(world)).await;
        let manager = world.person(&MANAGER).await;
        let (first, last) = (months(world).pop(), months(world).first().cloned());
        let seen = summary(&manager, first.as_ref(), last.as_ref()).await;
        assert_eq!(seen.currencies.iter().map(|c| c.lines).sum::<i64>(), 90, "of one customer of three");
        assert!(seen.currencies.iter().all(|c| c.customers.iter().all(|s| s.key == SHOP)));
        is_made_of_its_lines(&manager, &seen).await;
        let of_another = LineQuery { customer: Some(MILL.into()), ..LineQuery::default() };
        assert!(all(&manager, &of_another).await.is_empty());
        assert_eq!(all(&manager, &LineQuery::default()).await.len(), 90);

        // From today on it is somebody else's, whose day today is.
        let admin = world.admin().await;
        assign(&admin, SHOP, IDLE_MANAGER.user_id).await;
        let gone = summary(&manager, first.as_ref(), last.as_ref()).await;
        assert_eq!((gone.months.len(), gone.currencies.len()), (0, 0));
        assert!(all(&manager, &LineQuery::default()).await.is_empty());
        let other = world.person(&IDLE_MANAGER).await;
        let seen = summary(&other, first.as_ref(), last.as_ref()).await;
        assert_eq!(seen.currencies.iter().map(|c| c.lines).sum::<i64>(), 1);
        assert_eq!(seen.months, months(world)[..1], "a month without an own day is none");
        is_made_of_its_lines(&other, &seen).await;

        // Back again: all days before are the first one's, and none between.
        world.later(Duration::from_secs(86_400));
        assign(&world.admin().await, SHOP, MANAGER.user_id).await;
        let manager = world.person(&MANAGER).await;
        let seen = summary(&manager, first.as_ref(), last.as_ref()).await;
        assert_eq!(seen.currencies.iter().map(|c| c.lines).sum::<i64>(), 89);
        is_made_of_its_lines(&manager, &seen).await;
        let choices: Choices = manager.call(ConsumptionChoices).send().await.ok();
        assert_eq!(choices.regions.len(), 1, "n of the customer's rows are all of one region");
    })
    .await;
}

#[tokio::test]
async fn nobody_has_consumption_without_any() {
    both(async |world: &World| {
        let person = world.person(&ADMIN).await;
        let none = Summary { months: vec![], from: None, to: None, currencies: vec![] };
        assert_eq!(summary(&person, None, None).await, none);
        let choices = person.call(ConsumptionChoices).send().await.ok();
        assert_eq!(
            choices,
            Choices { months: vec![], services: vec![], regions: vec![], currencies: vec![] }
        );
    })
    .await;
}

#[tokio::test]
async fn eighteen_months_can_be_looked_at_and_no_more() {
    both(async |world: &World| {
        let months = months(world);
        let oldest = months.last().expect("a month").first_day();
        let before = Day(oldest.0.pred_opt().expect("a day"));
        bring_in(world, DISTRIBUTOR, &[bill(SHOP, oldest, "S", "1"), bill(SHOP, before, "S", "2")]).await;
        let admin = world.admin().await;
        let seen = summary(&admin, None, None).await;
        assert_eq!(seen.months, [Month::of(oldest)]);
        let too_far = summary(&admin, Some(&Month::of(before)), months.first()).await;
        assert_eq!(too_far.currencies.iter().map(|c| c.total.as_str()).collect::<Vec<_>>(), ["1"]);
        let old = Month::of(before);
        assert!(summary(&admin, Some(&old), Some(&old)).await.currencies.is_empty());
        for query in [
            LineQuery::default(),
            LineQuery { customer: Some(SHOP.into()), ..LineQuery::default() },
            LineQuery { day: Some(Days::Between(Some(before), Some(oldest))), ..LineQuery::default() },
        ] {
            assert_eq!(all(&admin, &query).await.len(), 1, "{query:?}");
        }
        let of_old = LineQuery { month: Some(OneOf::from(old)), ..LineQuery::default() };
        assert!(all(&admin, &of_old).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_refused_and_nonsense_too() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let months = months(world);
        let query = SummaryQuery { from: months.first().cloned(), to: months.last().cloned() };
        let answer = admin.call(ConsumptionSummary).query(&query).send().await;
        assert_eq!(answer.fault(), ("from".to_owned(), Fault::Invalid));
        for bad in ["from=2026-13", "to=latest", "from=2026-01-01", "to=", "month=2026-10"] {
            let answer = admin.call(ConsumptionSummary).query_text(bad).send().await;
            assert_eq!(answer.code(), contract::error::Code::BadRequest, "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_customers_that_cost_most_are_named_exactly() {
    both(async |world: &World| {
        use crate::harness::fixture::customer;
        let many: Vec<_> = (0..15).map(|n| customer(&format!("0199{n:028x}"), "客户")).collect();
        let ids: Vec<String> = many.iter().map(|c| c.id.to_string()).collect();
        world.add_customers(DISTRIBUTOR, many).await;
        let day = days_ago(world, 0);
        // Amounts that differ in the last places only, and one that is made of parts below zero.
        let mut bills: Vec<Bill> = ids
            .iter()
            .enumerate()
            .map(|(n, id)| bill(id, day, "S", &format!("5.000000000000000000{n:02}")))
            .collect();
        bills.push(bill(&ids[3], day, "T", "-0.5"));
        bills.push(bill(&ids[14], day, "T", "-6"));
        bring_in(world, DISTRIBUTOR, &bills).await;
        let seen = summary(&world.admin().await, None, None).await;
        let named: Vec<&str> = seen.currencies[0].customers.iter().map(|c| c.key.as_str()).collect();
        let wanted: Vec<&str> = ids[4..14].iter().rev().map(String::as_str).collect();
        assert_eq!((named.len(), named), (TOP_CUSTOMERS, wanted));
    })
    .await;
}
