//! What a customer agrees to, one by one, each with what it says (capability 16).

use crate::i18n::t;
use crate::i18n::texts::{Key, door as words};
use crate::ui::dom;
use crate::ui::el::{details, div, input, label, p, span, summary};
use crate::ui::prelude::*;
use contract::door::Consent;
use leptos::ev;

/// Its words: to agree, and what it says.
pub(super) fn words_of(of: Consent) -> (Key, Key) {
    match of {
        Consent::UserAgreement => (words::USER_AGREEMENT, words::USER_AGREEMENT_TEXT),
        Consent::Privacy => (words::PRIVACY, words::PRIVACY_TEXT),
        Consent::PartnerNotice => (words::PARTNER_NOTICE, words::PARTNER_NOTICE_TEXT),
        Consent::PartnerTerms => (words::PARTNER_TERMS, words::PARTNER_TERMS_TEXT),
        Consent::DataSharing => (words::DATA_SHARING, words::DATA_SHARING_TEXT),
    }
}

/// Boxes for these consents; `given` has those that are ticked.
pub(super) fn boxes(
    all: &[Consent],
    given: RwSignal<Vec<Consent>>,
    error: Signal<Option<String>>,
) -> AnyView {
    let error_id = dom::unique("consents");
    let one = |of: &Consent| {
        let (of, (name, says)) = (*of, words_of(*of));
        div()
            .attr("class", "consent")
            .child(
                label()
                    .attr("class", "choice")
                    .child(
                        input()
                            .attr("type", "checkbox")
                            .attr("required", "")
                            .attr("aria-describedby", error_id.clone())
                            .attr("aria-invalid", move || error.with(Option::is_some).then_some("true"))
                            .prop("checked", move || given.with(|g| g.contains(&of)))
                            .on(ev::change, move |_| {
                                given.update(|g| {
                                    let before = g.len();
                                    g.retain(|other| *other != of);
                                    if g.len() == before {
                                        g.push(of);
                                    }
                                });
                            }),
                    )
                    .child(span().child(t(name))),
            )
            .child(details().child(summary().child(t(words::MORE))).child(p().child(t(says))))
            .into_any()
    };
    div()
        .attr("class", "choices")
        .attr("role", "group")
        .attr("aria-label", t(words::CONSENTS))
        .child(span().attr("class", "choices__title").attr("aria-hidden", "true").child(t(words::CONSENTS)))
        .child(all.iter().map(one).collect::<Vec<_>>())
        .child(p().attr("class", "field__error").attr("id", error_id.clone()).child(move || error.get()))
        .into_any()
}
