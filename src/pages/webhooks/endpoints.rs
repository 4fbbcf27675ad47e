//! The endpoints: each with its state, its lag, and what can be done with it.

use super::hub::{Hub, Over};
use super::{LIST, event_name, host};
use crate::i18n::texts::{Key, webhooks as words};
use crate::i18n::{fill, format, plural, t, text};
use crate::kit::errors;
use crate::kit::facts::{self, fact};
use crate::kit::table::empty;
use crate::kit::{moment, send};
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::el::{a, code, details, div, h2, li, p, section, span, summary, ul};
use crate::ui::prelude::*;
use crate::ui::{dialog, skeleton, toast};
use contract::error::Code;
use contract::id::WebhookId;
use contract::webhooks::{
    Lag, MAX_WEBHOOKS, Webhook, WebhookDelete, WebhookRotate, WebhookState, WebhookTest,
};

/// The tab.
pub(super) fn panel(hub: Hub) -> AnyView {
    // Cards are made anew when endpoints come or go; what they say changes inside them, so that whoever uses the
    // keyboard stays where they are while figures come in.
    let ids = memo(move || {
        let all = hub.all.get()?;
        Some(all.iter().map(|w| w.id.clone()).collect::<Vec<_>>())
    });
    let list = move || match (ids.get(), hub.all.failure()) {
        (None, Some(failure)) => errors::region(failure, move || hub.all.again()),
        (None, None) => skeleton::lines(8),
        (Some(ids), _) if ids.is_empty() => empty(words::EMPTY, words::EMPTY_HINT, None),
        (Some(ids), _) => {
            let cards: Vec<_> = ids.iter().map(|id| card(id, hub)).collect();
            ul().attr("class", "cards").child(cards).into_any()
        }
    };
    let most = i64::try_from(MAX_WEBHOOKS).unwrap_or(i64::MAX);
    div()
        .attr("class", "form")
        .child(p().attr("class", "form__meta").child(move || plural(words::LEAD, most, &[])))
        .child(list)
        .into_any()
}

fn card(id: &WebhookId, hub: Hub) -> AnyView {
    let now = {
        let id = id.clone();
        memo(move || hub.all.get().and_then(|all| all.iter().find(|w| w.id == id).cloned()))
    };
    let read = move |make: fn(&Webhook) -> AnyView| move || now.get().map(|w| make(&w));
    li().child(
        section()
            .attr("class", "card")
            .child(
                div().attr("class", "card__head").child(
                    div()
                        .attr("class", "with-badge")
                        .child(
                            h2().attr("class", "webhook__url")
                                .child(move || now.get().map(|w| w.url).unwrap_or_default()),
                        )
                        .child(read(state_badge)),
                ),
            )
            .child(read(about))
            .child(read(figures))
            .child(read(events))
            .child(actions(id, now, hub)),
    )
    .into_any()
}

fn state_badge(webhook: &Webhook) -> AnyView {
    let (tone, words) = match webhook.state {
        WebhookState::Enabled if webhook.failing_since.is_some() => (Tone::Notice, words::STATE_FAILING),
        WebhookState::Enabled => (Tone::Good, words::STATE_ENABLED),
        WebhookState::Disabled => (Tone::Neutral, words::STATE_DISABLED),
        WebhookState::Stopped => (Tone::Bad, words::STATE_STOPPED),
    };
    badge(tone, words)
}

fn about(webhook: &Webhook) -> AnyView {
    let stopped = webhook.state == WebhookState::Stopped;
    (
        (!webhook.description.is_empty()).then(|| p().child(webhook.description.clone())),
        stopped.then(|| p().attr("class", "form__meta").child(t(words::STOPPED_HINT))),
    )
        .into_any()
}

/// How far behind it is, in figures.
fn figures(webhook: &Webhook) -> AnyView {
    let Lag { waiting, oldest_millis, delivered, p50_millis, p95_millis } = webhook.lag;
    let number = |words: String| span().attr("class", "number").child(words).into_any();
    let span_of = |millis: Option<i64>| number(millis.map_or_else(|| "–".into(), format::duration));
    let lag = oldest_millis.map_or_else(|| text(words::NO_LAG), format::duration);
    let mut lines = vec![
        fact(words::LAG, number(lag)),
        fact(words::WAITING, number(format::number(waiting))),
        fact(words::P50, span_of(p50_millis)),
        fact(words::P95, span_of(p95_millis)),
        fact(words::DELIVERED_DAY, number(format::number(delivered))),
        fact(words::SINCE, moment::view(webhook.since)),
    ];
    lines.extend(webhook.failing_since.map(|at| fact(words::FAILING_SINCE, moment::view(at))));
    lines.extend(webhook.old_secret_until.map(|at| fact(words::OLD_SECRET_UNTIL, moment::view(at))));
    facts::grid(lines)
}

fn events(webhook: &Webhook) -> AnyView {
    let count = format::number(i64::try_from(webhook.events.len()).unwrap_or(i64::MAX));
    let lines: Vec<_> = webhook
        .events
        .iter()
        .map(|e| li().child(event_name(*e)).child(" ").child(code().child(e.as_str())).into_any())
        .collect();
    details()
        .child(summary().child(fill(words::EVENTS_COUNT, &[("count", &count)])))
        .child(ul().attr("class", "plain").child(lines))
        .into_any()
}

fn actions(id: &WebhookId, now: Memo<Option<Webhook>>, hub: Hub) -> AnyView {
    let off = move || {
        let on = now.with(|w| w.as_ref().is_some_and(|w| w.state == WebhookState::Enabled));
        (!on).then(|| errors::code_words(Code::WebhookOff))
    };
    let button = |words: Key, name: &str| Button::new(words).id(format!("{name}-{id}"));
    let with = move |act: fn(&Webhook, Hub)| {
        move || {
            if let Some(webhook) = now.get_untracked() {
                act(&webhook, hub);
            }
        }
    };
    div()
        .attr("class", "card__actions")
        .child(button(words::TEST, "test").refused(off).on_click(with(test)).view())
        .child(button(words::REPLAY, "replay").refused(off).on_click(with(replay)).view())
        .child(button(words::CHANGE, "change").on_click(with(change)).view())
        .child(button(words::ROTATE, "rotate").on_click(with(rotate)).view())
        .child(button(words::DELETE, "delete").look(Look::Danger).on_click(with(delete)).view())
        .child(
            a().attr("class", "button button--quiet")
                .attr("href", format!("{LIST}?tab=deliveries&webhook={id}"))
                .child(t(words::DELIVERIES)),
        )
        .into_any()
}

fn test(webhook: &Webhook, hub: Hub) {
    send::ask::<WebhookTest>(&webhook.id, move |_| {
        toast::tell(text(words::TEST_SENT));
        hub.all.again();
    });
}

fn replay(webhook: &Webhook, hub: Hub) {
    hub.over.set(Some(Over::Replay(webhook.clone())));
}

fn change(webhook: &Webhook, hub: Hub) {
    hub.over.set(Some(Over::Form(Some(webhook.clone()))));
}

fn rotate(webhook: &Webhook, hub: Hub) {
    let (id, title) = (webhook.id.clone(), fill(words::ROTATE_TITLE, &[("host", host(&webhook.url))]));
    let go = move || {
        send::ask::<WebhookRotate>(&id, move |made| {
            hub.over.set(Some(Over::Secret(made.secret.clone())));
            hub.all.again();
        });
    };
    dialog::confirm(title, words::ROTATE_TEXT, words::ROTATE, go);
}

fn delete(webhook: &Webhook, hub: Hub) {
    let (id, title) = (webhook.id.clone(), fill(words::DELETE_TITLE, &[("host", host(&webhook.url))]));
    let go = move || {
        send::ask::<WebhookDelete>(&id, move |_| {
            toast::tell(text(words::DELETED));
            hub.all.again();
        });
    };
    dialog::confirm(title, words::DELETE_TEXT, words::DELETE, go);
}
