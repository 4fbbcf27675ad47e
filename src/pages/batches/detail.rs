//! One batch: what it would do, what it does, what it did. It has an address of its own, so that it can be
//! left and come back to at any time.

use super::rows;
use super::{href, kind_name, state_words};
use crate::api;
use crate::i18n::texts::{Key, audit as audit_words, batches as words, ui as ui_words};
use crate::i18n::{fill, format, plural, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::step_up::{Flow, code_step};
use crate::kit::{amount, errors, moment, page};
use crate::pages::audit;
use crate::ui::badge::badge;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::{self, spawn};
use crate::ui::el::{a, div, li, p, span, ul};
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast, when};
use crate::{router, routes, session, shell};
use contract::access::Permission;
use contract::batches::{Batch, BatchCancel, BatchReverse, BatchStart, BatchView, Source, State};
use contract::error::Code;
use contract::id::BatchId;
use contract::money::Money;
use std::sync::Arc;

/// The page.
pub fn page() -> AnyView {
    let id = BatchId(routes::part("id"));
    let batch: Load<Batch> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<BatchView>(&id, &(), &())))
    };
    batch.follow("batches");
    batch.while_open(|b| b.state.is_busy());
    effect(move || {
        if let Some(batch) = batch.get() {
            page::set_object(Some(text(kind_name(batch.kind))));
        }
    });
    let there = memo(move || batch.get().is_some());
    let view = move || {
        if there.get() {
            return loaded(&id, batch);
        }
        match batch.failure() {
            Some(failure) if failure.code() == Some(Code::NotFound) => shell::not_found(),
            Some(failure) => errors::region(failure, move || batch.again()),
            None => (page::head(words::BATCH, None, None), skeleton::lines(6)).into_any(),
        }
    };
    div().attr("class", "page").child(view).into_any()
}

fn loaded(id: &BatchId, batch: Load<Batch>) -> AnyView {
    let read = move |make: fn(&Batch) -> AnyView| move || batch.get().map(|b| make(&b));
    let title =
        crate::ui::Words::new(move || batch.get().map(|b| text(kind_name(b.kind))).unwrap_or_default());
    let state = memo(move || batch.get().map(|b| b.state));
    let badges = move || {
        state.get().map(|state| {
            let (tone, words) = state_words(state);
            badge(tone, words)
        })
    };
    let busy = memo(move || state.get().is_some_and(State::is_busy));
    // The table of rows is made anew when the batch gets further.
    let rows_id = id.clone();
    (
        page::head(title, Some(badges.into_any()), None),
        (read(links), move || batch.get().map(|b| progress(&b))),
        (read(figures), read(reasons)),
        (actions(id, batch), when(move || !busy.get(), move || rows::table(&rows_id, batch))),
    )
        .into_any()
}

/// Where its rows come from, and the batches that belong to it.
fn links(batch: &Batch) -> AnyView {
    let source = match batch.source {
        Source::Selection => text(words::FROM_SELECTION),
        Source::Filter => text(words::FROM_FILTER),
        Source::Import => fill(words::FROM_FILE, &[("name", &batch.file_name)]),
        Source::Reversal => text(words::FROM_REVERSAL),
    };
    let link = |id: &Option<BatchId>, name: Key| {
        id.as_ref().map(|id| li().child(a().attr("href", href(id)).child(t(name))).into_any())
    };
    ul().attr("class", "receipt-links")
        .child(li().child(source))
        .child(link(&batch.reverses, words::REVERSES))
        .child(link(&batch.reversed_by, words::REVERSED_BY))
        .child(
            session::can(Permission::AuditRead).then(|| {
                li().child(a().attr("href", audit::of(batch.id.as_str())).child(t(audit_words::TITLE)))
            }),
        )
        .into_any()
}

fn progress(batch: &Batch) -> AnyView {
    let (all, now) = match batch.state {
        State::Checking => (batch.expected, batch.rows),
        State::Running => (batch.rows - batch.refused, batch.done + batch.failed),
        _ => return ().into_any(),
    };
    let told = if all == 0 {
        plural(words::SO_FAR, now, &[])
    } else {
        let (now, all) = (format::number(now), format::number(all));
        fill(words::OF, &[("now", &now), ("all", &all)])
    };
    let bar = crate::ui::el::progress()
        .attr("aria-label", t(state_words(batch.state).1))
        .attr("max", (all > 0).then(|| all.to_string()))
        .attr("value", (all > 0).then(|| now.min(all).to_string()));
    div()
        .attr("class", "card batch__progress")
        .attr("role", "status")
        .child(bar)
        .child(span().child(told))
        .into_any()
}

/// The batch in figures: how many rows, how much money, and the partner's balance before and after.
fn figures(batch: &Batch) -> AnyView {
    let number = |number: i64| span().attr("class", "number").child(format::number(number)).into_any();
    let mut lines =
        vec![fact(words::ROWS, number(batch.rows)), fact(words::ROWS_REFUSED, number(batch.refused))];
    if batch.started_at.is_none() {
        lines.push(fact(words::ROWS_WAITING, number(batch.waiting)));
        lines.push(fact(words::TOTAL, amount::view(batch.total)));
        lines.push(fact(words::AVAILABLE, amount::view(batch.available)));
        let after = match batch.kind {
            contract::batches::Kind::Appropriation => batch.available.minor.checked_sub(batch.total.minor),
            contract::batches::Kind::Reclaim => batch.available.minor.checked_add(batch.total.minor),
        };
        let after = after.map(|minor| Money::new(minor, batch.total.currency));
        lines.extend(after.map(|after| fact(words::AFTER, amount::view(after))));
    } else {
        lines.push(fact(words::ROWS_DONE, number(batch.done)));
        lines.push(fact(words::ROWS_FAILED, number(batch.failed)));
        lines.push(fact(words::MOVED, amount::view(batch.moved)));
    }
    lines.push(fact(words::BY, span().child(batch.by.clone()).into_any()));
    lines.push(fact(words::AT, moment::view(batch.created_at)));
    lines.extend(batch.ended_at.map(|at| fact(words::ENDED, moment::view(at))));
    div().attr("class", "card").child(facts::grid(lines)).into_any()
}

/// Why rows are refused, with how many each.
fn reasons(batch: &Batch) -> AnyView {
    if batch.reasons.is_empty() {
        return ().into_any();
    }
    let line = |reason: &contract::batches::Reason| {
        let rows = plural(words::REASON_ROWS, reason.rows, &[]);
        li().child(format!("{rows} {}", errors::code_words(reason.code))).into_any()
    };
    let file = format!("/api/batches/{}/refused", batch.id);
    div()
        .attr("class", "notice notice--wait")
        .child(
            div()
                .attr("class", "notice__body")
                .child(ul().child(batch.reasons.iter().map(line).collect::<Vec<_>>()))
                .child(p().child(a().attr("href", file).attr("download", "").child(t(words::REFUSED_FILE)))),
        )
        .into_any()
}

/// What can be done with it now.
fn actions(id: &BatchId, batch: Load<Batch>) -> AnyView {
    let flow = Flow::new(|_| {});
    // One key for all tries of this visit: a second click is the same call.
    let key = dom::random_id();
    effect(move || {
        if let Some(started) = flow.result::<Batch>() {
            toast::tell(text(words::STARTED));
            flow.challenge.set(None);
            batch.put((*started).clone());
        }
    });
    let call = move |call: Call| {
        spawn(async move {
            let done = match call {
                Call::Cancel(id) => api::ask::<BatchCancel>(&id).await.map(|_| None),
                Call::Reverse(id) => api::ask::<BatchReverse>(&id).await.map(|b| Some(href(&b.id))),
            };
            match done {
                Ok(Some(go)) => router::go(&go),
                Ok(None) => {}
                Err(why) => toast::warn(errors::sentence(&why)),
            }
            batch.again();
        });
    };
    let buttons = {
        let id = id.clone();
        move || {
            let Some(now) = batch.get() else { return Vec::new() };
            let mut buttons = Vec::new();
            if now.state == State::Ready {
                let (id, key, refusal) = (id.clone(), key.clone(), now.refusal);
                let words = if now.refused > 0 { words::START_VALID } else { words::START };
                buttons.push(
                    Button::new(words)
                        .look(Look::Primary)
                        .busy(flow.busy)
                        .refused(move || refusal.map(errors::code_words))
                        .on_click(move || flow.send(api::call::<BatchStart>(&id, &(), &()), key.clone()))
                        .view(),
                );
            }
            if matches!(now.state, State::Checking | State::Ready | State::Running) {
                let id = id.clone();
                let running = now.state == State::Running;
                let stopping = now.stopping;
                let (name, title, told) = if running {
                    (words::STOP, words::STOP_TITLE, words::STOP_TEXT)
                } else {
                    (words::GIVE_UP, words::GIVE_UP_TITLE, words::GIVE_UP_TEXT)
                };
                let cancel = move || {
                    let id = id.clone();
                    dialog::confirm(title, told, name, move || call(Call::Cancel(id.clone())));
                };
                let wait = move || stopping.then(|| text(words::STOPPING));
                buttons.push(Button::new(name).refused(wait).on_click(cancel).view());
            }
            if now.is_reversible() {
                let id = id.clone();
                let reverse = move || call(Call::Reverse(id.clone()));
                buttons.push(Button::new(words::REVERSE).on_click(reverse).view());
            }
            buttons
        }
    };
    let code = move || {
        let close = move || flow.challenge.set(None);
        Dialog::new(words::CODE_TITLE, close).class("dialog--small").view(code_step(
            flow,
            ui_words::CONFIRM,
            Arc::new(close),
        ))
    };
    let failure =
        move || flow.failure.get().filter(|_| flow.challenge.with(Option::is_none)).map(errors::notice);
    (
        div().attr("class", "batch__actions").child(buttons),
        failure,
        when(move || flow.challenge.with(Option::is_some), code),
    )
        .into_any()
}

enum Call {
    Cancel(BatchId),
    Reverse(BatchId),
}
