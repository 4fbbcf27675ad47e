//! The partner itself: its settings (伙伴信息).

use crate::access::Permission;
use crate::api::Access;
use crate::codes::StepUp;
use crate::endpoints;
use crate::error::Fault;
use crate::money::{Currency, Money};
use serde::{Deserialize, Serialize};

endpoints! { "partner";
    /// The partner's settings.
    SettingsView: GET "/api/partner/settings", Access::SignedIn, reply = Settings;
    /// Switches verification codes (验证码验证), and the second factor that members must have, on or off. Off needs
    /// a code.
    SettingsChange: PUT "/api/partner/settings", Access::Sensitive(Permission::PartnerSettings), body = Settings, reply = StepUp<Settings>;
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
    /// From which amount on a movement needs a second member's approval; none does where absent.
    #[serde(default)]
    pub approval_from: Option<Money>,
    /// Members who have a code app confirm with it; else a code comes by mail. Off by default.
    #[serde(default)]
    pub code_by_app: bool,
    /// Members must have a second factor to sign in. Off by default. Programs' access keys are not concerned.
    #[serde(default)]
    pub second_factor: bool,
}

impl Settings {
    /// Whether a movement of this amount, in minor units, asks for a code.
    #[must_use]
    pub fn asks_code(&self, minor: i64) -> bool {
        self.verification && self.code_from.is_none_or(|from| minor >= from.minor)
    }

    /// Whether a movement of this amount, in minor units, needs a second member's approval.
    #[must_use]
    pub fn asks_approval(&self, minor: i64) -> bool {
        self.approval_from.is_some_and(|from| minor >= from.minor)
    }

    /// Whether these protect less than others somewhere.
    #[must_use]
    pub fn is_weaker_than(&self, before: &Self) -> bool {
        let code = |s: &Self| if s.verification { s.code_from.map_or(0, |m| m.minor) } else { i64::MAX };
        let approval = |s: &Self| s.approval_from.map_or(i64::MAX, |m| m.minor);
        let amounts = code(self) > code(before) || approval(self) > approval(before);
        amounts || (before.second_factor && !self.second_factor)
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
        assert!(!set.asks_code(9_999) && set.asks_code(10_000));
        assert!(!set.asks_approval(49_999) && set.asks_approval(50_000));
        assert!(settings(true, None, None).asks_code(1));
        assert!(!settings(false, Some(1), None).asks_code(1_000_000));
        assert!(!settings(true, None, None).asks_approval(i64::MAX));
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
