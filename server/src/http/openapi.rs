//! The OpenAPI 3.1 document of everything, made from the endpoint declarations.

use crate::app::App;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use contract::api::{Access, Operation};
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

pub(super) fn routes() -> Router<App> {
    Router::new().route(
        "/openapi.json",
        get(async || ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()),
    )
}

fn document() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12()
        .with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in contract::operations() {
        let item = paths.entry(operation.path.to_owned()).or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = describe(&operation, &mut generator);
    }
    let mut schemas = generator.take_definitions(true);
    // The envelopes are nobody's reply, so no operation brought them in.
    for (name, schema) in [
        ("ErrorBody", generator.subschema_for::<contract::error::ErrorBody>()),
        ("BssError", generator.subschema_for::<contract::bss::BssError>()),
    ] {
        schemas.entry(name.to_owned()).or_insert_with(|| schema.to_value());
    }
    schemas.extend(generator.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Partner Center", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "pc_session"},
                "customer": {"type": "apiKey", "in": "cookie", "name": "pc_customer"},
                "signature": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "SDK-HMAC-SHA256 with an access key"},
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "A token of POST /v3/auth/tokens"},
            },
        },
    })
}

fn describe(operation: &Operation, generator: &mut schemars::SchemaGenerator) -> Value {
    let published = operation.path.starts_with("/v2/") || operation.path.starts_with("/v3/");
    let envelope = if published { "BssError" } else { "ErrorBody" };
    let summary = operation.doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut parameters = path_parameters(operation.path);
    parameters.extend(query_parameters(operation, generator));
    if let Access::Sensitive(_) = operation.access {
        parameters.push(header(contract::api::IDEMPOTENCY_KEY, true, "The caller's own id of this call"));
        parameters.push(header(contract::api::VERIFICATION_CODE, false, "The code that was sent"));
    }
    let reply = (operation.schemas.reply)(generator).to_value();
    let is_file = reply["$ref"] == "#/components/schemas/File";
    let success = if is_file {
        json!({"200": {"description": "The file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}})
    } else if reply["type"] == "null" {
        json!({"204": {"description": "Done"}})
    } else {
        json!({"200": {"description": "Done", "content": {"application/json": {"schema": reply}}}})
    };
    let mut responses = success;
    responses["default"] = json!({
        "description": "What went wrong, and what to do",
        "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{envelope}")}}},
    });
    let mut out = json!({
        "operationId": operation.name,
        "tags": [operation.area],
        "summary": summary.trim(),
        "parameters": parameters,
        "responses": responses,
        "security": security(operation.access),
    });
    if let Access::Needs(p) | Access::Sensitive(p) | Access::Key(p) = operation.access {
        out["x-permission"] = json!(p);
    }
    let body = (operation.schemas.body)(generator).to_value();
    if body["type"] != "null" {
        out["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}});
    }
    out
}

fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([]),
        Access::SignedIn | Access::Entering | Access::Needs(_) | Access::Sensitive(_) => {
            json!([{"session": []}])
        }
        Access::Customer => json!([{"customer": []}]),
        Access::Key(_) | Access::Program => json!([{"signature": []}, {"token": []}]),
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    path.split(['{', '}'])
        .skip(1)
        .step_by(2)
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "maxLength": 200}}))
        .collect()
}

/// A query type's fields, each as a parameter.
fn query_parameters(operation: &Operation, generator: &mut schemars::SchemaGenerator) -> Vec<Value> {
    let schema = (operation.schemas.query)(generator).to_value();
    let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) else { return Vec::new() };
    let definition = generator.definitions().get(name).cloned().unwrap_or_default();
    let Some(properties) = definition["properties"].as_object() else { return Vec::new() };
    properties
        .iter()
        .map(|(name, schema)| json!({"name": name, "in": "query", "required": false, "description": schema["description"], "schema": schema}))
        .collect()
}

fn header(name: &str, required: bool, description: &str) -> Value {
    json!({"name": name, "in": "header", "required": required, "description": description, "schema": {"type": "string"}})
}
