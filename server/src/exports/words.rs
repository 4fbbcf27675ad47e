//! Words of files in the asking person's language: the same texts as the console's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

type Texts = BTreeMap<String, String>;

static CHINESE: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../../locales/zh/labels.json")));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../../locales/en/labels.json")));

fn read(json: &str) -> Texts {
    serde_json::from_str(json).unwrap_or_default()
}

/// A text of the labels by its key; the key itself where there is none.
pub(super) fn word(english: bool, key: &str) -> String {
    let texts = if english { &ENGLISH } else { &CHINESE };
    texts.get(key).cloned().unwrap_or_else(|| key.to_owned())
}

/// What an entry of the audit trail says was done; unknown acts as they are written.
pub(super) fn action(english: bool, action: &str) -> String {
    let key = match action {
        "funds.appropriate" => "appropriation",
        "funds.reclaim" => "reclaim",
        "funds.hold" => "did_hold",
        "funds.void" => "did_void",
        "funds.expire" => "did_expire",
        "customers.created" => "did_create",
        "customers.revealed" => "did_reveal",
        "exports.asked" => "did_ask_export",
        "exports.made" => "did_make_export",
        "exports.downloaded" => "did_download_export",
        "exports.deleted" => "did_delete_export",
        "batches.prepared" => "did_prepare_batch",
        "batches.ready" => "did_check_batch",
        "batches.started" => "did_start_batch",
        "batches.ended" => "did_end_batch",
        "batches.cancelled" => "did_cancel_batch",
        "imports.taken" => "did_import",
        "views.saved" => "did_save_view",
        "views.changed" => "did_change_view",
        "views.deleted" => "did_delete_view",
        "views.chosen" => "did_choose_view",
        "notices.chosen" => "did_choose_notices",
        other => return other.to_owned(),
    };
    word(english, key)
}

static CHINESE_ERRORS: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../locales/zh/errors.json")));
static ENGLISH_ERRORS: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../locales/en/errors.json")));

/// What the console says of an error by its code's word.
pub(crate) fn reason(english: bool, code: &str) -> String {
    let texts = if english { &ENGLISH_ERRORS } else { &CHINESE_ERRORS };
    texts.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::customers::AssociationType;

    #[test]
    fn words_are_those_of_the_console() {
        assert_eq!(word(false, AssociationType::Resale.as_str()), "代售");
        assert_eq!(word(true, AssociationType::Resale.as_str()), "Resale");
        for key in [
            "verified_none",
            "verified_reviewing",
            "verified_rejected",
            "verified",
            "frozen",
            "frozen_resources",
            "unbind",
        ] {
            assert_ne!(word(false, key), key);
        }
        assert_eq!(action(true, "something.new"), "something.new");
    }
}
