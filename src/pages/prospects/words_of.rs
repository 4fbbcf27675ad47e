//! What is found, how things stand and why they failed, in words.

use crate::i18n::texts::{Key, prospects as words};
use crate::i18n::{fill, text};
use crate::kit::{errors, labels, moment};
use crate::pages::customers;
use crate::ui::badge::Tone;
use crate::ui::el::{a, li, span};
use crate::ui::prelude::*;
use contract::prospects::{
    Cause, Common, CustomerInvitationState, Finding, FindingKind, InvitationKind, LeftWhy, ProspectState,
    RowFault,
};

pub(super) fn state(of: ProspectState) -> (Tone, Key) {
    match of {
        ProspectState::Reviewing => (Tone::Notice, words::STATE_REVIEWING),
        ProspectState::Reported => (Tone::Accent, words::STATE_REPORTED),
        ProspectState::Associated => (Tone::Good, words::STATE_ASSOCIATED),
        ProspectState::Rejected => (Tone::Bad, words::STATE_REJECTED),
        ProspectState::Expired => (Tone::Neutral, words::STATE_EXPIRED),
    }
}

pub(super) fn invitation_state(of: CustomerInvitationState) -> (Tone, Key) {
    match of {
        CustomerInvitationState::Sent => (Tone::Accent, words::INV_STATE_SENT),
        CustomerInvitationState::Associated => (Tone::Good, words::INV_STATE_ASSOCIATED),
        CustomerInvitationState::Failed => (Tone::Bad, words::INV_STATE_FAILED),
        CustomerInvitationState::Expired => (Tone::Neutral, words::INV_STATE_EXPIRED),
        CustomerInvitationState::Cancelled => (Tone::Neutral, words::INV_STATE_CANCELLED),
    }
}

pub(super) fn kind(of: InvitationKind) -> Key {
    match of {
        InvitationKind::Mail => words::KIND_MAIL,
        InvitationKind::General => words::KIND_GENERAL,
    }
}

pub(super) fn left(why: LeftWhy) -> Key {
    match why {
        LeftWhy::Missing => words::LEFT_MISSING,
        LeftWhy::Reviewing => words::LEFT_REVIEWING,
        LeftWhy::Associated => words::LEFT_ASSOCIATED,
        LeftWhy::Rejected => words::LEFT_REJECTED,
        LeftWhy::Expired => words::LEFT_EXPIRED,
        LeftWhy::NoEmail => words::LEFT_NO_EMAIL,
    }
}

/// Why an association failed.
#[must_use]
pub fn cause(of: Cause) -> Key {
    match of {
        Cause::HasPartner => words::CAUSE_HAS_PARTNER,
        Cause::AlreadyYours => words::CAUSE_ALREADY_YOURS,
        Cause::Protected => words::CAUSE_PROTECTED,
        Cause::IsPartner => words::CAUSE_IS_PARTNER,
        Cause::TooOld => words::CAUSE_TOO_OLD,
    }
}

/// What helps.
#[must_use]
pub fn cause_cure(of: Cause) -> Key {
    match of {
        Cause::HasPartner => words::CAUSE_HAS_PARTNER_CURE,
        Cause::AlreadyYours => words::CAUSE_ALREADY_YOURS_CURE,
        Cause::Protected => words::CAUSE_PROTECTED_CURE,
        Cause::IsPartner => words::CAUSE_IS_PARTNER_CURE,
        Cause::TooOld => words::CAUSE_TOO_OLD_CURE,
    }
}

/// What a report meets, in one sentence.
fn found(of: &Finding) -> String {
    let names = [("by", of.by.as_str()), ("name", of.name.as_str())];
    let key = match of.kind {
        FindingKind::Reported => words::FINDING_REPORTED,
        FindingKind::Customer if of.name.is_empty() => return text(words::FINDING_CUSTOMER_HIDDEN),
        FindingKind::Customer => words::FINDING_CUSTOMER,
        FindingKind::OfReseller => words::FINDING_OF_RESELLER,
        FindingKind::CustomerOfReseller => words::FINDING_CUSTOMER_OF_RESELLER,
        FindingKind::Protected => return text(words::FINDING_PROTECTED),
        FindingKind::CustomerElsewhere => return text(words::FINDING_CUSTOMER_ELSEWHERE),
        FindingKind::Similar => words::FINDING_SIMILAR,
        FindingKind::SimilarElsewhere => return text(words::FINDING_SIMILAR_ELSEWHERE),
    };
    fill(key, &names)
}

fn common(of: &Finding) -> String {
    let word = |one: &Common| match one {
        Common::Name => text(words::COMMON_NAME),
        Common::Phone => text(words::COMMON_PHONE),
        Common::Email => text(words::COMMON_EMAIL),
    };
    let all: Vec<String> = of.common.iter().map(word).collect();
    fill(words::COMMON, &[("what", &all.join(&labels::separator()))])
}

/// What a report meets, as a line.
pub(super) fn finding(of: &Finding) -> AnyView {
    let (said, shared) = (found(of), common(of));
    let said = match &of.customer {
        Some(id) => a().attr("href", customers::href(id)).child(said).into_any(),
        None => span().child(said).into_any(),
    };
    let until = of.until.map(|until| {
        span()
            .attr("class", "finding__more")
            .child(text(words::FINDING_UNTIL))
            .child(" ")
            .child(moment::view(until))
    });
    li().attr("class", "finding")
        .child(said)
        .child(span().attr("class", "finding__more").child(shared))
        .child(until)
        .into_any()
}

/// Why a row of a file was not reported.
pub(super) fn row_fault(of: &RowFault) -> String {
    match of {
        RowFault::Field { field, fault } => {
            let name = match field.as_str() {
                "contact" => words::CONTACT,
                "phone" => words::PHONE,
                "email" => words::EMAIL,
                "memo" => words::MEMO,
                _ => words::NAME,
            };
            format!("{}: {}", text(name), errors::fault(*fault))
        }
        RowFault::Blocked { finding } => format!("{} ({})", found(finding), common(finding)),
        RowFault::Limit => text(words::FILE_LIMIT),
        RowFault::Repeated { row } => fill(words::FILE_REPEATED, &[("row", &row.to_string())]),
    }
}
