//! Files that people bring (checklist 39, 40): errors by row, valid rows only, failed rows as a file, and
//! the same file twice.

use super::batches::{carried_out, prepared, start};
use crate::harness::fixture::{FINANCE, RESELLER, RESELLERS_SHOP, customer};
use crate::harness::{Answer, Client, Wire, World, assert_sound, both, on_sqlite};
use base64::Engine as _;
use contract::batches::{Batch, BatchCreate, BatchRows, Kind, NewBatch, RowState, Source};
use contract::error::{Code, Fault};
use contract::imports::{FromFile, Import, ImportCreate, MAX_ROWS, NewImport};
use serde_json::Value;

async fn bring(person: &Client, name: &str, content: &str) -> Answer<Import> {
    let content = base64::engine::general_purpose::STANDARD.encode(content);
    let new = NewImport { name: name.into(), content };
    person.call(ImportCreate).body(&new).send().await
}

fn batch_of(import: &Import) -> NewBatch {
    let column = |at: Option<u32>| at.expect("a column that its heading tells");
    let file = FromFile {
        import: import.id.clone(),
        customer: column(import.guess.customer),
        amount: column(import.guess.amount),
        memo: import.guess.memo,
    };
    NewBatch { kind: Some(Kind::Appropriation), file: Some(file), ..NewBatch::default() }
}

const FILE: &str = "客户,金额,备注\n\
0190000000060000000000000000c006,10.50,一月\n\
hw_0001,\"1,000.00\",\n\
hw_0001,1000,\n\
nobody,5,\n\
hw_0001,x,\n\
,7,\n\
hw_0001,-3,\n";

async fn checked(world: &World, admin: &Client) -> (Import, Batch) {
    world.add_customers(RESELLER, vec![customer("01930000000000000000000000000001", "店")]).await;
    let import = bring(admin, "一月.csv", FILE).await.ok();
    let batch = prepared(world, admin, &batch_of(&import)).await;
    (import, batch)
}

#[tokio::test]
async fn each_row_says_what_is_wrong_with_it_before_anything_happens() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        let (import, batch) = checked(world, &admin).await;
        assert_eq!((import.rows, import.columns.len(), import.sample.len()), (7, 3, 3));
        assert_eq!((batch.source, batch.file_name.as_str()), (Source::Import, "一月.csv"));
        assert_eq!((batch.waiting, batch.refused, batch.total.decimal().as_str()), (2, 5, "1010.50"));
        let rows = admin.call(BatchRows).at(&batch.id).send().await.ok().items;
        let what: Vec<_> = rows.iter().map(|r| (r.number, r.state, r.reason, r.fault)).collect();
        use RowState::{Refused, Waiting};
        assert_eq!(
            what,
            [
                (1, Waiting, None, None),
                (2, Waiting, None, None),
                (3, Refused, Some(Code::RepeatedRow), None),
                (4, Refused, Some(Code::NotFound), None),
                (5, Refused, Some(Code::InvalidFields), Some(Fault::NotANumber)),
                (6, Refused, Some(Code::InvalidFields), None),
                (7, Refused, Some(Code::InvalidFields), Some(Fault::NotPositive)),
            ]
        );
        assert_eq!((rows[0].customer_id.as_str(), rows[0].memo.as_str()), (RESELLERS_SHOP, "一月"));
    })
    .await;
}

#[tokio::test]
async fn the_good_rows_are_done_and_the_others_come_back_as_a_file() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        let (_, batch) = checked(world, &admin).await;
        let batch = carried_out(world, &admin, &batch.id).await;
        assert_eq!((batch.done, batch.refused, batch.moved.decimal().as_str()), (2, 5, "1010.50"));
        let wire =
            Wire::new("GET", &format!("/api/batches/{}/refused", batch.id), "").with("accept-language", "zh");
        let file: Answer<Value> = admin.send(wire).await;
        assert_eq!(file.status, 200);
        let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "客户,金额,备注,原因,行号");
        assert_eq!(lines.len(), 6);
        assert!(lines[2].starts_with("nobody,5,,") && lines[2].ends_with(",4"), "{}", lines[2]);
        assert!(lines[3].starts_with("hw_0001,x,,"), "as it was, to be mended: {}", lines[3]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_makes_no_doubles() {
    both(async |world: &World| {
        let admin = world.reseller().await;
        let (import, first) = checked(world, &admin).await;
        assert_eq!(import.batch, None);
        // Prepared twice before either was started: one of them starts.
        let again = bring(&admin, "renamed.csv", FILE).await.ok();
        let second = prepared(world, &admin, &batch_of(&again)).await;
        carried_out(world, &admin, &first.id).await;
        assert_eq!(start(&admin, &second.id).await.code(), Code::AlreadyImported);
        let third = bring(&admin, "一月.csv", FILE).await.ok();
        assert_eq!(third.batch, Some(first.id));
        let refused = admin.call(BatchCreate).body(&batch_of(&third)).send().await;
        assert_eq!(refused.code(), Code::AlreadyImported);
        let movements = "SELECT COUNT(*) FROM ledger_transfers WHERE customer_id IS NOT NULL";
        assert_eq!(world.number(movements).await, 2);
        // Another file is another one.
        let other = bring(&admin, "二月.csv", &FILE.replace("10.50", "11.50")).await.ok();
        assert_eq!(other.batch, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_file_of_rows_is_refused() {
    both(async |world: &World| {
        let admin = world.admin().await;
        for content in ["", "only headings\n", "\u{0}\u{1}"] {
            let answer = bring(&admin, "a.csv", content).await;
            assert_eq!(answer.fault().0, "content", "{content:?}");
        }
        assert_eq!(bring(&admin, " ", "a,b\n1,2\n").await.fault(), ("name".into(), Fault::Required));
        let long = format!("a,b\n{}", "1,2\n".repeat(MAX_ROWS + 1));
        assert_eq!(bring(&admin, "a.csv", &long).await.code(), Code::TooMuch);
        let new = NewImport { name: "a.csv".into(), content: "not base64!".into() };
        assert_eq!(admin.call(ImportCreate).body(&new).send().await.fault().0, "content");
        let beside = bring(&admin, "a.csv", "a,b\n1,2,3\n").await;
        assert_eq!(beside.fault(), ("content".into(), Fault::Invalid));
        // A colleague's file is not one's own, and a column must be there.
        let import = bring(&admin, "a.csv", "customer,amount\nx,1\n").await.ok();
        let colleague = world.person(&FINANCE).await;
        let new = batch_of(&import);
        assert_eq!(colleague.call(BatchCreate).body(&new).send().await.code(), Code::NotFound);
        let file = new.file.clone().map(|f| FromFile { amount: 7, ..f });
        let answer = admin.call(BatchCreate).body(&NewBatch { file, ..new }).send().await;
        assert_eq!(answer.fault(), ("amount".into(), Fault::Invalid));
    })
    .await;
}

#[tokio::test]
async fn a_comma_is_not_guessed_at() {
    on_sqlite(async |world: &World| {
        let admin = world.reseller().await;
        for (amount, fault, read) in
            [("12,50", Some(Fault::NotANumber), None), ("1,000.00", None, Some("1000.00"))]
        {
            let file = format!("customer;amount;memo\n{RESELLERS_SHOP};{amount};\n");
            let import = bring(&admin, "a.csv", &file).await.ok();
            let batch = prepared(world, &admin, &batch_of(&import)).await;
            let rows = admin.call(BatchRows).at(&batch.id).send().await.ok().items;
            assert_eq!(rows[0].fault, fault);
            assert_eq!(rows[0].amount.map(|a| a.decimal()).as_deref(), read);
        }
    })
    .await;
}

#[tokio::test]
async fn the_template_is_read_by_its_own_import() {
    both(async |world: &World| {
        let admin = world.admin().await;
        for language in ["zh", "en"] {
            let wire = Wire::new("GET", "/api/imports/template", "").with("accept-language", language);
            let template: Answer<Value> = admin.send(wire).await;
            let filled = format!("{}hw_c001,1,\r\n", template.text);
            let guess = bring(&admin, "a.csv", &filled).await.ok().guess;
            assert_eq!((guess.customer, guess.amount, guess.memo), (Some(0), Some(1), Some(2)), "{language}");
        }
    })
    .await;
}
