//! The partner's receivers: who is told what besides the members, and whether the address is confirmed.

use super::{receiver_confirm, receiver_form};
use crate::api;
use crate::i18n::texts::{Key, notices as words};
use crate::i18n::{fill, plural, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::table::empty;
use crate::kit::{list, send};
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, h3, li, p, span, ul};
use crate::ui::prelude::*;
use crate::ui::{dialog, skeleton, toast};
use contract::codes::Channel;
use contract::receivers::{MAX_RECEIVERS, Receiver, ReceiverDelete, ReceiverList};

/// What is open over the page.
#[derive(Clone)]
pub(super) enum Over {
    Form(Option<Receiver>),
    Confirm(Receiver, Channel),
}

/// What the section's parts share. All copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Hub {
    pub(super) all: Load<Vec<Receiver>>,
    pub(super) over: RwSignal<Option<Over>>,
}

/// The section of the message settings.
pub(super) fn section() -> AnyView {
    let all: Load<Vec<Receiver>> = Load::new(|| Some(api::call::<ReceiverList>(&(), &(), &())));
    all.follow("receivers");
    let hub = Hub { all, over: RwSignal::new(None) };
    let over = move || {
        hub.over.get().map(|over| match over {
            Over::Form(before) => receiver_form::dialog(before, hub),
            Over::Confirm(receiver, channel) => receiver_confirm::dialog(&receiver, channel, hub),
        })
    };
    let most = i64::try_from(MAX_RECEIVERS).unwrap_or(i64::MAX);
    let full = move || {
        let count = all.get().map_or(0, |all| all.len());
        (count >= MAX_RECEIVERS).then(|| plural(words::RECEIVERS_FULL, most, &[]))
    };
    let add = Button::new(words::ADD_RECEIVER)
        .id("add-receiver".to_owned())
        .refused(full)
        .on_click(move || hub.over.set(Some(Over::Form(None))))
        .view();
    let cards = all.region(
        || skeleton::lines(3),
        move |all| {
            if all.is_empty() {
                return empty(words::NO_RECEIVERS, words::NO_RECEIVERS_HINT, None);
            }
            ul().attr("class", "cards")
                .child(all.iter().map(|one| card(one, hub)).collect::<Vec<_>>())
                .into_any()
        },
    );
    let body = div().attr("class", "form").child(cards).child(div().child(add)).into_any();
    (list::section(words::RECEIVERS, Some(words::RECEIVERS_HINT), body), over).into_any()
}

/// What it is told, in words.
fn told(receiver: &Receiver) -> String {
    let ways = |email: bool, sms: bool| {
        let ways = [(email, words::EMAIL), (sms, words::SMS)];
        ways.into_iter().filter(|(on, _)| *on).map(|(_, way)| text(way)).collect::<Vec<_>>().join(" + ")
    };
    let line =
        |kind, ways: String| fill(words::WAY_OF, &[("kind", &text(super::kind_name(kind))), ("way", &ways)]);
    let all = receiver.is.told.iter().map(|told| line(told.kind, ways(told.email, told.sms)));
    let all: Vec<_> = all.collect();
    if all.is_empty() { text(words::TOLD_NOTHING) } else { all.join(" · ") }
}

fn card(receiver: &Receiver, hub: Hub) -> AnyView {
    let id = receiver.id.clone();
    let address = |name: Key, value: &str, is_confirmed: bool, channel: Channel| {
        let word = if channel == Channel::Sms { "phone" } else { "email" };
        let (tone, key) =
            if is_confirmed { (Tone::Good, words::CONFIRMED) } else { (Tone::Notice, words::UNCONFIRMED) };
        let one = receiver.clone();
        let button = (!is_confirmed).then(|| {
            Button::new(words::CONFIRM_ADDRESS)
                .look(Look::Quiet)
                .id(format!("confirm-{word}-{}", receiver.id))
                .on_click(move || hub.over.set(Some(Over::Confirm(one.clone(), channel))))
                .view()
        });
        let value =
            span().attr("class", "with-badge").child(value.to_owned()).child(badge(tone, key)).child(button);
        fact(name, value.into_any())
    };
    let mut facts = Vec::new();
    if !receiver.is.email.is_empty() {
        facts.push(address(words::ADDRESS, &receiver.is.email, receiver.email_confirmed, Channel::Email));
    }
    if !receiver.is.phone.is_empty() {
        facts.push(address(words::PHONE, &receiver.is.phone, receiver.phone_confirmed, Channel::Sms));
    }
    let (before, name) = (receiver.clone(), receiver.is.name.clone());
    let delete = {
        let id = id.clone();
        move || {
            let id = id.clone();
            let end = move || {
                send::ask::<ReceiverDelete>(&id, move |_| {
                    toast::tell(text(words::RECEIVER_DELETED));
                    hub.all.again();
                });
            };
            let title = fill(words::DELETE_RECEIVER_TITLE, &[("name", &name)]);
            dialog::confirm(title, words::DELETE_RECEIVER_TEXT, words::DELETE_RECEIVER, end);
        }
    };
    let told = told(receiver);
    li().child(
        div()
            .attr("class", "form")
            .attr("role", "group")
            .attr("aria-labelledby", format!("receiver-{id}"))
            .child(
                div()
                    .attr("class", "card__head")
                    .child(h3().attr("id", format!("receiver-{id}")).child(receiver.is.name.clone()))
                    .child(
                        span()
                            .attr("class", "card__actions")
                            .child(
                                Button::new(words::CHANGE_RECEIVER)
                                    .id(format!("change-{id}"))
                                    .on_click(move || hub.over.set(Some(Over::Form(Some(before.clone())))))
                                    .view(),
                            )
                            .child(
                                Button::new(words::DELETE_RECEIVER)
                                    .id(format!("delete-{id}"))
                                    .look(Look::Danger)
                                    .on_click(delete)
                                    .view(),
                            ),
                    ),
            )
            .child(facts::grid(facts))
            .child(p().attr("class", "form__meta").child(fill(words::TOLD_LINE, &[("what", &told)]))),
    )
    .into_any()
}
