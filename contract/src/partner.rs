//! The partner itself: its settings (伙伴信息).

use crate::access::Permission;
use crate::api::Access;
use crate::codes::StepUp;
use crate::endpoints;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::words;
use serde::{Deserialize, Serialize};

endpoints! { "partner";
    /// The partner's settings.
    SettingsView: GET "/api/partner/settings", Access::SignedIn, reply = Settings;
    /// Switches verification codes (验证码验证), and the second factor that members must have, on or off. Off needs
    /// a code.
    SettingsChange: PUT "/api/partner/settings", Access::Sensitive(Permission::PartnerSettings), body = Settings, reply = StepUp<Settings>;
}

words! {
    /// An operation that asks for a verification code while codes are on, unless the partner excepts it.
    Sensitive {
        /// 拨款: to a customer.
        Appropriate = "appropriate",
        /// 回收: from a customer.
        Reclaim = "reclaim",
        /// The start of a batch.
        Batch = "batch",
        /// The approval of another member's movement.
        Approval = "approval",
        /// The making of an access key.
        AccessKey = "access_key",
    }
}

words! {
    /// How verification codes come to members who can be reached so; to the others they come by mail.
    CodeWay {
        /// By e-mail, to the address that the person signs in with.
        Email = "email",
        /// By text message, to the phone that the person has confirmed.
        Sms = "sms",
        /// Not at all: the person's code app shows them.
        App = "app",
    }
}

#[expect(clippy::derivable_impls, reason = "the enumeration is made by a macro")]
impl Default for CodeWay {
    fn default() -> Self {
        Self::Email
    }
}

/// Operations that ask for no code though codes are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Excepted {
    /// 拨款: to a customer.
    pub appropriate: bool,
    /// 回收: from a customer.
    pub reclaim: bool,
    /// The start of a batch.
    pub batch: bool,
    /// The approval of another member's movement.
    pub approval: bool,
    /// The making of an access key.
    pub access_key: bool,
}

impl Excepted {
    /// Whether an operation is.
    #[must_use]
    pub fn has(mut self, operation: Sensitive) -> bool {
        *self.place(operation)
    }

    /// Their words, with commas between.
    #[must_use]
    pub fn words(self) -> String {
        let all = Sensitive::ALL.iter().filter(|of| self.has(**of));
        all.map(|of| of.as_str()).collect::<Vec<_>>().join(",")
    }

    /// Reads these words; what is none is passed over.
    #[must_use]
    pub fn read(words: &str) -> Self {
        let mut excepted = Self::default();
        for operation in words.split(',').filter_map(Sensitive::parse) {
            *excepted.place(operation) = true;
        }
        excepted
    }

    /// The place of an operation, to be set.
    pub fn place(&mut self, operation: Sensitive) -> &mut bool {
        match operation {
            Sensitive::Appropriate => &mut self.appropriate,
            Sensitive::Reclaim => &mut self.reclaim,
            Sensitive::Batch => &mut self.batch,
            Sensitive::Approval => &mut self.approval,
            Sensitive::AccessKey => &mut self.access_key,
        }
    }
}

/// What a partner can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// 验证码验证: sensitive operations ask for a verification code. Off by default.
    pub verification: bool,
    /// From which amount on movements ask for it; for all where absent.
    #[serde(default)]
    pub code_from: Option<Money>,
    /// Operations that do not ask for it.
    #[serde(default)]
    pub excepted: Excepted,
    /// From which amount on a movement needs a second member's approval; none does where absent.
    #[serde(default)]
    pub approval_from: Option<Money>,
    /// How codes come. By mail by default. Whoever has a passkey confirms with it and is sent a code only when asking.
    #[serde(default)]
    pub code_by: CodeWay,
    /// Members must have a second factor to sign in. Off by default. Programs' access keys are not concerned.
    #[serde(default)]
    pub second_factor: bool,
    /// How often they were changed. In a change: the version that it was made from, which must still be the newest;
    /// what holds is replaced unseen where it is absent.
    #[serde(default)]
    pub version: Option<i64>,
}

impl Settings {
    /// Whether an operation that moves no money asks for a code.
    #[must_use]
    pub fn asks(&self, operation: Sensitive) -> bool {
        self.verification && !self.excepted.has(operation)
    }

    /// Whether a movement of this amount, in minor units, asks for a code.
    #[must_use]
    pub fn asks_code(&self, operation: Sensitive, minor: i64) -> bool {
        self.asks(operation) && self.code_from.is_none_or(|from| minor >= from.minor)
    }

    /// Whether a movement of this amount, in minor units, needs a second member's approval.
    #[must_use]
    pub fn asks_approval(&self, minor: i64) -> bool {
        self.approval_from.is_some_and(|from| minor >= from.minor)
    }

    /// Whether these protect less than others somewhere.
    #[must_use]
    pub fn is_weaker_than(&self, before: &Self) -> bool {
        let code = |s: &Self, of| if s.asks(of) { s.code_from.map_or(0, |m| m.minor) } else { i64::MAX };
        let codes = Sensitive::ALL.iter().any(|of| code(self, *of) > code(before, *of));
        let approval = |s: &Self| s.approval_from.map_or(i64::MAX, |m| m.minor);
        let switched_off =
            (before.verification && !self.verification) || (before.second_factor && !self.second_factor);
        codes || approval(self) > approval(before) || switched_off
    }

    /// What is wrong with them for a partner's currency, by field.
    #[must_use]
    pub fn faults(&self, currency: Currency) -> Vec<(&'static str, Fault)> {
        let wrong = |amount: Option<Money>| {
            let amount = amount?;
            if amount.currency != currency {
                return Some(Fault::Invalid);
            }
            (amount.minor <= 0).then_some(Fault::NotPositive)
        };
        let code = wrong(self.code_from).map(|fault| ("code_from", fault));
        let approval = wrong(self.approval_from).map(|fault| ("approval_from", fault));
        code.into_iter().chain(approval).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(verification: bool, code: Option<i64>, approval: Option<i64>) -> Settings {
        let money = |minor| Money::new(minor, Currency::CNY);
        let (code_from, approval_from) = (code.map(money), approval.map(money));
        Settings { verification, code_from, approval_from, ..Settings::default() }
    }

    #[test]
    fn thresholds_begin_at_their_amount() {
        let set = settings(true, Some(10_000), Some(50_000));
        let asks = |set: &Settings, minor| set.asks_code(Sensitive::Reclaim, minor);
        assert!(!asks(&set, 9_999) && asks(&set, 10_000));
        assert!(!set.asks_approval(49_999) && set.asks_approval(50_000));
        assert!(asks(&settings(true, None, None), 1));
        assert!(!asks(&settings(false, Some(1), None), 1_000_000));
        assert!(!settings(true, None, None).asks_approval(i64::MAX));
    }

    #[test]
    fn what_is_excepted_asks_for_nothing_and_protects_less() {
        for operation in Sensitive::ALL.iter().copied() {
            let mut set = settings(true, None, None);
            *set.excepted.place(operation) = true;
            assert_eq!(Excepted::read(&set.excepted.words()), set.excepted);
            for other in Sensitive::ALL.iter().copied() {
                assert_eq!(set.asks_code(other, 1), other != operation, "{operation:?}, {other:?}");
            }
            assert!(set.is_weaker_than(&settings(true, None, None)), "{operation:?}");
            // Where all is excepted, codes being off is less all the same: settings ask for one.
            assert!(Settings { verification: false, ..set }.is_weaker_than(&set));
            assert!(!settings(true, None, None).is_weaker_than(&set));
        }
    }

    #[test]
    fn what_protects_less_is_known() {
        let strict = settings(true, None, Some(100));
        for weaker in [
            settings(false, None, Some(100)),
            settings(true, Some(1), Some(100)),
            settings(true, None, Some(101)),
            settings(true, None, None),
        ] {
            assert!(weaker.is_weaker_than(&strict), "{weaker:?}");
            assert!(!strict.is_weaker_than(&weaker), "{weaker:?}");
        }
        // Less here is not made good by more there.
        assert!(settings(true, Some(5), Some(1)).is_weaker_than(&strict));
    }

    #[test]
    fn amounts_are_the_partners_and_above_zero() {
        assert_eq!(settings(true, Some(0), None).faults(Currency::CNY), [("code_from", Fault::NotPositive)]);
        let other = settings(true, None, Some(5));
        assert_eq!(other.faults(Currency::USD), [("approval_from", Fault::Invalid)]);
        assert_eq!(other.faults(Currency::CNY), []);
    }
}
