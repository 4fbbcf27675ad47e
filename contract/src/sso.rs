//! Single sign-on by OpenID Connect: a partner's members sign in at the partner's own identity provider.

use crate::access::Permission;
use crate::api::Access;
use crate::endpoints;
use crate::error::Fault;
use crate::factors::{Proof, Step};
use crate::id::{SsoLinkId, UserId};
use crate::identity::Session;
use crate::text;
use crate::time::Time;
use serde::{Deserialize, Serialize};

endpoints! { "sso";
    /// How the partner's single sign-on is set up.
    SsoView: GET "/api/partner/sso", Access::Needs(Permission::PartnerSettings), reply = SsoSetup;
    /// Sets the identity provider up. Its discovery document is read first. Another issuer, client or secret switches
    /// single sign-on off until a test has succeeded.
    SsoChange: PUT "/api/partner/sso", Access::Needs(Permission::PartnerSettings), body = ChangeSso, reply = SsoSetup;
    /// Begins a test: a whole sign-in of the asking admin, who is linked by it.
    SsoTest: POST "/api/partner/sso/test", Access::Needs(Permission::PartnerSettings), reply = SsoWay;
    /// Switches single sign-on on or off, and says whether members must use it. On needs a test.
    SsoUse: PUT "/api/partner/sso/use", Access::Needs(Permission::PartnerSettings), body = ChangeSsoUse, reply = SsoSetup;
    /// Takes the provider away, with all links to it. Sessions that began by it end.
    SsoEnd: POST "/api/partner/sso/end", Access::Needs(Permission::PartnerSettings), body = Proof, reply = SsoSetup;
    /// Begins a sign-in: answers where the browser goes, and sets a cookie that binds it to this browser.
    SsoBegin: POST "/api/session/sso", Access::Public, body = BeginSso, reply = SsoWay;
    /// Takes what the provider sent the browser back with, once. Begins the session, or the second step.
    SsoAnswer: POST "/api/session/sso/answer", Access::Public, body = AnswerSso, reply = SsoOutcome;
    /// The person's links to identity providers.
    SsoLinkList: GET "/api/person/sso-links", Access::Entering, reply = Vec<SsoLink>;
    /// Takes a link away. Sessions that began by it end.
    SsoLinkEnd: POST "/api/person/sso-links/{link_id}/end", Access::Entering, path = SsoLinkId, body = Proof, reply = ();
}

/// The shortest sign-in name.
pub const MIN_NAME: usize = 3;
/// The longest sign-in name.
pub const MAX_NAME: usize = 32;
/// The longest issuer (an address), client id and secret.
pub const MAX_VALUE: usize = 500;
/// Domains that may be named.
pub const MAX_DOMAINS: usize = 20;
/// Minutes for a sign-in at the provider.
pub const ATTEMPT_MINUTES: i64 = 10;
/// The path to which a provider sends the browser back.
pub const BACK: &str = "/sign-in/callback";

/// How a partner's single sign-on is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SsoSetup {
    /// The provider, where there is one.
    pub provider: Option<SsoProvider>,
    /// The address that the provider must know: where it sends browsers back to.
    pub redirect_uri: String,
    /// A sign-in name that is free, for a partner that has none yet.
    pub suggested_name: String,
    /// The partner's admins: they may be exempt.
    pub admins: Vec<SsoAdmin>,
}

/// A partner's identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SsoProvider {
    /// The partner's sign-in name.
    pub name: String,
    /// The issuer: the address that the provider is known by.
    pub issuer: String,
    /// The console's name at the provider.
    pub client_id: String,
    /// Domains of addresses that may sign in; all where there is none.
    pub domains: Vec<String>,
    /// What discovery said: where people sign in.
    pub authorization_endpoint: String,
    /// Where codes are exchanged for tokens.
    pub token_endpoint: String,
    /// Where the keys are that sign tokens.
    pub jwks_uri: String,
    /// When discovery said so.
    pub discovered_at: Time,
    /// When a test succeeded with this issuer, client and secret.
    pub tested_at: Option<Time>,
    /// Who made it.
    pub tested_by: String,
    /// Whether members can use it.
    pub enabled: bool,
    /// Whether they must, while it is enabled.
    pub required: bool,
    /// Whether it stands for the second step too.
    pub both_steps: bool,
    /// How many members are linked.
    pub links: i64,
    /// Counts the changes: what is sent back with one.
    pub version: i64,
}

/// An admin of the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SsoAdmin {
    /// The admin.
    pub user_id: UserId,
    /// The name.
    pub name: String,
    /// The sign-in address.
    pub email: String,
    /// Whether the admin may go on signing in otherwise where single sign-on is required.
    pub exempt: bool,
}

/// What a provider shall be.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeSso {
    /// The partner's sign-in name: 3 to 32 of `a-z 0-9 -`.
    pub name: String,
    /// The issuer, `https://…`.
    pub issuer: String,
    /// The console's name at the provider.
    pub client_id: String,
    /// The secret; empty keeps the one that is there.
    #[serde(default)]
    pub client_secret: String,
    /// Domains of addresses that may sign in; all where there is none.
    #[serde(default)]
    pub domains: Vec<String>,
    /// The version that the change was made from, 0 where there is no provider yet.
    pub version: i64,
    /// That it is oneself.
    pub proof: Proof,
}

/// How single sign-on shall be used.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeSsoUse {
    /// Whether members can use it.
    pub enabled: bool,
    /// Whether they must.
    pub required: bool,
    /// Whether it stands for the second step too.
    pub both_steps: bool,
    /// Admins who may go on signing in otherwise.
    pub exempt: Vec<UserId>,
    /// The version that the change was made from.
    pub version: i64,
    /// That it is oneself.
    pub proof: Proof,
}

/// A sign-in to begin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginSso {
    /// A partner's sign-in name, or an e-mail address.
    pub name: String,
    /// Where to go then: an address of the console.
    #[serde(default)]
    pub next: String,
}

/// Where the browser goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SsoWay {
    /// The address at the provider.
    pub location: String,
}

/// What a provider sent the browser back with.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AnswerSso {
    /// Names the sign-in.
    pub state: String,
    /// The code, where it went well.
    pub code: String,
    /// Who answers (RFC 9207), where the provider says so.
    pub iss: String,
    /// Why it did not go well.
    pub error: String,
}

macro_rules! secret {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
secret!(ChangeSso, ChangeSsoUse, SsoWay, AnswerSso);

/// What a sign-in at a provider has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SsoOutcome {
    /// The session has begun.
    Done {
        /// The session.
        session: Box<Session>,
        /// Where to go.
        next: String,
    },
    /// The second step is due; a cookie says whose.
    SecondFactor {
        /// What is due.
        step: Step,
        /// Where to go then.
        next: String,
    },
    /// A test has succeeded; nothing else has changed.
    Tested,
}

/// A link of the person to an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SsoLink {
    /// The link.
    pub id: SsoLinkId,
    /// The partner whose provider it is.
    pub partner_name: String,
    /// The provider.
    pub issuer: String,
    /// The address that the provider had when it was linked.
    pub email: String,
    /// Since when it is there.
    pub linked_at: Time,
    /// When the person signed in by it last.
    pub used_at: Option<Time>,
}

impl ChangeSso {
    /// What is wrong with it, by field. Whether the provider is one only the server can tell.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, Fault)> {
        let missing = self.version == 0 && self.client_secret.is_empty();
        let secret =
            if missing { Err(Fault::Required) } else { text::optional(&self.client_secret, MAX_VALUE) };
        [
            ("issuer", text::required(&self.issuer, MAX_VALUE)),
            ("client_id", text::required(&self.client_id, MAX_VALUE)),
            ("client_secret", secret),
        ]
        .into_iter()
        .filter_map(|(field, checked)| checked.err().map(|fault| (field, fault)))
        .chain(check_domains(&self.domains).err().map(|fault| ("domains", fault)))
        .chain(check_name(&self.name).err().map(|fault| ("name", fault)))
        .collect()
    }
}

/// A sign-in name as it is kept: in lower case.
///
/// # Errors
/// The fault of the field.
pub fn check_name(name: &str) -> Result<String, Fault> {
    let name = text::required(name, MAX_NAME)?.to_ascii_lowercase();
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if name.len() < MIN_NAME {
        Err(Fault::TooShort { min: 3 })
    } else if letters && !name.starts_with('-') && !name.ends_with('-') {
        Ok(name)
    } else {
        Err(Fault::Invalid)
    }
}

/// Domains as they are kept: in lower case, in order, each once.
///
/// # Errors
/// The fault of the field.
pub fn check_domains(domains: &[String]) -> Result<Vec<String>, Fault> {
    let mut all: Vec<String> =
        domains.iter().map(|d| d.trim().to_lowercase()).filter(|d| !d.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    if all.len() > MAX_DOMAINS || all.iter().any(|d| d.len() > 253 || !text::is_email(&format!("a@{d}"))) {
        return Err(Fault::Invalid);
    }
    Ok(all)
}

/// The domain of an e-mail address, in lower case.
#[must_use]
pub fn domain_of(email: &str) -> Option<String> {
    let email = email.trim();
    text::is_email(email).then(|| email.rsplit('@').next().unwrap_or_default().to_lowercase())
}

/// Whether an address may sign in where only some domains may.
#[must_use]
pub fn is_allowed(email: &str, domains: &[String]) -> bool {
    domain_of(email).is_some_and(|domain| domains.is_empty() || domains.contains(&domain))
}

/// An address of this console to go to, if it is one and nothing else.
#[must_use]
pub fn local(next: &str) -> Option<&str> {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains(char::is_control)
        && next.len() <= 2_000;
    plain.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(check_name(" Lan-Fan2 "), Ok("lan-fan2".into()));
        assert_eq!(check_name("ab"), Err(Fault::TooShort { min: 3 }));
        assert_eq!(check_name(""), Err(Fault::Required));
        for bad in ["-ab", "ab-", "a b c", "a@b.c", "蓝帆蓝帆", "a/b", "a.b"] {
            assert_eq!(check_name(bad), Err(Fault::Invalid), "{bad}");
        }
        assert_eq!(check_name(&"a".repeat(33)), Err(Fault::TooLong { max: 32 }));
    }

    #[test]
    fn domains_are_compared_whole() {
        let all = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let allowed = check_domains(&all(&[" B.example", "a.example", "", "b.example"])).expect("domains");
        assert_eq!(allowed, ["a.example", "b.example"]);
        assert!(is_allowed("X@A.Example", &allowed) && !is_allowed("x@a.example.evil.example", &allowed));
        assert!(!is_allowed("x@evil-a.example", &allowed) && !is_allowed("a.example", &allowed));
        assert!(is_allowed("x@any.example", &[]) && !is_allowed("no address", &[]));
        for bad in ["x", "a@b.example", "b example.x", "-b.example", "a..b"] {
            assert_eq!(check_domains(&all(&[bad])), Err(Fault::Invalid), "{bad}");
        }
    }

    #[test]
    fn one_goes_on_in_this_console_only() {
        for own in ["/", "/customers?q=a&page=2", "/customers#x"] {
            assert_eq!(local(own), Some(own));
        }
        for other in
            ["", "customers", "//evil.example", "/\\evil.example", "https://evil.example", "/\n/evil"]
        {
            assert_eq!(local(other), None, "{other}");
        }
    }

    #[test]
    fn a_new_provider_needs_its_secret_and_a_changed_one_keeps_it() {
        let mut change = ChangeSso {
            name: "lanfan".into(),
            issuer: "https://id.example".into(),
            client_id: "console".into(),
            ..ChangeSso::default()
        };
        assert_eq!(change.faults(), [("client_secret", Fault::Required)]);
        change.version = 3;
        assert_eq!(change.faults(), []);
    }
}
