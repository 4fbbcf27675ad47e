//! One delivery: what was sent, and every attempt.

use super::{event_name, host, is_moving, result_words, state_words};
use crate::api;
use crate::i18n::texts::{Key, webhooks as words};
use crate::i18n::{format, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::list::section;
use crate::kit::load::Load;
use crate::kit::{errors, moment, page, send};
use crate::ui::badge::badge;
use crate::ui::button::Button;
use crate::ui::copy::copyable;
use crate::ui::el::{code, div, p, pre, span, table, tbody, td, th, thead, tr};
use crate::ui::prelude::*;
use crate::ui::{Words, skeleton, toast};
use crate::{routes, shell};
use contract::error::Code;
use contract::id::DeliveryId;
use contract::webhooks::{Attempt, DeliveryAgain, DeliveryDetail, DeliveryView};

/// The page.
pub(super) fn page() -> AnyView {
    let id = DeliveryId(routes::part("id"));
    let detail: Load<DeliveryDetail> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<DeliveryView>(&id, &(), &())))
    };
    detail.follow("webhooks");
    detail.while_open(|d| is_moving(&d.delivery));
    effect(move || {
        if let Some(detail) = detail.get() {
            page::set_object(Some(event_name(detail.delivery.event)));
        }
    });
    let there = memo(move || detail.get().is_some());
    let view = move || {
        if there.get() {
            return loaded(&id, detail);
        }
        match detail.failure() {
            Some(failure) if failure.code() == Some(Code::NotFound) => shell::not_found(),
            Some(failure) => errors::region(failure, move || detail.again()),
            None => (page::head(words::DELIVERY, None, None), skeleton::lines(6)).into_any(),
        }
    };
    div().attr("class", "page").child(view).into_any()
}

fn loaded(id: &DeliveryId, detail: Load<DeliveryDetail>) -> AnyView {
    let read = move |make: fn(&DeliveryDetail) -> AnyView| move || detail.get().map(|d| make(&d));
    let title = Words::new(move || detail.get().map(|d| event_name(d.delivery.event)).unwrap_or_default());
    let state = memo(move || detail.get().map(|d| d.delivery.state));
    let badges = move || {
        state.get().map(|state| {
            let (tone, words) = state_words(state);
            badge(tone, words)
        })
    };
    let again = {
        let id = id.clone();
        move || {
            send::ask::<DeliveryAgain>(&id, move |_| {
                toast::tell(text(words::AGAIN_SENT));
                detail.again();
            });
        }
    };
    let button = Button::new(words::AGAIN).on_click(again).view();
    (
        page::head(title, Some(badges.into_any()), Some(button)),
        div().attr("class", "card").child(read(figures)).into_any(),
        section(words::PAYLOAD, None, div().attr("class", "webhook__part").child(read(payload)).into_any()),
        section(
            words::ATTEMPT_LIST,
            None,
            div().attr("class", "webhook__part").child(read(attempts)).into_any(),
        ),
    )
        .into_any()
}

fn figures(detail: &DeliveryDetail) -> AnyView {
    let of = &detail.delivery;
    let words_of = |words: String| span().child(words).into_any();
    let mut lines = vec![
        fact(words::EVENT, code().child(of.event.as_str()).into_any()),
        fact(words::EVENT_ID, copyable(of.event_id.clone())),
        fact(words::WEBHOOK, words_of(host(&of.url).to_owned())),
        fact(words::EVENT_AT, moment::view(of.event_at)),
        fact(words::ATTEMPTS, words_of(format::number(of.attempts))),
        fact(words::RESULT, words_of(result_words(of.status, of.fault))),
    ];
    lines.extend(of.next_at.map(|at| fact(words::NEXT_AT, moment::view(at))));
    facts::grid(lines)
}

/// The body as it is sent, but for the line breaks.
fn payload(detail: &DeliveryDetail) -> AnyView {
    let spaced = js_sys::JSON::parse(&detail.payload).and_then(|value| {
        js_sys::JSON::stringify_with_replacer_and_space(&value, &wasm_bindgen::JsValue::NULL, &2.into())
    });
    let shown = spaced.map_or_else(|_| detail.payload.clone(), String::from);
    pre()
        .attr("class", "payload")
        .attr("role", "region")
        .attr("aria-label", t(words::PAYLOAD))
        .attr("tabindex", "0")
        .child(code().child(shown))
        .into_any()
}

fn attempts(detail: &DeliveryDetail) -> AnyView {
    if detail.attempts.is_empty() {
        return p().attr("class", "form__meta").child(t(words::NO_ATTEMPTS)).into_any();
    }
    let head = |key: Key, class: &'static str| {
        th().attr("scope", "col").attr("class", class).child(t(key)).into_any()
    };
    let row = |attempt: &Attempt| {
        tr().child(th().attr("scope", "row").attr("class", "cell").child(format::number(attempt.number)))
            .child(td().attr("class", "cell").child(moment::view(attempt.at)))
            .child(td().attr("class", "cell").child(result_words(attempt.status, attempt.fault)))
            .child(td().attr("class", "cell cell--number").child(format::duration(attempt.millis)))
            .into_any()
    };
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(words::ATTEMPT_LIST))
        .attr("tabindex", "0")
        .child(
            table()
                .attr("class", "table table--small")
                .child(thead().child(tr().child(vec![
                    head(words::NUMBER, "cell"),
                    head(words::AT, "cell"),
                    head(words::OUTCOME, "cell"),
                    head(words::TOOK, "cell cell--number"),
                ])))
                .child(tbody().child(detail.attempts.iter().map(row).collect::<Vec<_>>())),
        )
        .into_any()
}
