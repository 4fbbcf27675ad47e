//! `/openapi.json` describes exactly the declared operations.

use crate::harness::{Answer, Wire, World, on_sqlite};
use serde_json::Value;
use std::collections::BTreeSet;

async fn document(world: &World) -> Value {
    let answer: Answer<Value> = world.nobody().send(Wire::new("GET", "/openapi.json", "")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

/// Every `$ref` in a document.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                found.insert(target.clone());
            }
            map.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[tokio::test]
async fn it_lists_exactly_the_declared_operations() {
    on_sqlite(async |world: &World| {
        let document = document(world).await;
        assert_eq!(document["openapi"], "3.1.0");
        let described: BTreeSet<(String, String, String)> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().expect("an item").iter().map(move |(method, operation)| {
                    let id = operation["operationId"].as_str().expect("an id").to_owned();
                    (path.clone(), method.to_uppercase(), id)
                })
            })
            .collect();
        let declared: BTreeSet<(String, String, String)> = contract::operations()
            .iter()
            .map(|o| (o.path.to_owned(), o.method.to_owned(), o.name.to_owned()))
            .collect();
        assert_eq!(described, declared);
        assert_eq!(
            described.iter().map(|d| &d.2).collect::<BTreeSet<_>>().len(),
            described.len(),
            "ids are unique"
        );
    })
    .await;
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    on_sqlite(async |world: &World| {
        let document = document(world).await;
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("inside the document");
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    })
    .await;
}

#[tokio::test]
async fn each_operation_is_described_whole() {
    on_sqlite(async |world: &World| {
        let document = document(world).await;
        for operation in contract::operations() {
            let described = &document["paths"][operation.path][operation.method.to_lowercase()];
            assert!(described["summary"].as_str().is_some_and(|s| s.len() > 10), "{}", operation.name);
            let envelope =
                &described["responses"]["default"]["content"]["application/json"]["schema"]["$ref"];
            let published = operation.path.starts_with("/v2/") || operation.path.starts_with("/v3/");
            let wanted =
                if published { "#/components/schemas/BssError" } else { "#/components/schemas/ErrorBody" };
            assert_eq!(envelope, wanted, "{}", operation.name);
            let parameters = described["parameters"].as_array().expect("parameters");
            for name in operation.path.split(['{', '}']).skip(1).step_by(2) {
                let has = parameters
                    .iter()
                    .any(|p| p["name"] == name && p["in"] == "path" && p["required"] == true);
                assert!(has, "{}: {name}", operation.name);
            }
            let success = &described["responses"];
            assert!(success["200"].is_object() != success["204"].is_object(), "{}", operation.name);
        }
        let list = &document["paths"]["/api/customers"]["get"]["parameters"];
        let names: BTreeSet<&str> =
            list.as_array().expect("a list").iter().filter_map(|p| p["name"].as_str()).collect();
        assert_eq!(
            names,
            BTreeSet::from([
                "associated",
                "association",
                "available",
                "frozen",
                "limit",
                "manager",
                "page",
                "q",
                "sort",
                "verified",
            ])
        );
        let sensitive =
            &document["paths"]["/api/customers/{customer_id}/appropriations"]["post"]["parameters"];
        let names: Vec<&str> =
            sensitive.as_array().expect("a list").iter().filter_map(|p| p["name"].as_str()).collect();
        assert_eq!(names, ["customer_id", "idempotency-key", "verification-code"]);
    })
    .await;
}
