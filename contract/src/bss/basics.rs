//! Group C1, verification codes: `send_verification_message_code`.

use super::{ParameterError, required};
use crate::access::Permission;
use crate::api::Access;
use crate::codes::timeout_minutes;
use crate::endpoints;
use serde::{Deserialize, Serialize};

endpoints! { "customers";
    /// Sends a verification code for registration or bank-card authentication
    /// (`send_verification_message_code`).
    SendVerificationMessageCode: POST "/v2/bases/verificationcode/send", Access::Key(Permission::CustomersVerify), body = SendCodeRequest, reply = ();
}

/// The body of `send_verification_message_code`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SendCodeRequest {
    /// 1 = SMS.
    pub receiver_type: Option<i64>,
    /// Minutes that the code holds, 1 to 3000; absent or null is 10, above 60 is 5.
    pub timeout: Option<i64>,
    /// A phone number in China.
    pub mobile_phone: Option<String>,
    /// `zh-cn` (default) or `en-us`.
    pub lang: Option<String>,
    /// 29 registration (default), 18 bank card. An empty text is refused.
    pub scene: Option<i64>,
    /// Not looked at.
    pub customer_id: Option<String>,
}

/// The checked body of `send_verification_message_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOrder {
    /// The receiver's phone.
    pub phone: String,
    /// Minutes that the code holds.
    pub minutes: i64,
    /// Whether the message is in English.
    pub english: bool,
    /// 29 or 18.
    pub scene: i64,
}

impl SendCodeRequest {
    /// Checks the request by the published rules (capability 100).
    ///
    /// # Errors
    /// The first parameter that breaks its rule.
    pub fn check(&self) -> Result<CodeOrder, ParameterError> {
        if self.receiver_type != Some(1) {
            return Err(ParameterError { parameter: "receiver_type", reason: "must be 1" });
        }
        let phone = required("mobile_phone", self.mobile_phone.as_deref(), 32)?;
        if !is_china_mobile(phone) {
            return Err(ParameterError {
                parameter: "mobile_phone",
                reason: "must be a phone number in China",
            });
        }
        let english = match self.lang.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "zh-cn") => false,
            Some("en-us") => true,
            Some(_) => return Err(ParameterError { parameter: "lang", reason: "must be zh-cn or en-us" }),
        };
        let scene = match self.scene {
            None => 29,
            Some(scene @ (29 | 18)) => scene,
            Some(_) => return Err(ParameterError { parameter: "scene", reason: "must be 29 or 18" }),
        };
        let minutes = timeout_minutes(self.timeout)
            .map_err(|_| ParameterError { parameter: "timeout", reason: "must be 1 to 3000" })?;
        Ok(CodeOrder { phone: phone.to_owned(), minutes, english, scene })
    }
}

/// Whether a text is a mobile number of mainland China: 11 digits from 13 to 19,
/// with or without the country code.
#[must_use]
pub fn is_china_mobile(text: &str) -> bool {
    let local = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
    let bytes = local.as_bytes();
    bytes.len() == 11
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<CodeOrder, &'static str> {
        serde_json::from_str::<SendCodeRequest>(json).map_err(|_| "json")?.check().map_err(|e| e.parameter)
    }

    #[test]
    fn defaults_and_refusals_are_the_published_ones() {
        let ok =
            check(r#"{"receiver_type": 1, "mobile_phone": "13800000000"}"#).expect("the smallest request");
        assert_eq!((ok.minutes, ok.scene, ok.english), (10, 29, false));
        let long = check(r#"{"receiver_type": 1, "mobile_phone": "13800000000", "timeout": 61}"#)
            .expect("a long timeout");
        assert_eq!(long.minutes, 5);
        for (json, parameter) in [
            (r#"{"mobile_phone": "13800000000"}"#, "receiver_type"),
            (r#"{"receiver_type": 2, "mobile_phone": "13800000000"}"#, "receiver_type"),
            (r#"{"receiver_type": 1}"#, "mobile_phone"),
            (r#"{"receiver_type": 1, "mobile_phone": "+14155550100"}"#, "mobile_phone"),
            (r#"{"receiver_type": 1, "mobile_phone": "13800000000", "scene": 1}"#, "scene"),
            (r#"{"receiver_type": 1, "mobile_phone": "13800000000", "scene": ""}"#, "json"),
            (r#"{"receiver_type": 1, "mobile_phone": "13800000000", "lang": "fr"}"#, "lang"),
            (r#"{"receiver_type": 1, "mobile_phone": "13800000000", "timeout": 0}"#, "timeout"),
        ] {
            assert_eq!(check(json), Err(parameter), "{json}");
        }
    }
}
