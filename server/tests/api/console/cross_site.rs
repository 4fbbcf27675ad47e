//! Other sites get nothing done: no change from their pages, no answer to read, and reading
//! changes nothing (design/security.md, checks 24 to 26).

use crate::harness::fixture::{ADMIN, PASSWORD, RESELLERS_SHOP, SHOP};
use crate::harness::{Answer, Wire, World, both, done, fresh_key, hold, move_now, on_sqlite};
use crate::person::reset_token;
use contract::access::Role;
use contract::api::{Access, IDEMPOTENCY_KEY, Operation};
use contract::batches::{BatchCreate, Kind, NewBatch};
use contract::bss::accounts::ListPartnerBalances;
use contract::customers::AssociationType;
use contract::error::Code;
use contract::exports::{ExportColumn, ExportCreate, Format, ListName, NewExport};
use contract::organisation::{InvitationCreate, NewInvitations};
use contract::prospects::{AskLink, GeneralLinkView};
use contract::time::bill_day;
use contract::webhooks::{EventKind, NewWebhook, WebhookCreate, WebhookTest};
use serde_json::Value;

/// Console operations that change something, each as a call that would succeed from the own pages.
fn changes() -> Vec<(Operation, Wire)> {
    let console =
        contract::operations().into_iter().filter(|o| o.method != "GET" && o.path.starts_with("/api/"));
    console
        .map(|operation| {
            let target = operation
                .path
                .split('/')
                .map(|part| match part {
                    "{customer_id}" => SHOP,
                    other if other.starts_with('{') => "nothing-there",
                    other => other,
                })
                .collect::<Vec<_>>()
                .join("/");
            let body = match operation.name {
                "SignIn" => format!("{{\"email\": \"{}\", \"password\": \"{PASSWORD}\"}}", ADMIN.email),
                "Appropriate" | "Reclaim" => "{\"amount\": \"1\"}".to_owned(),
                "SettingsChange" => "{\"verification\": false, \"second_factor\": false}".to_owned(),
                "ExportCreate" => "{\"list\": \"customers\", \"format\": \"csv\", \"query\": \"\", \"columns\": [{\"key\": \"name\", \"title\": \"N\"}]}".to_owned(),
                _ => String::new(),
            };
            let wire = Wire::new(operation.method, &target, &body)
                .with("content-type", "application/json")
                .with(IDEMPOTENCY_KEY, &fresh_key());
            (operation, wire)
        })
        .collect()
}

#[tokio::test]
async fn changes_from_other_sites_are_refused_and_nothing_happens() {
    both(async |world: &World| {
        let person = world.admin().await;
        let before = world.everything().await;
        for (operation, wire) in changes() {
            for headers in [
                vec![("sec-fetch-site", "cross-site")],
                vec![("sec-fetch-site", "same-site")],
                vec![("sec-fetch-site", "none")],
                vec![("sec-fetch-site", "")],
                vec![("origin", "https://evil.example")],
                vec![("origin", "http://partner.example.test.evil.example")],
                vec![("origin", "http://evil.example/partner.example.test")],
                vec![("origin", "null")],
                vec![("origin", "")],
                vec![("sec-fetch-site", "cross-site"), ("origin", "http://partner.example.test")],
            ] {
                let wire = headers.iter().fold(wire.clone(), |w, (name, value)| w.with(name, value));
                let answer: Answer<Value> = person.send(wire).await;
                assert_eq!(answer.code(), Code::CrossSite, "{} {headers:?}", operation.name);
            }
        }
        assert_eq!(world.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn the_own_pages_and_programs_get_through() {
    on_sqlite(async |world: &World| {
        for headers in [
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "http://partner.example.test")],
            vec![("origin", "http://partner.example.test")],
            vec![("origin", "https://PARTNER.example.test")],
            vec![],
        ] {
            for (operation, wire) in changes() {
                let person = world.admin().await;
                let wire = headers.iter().fold(wire, |w, (name, value)| w.with(name, value));
                let answer: Answer<Value> = person.send(wire).await;
                assert!(answer.status < 500, "{} {headers:?}: {}", operation.name, answer.text);
                assert!(answer.status != 403, "{} {headers:?}: {}", operation.name, answer.text);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn forms_cannot_speak_json() {
    both(async |world: &World| {
        let person = world.admin().await;
        let before = world.everything().await;
        for (operation, wire) in changes().into_iter().filter(|(_, w)| !w.body.is_empty()) {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "",
                "text/json",
            ] {
                let answer: Answer<Value> = person.send(wire.clone().with("content-type", kind)).await;
                assert_eq!(answer.code(), Code::UnsupportedMedia, "{} {kind}", operation.name);
            }
            let answer: Answer<Value> = person.send(wire.without("content-type")).await;
            assert_eq!(answer.code(), Code::UnsupportedMedia, "{} without one", operation.name);
        }
        assert_eq!(world.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn reading_changes_nothing() {
    both(async |world: &World| {
        let (person, program) = (world.admin().await, world.program(&ADMIN));
        let receipt = done(&move_now(&world.reseller().await, RESELLERS_SHOP, "1", &fresh_key()).await);
        hold(&person, SHOP, "1", &fresh_key()).await;
        let transfer = receipt.adjustment.transfer_id.to_string();
        let columns = vec![ExportColumn { key: "name".into(), title: "Name".into() }];
        let new = NewExport {
            list: ListName::Customers,
            format: Format::Csv,
            query: String::new(),
            columns,
            page_only: false,
            ids: vec![],
        };
        let export = person.call(ExportCreate).body(&new).send().await.ok().id.to_string();
        let batch = NewBatch {
            kind: Some(Kind::Reclaim),
            customers: vec![SHOP.into()],
            amount: "1".into(),
            ..NewBatch::default()
        };
        let batch = person.call(BatchCreate).body(&batch).send().await.ok().id.to_string();
        let new = NewInvitations {
            emails: vec!["new@xinghe.example".into()],
            roles: vec![Role::Operator.as_str().into()],
        };
        let link = person.call(InvitationCreate).body(&new).send().await.ok().remove(0);
        // The first use of a key is noted.
        program.call(ListPartnerBalances).send().await.ok();
        let new = NewWebhook {
            url: "https://hook.example/".into(),
            description: String::new(),
            events: vec![EventKind::BatchDone],
        };
        let webhook = person.call(WebhookCreate).body(&new).send().await.ok().webhook;
        let delivery = person.call(WebhookTest).at(&webhook.id).send().await.ok().id.to_string();
        let reset = reset_token(world, &person, ADMIN.email).await;
        let set = format!("UPDATE customers SET email = 'owner@shop.example' WHERE customer_id = '{SHOP}'");
        world.change(&set).await.expect("past the server");
        let customer = world.customer("owner@shop.example").await;
        let wanted = AskLink { association: AssociationType::Resale, renew: false };
        let general = person.call(GeneralLinkView).body(&wanted).send().await.ok().address;
        let general = general.rsplit('/').next().expect("a path");
        let before = world.everything().await;
        let mut seen = 0;
        let today = bill_day(world.app.clock.now()).to_string();
        // A download leaves an entry in the audit trail, and nothing else (exports.rs).
        let reading = |o: &&Operation| o.method == "GET" && o.name != "ExportFile";
        for operation in contract::operations().iter().filter(reading) {
            let target = operation
                .path
                .replace("{customer_id}", SHOP)
                .replace("{transfer_id}", &transfer)
                .replace("{batch_id}", &batch)
                .replace("{export_id}", &export)
                .replace("{delivery_id}", &delivery)
                .replace("{token}", if operation.name == "OfferView" { general } else { link.token.as_str() })
                .replace("{reset_token}", reset.as_str());
            let target = match operation.name {
                "ListSubCustomerBillDetail" => {
                    format!("{target}?bill_cycle={}&customer_id={SHOP}", &today[..7])
                }
                _ => target,
            };
            assert!(!target.contains('{'), "{target}: fill its parameter here");
            let client = match operation.access {
                Access::Key(_) | Access::Program => &program,
                Access::Customer => &customer,
                _ => &person,
            };
            // Also from another site: links may lead here.
            let wire = client.ready(Wire::new("GET", &target, "")).with("sec-fetch-site", "cross-site");
            let answer: Answer<Value> = client.wire(wire).await;
            let foreign = matches!(operation.name, "ReceiptView" | "LogoView");
            assert_eq!(answer.status, if foreign { 404 } else { 200 }, "{target}: {}", answer.text);
            assert_eq!(answer.header("access-control-allow-origin"), "");
            let head: Answer<Value> = client.send(Wire::new("HEAD", &target, "")).await;
            assert_eq!(head.status, answer.status, "HEAD {target}");
            seen += 1;
        }
        assert!(seen >= 10);
        assert_eq!(world.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn no_other_origin_is_let_in() {
    on_sqlite(async |world: &World| {
        let person = world.admin().await;
        for origin in ["https://evil.example", "null", "http://partner.example.test", "*"] {
            for (method, target) in [
                ("GET", "/api/session"),
                ("OPTIONS", "/api/session"),
                ("OPTIONS", "/v2/partners/sub-customers/query"),
                ("GET", "/openapi.json"),
                ("GET", "/api/none"),
            ] {
                let wire = Wire::new(method, target, "")
                    .with("origin", origin)
                    .with("access-control-request-method", "POST")
                    .with("access-control-request-headers", "idempotency-key");
                let answer: Answer<Value> = person.send(wire).await;
                let allows = answer.headers.keys().any(|n| n.as_str().starts_with("access-control-"));
                assert!(!allows, "{method} {target} {origin}");
            }
        }
    })
    .await;
}
