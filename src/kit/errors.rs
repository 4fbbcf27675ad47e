//! Errors in words: the only place where a failure becomes text.

use crate::api::Failure;
use crate::i18n::texts::{Key, errors as words, faults};
use crate::i18n::{fill, plural, t, text};
use crate::ui::button::Button;
use crate::ui::copy::copyable;
use crate::ui::el::{div, p, span};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::error::{Code, ErrorBody, Fault};

fn key(code: Code) -> Key {
    match code {
        Code::InvalidFields => words::INVALID_FIELDS,
        Code::BadRequest | Code::MethodNotAllowed | Code::UnsupportedMedia => words::BAD_REQUEST,
        Code::SignedOut => words::SIGNED_OUT,
        Code::WrongCredentials => words::WRONG_CREDENTIALS,
        Code::TooManyAttempts => words::TOO_MANY_ATTEMPTS,
        Code::Forbidden => words::FORBIDDEN,
        Code::FactorNeeded => words::FACTOR_NEEDED,
        Code::SsoNeeded => words::SSO_NEEDED,
        Code::SsoOnePartner => words::SSO_ONE_PARTNER,
        Code::SsoUnknown => words::SSO_UNKNOWN,
        Code::SsoUntested => words::SSO_UNTESTED,
        Code::SsoOff => words::SSO_OFF,
        Code::SsoStale => words::SSO_STALE,
        Code::SsoOtherBrowser => words::SSO_OTHER_BROWSER,
        Code::SsoDenied => words::SSO_DENIED,
        Code::SsoRefused => words::SSO_REFUSED,
        Code::SsoUnreachable => words::SSO_UNREACHABLE,
        Code::SsoUnreadable => words::SSO_UNREADABLE,
        Code::SsoIssuer => words::SSO_ISSUER,
        Code::SsoAudience => words::SSO_AUDIENCE,
        Code::SsoTime => words::SSO_TIME,
        Code::SsoSignature => words::SSO_SIGNATURE,
        Code::SsoNonce => words::SSO_NONCE,
        Code::SsoUnverified => words::SSO_UNVERIFIED,
        Code::SsoDomain => words::SSO_DOMAIN,
        Code::SsoStranger => words::SSO_STRANGER,
        Code::SsoOtherMember => words::SSO_OTHER_MEMBER,
        Code::SsoLinked => words::SSO_LINKED,
        Code::CrossSite => words::CROSS_SITE,
        Code::NotFound => words::NOT_FOUND,
        Code::TooMuch => words::TOO_MUCH,
        Code::KeyReused => words::KEY_REUSED,
        Code::NotResale => words::NOT_RESALE,
        Code::CustomerFrozen => words::CUSTOMER_FROZEN,
        Code::InsufficientBalance => words::INSUFFICIENT_BALANCE,
        Code::Changed => words::CHANGED,
        Code::NameTaken => words::NAME_TAKEN,
        Code::MoreThanOwn => words::MORE_THAN_OWN,
        Code::OwnRoles => words::OWN_ROLES,
        Code::LastAdmin => words::LAST_ADMIN,
        Code::RoleInUse => words::ROLE_IN_USE,
        Code::TooMany => words::LIMIT_REACHED,
        Code::WebhookOff => words::WEBHOOK_OFF,
        Code::AlreadyMember => words::ALREADY_MEMBER,
        Code::Circle => words::CIRCLE,
        Code::InvitationLimit => words::INVITATION_LIMIT,
        Code::LinkExpired => words::LINK_EXPIRED,
        Code::LinkOfOther => words::LINK_ELSEWHERE,
        Code::ReportLimit => words::REPORT_LIMIT,
        Code::ReportMoved => words::REPORT_MOVED,
        Code::AssociationBlocked => words::ASSOCIATION_BLOCKED,
        Code::ViewOnly => words::VIEW_ONLY,
        Code::ApprovalNeeded => words::APPROVAL_NEEDED,
        Code::OwnApproval => words::OWN_APPROVAL,
        Code::ApprovalRefused => words::APPROVAL_REFUSED,
        Code::OtherMember => words::OTHER_MEMBER,
        Code::BatchMoved => words::BATCH_MOVED,
        Code::AlreadyReversed => words::ALREADY_REVERSED,
        Code::AlreadyImported => words::ALREADY_IMPORTED,
        Code::RepeatedRow => words::REPEATED_ROW,
        Code::NothingToDo => words::NOTHING_TO_DO,
        Code::TransferEnded => words::TRANSFER_ENDED,
        Code::BalanceTooLarge => words::BALANCE_TOO_LARGE,
        Code::StepExpired => words::STEP_EXPIRED,
        Code::PasskeyWrong => words::PASSKEY_WRONG,
        Code::PasskeyKnown => words::PASSKEY_KNOWN,
        Code::PasskeysOff => words::PASSKEYS_OFF,
        Code::CodeWrong => words::CODE_WRONG,
        Code::CodeExpired => words::CODE_EXPIRED,
        Code::CodeLocked => words::CODE_LOCKED,
        Code::CodeTooSoon => words::CODE_TOO_SOON,
        Code::CodeLimit => words::CODE_LIMIT,
        Code::CodeNotSent => words::CODE_NOT_SENT,
        Code::Unavailable => words::UNAVAILABLE,
        Code::Internal => words::INTERNAL,
    }
}

/// What a code means and what to do, in the reader's language.
#[must_use]
pub fn code_words(code: Code) -> String {
    text(key(code))
}

/// What happened and what to do.
#[must_use]
pub fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Network | Failure::Aborted => text(words::NETWORK),
        Failure::Browser(why) => text(*why),
        Failure::Unreadable { status, .. } => fill(words::UNREADABLE, &[("status", &status.to_string())]),
        Failure::Refused(ErrorBody { code, number, .. }) => match (code, number) {
            (Code::CodeWrong, Some(left)) => plural(words::CODE_WRONG_LEFT, *left, &[]),
            (Code::TooManyAttempts, Some(seconds)) => plural(words::TOO_MANY_WAIT, *seconds, &[]),
            (Code::CodeTooSoon, Some(seconds)) => plural(words::CODE_TOO_SOON_WAIT, *seconds, &[]),
            (code, _) => code_words(*code),
        },
    }
}

/// The id under which the server's logs tell more.
#[must_use]
pub fn request_id(failure: &Failure) -> Option<String> {
    let id = match failure {
        Failure::Refused(body) => &body.request_id,
        Failure::Unreadable { request_id, .. } => request_id,
        Failure::Network | Failure::Aborted | Failure::Browser(_) => return None,
    };
    (!id.is_empty()).then(|| id.clone())
}

/// What is wrong with one field of a refused call, in words.
#[must_use]
pub fn field(failure: &Failure, name: &str) -> Option<String> {
    let Failure::Refused(body) = failure else { return None };
    body.fields.iter().find(|f| f.field == name).map(|f| fault(f.fault))
}

/// A broken rule in words.
#[must_use]
pub fn fault(fault: Fault) -> String {
    match fault {
        Fault::Required => text(faults::REQUIRED),
        Fault::TooLong { max } => plural(faults::TOO_LONG, i64::from(max), &[]),
        Fault::TooShort { min } => plural(faults::TOO_SHORT, i64::from(min), &[]),
        Fault::NotANumber => text(faults::NOT_A_NUMBER),
        Fault::NotPositive => text(faults::NOT_POSITIVE),
        Fault::TooManyDecimals { max: 0 } => text(faults::NO_DECIMALS),
        Fault::TooManyDecimals { max } => plural(faults::TOO_MANY_DECIMALS, i64::from(max), &[]),
        Fault::TooLarge => text(faults::TOO_LARGE),
        Fault::Invalid => text(faults::INVALID),
        Fault::Wrong => text(faults::WRONG),
        Fault::Unavailable => text(faults::UNAVAILABLE),
        Fault::Guessable => text(faults::GUESSABLE),
        Fault::Taken => text(faults::TAKEN),
        Fault::Unreachable => text(faults::UNREACHABLE),
        Fault::NoProvider => text(faults::NO_PROVIDER),
        Fault::OtherIssuer => text(faults::OTHER_ISSUER),
    }
}

/// The failure in a box, with the request's id.
#[must_use]
pub fn notice(failure: Failure) -> AnyView {
    let id = request_id(&failure);
    div()
        .attr("class", "notice notice--bad")
        .attr("role", "alert")
        .child(icon(Icon::Alert))
        .child(div().attr("class", "notice__body").child(p().child(move || sentence(&failure))).child(
            id.map(|id| {
                p().attr("class", "notice__id")
                    .child(span().child(t(words::REQUEST_ID)))
                    .child(copyable(id))
                    .into_any()
            }),
        ))
        .into_any()
}

/// A region that could not be loaded, with "Retry".
pub fn region(failure: Failure, again: impl Fn() + Send + Sync + 'static) -> AnyView {
    div()
        .attr("class", "failed")
        .child(notice(failure))
        .child(Button::new(words::RETRY).icon(Icon::Again).on_click(again).view())
        .into_any()
}

/// What stands in for a region that is not there yet: why it could not be loaded, or lines that wait.
pub fn or_waiting(
    failure: Option<Failure>,
    lines: usize,
    again: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    failure.map_or_else(|| skeleton::lines(lines), |why| region(why, again))
}
