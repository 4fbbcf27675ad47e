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

static CHINESE_ACTIONS: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../locales/zh/actions.json")));
static ENGLISH_ACTIONS: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../locales/en/actions.json")));

/// What an entry of the audit trail says was done; unknown acts as they are written.
pub(super) fn action(english: bool, action: &str) -> String {
    let texts = if english { &ENGLISH_ACTIONS } else { &CHINESE_ACTIONS };
    texts.get(action).cloned().unwrap_or_else(|| action.to_owned())
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
    use contract::audit::Action;
    use contract::customers::AssociationType;
    use contract::webhooks::EventKind;
    use std::collections::BTreeSet;

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
        let all = Action::ALL.iter().map(|a| a.as_str());
        assert!(all.clone().all(|a| action(true, a) != a && action(false, a) != a));
        // Nothing is named that is not there.
        let events = EventKind::ALL.iter().map(|kind| format!("event.{}", kind.as_str()));
        let named: BTreeSet<String> = all.map(str::to_owned).chain(events).collect();
        assert_eq!(named, ENGLISH_ACTIONS.keys().cloned().collect());
    }
}
