//! The dialog that makes a key: what for, what it may do, how long; a code where the partner asks for one; then
//! the secret, which is shown here and never again.

use crate::api;
use crate::i18n::texts::{keys as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::errors;
use crate::kit::facts::{self, fact};
use crate::kit::labels;
use crate::kit::send::Sending;
use crate::kit::step_up::{Flow, code_step};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::choose::choose;
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::{Words, dom};
use contract::access::Permission;
use contract::error::Fault;
use contract::keys::{KeyCreate, MAX_NAME, NewAccessKey, NewSecret, SCOPES};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// For how long keys are offered, in days.
const DAYS: [u32; 4] = [30, 90, 180, 365];

/// The dialog; `done` when the key is there.
pub(super) fn dialog(
    close: impl Fn() + Copy + Send + Sync + 'static,
    done: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let (name, days) = (RwSignal::new(String::new()), RwSignal::new(DAYS[1].to_string()));
    let scopes = RwSignal::new(Vec::<String>::new());
    let flow = Flow::new(move |_| done());
    let key = RwSignal::new(dom::random_id());
    let dirty = Signal::derive(move || {
        !flow.is_done() && (name.with(|n| !n.is_empty()) || scopes.with(|s| !s.is_empty()))
    });
    let body = move || {
        if let Some(secret) = flow.result::<NewSecret>() {
            return shown(&secret, close);
        }
        if flow.challenge.with(Option::is_some) {
            return code_step(flow, ui_words::CONFIRM, Arc::new(close));
        }
        fields(flow, (name, scopes, days), key, close)
    };
    let once = Signal::derive(move || flow.is_done());
    Dialog::new(words::CREATE, close).dirty(dirty).once(once).view(div().child(body).into_any())
}

fn fields(
    flow: Flow,
    (name, scopes, days): (RwSignal<String>, RwSignal<Vec<String>>, RwSignal<String>),
    key: RwSignal<String>,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let rules = Sending::new();
    let name_rule = move || name.with(|n| required(n, MAX_NAME).err());
    let scope_rule = move || scopes.with(Vec::is_empty).then_some(Fault::Required);
    // What was entered anew is another call.
    on_change(move || (name.get(), scopes.get(), days.get()), move || key.set(dom::random_id()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !rules.may(untrack(|| name_rule().is_none() && scope_rule().is_none())) {
            return;
        }
        let new = NewAccessKey {
            name: name.get_untracked().trim().to_owned(),
            scopes: scopes.with_untracked(|all| all.iter().filter_map(|s| Permission::parse(s)).collect()),
            days: days.with_untracked(|d| d.parse().ok()),
        };
        flow.send(api::call::<KeyCreate>(&(), &(), &new), key.get_untracked());
    };
    let may = |p: &&Permission| session::with(|s| s.permissions.contains(p)) == Some(true);
    let choice = |p: &Permission| {
        let p = *p;
        let name = Words::new(move || text(labels::permission(p)));
        Choice { value: p.as_str().to_owned(), name, hint: None }
    };
    let choices: Vec<_> = untrack(|| SCOPES.iter().filter(may).map(choice).collect());
    let span = |days: u32| {
        (days.to_string(), Words::new(move || fill(words::DAYS, &[("count", &days.to_string())])))
    };
    let mut spans: Vec<_> = DAYS.map(span).into();
    spans.push((String::new(), words::FOR_EVER.into()));
    let failure = move || flow.failure.get().map(errors::notice);
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(
            Field::new("name", words::NAME, name)
                .max(MAX_NAME)
                .hint(words::NAME_HINT)
                .error(rules.error("name", name_rule))
                .focused()
                .view(),
        )
        .child(checks(words::SCOPES, choices, scopes, rules.error("scopes", scope_rule)))
        .child(choose("days", words::VALIDITY, spans, days, None))
        .child(p().attr("class", "form__meta").child(t(words::OWN_RIGHTS)))
        .child(failure)
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::CREATE).look(Look::Primary).submits().busy(flow.busy).view(),
        ]))
        .into_any()
}

/// The secret, once.
fn shown(secret: &NewSecret, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let domain = session::with(|s| s.partner_id.0.clone()).unwrap_or_default();
    div()
        .attr("class", "form")
        .child(
            div()
                .attr("class", "notice notice--wait")
                .attr("role", "status")
                .child(icon(Icon::Alert))
                .child(p().child(t(words::SHOWN_ONCE))),
        )
        .child(facts::list(vec![
            fact(words::ACCESS_KEY, copyable(secret.access_key.0.clone())),
            fact(words::SECRET_KEY, copyable(secret.secret_key.clone())),
            fact(words::DOMAIN, copyable(domain)),
        ]))
        .child(dialog::actions(vec![
            Button::new(ui_words::SAVED_IT).look(Look::Primary).on_click(close).view(),
        ]))
        .into_any()
}
