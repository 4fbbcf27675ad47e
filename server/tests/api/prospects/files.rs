//! Reports out of a file.

use super::{all, made, new};
use crate::harness::{World, both};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::error::Fault;
use contract::prospects::{ImportProspects, Imported, MAX_REPORTS, ProspectImport, RowFault};

async fn import(person: &crate::harness::Client, text: &str, look: bool) -> crate::harness::Answer<Imported> {
    let file = ImportProspects { name: "客户.csv".into(), content: STANDARD.encode(text), look };
    person.call(ProspectImport).body(&file).send().await
}

#[tokio::test]
async fn the_good_rows_go_in_and_the_others_come_back_with_reasons() {
    both(async |world: &World| {
        let admin = world.admin().await;
        made(&admin, &new("早已报备有限公司", "early@x.example")).await;
        let mut text = String::from("客户名称,联系人,手机号,邮箱,备注\n");
        for n in 0..50 {
            text.push_str(&format!("批量客户{n}有限公司,,,good{n}@file.example,\n"));
        }
        text.push_str("早已报备有限公司,,13800138000,,\n,,,nameless@file.example,\n没有联系方式公司,,,,\n批量客户7有限公司,,,other@file.example,\n坏邮箱公司,,,nonsense,\n");
        let looked = import(&admin, &text, true).await.ok();
        assert_eq!(all(&admin).await.len(), 1, "looking makes nothing");
        let done = import(&admin, &text, false).await.ok();
        assert_eq!(done, looked, "what was told beforehand is what became of it");
        assert_eq!((done.accepted, done.review, done.refused.len()), (50, 0, 5));
        let rows: Vec<_> = done.refused.iter().map(|r| r.row).collect();
        assert_eq!(rows, [52, 53, 54, 55, 56]);
        assert!(matches!(done.refused[0].why, RowFault::Blocked { .. }));
        let fault = |field: &str, fault| RowFault::Field { field: field.into(), fault };
        assert_eq!(done.refused[1].why, fault("name", Fault::Required));
        assert_eq!(done.refused[2].why, fault("phone", Fault::Required));
        assert_eq!(done.refused[3].why, RowFault::Repeated { row: 9 });
        assert_eq!(done.refused[4].why, fault("email", Fault::Invalid));
        assert_eq!(done.refused[4].cells.name, "坏邮箱公司");
        // The same file again reports nothing twice.
        let again = import(&admin, &text, false).await.ok();
        assert_eq!((again.accepted, again.refused.len()), (0, 55));
        let live = "SELECT COUNT(*) FROM prospects";
        assert_eq!(world.number(live).await, 51);
    })
    .await;
}

#[tokio::test]
async fn a_file_stops_at_the_limit_and_nonsense_is_refused() {
    both(async |world: &World| {
        let admin = world.admin().await;
        let mut text = String::from("name;email\n");
        for n in 0..MAX_REPORTS + 3 {
            text.push_str(&format!("Company Number {n} Ltd;n{n}@file.example\n"));
        }
        let looked = import(&admin, &text, true).await.ok();
        assert_eq!((looked.accepted + looked.review, looked.refused.len()), (MAX_REPORTS, 3));
        assert!(looked.refused.iter().all(|r| r.why == RowFault::Limit));
        for nonsense in ["", "name", "a,b\n1,2\n", "\u{0}\u{1}"] {
            let refused = import(&admin, nonsense, false).await;
            assert_eq!(refused.fault(), ("content".into(), Fault::Invalid), "{nonsense:?}");
        }
    })
    .await;
}
