//! The partner itself: its settings (伙伴信息).

use crate::access::Permission;
use crate::api::Access;
use crate::codes::StepUp;
use crate::endpoints;
use serde::{Deserialize, Serialize};

endpoints! { "partner";
    /// The partner's settings.
    SettingsView: GET "/api/partner/settings", Access::SignedIn, reply = Settings;
    /// Switches verification codes (验证码验证), and the second factor that members must have, on or off. Off needs
    /// a code.
    SettingsChange: PUT "/api/partner/settings", Access::Sensitive(Permission::PartnerSettings), body = Settings, reply = StepUp<Settings>;
}

/// What a partner can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// 验证码验证: sensitive operations ask for a verification code. Off by default.
    pub verification: bool,
    /// Members must have a second factor to sign in. Off by default. Programs' access keys are not concerned.
    pub second_factor: bool,
}
