//! What an act changed, for people: names with what was before and after, out of the entry's JSON.

use crate::i18n::format;
use crate::i18n::text;
use crate::i18n::texts::{Key, audit as words};
use crate::ui::rows::{Bit, bit};
use contract::money::Money;
use serde_json::Value;

/// The names that have words; others are shown as they are written.
fn name(of: &str) -> String {
    let key: Option<Key> = match of {
        "amount" | "total" => Some(words::AMOUNT),
        "paying" => Some(words::PAYING),
        "receiving" => Some(words::RECEIVING),
        "transfer" | "pending" => Some(words::TRANSFER),
        "rows" => Some(words::ROWS),
        "done" => Some(words::DONE),
        "failed" => Some(words::FAILED),
        "name" | "file" => Some(words::NAME),
        "query" => Some(words::QUERY),
        "shared" => Some(words::SHARED),
        "kind" => Some(words::KIND),
        "list" => Some(words::LIST),
        "format" => Some(words::FORMAT),
        "fields" => Some(words::FIELDS),
        "columns" => Some(words::COLUMNS),
        "verification" => Some(words::VERIFICATION),
        "sessions" => Some(words::SESSIONS),
        "asked_by" => Some(words::ASKED_BY),
        "reason" => Some(words::REASON),
        "code_from" => Some(words::CODE_FROM),
        "approval_from" => Some(words::APPROVAL_FROM),
        "days" => Some(words::DAYS),
        "roles" => Some(words::ROLES),
        "supervisor" => Some(words::SUPERVISOR),
        "permissions" => Some(words::PERMISSIONS),
        "email" => Some(words::EMAIL),
        "customers" => Some(words::CUSTOMERS),
        "sign_in_name" => Some(words::SIGN_IN_NAME),
        "issuer" => Some(words::ISSUER),
        "client_id" => Some(words::CLIENT_ID),
        "domains" => Some(words::DOMAINS),
        "enabled" => Some(words::ENABLED),
        "required" => Some(words::REQUIRED),
        "both_steps" => Some(words::BOTH_STEPS),
        "exempt" => Some(words::EXEMPT),
        "new_secret" => Some(words::NEW_SECRET),
        _ => None,
    };
    key.map_or_else(|| of.to_owned(), text)
}

/// A value in words: amounts as amounts, lists with commas.
fn value(of: &Value) -> String {
    match of {
        Value::Null => "–".to_owned(),
        Value::Bool(yes) => text(if *yes { words::YES } else { words::NO }),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(value).collect::<Vec<_>>().join(", "),
        Value::Object(_) => match crate::json::read::<Money>(of.clone()) {
            Some(money) => format::money(money),
            None => of.to_string(),
        },
        Value::Number(number) => number.to_string(),
    }
}

/// The lines of an entry: a name, and its value or how it changed.
fn lines(detail: &str) -> Vec<(String, String)> {
    let Some(Value::Object(fields)) = crate::json::parse(detail) else { return Vec::new() };
    let line = |(of, now): (String, Value)| {
        let words = match (now.get("before"), now.get("after")) {
            (Some(before), Some(after)) if before == after => return None,
            (Some(before), Some(after)) => format!("{} → {}", value(before), value(after)),
            _ if now.is_null() => return None,
            _ => value(&now),
        };
        Some((name(&of), words))
    };
    fields.into_iter().filter_map(line).collect()
}

/// What an act changed, as a cell.
pub(super) fn cell(detail: &str) -> Bit {
    let line = |(name, words): (String, String)| -> Bit {
        let name = bit("span").attr("class", "form__meta").child(format!("{name} "));
        bit("div").child(name).child(bit("bdi").child(words)).into()
    };
    bit("div").attr("class", "wrap").children(lines(detail).into_iter().map(line)).into()
}
