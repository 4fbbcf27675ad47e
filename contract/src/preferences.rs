//! How a person wants the console (首选项): the same on every machine.

use crate::api::Access;
use crate::endpoints;
use crate::error::Fault;
use serde::{Deserialize, Serialize};

endpoints! { "identity";
    /// Changes the person's preferences.
    PreferencesChange: PUT "/api/person/preferences", Access::SignedIn, body = Preferences, reply = Preferences;
}

/// What a person prefers. Empty where the browser decides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// The language, for example `zh`.
    pub language: String,
    /// The time zone, for example `Asia/Shanghai`. Bills stay in GMT+8.
    pub zone: String,
}

impl Preferences {
    /// What is wrong with them, by field. Which languages and zones there are, the console knows.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, Fault)> {
        let is_word = |text: &str, more: &str| {
            text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        let language = (!is_word(&self.language, "-")).then_some(("language", Fault::Invalid));
        let zone = (!is_word(&self.zone, "/_+-")).then_some(("zone", Fault::Invalid));
        language.into_iter().chain(zone).collect()
    }
}
