//! Files of lists: what is in them, who gets them, how long they last (checklist 36–38;
//! design/security.md, checks 34, 56 and 57).

use crate::harness::fixture::{
    ADMIN, FINANCE, LONG_AGO, MANAGER, OPERATOR, RESELLER, SHOP, STRANGER_ADMIN, customer,
};
use crate::harness::{Answer, Client, Wire, World, both, done, fresh_key, move_now, on_sqlite};
use contract::audit::{AuditList, AuditQuery};
use contract::consumption::LineQuery;
use contract::customers::{AssociationType, CustomerList, ListQuery, Sort, VerifiedStatus};
use contract::error::{Code, Fault};
use contract::exports::{
    Export, ExportColumn, ExportCreate, ExportDelete, ExportList, ExportView, Format, KEPT_HOURS, ListName,
    NewExport, State,
};
use contract::filter::{Amounts, Days, NONE, OneOf};
use contract::funds::{AdjustmentList, AdjustmentQuery};
use contract::id::UserId;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::Value;
use server::customers::create::NewCustomer;
use server::exports::job::make_due;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// An export of all columns, each under its key.
fn new(list: ListName, format: Format, query: &str) -> NewExport {
    let columns = list.columns().iter().map(|key| ExportColumn { key: (*key).into(), title: (*key).into() });
    NewExport { list, format, query: query.into(), columns: columns.collect(), page_only: false, ids: vec![] }
}

/// Asks for an export, has it made, and looks at it again.
async fn made(world: &World, person: &Client, new: &NewExport) -> Export {
    let asked = person.call(ExportCreate).body(new).send().await.ok();
    assert_eq!((asked.state, asked.rows, asked.mine), (State::Waiting, 0, true));
    make_due(&world.app).await.expect("the job runs");
    person.call(ExportView).at(&asked.id).send().await.ok()
}

async fn download(person: &Client, export: &Export) -> Answer<Value> {
    person.send(Wire::new("GET", &format!("/api/exports/{}/file", export.id), "")).await
}

/// The records of a CSV file, the heading first.
fn records(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a mark at the beginning");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}

/// The values of a column.
fn column(records: &[Vec<String>], key: &str) -> Vec<String> {
    let place = records[0].iter().position(|k| k == key).expect("the column");
    records[1..].iter().map(|r| r[place].clone()).collect()
}

/// The ids of all pages of a list.
async fn all_ids(person: &Client, query: &ListQuery) -> Vec<String> {
    let mut query = ListQuery { limit: Some(100), ..query.clone() };
    let mut ids = Vec::new();
    loop {
        let page = person.call(CustomerList).query(&query).send().await.ok();
        ids.extend(page.items.into_iter().map(|row| row.id.0));
        match page.next {
            Some(next) => query.page = Some(next),
            None => return ids,
        }
    }
}

fn text_of(query: &impl Serialize) -> String {
    serde_qs::to_string(query).expect("a query string")
}

fn many(count: usize) -> Vec<NewCustomer> {
    let names = ["云帆科技", "Acme", "acme east", "北京云上", "", "Zeta", "上海磨坊"];
    (0..count)
        .map(|n| NewCustomer {
            account_name: format!("hwx_{n:05}"),
            association: if n % 3 == 0 { AssociationType::Consultative } else { AssociationType::Resale },
            label: if n % 10 == 0 { "重点客户".into() } else { String::new() },
            associated_on: LONG_AGO,
            ..customer(&format!("0193{n:08x}{:020x}", n * 7_919), names[n % names.len()])
        })
        .collect()
}

/// Any filter that the list knows.
fn queries() -> impl Strategy<Value = ListQuery> {
    let q = prop_oneof![
        Just(None),
        Just(Some("云".to_owned())),
        Just(Some("acme".to_owned())),
        Just(Some("hwx_0".to_owned())),
        Just(Some("重点".to_owned())),
        Just(Some("不存在".to_owned())),
    ];
    let association = prop_oneof![
        Just(None),
        Just(Some(AssociationType::Resale)),
        Just(Some(AssociationType::Consultative)),
    ];
    let sort = prop_oneof![
        Just(None),
        Just(Some(Sort::Oldest)),
        Just(Some(Sort::Name)),
        Just(Some(Sort::NameDown)),
        Just(Some(Sort::AvailableDown)),
    ];
    let verified = prop_oneof![
        Just(None),
        Just(Some(OneOf(vec![VerifiedStatus::Verified, VerifiedStatus::None]))),
        Just(Some(OneOf(vec![VerifiedStatus::Rejected]))),
    ];
    let available = prop_oneof![Just(None), Just(Amounts::read("..0")), Just(Amounts::read("0.01.."))];
    let associated =
        prop_oneof![Just(None), Just(Days::read("2026-01-01..2026-01-01")), Just(Days::read("this_month"))];
    let manager = prop_oneof![Just(None), Just(Some(OneOf(vec![UserId::from(NONE)])))];
    (q, association, sort, verified, available, associated, manager).prop_map(
        |(q, association, sort, verified, available, associated, manager)| ListQuery {
            q,
            association: association.map(Into::into),
            manager,
            verified,
            available,
            associated,
            sort,
            ..ListQuery::default()
        },
    )
}

#[tokio::test]
async fn a_file_has_exactly_the_rows_of_the_list_whatever_the_filters() {
    both(async |world: &World| {
        world.add_customers(RESELLER, many(2_500)).await;
        let person = world.reseller().await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..12 {
            let query = queries().new_tree(&mut runner).expect("a filter").current();
            // The page that the screen shows does not narrow the file.
            let on_screen = ListQuery { limit: Some(50), ..query.clone() };
            let export =
                made(world, &person, &new(ListName::Customers, Format::Csv, &text_of(&on_screen))).await;
            assert_eq!(export.state, State::Done, "{query:?}");
            let file = download(&person, &export).await;
            let found = column(&records(&file.text), "id");
            assert_eq!(found, all_ids(&person, &query).await, "{query:?}");
            assert_eq!(export.rows, found.len() as i64);
            person.call(ExportDelete).at(&export.id).send().await.ok();
        }
    })
    .await;
}

/// The whole of a large list: counts and ids.
#[tokio::test]
async fn fifty_thousand_rows_come_whole() {
    on_sqlite(async |world: &World| {
        for part in many(50_000).chunks(5_000) {
            world.add_customers(RESELLER, part.to_vec()).await;
        }
        let person = world.reseller().await;
        for query in [
            ListQuery::default(),
            ListQuery { q: Some("hwx_".into()), sort: Some(Sort::Name), ..ListQuery::default() },
        ] {
            let export = made(world, &person, &new(ListName::Customers, Format::Csv, &text_of(&query))).await;
            let file = download(&person, &export).await;
            let mut found = column(&records(&file.text), "id");
            let had = if query.q.is_some() { 50_000 } else { 50_001 };
            assert_eq!((found.len(), export.rows), (had, had as i64));
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), had, "no row comes twice");
        }
    })
    .await;
}

#[tokio::test]
async fn the_other_lists_have_files_too() {
    both(async |world: &World| {
        let person = world.reseller().await;
        let shop = crate::harness::fixture::RESELLERS_SHOP;
        for n in 1..=3 {
            done(&move_now(&person, shop, &format!("{n}.50"), &fresh_key()).await);
        }
        let export =
            made(world, &person, &new(ListName::Adjustments, Format::Csv, "kind=appropriation")).await;
        let file = records(&download(&person, &export).await.text);
        let query = AdjustmentQuery::default();
        let list = person.call(AdjustmentList).query(&query).send().await.ok();
        let ids: Vec<String> = list.items.iter().map(|a| a.transfer_id.0.clone()).collect();
        assert_eq!(column(&file, "id"), ids);
        assert_eq!(column(&file, "amount"), ["3.50", "2.50", "1.50"]);
        assert_eq!(column(&file, "kind"), ["拨款", "拨款", "拨款"]);

        let query = AuditQuery { subject: Some(shop.into()), ..AuditQuery::default() };
        let export = made(world, &person, &new(ListName::Audit, Format::Csv, &text_of(&query))).await;
        let file = records(&download(&person, &export).await.text);
        let list = person.call(AuditList).query(&query).send().await.ok();
        let hashes: Vec<String> = list.items.iter().map(|e| e.hash.clone()).collect();
        assert_eq!(column(&file, "hash"), hashes);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_what_its_hash_says_and_harmless() {
    both(async |world: &World| {
        let evil = NewCustomer {
            label: "@SUM(A1)".into(),
            ..customer("0193aaaa000000000000000000000001", "=HYPERLINK(\"x\")")
        };
        world.add_customers(RESELLER, vec![evil]).await;
        let person = world.reseller().await;
        let export = made(world, &person, &new(ListName::Customers, Format::Csv, "")).await;
        let file = download(&person, &export).await;
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(
            file.header("content-disposition"),
            format!("attachment; filename=\"{}\"", export.file_name)
        );
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.text.len() as i64, export.bytes);
        assert_eq!(hex::encode(Sha256::digest(file.text.as_bytes())), export.sha256);
        let rows = records(&file.text);
        assert_eq!(column(&rows, "name")[0], "'=HYPERLINK(\"x\")");
        assert_eq!(column(&rows, "label")[0], "'@SUM(A1)");

        let book = made(world, &person, &new(ListName::Customers, Format::Xlsx, "")).await;
        assert_eq!((book.state, book.rows), (State::Done, 2));
        let file = download(&person, &book).await;
        assert!(file.header("content-type").contains("spreadsheetml"), "{}", file.header("content-type"));
        assert_eq!(file.header("content-length"), book.bytes.to_string());
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_to_who_asked_for_it_and_shows_what_they_may_see() {
    both(async |world: &World| {
        let (admin, finance) = (world.admin().await, world.person(&FINANCE).await);
        let (operator, manager) = (world.person(&OPERATOR).await, world.person(&MANAGER).await);
        let stranger = world.person(&STRANGER_ADMIN).await;
        let open = made(world, &admin, &new(ListName::Customers, Format::Csv, "")).await;
        assert!(!open.masked);
        let phones = column(&records(&download(&admin, &open).await.text), "phone");
        assert!(phones.iter().all(|p| !p.contains('*')), "{phones:?}");

        let masked = made(world, &operator, &new(ListName::Customers, Format::Csv, "")).await;
        assert!(masked.masked);
        let rows = records(&download(&operator, &masked).await.text);
        assert!(column(&rows, "phone").iter().all(|p| p.is_empty() || p.contains('*')), "{rows:?}");
        assert!(column(&rows, "email").iter().all(|e| e.is_empty() || e.contains('*')), "{rows:?}");

        // A manager's file has the assigned customers only, and the manager sees no others' exports.
        let own = made(world, &manager, &new(ListName::Customers, Format::Csv, "")).await;
        let ids = column(&records(&download(&manager, &own).await.text), "id");
        assert_eq!(ids, all_ids(&manager, &ListQuery::default()).await);
        let seen = manager.call(ExportList).send().await.ok();
        assert_eq!(seen.items.iter().map(|e| &e.id).collect::<Vec<_>>(), [&own.id]);

        // Colleagues see that it is there, and nothing more; strangers not even that.
        let seen = finance.call(ExportView).at(&open.id).send().await.ok();
        assert!(!seen.mine);
        assert_eq!(download(&finance, &open).await.code(), Code::Forbidden);
        assert_eq!(finance.call(ExportDelete).at(&open.id).send().await.code(), Code::Forbidden);
        for id in [&open.id, &"nothing-there".into()] {
            assert_eq!(stranger.call(ExportView).at(id).send().await.code(), Code::NotFound);
            assert_eq!(stranger.call(ExportDelete).at(id).send().await.code(), Code::NotFound);
        }
        assert_eq!(download(&stranger, &open).await.code(), Code::NotFound);
        assert_eq!(download(&manager, &open).await.code(), Code::NotFound);

        // Asking, making and taking are on record.
        let query = AuditQuery { subject: Some(open.id.0.clone()), ..AuditQuery::default() };
        let trail = admin.call(AuditList).query(&query).send().await.ok();
        let acts: Vec<&str> = trail.items.iter().map(|e| e.action.as_str()).collect();
        assert_eq!(acts, ["exports.downloaded", "exports.made", "exports.asked"]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_exported_is_refused_at_its_field() {
    on_sqlite(async |world: &World| {
        let (admin, operator) = (world.admin().await, world.person(&OPERATOR).await);
        let refused = new(ListName::Audit, Format::Csv, "");
        assert_eq!(operator.call(ExportCreate).body(&refused).send().await.code(), Code::Forbidden);
        let fine = new(ListName::Customers, Format::Csv, "");
        let title = |title: &str| ExportColumn { key: "name".into(), title: title.into() };
        for (new, fault) in [
            (NewExport { query: "unknown=1".into(), ..fine.clone() }, ("query", Fault::Invalid)),
            (NewExport { query: "sort=phone".into(), ..fine.clone() }, ("query", Fault::Invalid)),
            (
                NewExport { query: "x".repeat(1_001), ..fine.clone() },
                ("query", Fault::TooLong { max: 1_000 }),
            ),
            (NewExport { columns: Vec::new(), ..fine.clone() }, ("columns", Fault::Required)),
            (NewExport { columns: vec![title("")], ..fine.clone() }, ("columns", Fault::Invalid)),
            (NewExport { columns: vec![title("a\nb")], ..fine.clone() }, ("columns", Fault::Invalid)),
            (
                NewExport { columns: vec![title("a"), title("b")], ..fine.clone() },
                ("columns", Fault::Invalid),
            ),
            (
                NewExport {
                    columns: vec![ExportColumn { key: "secret".into(), title: "x".into() }],
                    ..fine.clone()
                },
                ("columns", Fault::Invalid),
            ),
        ] {
            let answer = admin.call(ExportCreate).body(&new).send().await;
            assert_eq!(answer.fault(), (fault.0.to_owned(), fault.1), "{new:?}");
        }
        for _ in 0..5 {
            admin.call(ExportCreate).body(&fine).send().await.ok();
        }
        assert_eq!(admin.call(ExportCreate).body(&fine).send().await.code(), Code::TooManyAttempts);
        operator.call(ExportCreate).body(&fine).send().await.ok();
    })
    .await;
}

#[tokio::test]
async fn files_go_away_when_they_are_deleted_or_their_time_is_over() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let kept = made(world, &admin, &new(ListName::Customers, Format::Csv, "")).await;
        let deleted = made(world, &admin, &new(ListName::Customers, Format::Csv, "")).await;
        for _ in 0..2 {
            admin.call(ExportDelete).at(&deleted.id).send().await.ok();
        }
        assert_eq!(download(&admin, &deleted).await.code(), Code::NotFound);
        assert_eq!(admin.call(ExportView).at(&deleted.id).send().await.ok().state, State::Gone);

        // One that waits can be stopped.
        let waiting =
            admin.call(ExportCreate).body(&new(ListName::Customers, Format::Csv, "")).send().await.ok();
        admin.call(ExportDelete).at(&waiting.id).send().await.ok();
        make_due(&world.app).await.expect("the job runs");
        assert_eq!(admin.call(ExportView).at(&waiting.id).send().await.ok().state, State::Gone);

        assert_eq!(download(&admin, &kept).await.status, 200);
        world.later(Duration::from_secs(KEPT_HOURS as u64 * 3_600 + 1));
        let admin = world.person(&ADMIN).await;
        assert_eq!(download(&admin, &kept).await.code(), Code::NotFound);
        make_due(&world.app).await.expect("the job runs");
        assert_eq!(admin.call(ExportView).at(&kept.id).send().await.ok().state, State::Gone);
        assert_eq!(world.number("SELECT COUNT(*) FROM export_pieces").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_export_whose_server_died_is_made_by_another() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let export = admin.call(ExportCreate).body(&new(ListName::Customers, Format::Csv, "")).send().await.ok();
        // As a server leaves it that dies in the middle: running, leased, half its pieces there.
        let until = world.app.clock.millis() + 60_000;
        let change = format!(
            "UPDATE exports SET state = 'running', leased_until = {until}, rows_written = 7 WHERE export_id = '{}'",
            export.id
        );
        world.change(&change).await.expect("the export is leased");
        make_due(&world.app).await.expect("the job runs");
        assert_eq!(admin.call(ExportView).at(&export.id).send().await.ok().state, State::Running);
        world.later(Duration::from_secs(61));
        make_due(&world.app).await.expect("the job runs");
        let done = admin.call(ExportView).at(&export.id).send().await.ok();
        assert_eq!(done.state, State::Done);
        let rows = records(&download(&admin, &done).await.text);
        assert_eq!(rows.len() as i64 - 1, done.rows);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_lost_its_lease_leaves_the_export_alone() {
    on_sqlite(async |world: &World| {
        world.add_customers(RESELLER, many(2_500)).await;
        let person = world.reseller().await;
        // Another server takes the export as soon as this one has noted its first rows.
        let steal = "CREATE TRIGGER steal AFTER UPDATE OF expected ON exports WHEN NEW.rows_written > 0 \
                     BEGIN UPDATE exports SET leased_until = 9000000000000000 WHERE export_id = NEW.export_id; END";
        world.change(steal).await.expect("a trigger");
        let export = made(world, &person, &new(ListName::Customers, Format::Csv, "")).await;
        assert_eq!((export.state, export.rows), (State::Running, 1_000));
    })
    .await;
}

#[test]
fn the_filters_of_a_list_are_those_of_its_query() {
    for (list, value) in [
        (
            ListName::Customers,
            "q=a&association=resale&manager=m&verified=verified&frozen=no&available=1..2&associated=today&sort=name",
        ),
        (ListName::Adjustments, "customer=c&kind=reclaim&amount=1..2&at=today"),
        (ListName::Audit, "subject=s&q=a&at=today&area=funds"),
        (
            ListName::Consumption,
            "customer=c&month=2026-10,2026-09&day=today&service=s&region=none&currency=CNY",
        ),
    ] {
        let names: Vec<&str> = value.split('&').filter_map(|pair| pair.split('=').next()).collect();
        assert_eq!(list.filters(), names);
        let read = match list {
            ListName::Customers => serde_qs::from_str::<ListQuery>(value).is_ok(),
            ListName::Adjustments => serde_qs::from_str::<AdjustmentQuery>(value).is_ok(),
            ListName::Audit => serde_qs::from_str::<AuditQuery>(value).is_ok(),
            ListName::Consumption => serde_qs::from_str::<LineQuery>(value).is_ok(),
        };
        assert!(read, "{value}");
    }
}

#[tokio::test]
async fn one_page_or_chosen_rows_and_no_others() {
    both(async |world: &World| {
        world.add_customers(RESELLER, many(60)).await;
        let admin = world.reseller().await;
        let query = ListQuery { sort: Some(Sort::Name), limit: Some(25), ..ListQuery::default() };
        let first = admin.call(CustomerList).query(&query).send().await.ok();
        let query = ListQuery { page: first.next.clone(), ..query };
        let second = admin.call(CustomerList).query(&query).send().await.ok();
        let ids = async |new: &NewExport| {
            let done = made(world, &admin, new).await;
            assert_eq!(done.state, State::Done);
            column(&records(&download(&admin, &done).await.text), "id")
        };
        let page = NewExport { page_only: true, ..new(ListName::Customers, Format::Csv, &text_of(&query)) };
        let shown: Vec<String> = second.items.iter().map(|row| row.id.to_string()).collect();
        assert_eq!(ids(&page).await, shown);
        // Chosen ones in the order of choosing; what is not the partner's own is not in it.
        let mut chosen =
            vec![first.items[3].id.clone(), second.items[1].id.clone(), first.items[0].id.clone()];
        let wanted: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        chosen.push(SHOP.into());
        let some = NewExport { ids: chosen, ..new(ListName::Customers, Format::Csv, "") };
        assert_eq!(ids(&some).await, wanted);
        let records = new(ListName::Adjustments, Format::Csv, "");
        for bad in
            [NewExport { page_only: true, ..some.clone() }, NewExport { ids: some.ids.clone(), ..records }]
        {
            let answer = admin.call(ExportCreate).body(&bad).send().await;
            assert_eq!(answer.fault(), ("ids".to_owned(), Fault::Invalid), "{bad:?}");
        }
    })
    .await;
}
