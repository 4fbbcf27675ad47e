//! What can go wrong, as the console's API says it: one envelope, codes that the console turns
//! into words in the reader's language, faults that name their field.

use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The body of every failed console call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// What happened, for programs.
    pub code: Code,
    /// What happened and what to do, in English.
    pub message: String,
    /// The fields that are wrong, empty where it is not about fields.
    #[serde(default)]
    pub fields: Vec<FieldFault>,
    /// The id under which the server's logs tell more.
    pub request_id: String,
    /// Tries left of a verification code, or seconds to wait, where the code has such a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Who changed it and when, where it was changed meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// A change that somebody else made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// The person's name.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldFault {
    /// The field's name on the wire.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A broken rule of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no value.
    Required,
    /// Longer than `max` characters.
    TooLong {
        /// The most characters.
        max: u32,
    },
    /// Shorter than `min` characters.
    TooShort {
        /// The fewest characters.
        min: u32,
    },
    /// Not a number.
    NotANumber,
    /// Zero or less.
    NotPositive,
    /// More decimals than the currency has.
    TooManyDecimals {
        /// The most decimals.
        max: u32,
    },
    /// Above the largest amount.
    TooLarge,
    /// Not one of the values, or not of the form, that the field takes.
    Invalid,
    /// Of the right form, and not the one that it should be: a password, a code.
    Wrong,
    /// A password that is common, or made of the person's own words.
    Guessable,
    /// This installation is not set up for it.
    Unavailable,
    /// Somebody else has it.
    Taken,
    /// No answer from that address.
    Unreachable,
    /// That address is no OpenID provider, or none that can be used here.
    NoProvider,
    /// The provider there gives itself another name.
    OtherIssuer,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal;)+) => {
        /// What happened. The HTTP status belongs to the code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The HTTP status of the answer.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// The English sentence: what happened and what to do.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// Some fields are wrong. Correct them and send again.
    InvalidFields = 422;
    /// The request cannot be read. Send JSON in the documented form.
    BadRequest = 400;
    /// Nobody is signed in, or the session has ended. Sign in.
    SignedOut = 401;
    /// The e-mail or the password is wrong. Try again.
    WrongCredentials = 401;
    /// Too many attempts. Wait and try again.
    TooManyAttempts = 429;
    /// Your roles do not allow this. Ask an admin of your partner.
    Forbidden = 403;
    /// The partner asks its members for a second factor. Set one up first.
    FactorNeeded = 403;
    /// The partner asks its members for single sign-on. Sign in by it.
    SsoNeeded = 403;
    /// A sign-in by single sign-on is for one partner only. Sign out, and sign in for the other one.
    SsoOnePartner = 409;
    /// There is no single sign-on under this name or address. Check it, or ask an admin of your partner for the
    /// sign-in name.
    SsoUnknown = 404;
    /// Single sign-on has not been tested with these settings. Make a test sign-in first.
    SsoUntested = 409;
    /// Single sign-on was switched off or changed meanwhile. Sign in otherwise, or ask an admin of your partner.
    SsoOff = 409;
    /// The sign-in took too long, or its answer was used already. Begin again.
    SsoStale = 410;
    /// The sign-in was begun in another browser. Begin again in this one.
    SsoOtherBrowser = 409;
    /// The identity provider was asked to stop, or does not let you in. Begin again, or ask whoever runs it.
    SsoDenied = 403;
    /// The identity provider refused the sign-in. Ask an admin of your partner to check the settings there and here.
    SsoRefused = 409;
    /// The identity provider does not answer. Try again later.
    SsoUnreachable = 502;
    /// The identity provider answered what cannot be used. Ask an admin of your partner.
    SsoUnreadable = 502;
    /// The answer came from another identity provider than the sign-in went to. Begin again.
    SsoIssuer = 409;
    /// The identity provider's token is meant for another application. Ask an admin of your partner to check the client.
    SsoAudience = 409;
    /// The identity provider's token is out of its time. Try again; ask whoever runs it to check its clock.
    SsoTime = 409;
    /// The identity provider's token is not signed as it must be. Ask an admin of your partner.
    SsoSignature = 409;
    /// The identity provider's token belongs to another sign-in. Begin again.
    SsoNonce = 409;
    /// The identity provider does not vouch for your e-mail address. Have it verified there, then try again.
    SsoUnverified = 403;
    /// Addresses of this domain may not sign in here. Use your address at the partner.
    SsoDomain = 403;
    /// The account at the identity provider is another member's. Sign in there with your own.
    SsoOtherMember = 409;
    /// You are linked to another account of the identity provider. Use that one, or take the link away under sign-in
    /// and security first.
    SsoLinked = 409;
    /// Nobody here can sign in with this account. Ask an admin of your partner to invite you with its address.
    SsoStranger = 403;
    /// The request did not come from this console's pages.
    CrossSite = 403;
    /// There is no such object, or it is not yours.
    NotFound = 404;
    /// The address does not take this method.
    MethodNotAllowed = 405;
    /// The body is not JSON.
    UnsupportedMedia = 415;
    /// The body is too large.
    TooMuch = 413;
    /// The same key came with another content. Use a new key.
    KeyReused = 409;
    /// Only resale customers can be appropriated to or reclaimed from.
    NotResale = 409;
    /// The customer's account is frozen. Unfreeze it first.
    CustomerFrozen = 409;
    /// The paying account has too little available balance.
    InsufficientBalance = 409;
    /// Somebody changed it meanwhile. Look at what it is now before you change it.
    Changed = 409;
    /// There is one of this name already. Choose another.
    NameTaken = 409;
    /// That would allow more than you may do yourself. Ask somebody who may.
    MoreThanOwn = 403;
    /// Your own roles are changed by somebody else. Ask another admin.
    OwnRoles = 409;
    /// The partner would be without an admin. Make somebody else one first.
    LastAdmin = 409;
    /// Members or invitations have this role. Take it from them first.
    RoleInUse = 409;
    /// There are as many as there may be. Delete one that is not needed.
    TooMany = 409;
    /// The address belongs to a member already.
    AlreadyMember = 409;
    /// That would make a circle of supervisors. Choose another.
    Circle = 409;
    /// The invitations of today are used up. Go on tomorrow.
    InvitationLimit = 429;
    /// The partner has as many reports as it may have. Wait for one to end, or delete one.
    ReportLimit = 409;
    /// Something stands against it by now. Look at what, and see to that first.
    AssociationBlocked = 409;
    /// It is past this step. Look at how it stands.
    ReportMoved = 409;
    /// The invitation was sent to another address. Sign in with that one, or ask for an invitation to yours.
    LinkOfOther = 403;
    /// The link is not valid any more. Ask for a new one.
    LinkExpired = 410;
    /// You look at the console as somebody else: nothing can be changed. End the view first.
    ViewOnly = 403;
    /// The endpoint is switched off. Switch it on first.
    WebhookOff = 409;
    /// The page belongs to another membership than the session does by now. Load it again.
    OtherMember = 409;
    /// The batch is past this step. Look at its page.
    BatchMoved = 409;
    /// It was reversed before. Look at the batch that did it.
    AlreadyReversed = 409;
    /// The rows of this file were imported before: nothing is done twice.
    AlreadyImported = 409;
    /// The same customer, amount and remark stand in an earlier row of the file.
    RepeatedRow = 409;
    /// There is nothing that it could be done to.
    NothingToDo = 409;
    /// An amount like this needs a second member's approval.
    ApprovalNeeded = 409;
    /// Nobody approves their own. Ask another member.
    OwnApproval = 409;
    /// The request was refused.
    ApprovalRefused = 409;
    /// The movement has been voided or has expired. Start again.
    TransferEnded = 409;
    /// The receiving balance would become too large.
    BalanceTooLarge = 409;
    /// The second step of signing in is over. Begin again with the password.
    StepExpired = 410;
    /// The passkey's answer does not fit: it is unknown or was removed, its time is over, or it is for something else.
    /// Try again, or use another way.
    PasskeyWrong = 409;
    /// The passkey was added before.
    PasskeyKnown = 409;
    /// This installation has no address at which passkeys work.
    PasskeysOff = 409;
    /// The verification code is wrong.
    CodeWrong = 409;
    /// The verification code has expired or was replaced. Use the newest one, or start again.
    CodeExpired = 409;
    /// Too many wrong codes. Have a new one sent.
    CodeLocked = 409;
    /// A code was sent a moment ago. Wait before asking for another.
    CodeTooSoon = 429;
    /// Too many codes today. Try again tomorrow.
    CodeLimit = 429;
    /// The message could not be delivered, so the code is void. Try again later.
    CodeNotSent = 502;
    /// The database is busy or full; nothing was changed. Try again.
    Unavailable = 503;
    /// Something failed on the server; it is logged under the request id.
    Internal = 500;
}
