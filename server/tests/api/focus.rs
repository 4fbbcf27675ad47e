//! Bill files in the FOCUS form: a real one as it stands, and made ones with every kind of bad row.

use crate::harness::fixture::{RESELLER, RESELLER_ADMIN};
use crate::harness::{Client, World, assert_sound, both, focus_sample, on_sqlite};
use chrono::{Duration, NaiveDateTime};
use contract::consumption::{Consumption, ConsumptionView, MonthQuery};
use contract::customers::{AssociationType, CustomerList, ListQuery};
use contract::error::{Code, Fault};
use contract::id::{CustomerId, PartnerId};
use rust_decimal::Decimal;
use server::consumption::import::{Report, import};
use server::customers::create::{NewCustomer, create_for_bill_accounts};
use server::identity::store;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::str::FromStr;

async fn bring_in(world: &World, name: &str, bytes: &[u8]) -> anyhow::Result<Report> {
    let now = world.app.clock.millis();
    import(&world.app.db, &PartnerId::from(RESELLER), name, bytes, now, |_| ()).await
}

async fn make_customers(world: &World, bytes: &[u8]) -> usize {
    let mut connection = world.app.db.read().acquire().await.expect("a connection");
    let partner =
        store::partner(&mut connection, &PartnerId::from(RESELLER)).await.expect("the database answers");
    drop(connection);
    let accounts = NewCustomer::from_focus(bytes).expect("a readable file");
    let partner = partner.expect("a partner of the cast");
    let now = world.app.clock.millis();
    create_for_bill_accounts(&world.app.db, &partner, accounts, now).await.expect("customers are made")
}

/// Sub-account, currency, service, day: the exact cost. Read here with nothing of the server's.
type Sums = BTreeMap<(String, String, String, String), Decimal>;

fn sums_of(file: &Path) -> (u64, Sums) {
    let mut reader = csv::Reader::from_reader(File::open(file).expect("the sample opens"));
    let names = reader.headers().expect("a header").clone();
    let place = |name: &str| names.iter().position(|n| n == name).expect("a FOCUS column");
    let places =
        ["SubAccountId", "BillingCurrency", "ServiceName", "ChargePeriodStart", "BilledCost"].map(place);
    let (mut rows, mut sums) = (0, Sums::new());
    for record in reader.records() {
        let record = record.expect("a readable row");
        let [account, currency, service, start, cost] = places.map(|p| record[p].to_owned());
        let start = NaiveDateTime::parse_from_str(&start, "%Y-%m-%d %H:%M:%S").expect("a time");
        let day = (start + Duration::hours(8)).date().to_string();
        let cost = Decimal::from_str(&cost).or_else(|_| Decimal::from_scientific(&cost)).expect("a number");
        *sums.entry((account, currency, service, day)).or_default() += cost;
        rows += 1;
    }
    (rows, sums)
}

async fn consumption(person: &Client, id: &CustomerId, month: Option<&str>) -> Consumption {
    let query = MonthQuery { month: month.map(str::to_owned) };
    person.call(ConsumptionView).at(id).query(&query).send().await.ok()
}

/// What the console shows of all customers, in the form of [`Sums`].
async fn shown(person: &Client) -> Sums {
    let mut sums = Sums::new();
    let mut query = ListQuery { limit: Some(100), ..ListQuery::default() };
    loop {
        let page = person.call(CustomerList).query(&query).send().await.ok();
        for row in &page.items {
            for month in consumption(person, &row.id, None).await.months {
                let seen = consumption(person, &row.id, Some(&month)).await;
                for part in seen.currencies {
                    let mut of_currency = Decimal::ZERO;
                    for service in part.services {
                        let mut of_service = Decimal::ZERO;
                        for day in service.days {
                            assert_eq!(day.day.0.format("%Y-%m").to_string(), month);
                            let cost = Decimal::from_str(&day.cost).expect("a decimal");
                            of_service += cost;
                            let place = (
                                row.account_name.clone(),
                                part.currency.to_string(),
                                service.service.clone(),
                                day.day.to_string(),
                            );
                            assert_eq!(sums.insert(place, cost), None, "each day once");
                        }
                        assert_eq!(Decimal::from_str(&service.total), Ok(of_service), "{}", service.service);
                        of_currency += of_service;
                    }
                    assert_eq!(Decimal::from_str(&part.total), Ok(of_currency));
                }
            }
        }
        match page.next {
            Some(next) => query.page = Some(next),
            None => return sums,
        }
    }
}

#[tokio::test]
async fn a_real_bill_file_comes_in_whole_and_only_once() {
    let Some(file) = focus_sample() else { return };
    let bytes = std::fs::read(&file).expect("the sample opens");
    let (rows, wanted) = sums_of(&file);
    let accounts: std::collections::BTreeSet<&String> = wanted.keys().map(|(account, ..)| account).collect();
    both(async |world: &World| {
        // Without customers every row is refused, and says why.
        let early = bring_in(world, "sample.csv", &bytes).await.expect("readable");
        assert_eq!((early.added, early.refused.len() as u64), (0, rows));
        assert!(early.refused.iter().all(|(_, why)| why.contains("is no customer of the partner")));

        assert_eq!(make_customers(world, &bytes).await, accounts.len());
        assert_eq!(make_customers(world, &bytes).await, 0, "they are there");
        let report = bring_in(world, "sample.csv", &bytes).await.expect("readable");
        assert_eq!(report.refused, [], "the sample has no bad row");
        assert_eq!((report.rows, report.added + report.known), (rows, rows));
        assert_eq!(report.added, rows, "equal rows of one file are as many lines");

        let person = world.person(&RESELLER_ADMIN).await;
        let found = shown(&person).await;
        assert_eq!(found.len(), wanted.len());
        assert_eq!(found, wanted, "to the last digit");

        let before = world.everything().await;
        let again = bring_in(world, "the same again.csv", &bytes).await.expect("readable");
        assert_eq!((again.rows, again.added, again.known, again.refused.len()), (rows, 0, rows, 0));
        assert_eq!(world.everything().await, before, "the second time changes nothing at all");

        let page = person.call(CustomerList).send().await.ok();
        assert!(page.items.iter().any(|r| r.association == AssociationType::Consultative));
        assert_sound(world).await;
    })
    .await;
}

/// A file of the needed columns in another order, with others between them.
const HEADER: &str = "SubAccountId,SubAccountName,Tags,BilledCost,ListCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ProviderName,RegionId,ResourceId,ServiceName\n";

fn line(account: &str, cost: &str, currency: &str, start: &str) -> String {
    format!("{account},N,t,{cost},NULL,{currency},Usage,{start},Cloud,r1,res,Compute\n")
}

async fn with_account(world: &World) -> CustomerId {
    let made = make_customers(world, format!("{HEADER}{}", line("acct1", "1", "USD", "x")).as_bytes()).await;
    assert_eq!(made, 1);
    let person = world.person(&RESELLER_ADMIN).await;
    let query = ListQuery { q: Some("acct1".into()), ..ListQuery::default() };
    person.call(CustomerList).query(&query).send().await.ok().items.remove(0).id
}

#[tokio::test]
async fn bad_rows_are_told_by_line_and_the_rest_comes_in() {
    both(async |world: &World| {
        let id = with_account(world).await;
        let day = "2026-10-05 12:00:00";
        let mut file = HEADER.as_bytes().to_vec();
        let rows = [
            (line("acct1", "0.10", "USD", day), None),
            (line("acct1", "ten", "USD", day), Some("BilledCost is not a number: ten")),
            (line("acct1", "0.20", "dollars", day), Some("BillingCurrency is not a currency: dollars")),
            (line("acct1", "0.20", "USD", "05/10/2026"), Some("ChargePeriodStart is not a time: 05/10/2026")),
            (line("", "0.20", "USD", day), Some("SubAccountId is empty")),
            (line("NULL", "0.20", "USD", day), Some("SubAccountId is empty")),
            (line("acct9", "0.20", "USD", day), Some("the sub-account acct9 (N) is no customer of the partner")),
            ("acct1,N,t\n".into(), Some("BillingCurrency is empty")),
            (line("acct1", "NULL", "USD", day), Some("BilledCost is empty")),
            (line("acct1", "1e-7", "USD", "2026-10-05T23:30:00+08:00"), None),
            (line("acct1", "-0.05", "USD", day), None),
            ("acct1,\"a \"\"name\"\", with\nlines\",t,5,NULL,USD,Usage,2026-10-31 15:59:59,Cloud,r1,res,\"Stor,age\"\n".into(), None),
            (line("acct1", "7", "USD", "2026-10-31 16:00:00"), None),
        ];
        for (text, _) in &rows {
            file.extend_from_slice(text.as_bytes());
        }
        file.extend_from_slice(b"acct1,\xff\xfe,t,1,NULL,USD,Usage,2026-10-05 12:00:00,Cloud,r1,res,Compute\n");
        let last = line("acct1", "0.10", "USD", day);
        file.extend_from_slice(last.as_bytes());

        let report = bring_in(world, "bad.csv", &file).await.expect("the file itself is readable");
        assert_eq!((report.rows, report.added, report.known), (15, 6, 0));
        let mut told: Vec<(u64, String)> = rows
            .iter()
            .enumerate()
            .filter_map(|(n, (_, why))| why.map(|why| (n as u64 + 2, why.to_owned())))
            .collect();
        // The quoted line break makes the lines after it one more.
        told.push((16, "not readable as CSV: it is not UTF-8".into()));
        assert_eq!(report.refused, told);

        let person = world.person(&RESELLER_ADMIN).await;
        let october = consumption(&person, &id, Some("2026-10")).await;
        assert_eq!(october.months, ["2026-11", "2026-10"], "newest first");
        let part = &october.currencies[0];
        let services: Vec<(&str, &str)> = part.services.iter().map(|s| (s.service.as_str(), s.total.as_str())).collect();
        assert_eq!(services, [("Stor,age", "5"), ("Compute", "0.1500001")], "0.10 twice, 1e-7, -0.05");
        let days: Vec<String> = part.services[1].days.iter().map(|d| format!("{} {}", d.day, d.cost)).collect();
        assert_eq!(days, ["2026-10-05 0.1500001"]);
        // 16:00 UTC on the last day is the next month in GMT+8.
        let november = consumption(&person, &id, None).await;
        assert_eq!((november.month.as_deref(), november.currencies[0].total.as_str()), (Some("2026-11"), "7"));

        let again = bring_in(world, "bad.csv", &file).await.expect("readable");
        assert_eq!((again.added, again.known, again.refused.len()), (0, 6, told.len()));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_longer_file_adds_what_is_new() {
    both(async |world: &World| {
        let id = with_account(world).await;
        let one = line("acct1", "1.5", "USD", "2026-10-05 00:00:00");
        let first = format!("{HEADER}{one}{one}");
        let longer = format!("{HEADER}{one}{one}{one}{}", line("acct1", "2", "CNY", "2026-10-06 00:00:00"));
        assert_eq!(bring_in(world, "a", first.as_bytes()).await.expect("readable").added, 2);
        let report = bring_in(world, "b", longer.as_bytes()).await.expect("readable");
        assert_eq!((report.added, report.known), (2, 2), "the third equal row and the other one");
        let person = world.person(&RESELLER_ADMIN).await;
        let seen = consumption(&person, &id, None).await;
        let totals: Vec<String> =
            seen.currencies.iter().map(|c| format!("{} {}", c.currency, c.total)).collect();
        assert_eq!(totals, ["CNY 2", "USD 4.5"], "currencies are never mixed");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_none_is_told_clearly() {
    on_sqlite(async |world: &World| {
        with_account(world).await;
        for column in ["BilledCost", "SubAccountId", "ChargePeriodStart", "ServiceName", "BillingCurrency"] {
            let file = HEADER.replace(column, "Other") + &line("acct1", "1", "USD", "2026-10-05 00:00:00");
            let said =
                bring_in(world, "x", file.as_bytes()).await.expect_err("a column is missing").to_string();
            assert_eq!(said, format!("the column {column} is missing"));
        }
        for file in ["", "\n\n", "just text", "{\"json\": true}", "\u{0}\u{1}\u{2}"] {
            bring_in(world, "x", file.as_bytes()).await.expect_err("not a bill file");
        }
        // The mark that some programs put first, and other line ends.
        let marked = format!("\u{feff}{HEADER}{}", line("acct1", "1", "USD", "2026-10-05 00:00:00"));
        let report = bring_in(world, "x", marked.replace('\n', "\r\n").as_bytes()).await.expect("readable");
        assert_eq!(report.added, 1);
        assert_eq!(bring_in(world, "x", HEADER.as_bytes()).await.expect("readable").rows, 0);
    })
    .await;
}

#[tokio::test]
async fn months_are_asked_for_by_name() {
    both(async |world: &World| {
        let id = with_account(world).await;
        let person = world.person(&RESELLER_ADMIN).await;
        let none = consumption(&person, &id, None).await;
        assert_eq!((none.month, none.months.len(), none.currencies.len()), (None, 0, 0));
        let file = format!("{HEADER}{}", line("acct1", "1", "USD", "2026-10-05 00:00:00"));
        bring_in(world, "x", file.as_bytes()).await.expect("readable");
        let empty = consumption(&person, &id, Some("2026-09")).await;
        assert_eq!(
            (empty.month.as_deref(), empty.months.len(), empty.currencies.len()),
            (Some("2026-09"), 1, 0)
        );
        for bad in ["2026", "2026-13", "2026-00", "10-2026", "latest", "", "2026-10-05", "2026-10' OR 1=1 --"]
        {
            let query = MonthQuery { month: Some(bad.into()) };
            let answer = person.call(ConsumptionView).at(&id).query(&query).send().await;
            assert_eq!(answer.fault(), ("month".to_owned(), Fault::Invalid), "{bad:?}");
        }
        let other = world.admin().await.call(ConsumptionView).at(&id).send().await;
        assert_eq!(other.code(), Code::NotFound, "another partner's customer");
    })
    .await;
}
