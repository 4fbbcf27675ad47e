//! How a call is declared: one line an endpoint, used by the server to mount and guard it,
//! by the console to call it, and by the OpenAPI document and the tests to walk over it.

use crate::access::Permission;
use http::Method;
use serde::{Serialize, de::DeserializeOwned};

/// Who may call an endpoint. Checked by the server before the handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Any signed-in person.
    SignedIn,
    /// As `SignedIn`; and also somebody who has yet to set up the second factor, or to pass the single sign-on, that the
    /// partner asks for.
    Entering,
    /// A signed-in person whose roles carry the permission.
    Needs(Permission),
    /// As `Needs`; and the act may wait for a verification code. The caller sends an
    /// `Idempotency-Key`, and confirms by repeating the call with `Verification-Code`.
    Sensitive(Permission),
    /// A customer who proved an e-mail address by a code.
    Customer,
    /// A program that signs with an access key, or shows a token, whose owner has the permission.
    Key(Permission),
    /// Any program that signs with an access key, or shows a token.
    Program,
}

/// The header that carries the caller's own id of a sensitive call (8 to 200 characters).
/// The same key with the same content answers the first result.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header that carries the verification code of a sensitive call, or a passkey's answer in its place
/// (`PasskeyAnswer::to_text`).
pub const VERIFICATION_CODE: &str = "verification-code";
/// The header of what a page asks by itself, to stay up to date: that is no use of the session.
pub const BY_ITSELF: &str = "x-by-itself";
/// The header with which a page says whose it is: a change from a page of another membership is refused.
pub const MEMBER: &str = "x-member";
/// The header that carries the id of a request, in answers.
pub const REQUEST_ID: &str = "x-request-id";

/// The answer of an endpoint that hands out a file instead of JSON.
#[derive(Debug, Clone, Copy, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct File {}

/// An endpoint as a type. Made by [`endpoints!`](crate::endpoints).
pub trait Endpoint: 'static {
    /// The HTTP method.
    const METHOD: Method;
    /// The path, with at most one `{parameter}`.
    const PATH: &'static str;
    /// Who may call.
    const ACCESS: Access;
    /// What fills the path's parameter; `()` where there is none.
    type Path: PathParameter;
    /// The query string; `()` where there is none.
    type Query: Serialize + DeserializeOwned;
    /// The JSON body; `()` where there is none.
    type Body: Serialize + DeserializeOwned;
    /// The JSON answer; `()` for 204.
    type Reply: Serialize + DeserializeOwned;
}

/// Something that can stand for a path's `{parameter}`.
pub trait PathParameter: Sized {
    /// The path with the parameter filled in.
    fn fill(&self, template: &str) -> String;
    /// Reads the parameter as it stood in the path, or `None` where it cannot be one.
    fn read(text: Option<&str>) -> Option<Self>;
}

impl PathParameter for () {
    fn fill(&self, template: &str) -> String {
        template.to_owned()
    }
    fn read(text: Option<&str>) -> Option<Self> {
        text.is_none().then_some(())
    }
}

/// A declared endpoint as data.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The name in code, for example `Appropriate`.
    pub name: &'static str,
    /// The area, for example `funds`.
    pub area: &'static str,
    /// What it does, from its doc comment.
    pub doc: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with `{parameter}`.
    pub path: &'static str,
    /// Who may call.
    pub access: Access,
    /// The schemas of its types.
    #[cfg(feature = "schema")]
    pub schemas: Schemas,
}

/// Functions that make the schemas of an operation's types.
#[cfg(feature = "schema")]
#[derive(Debug, Clone, Copy)]
pub struct Schemas {
    /// The query string's schema.
    pub query: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    /// The body's schema.
    pub body: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    /// The answer's schema.
    pub reply: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// Declares the endpoints of an area: a type a line, and `operations()` with all of them.
#[macro_export]
macro_rules! endpoints {
    ($area:literal; $(
        $(#[doc = $doc:literal])+
        $name:ident: $method:ident $path:literal, $access:expr
        $(, path = $p:ty)? $(, query = $q:ty)? $(, body = $b:ty)?, reply = $r:ty;
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::api::Endpoint for $name {
                const METHOD: http::Method = http::Method::$method;
                const PATH: &'static str = $path;
                const ACCESS: $crate::api::Access = $access;
                type Path = $crate::or_unit!($($p)?);
                type Query = $crate::or_unit!($($q)?);
                type Body = $crate::or_unit!($($b)?);
                type Reply = $r;
            }
        )+

        /// The operations of this area.
        #[must_use]
        pub fn operations() -> Vec<$crate::api::Operation> {
            vec![$(
                $crate::api::Operation {
                    name: stringify!($name),
                    area: $area,
                    doc: concat!($($doc, "\n"),+),
                    method: stringify!($method),
                    path: $path,
                    access: $access,
                    #[cfg(feature = "schema")]
                    schemas: $crate::api::Schemas {
                        query: |g| g.subschema_for::<$crate::or_unit!($($q)?)>(),
                        body: |g| g.subschema_for::<$crate::or_unit!($($b)?)>(),
                        reply: |g| g.subschema_for::<$r>(),
                    },
                }
            ),+]
        }
    };
}

/// The given type, or `()` where none is given.
#[doc(hidden)]
#[macro_export]
macro_rules! or_unit {
    () => {
        ()
    };
    ($t:ty) => {
        $t
    };
}
