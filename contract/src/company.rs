//! The partner as a company (伙伴信息 > 公司信息): what it tells of itself, and how it looks in its own console
//! and mails.

use crate::access::Permission;
use crate::api::{Access, File};
use crate::endpoints;
use crate::error::Fault;
use crate::text::{is_email, optional};
use serde::{Deserialize, Serialize};

endpoints! { "partner";
    /// What the partner tells of itself.
    CompanyView: GET "/api/partner/company", Access::SignedIn, reply = Company;
    /// Changes that.
    CompanyChange: PUT "/api/partner/company", Access::Needs(Permission::PartnerSettings), body = ChangeCompany, reply = Company;
    /// Sets the logo, or takes it away.
    LogoChange: PUT "/api/partner/logo", Access::Needs(Permission::PartnerSettings), body = NewLogo, reply = Company;
    /// The logo as a picture.
    LogoView: GET "/api/partner/logo", Access::SignedIn, query = LogoQuery, reply = File;
}

/// The longest text of a field.
pub const MAX_TEXT: usize = 200;
/// The longest name in the console.
pub const MAX_NAME: usize = 32;
/// The largest logo, in bytes.
pub const MAX_LOGO: usize = 100_000;

/// What a partner tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    /// The name in the partner's console and mails; the product's where it is empty.
    pub display_name: String,
    /// The company's name as it is registered.
    pub legal_name: String,
    /// The number under which it is registered (统一社会信用代码).
    pub registration_number: String,
    /// With whom the partner has signed (签约主体).
    pub signing_entity: String,
    /// The country or region.
    pub country: String,
    /// The address.
    pub address: String,
    /// Whom to ask.
    pub contact_name: String,
    /// By telephone.
    pub contact_phone: String,
    /// By mail.
    pub contact_email: String,
    /// The web site.
    pub website: String,
}

impl Details {
    /// What is wrong with them, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, Fault)> {
        let long = |name, text: &str, max| optional(text, max).err().map(|fault| (name, fault));
        let email = self.contact_email.trim();
        let site = self.website.trim();
        let is_site = |text: &str| {
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            host.is_some_and(|h| h.contains('.') && !h.contains(char::is_whitespace))
        };
        [
            long("display_name", &self.display_name, MAX_NAME),
            long("legal_name", &self.legal_name, MAX_TEXT),
            long("registration_number", &self.registration_number, 64),
            long("signing_entity", &self.signing_entity, MAX_TEXT),
            long("country", &self.country, 64),
            long("address", &self.address, MAX_TEXT),
            long("contact_name", &self.contact_name, 64),
            long("contact_phone", &self.contact_phone, 32),
            (!email.is_empty() && !is_email(email)).then_some(("contact_email", Fault::Invalid)),
            long("website", &self.website, MAX_TEXT),
            (!site.is_empty() && !is_site(site)).then_some(("website", Fault::Invalid)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The partner as a company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Company {
    /// What it tells of itself.
    pub details: Details,
    /// The hash of its logo; empty where it has none.
    pub logo: String,
    /// Counts the changes: what is sent back with one.
    pub version: i64,
}

/// What a partner shall tell of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeCompany {
    /// All of it.
    pub details: Details,
    /// The version that the change was made from.
    pub version: i64,
}

/// A picture for a logo.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLogo {
    /// A PNG, JPEG or WebP in base64; nothing takes the logo away.
    pub content: String,
}

/// Which logo is asked for: the hash keeps an older one from being shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LogoQuery {
    /// The hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v: Option<String>,
}

/// What kind of picture some bytes are, by how they begin: nothing that could carry a script.
#[must_use]
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_beginning() {
        assert_eq!(picture_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(picture_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(picture_type(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg onload=alert(1)>"[..], b"GIF89a", b"", b"\x89PN"] {
            assert_eq!(picture_type(other), None);
        }
    }

    #[test]
    fn details_are_checked_by_field() {
        assert_eq!(Details::default().faults(), [], "all of it may be empty");
        let bad = Details {
            display_name: "x".repeat(33),
            contact_email: "nobody".into(),
            website: "javascript:alert(1)".into(),
            ..Details::default()
        };
        let fields: Vec<&str> = bad.faults().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["display_name", "contact_email", "website"]);
        let good = Details { website: "https://example.com/a".into(), ..Details::default() };
        assert_eq!(good.faults(), []);
    }
}
