//! The published partner API: the seven operations as programs see them (product/api.md C1, C2).

mod bodies;
mod codes;
mod customers;
mod movements;
mod records;
mod repeats;
mod resellers;
mod signature;

use serde_json::Value;

/// The names of an object's fields, sorted.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
