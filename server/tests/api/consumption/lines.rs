//! 消费明细: filters, order, pages however the lines are found, files, and what a limited person sees of them.

use super::{all, decimal};
use crate::harness::bills::{Bill, bill, bring_in, days_ago};
use crate::harness::fixture::{ADMIN, DISTRIBUTOR, MANAGER, MILL, SHOP, STRANGERS_SHOP, UNNAMED};
use crate::harness::{Client, Wire, World, both, on_sqlite};
use contract::consumption::{ConsumptionLine, ConsumptionLines, LineQuery, Month};
use contract::error::{Code, Fault};
use contract::exports::{ExportColumn, ExportCreate, ExportView, Format, ListName, NewExport, State};
use contract::filter::{Days, OneOf};
use contract::money::Currency;
use contract::time::Day;
use serde_json::Value;
use server::exports::job::make_due;

/// Rows of two customers over 40 days.
fn rows(world: &World) -> Vec<Bill> {
    (0..240_usize)
        .map(|n| Bill {
            resource: format!("r{n}"),
            region: ["cn-north-4", "eu", "NULL"][n % 3].into(),
            currency: if n % 8 == 0 { "USD" } else { "CNY" },
            ..bill(
                [SHOP, MILL][n % 2],
                days_ago(world, (n % 40) as u64),
                ["Compute", "Stor,age", "对象存储"][n % 5 % 3],
                "0.10",
            )
        })
        .collect()
}

fn day_of(bill: &Bill) -> Month {
    Month::of(bill.day)
}

#[tokio::test]
async fn filters_find_what_they_say_together_and_alone() {
    both(async |world: &World| {
        let rows = rows(world);
        bring_in(world, DISTRIBUTOR, &rows).await;
        let admin = world.admin().await;
        let none = LineQuery::default();
        let (from, until) = (days_ago(world, 20), days_ago(world, 3));
        let month = Month::of(days_ago(world, 30));
        type Fits = Box<dyn Fn(&Bill) -> bool>;
        let cases: Vec<(LineQuery, Fits)> = vec![
            (none.clone(), Box::new(|_| true)),
            (LineQuery { customer: Some(SHOP.into()), ..none.clone() }, Box::new(|b| b.customer == SHOP)),
            (
                LineQuery { service: Some("Stor,age".into()), ..none.clone() },
                Box::new(|b| b.service == "Stor,age"),
            ),
            (LineQuery { service: Some("Stor".into()), ..none.clone() }, Box::new(|_| false)),
            (LineQuery { region: Some("eu".into()), ..none.clone() }, Box::new(|b| b.region == "eu")),
            (LineQuery { region: Some("none".into()), ..none.clone() }, Box::new(|b| b.region == "NULL")),
            (LineQuery { currency: Some(Currency::USD), ..none.clone() }, Box::new(|b| b.currency == "USD")),
            (
                LineQuery { day: Some(Days::Between(Some(from), Some(until))), ..none.clone() },
                Box::new(move |b| b.day >= from && b.day <= until),
            ),
            (
                LineQuery { day: Some(Days::Between(None, Some(until))), ..none.clone() },
                Box::new(move |b| b.day <= until),
            ),
            (LineQuery { month: Some(OneOf::from(month.clone())), ..none.clone() }, {
                let month = month.clone();
                Box::new(move |b| day_of(b) == month)
            }),
            (
                LineQuery {
                    month: Some(OneOf(vec![Month::of(days_ago(world, 0)), month.clone()])),
                    day: Some(Days::Between(Some(from), None)),
                    customer: Some(MILL.into()),
                    service: Some("Compute".into()),
                    region: Some("eu".into()),
                    currency: Some(Currency::CNY),
                    ..none.clone()
                },
                Box::new(move |b| {
                    let months = [Month::of(b.day) == month, b.day >= from];
                    (months[0] || months[1])
                        && b.day >= from
                        && (b.customer.as_str(), b.service.as_str(), b.region.as_str(), b.currency)
                            == (MILL, "Compute", "eu", "CNY")
                }),
            ),
        ];
        for (query, fits) in cases {
            let found = all(&admin, &query).await;
            let mut found: Vec<&str> = found.iter().map(|l| l.resource.as_str()).collect();
            let mut wanted: Vec<&str> =
                rows.iter().filter(|b| fits(b)).map(|b| b.resource.as_str()).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{query:?}");
        }
        let line = &all(&admin, &none).await[0];
        let ConsumptionLine { customer_name, category, provider, cost, list_cost, .. } = line;
        assert!(
            ["北京云帆科技有限公司", "杭州磨坊"].iter().any(|n| customer_name.contains(n))
                || !customer_name.is_empty()
        );
        assert_eq!(
            (category.as_str(), provider.as_str(), cost.as_str(), list_cost.as_str()),
            ("Usage", "Cloud", "0.1", "0.1")
        );
    })
    .await;
}

/// More lines than are sorted at once: a page is then read along an index, and finds the same.
#[tokio::test]
async fn few_lines_and_many_come_in_the_same_pages() {
    on_sqlite(async |world: &World| {
        let many: Vec<Bill> = (0..21_000_usize)
            .map(|n| Bill {
                resource: format!("r{n}"),
                region: if n % 2 == 0 { "eu".into() } else { "us".into() },
                ..bill(if n % 21 == 0 { MILL } else { SHOP }, days_ago(world, (n % 30) as u64), "S", "1")
            })
            .collect();
        bring_in(world, DISTRIBUTOR, &many).await;
        // The manager has 20,000 of them, the region half.
        for (person, query, wanted) in [
            (world.person(&MANAGER).await, LineQuery::default(), 20_000),
            (world.admin().await, LineQuery::default(), 21_000),
            (world.admin().await, LineQuery { region: Some("eu".into()), ..LineQuery::default() }, 10_500),
        ] {
            let mut query = LineQuery { limit: Some(100), ..query };
            let mut ids = Vec::new();
            for _ in 0..12 {
                let page = person.call(ConsumptionLines).query(&query).send().await.ok();
                assert_eq!(page.total.count, wanted);
                ids.extend(page.items.iter().map(|l| (l.day, l.id.clone())));
                query.page = page.next;
            }
            assert!(ids.len() == 1_200 && ids.is_sorted_by(|a, b| a > b));
        }
        // One line more, and the manager's are too many to be sorted.
        bring_in(world, DISTRIBUTOR, &[bill(SHOP, days_ago(world, 0), "S", "2")]).await;
        let manager = world.person(&MANAGER).await;
        let page = manager.call(ConsumptionLines).query(&LineQuery::default()).send().await.ok();
        assert_eq!(page.total.count, 20_001);
        assert!(page.items.iter().all(|l| l.customer_id.as_str() == SHOP));
    })
    .await;
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &rows(world)).await;
        bring_in(
            world,
            "d0000000000000000000000000000004",
            &[bill(STRANGERS_SHOP, days_ago(world, 0), "S", "1")],
        )
        .await;
        let manager = world.person(&MANAGER).await;
        let admin = world.admin().await;
        for (person, customer, count) in [
            (&admin, STRANGERS_SHOP, 0),
            (&manager, STRANGERS_SHOP, 0),
            (&manager, MILL, 0),
            (&manager, SHOP, 120),
            (&manager, UNNAMED, 0),
        ] {
            let query = LineQuery { customer: Some(customer.into()), ..LineQuery::default() };
            assert_eq!(all(person, &query).await.len(), count, "{customer}");
        }
        // A cursor of somebody who sees more shows no more.
        let first = admin.call(ConsumptionLines).query(&LineQuery::default()).send().await.ok();
        let query = LineQuery { page: first.next, ..LineQuery::default() };
        let page = manager.call(ConsumptionLines).query(&query).send().await.ok();
        assert!(page.items.iter().all(|l| l.customer_id.as_str() == SHOP));
    })
    .await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    both(async |world: &World| {
        bring_in(world, DISTRIBUTOR, &rows(world)).await;
        let admin = world.person(&ADMIN).await;
        for bad in ["month=2026-13", "month=", "day=yesterday", "currency=yuan", "page=zz", "sort=cost"] {
            let answer = admin.call(ConsumptionLines).query_text(bad).send().await;
            assert_eq!(answer.code(), Code::BadRequest, "{bad}");
        }
        let long = LineQuery { service: Some("x".repeat(257)), ..LineQuery::default() };
        let answer = admin.call(ConsumptionLines).query(&long).send().await;
        assert_eq!(answer.fault(), ("service".to_owned(), Fault::TooLong { max: 256 }));
        let quoted = LineQuery { service: Some("x' OR 1=1 --\0".into()), ..LineQuery::default() };
        assert!(all(&admin, &quoted).await.is_empty());
    })
    .await;
}

/// The records of a CSV file of lines, without its heading.
async fn file(world: &World, person: &Client, query: &str) -> Vec<Vec<String>> {
    let columns = ListName::Consumption.columns().iter();
    let columns = columns.map(|key| ExportColumn { key: (*key).into(), title: (*key).into() }).collect();
    let new = NewExport {
        list: ListName::Consumption,
        format: Format::Csv,
        query: query.into(),
        columns,
        page_only: false,
        ids: vec![],
    };
    let asked = person.call(ExportCreate).body(&new).send().await.ok();
    make_due(&world.app).await.expect("the job runs");
    let done = person.call(ExportView).at(&asked.id).send().await.ok();
    assert_eq!(done.state, State::Done);
    let answer: crate::harness::Answer<Value> =
        person.send(Wire::new("GET", &format!("/api/exports/{}/file", done.id), "")).await;
    let text = answer.text.strip_prefix('\u{feff}').expect("a mark at the beginning");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let found: Vec<Vec<String>> =
        reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect();
    assert_eq!(done.rows, found.len() as i64);
    found
}

#[tokio::test]
async fn a_file_has_exactly_the_lines_of_the_list() {
    both(async |world: &World| {
        let mut rows = rows(world);
        rows.push(bill(SHOP, days_ago(world, 1), "=1+1", "0.0000008"));
        bring_in(world, DISTRIBUTOR, &rows).await;
        for person in [world.admin().await, world.person(&MANAGER).await] {
            for query in [
                LineQuery::default(),
                LineQuery {
                    region: Some("eu".into()),
                    currency: Some(Currency::CNY),
                    ..LineQuery::default()
                },
                LineQuery { day: Some(Days::Last30Days), ..LineQuery::default() },
            ] {
                let listed = all(&person, &query).await;
                let text = serde_qs::to_string(&query).expect("a query string");
                let found = file(world, &person, &text).await;
                let shown: Vec<(Day, &str, &str)> =
                    listed.iter().map(|l| (l.day, l.cost.as_str(), l.id.as_str())).collect();
                let written: Vec<(Day, &str, &str)> = found
                    .iter()
                    .map(|r| (Day::read(&r[0]).expect("a day"), r[4].as_str(), r[11].as_str()))
                    .collect();
                assert_eq!(written, shown, "{query:?}");
            }
            let all = file(world, &person, "").await;
            let odd = all.iter().find(|r| r[2].contains("1+1")).expect("the odd service");
            assert_eq!((odd[2].as_str(), odd[4].as_str()), ("'=1+1", "0.0000008"));
            assert!(all.iter().all(|r| decimal(&r[5]) >= decimal(&r[4])));
        }
    })
    .await;
}
