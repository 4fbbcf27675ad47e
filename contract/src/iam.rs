//! The identity endpoints that clients of the published API call: tokens for those that do not sign, and the
//! account of those that sign and name a region (product/signing.md, 16 and 18).

use crate::api::Access;
use crate::endpoints;
use serde::{Deserialize, Serialize};

endpoints! { "iam";
    /// A token by name and password, in the header `X-Subject-Token`; good for 24 hours.
    TokenCreate: POST "/v3/auth/tokens", Access::Public, body = TokenRequest, reply = TokenAnswer;
    /// The account of the key or the token: the partner.
    DomainList: GET "/v3/auth/domains", Access::Program, reply = Domains;
}

/// The header with which a program shows its token.
pub const AUTH_TOKEN: &str = "x-auth-token";
/// The header in which a token is answered.
pub const SUBJECT_TOKEN: &str = "x-subject-token";
/// Hours for which a token is good.
pub const TOKEN_HOURS: i64 = 24;

/// What a token is asked for with. Unknown members are passed over, as the cloud's endpoint does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// Who, and for which account.
    pub auth: Auth,
}

/// Who, and for which account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Auth {
    /// Who.
    pub identity: Identity,
    /// For which account.
    #[serde(default)]
    pub scope: Option<TokenScope>,
}

/// Who asks for a token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Identity {
    /// `["password"]`, or `["password", "totp"]`.
    pub methods: Vec<String>,
    /// The person.
    #[serde(default)]
    pub password: Option<ByPassword>,
    /// The second step, of somebody who has one.
    #[serde(default)]
    pub totp: Option<ByCode>,
}

/// A person's second step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ByCode {
    /// The code.
    pub user: CodeUser,
}

/// The code of a person's app, or a recovery code.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodeUser {
    /// The code.
    #[serde(default)]
    pub passcode: String,
}

impl std::fmt::Debug for CodeUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeUser").finish_non_exhaustive()
    }
}

/// A person who shows a password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ByPassword {
    /// The person.
    pub user: TokenUser,
}

/// A person by the sign-in address.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenUser {
    /// The sign-in address.
    #[serde(default)]
    pub name: String,
    /// The password.
    #[serde(default)]
    pub password: String,
    /// The account that the person belongs to.
    #[serde(default)]
    pub domain: Option<DomainRef>,
}

impl std::fmt::Debug for TokenUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenUser").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// For which account a token is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenScope {
    /// The account; a scope by project names none and is that of the person's.
    #[serde(default)]
    pub domain: Option<DomainRef>,
}

/// An account by id or name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DomainRef {
    /// The partner's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The partner's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenAnswer {
    /// The token's facts; the token itself is in the header.
    pub token: TokenFacts,
}

/// A token's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenFacts {
    /// Until when it is good, `2026-01-01T00:00:00.000000Z`.
    pub expires_at: String,
    /// Since when.
    pub issued_at: String,
    /// `["password"]`.
    pub methods: Vec<String>,
    /// The account.
    pub domain: NamedRef,
    /// The person.
    pub user: UserRef,
    /// The person's roles.
    pub roles: Vec<NamedRef>,
    /// The services: none, since there is one address.
    pub catalog: Vec<NamedRef>,
}

/// Something by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamedRef {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A person and the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserRef {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The account.
    pub domain: NamedRef,
}

/// The accounts that a key or token belongs to: one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Domains {
    /// The accounts.
    pub domains: Vec<Domain>,
    /// Where the list is.
    pub links: Links,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Domain {
    /// The partner's id.
    pub id: String,
    /// The partner's name.
    pub name: String,
    /// Always true.
    pub enabled: bool,
    /// Always empty.
    pub description: String,
    /// Where it is.
    pub links: Links,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Links {
    /// Its address.
    #[serde(rename = "self")]
    pub own: String,
}
