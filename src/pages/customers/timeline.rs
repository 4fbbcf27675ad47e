//! What became of a customer's relation to the partner: reported, invited, associated, assigned, switched.

use crate::api;
use crate::i18n::texts::{Key, associations as request_words, timeline as words};
use crate::i18n::{fill, t, text};
use crate::kit::load::Load;
use crate::kit::{labels, moment};
use crate::ui::el::{div, li, ol, p, span};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::associations::{CustomerTimeline, Milestone, MilestoneKind, State};
use contract::id::CustomerId;

/// The tab; it loads again when something of the customer was changed elsewhere.
#[must_use]
pub fn panel(id: CustomerId) -> AnyView {
    let all: Load<Vec<Milestone>> = Load::new(move || Some(api::call::<CustomerTimeline>(&id, &(), &())));
    all.follow("customers");
    let shown = all.region(
        || skeleton::lines(5),
        |all| {
            let lines: Vec<_> = all.iter().map(line).collect();
            ol().attr("class", "timeline").child(lines).into_any()
        },
    );
    div()
        .attr("class", "card")
        .child(p().attr("class", "form__meta").child(t(words::HINT)))
        .child(shown)
        .into_any()
}

fn line(of: &Milestone) -> AnyView {
    let what = of.clone();
    let by = (!of.by.is_empty())
        .then(|| span().attr("class", "timeline__by").child(fill(words::BY, &[("by", &of.by)])));
    li().child(span().attr("class", "timeline__at").child(moment::view(of.at)))
        .child(span().child(move || said(&what)))
        .child(by)
        .into_any()
}

fn said(of: &Milestone) -> String {
    let association = of.association.map(|of| text(labels::association(of))).unwrap_or_default();
    let with = |key: Key| fill(key, &[("association", &association)]);
    match of.kind {
        MilestoneKind::Reported => text(words::REPORTED),
        MilestoneKind::Invited => text(words::INVITED),
        MilestoneKind::Associated => with(words::ASSOCIATED),
        MilestoneKind::Switched => with(words::SWITCHED),
        MilestoneKind::Assigned => fill(words::ASSIGNED, &[("manager", &of.manager)]),
        MilestoneKind::Unassigned => text(words::UNASSIGNED),
        MilestoneKind::SwitchAsked => with(words::SWITCH_ASKED),
        MilestoneKind::EndAsked => text(words::END_ASKED),
        MilestoneKind::Ended => text(words::ENDED),
        MilestoneKind::NotDone => {
            let state = match of.state {
                Some(State::Refused) => request_words::STATE_REFUSED,
                Some(State::Withdrawn) => request_words::STATE_WITHDRAWN,
                Some(State::Expired) => request_words::STATE_EXPIRED,
                _ => request_words::STATE_FAILED,
            };
            fill(words::NOT_DONE, &[("state", &text(state))])
        }
    }
}
