//! What asks for a code and for a second member's approval: from which amounts on, which operations, and how codes
//! come. What protects less needs a code where codes are on.

use crate::api;
use crate::i18n::texts::{Key, partner as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::step_up::{Flow, code_step};
use crate::kit::{amount, errors};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::dialog::Dialog;
use crate::ui::el::{div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::radios::radios;
use crate::ui::{Words, dom, toast, when};
use contract::access::Permission;
use contract::error::{Code, Fault};
use contract::money::{Currency, Money};
use contract::partner::{CodeWay, Excepted, Sensitive, Settings, SettingsChange};
use leptos::ev;
use std::rc::Rc;
use std::sync::Arc;

/// What was typed: nothing, or an amount.
fn typed(text: &str, currency: Currency) -> Result<Option<Money>, Fault> {
    if text.trim().is_empty() { Ok(None) } else { amount::typed(text, currency).map(Some) }
}

/// The ways of codes, by their names.
const WAYS: [Key; 3] = [words::BY_EMAIL, words::BY_SMS, words::BY_APP];

fn name(operation: Sensitive) -> Key {
    match operation {
        Sensitive::Appropriate => words::OP_APPROPRIATE,
        Sensitive::Reclaim => words::OP_RECLAIM,
        Sensitive::Batch => words::OP_BATCH,
        Sensitive::Approval => words::OP_APPROVAL,
        Sensitive::AccessKey => words::OP_ACCESS_KEY,
    }
}

/// What the form shows of the settings.
pub(super) fn shown(settings: &Settings) -> Settings {
    let Settings { code_from, approval_from, code_by, excepted, .. } = *settings;
    Settings { code_from, approval_from, code_by, excepted, ..Settings::default() }
}

/// The form.
pub(super) fn form_of(now: &Settings, settings: Load<Settings>) -> AnyView {
    let Settings { code_from, approval_from, code_by, excepted, .. } = *now;
    let way = RwSignal::new(CodeWay::ALL.iter().position(|way| *way == code_by).unwrap_or(0));
    let asking: Vec<_> = Sensitive::ALL.iter().filter(|of| !excepted.has(**of)).collect();
    let asking = RwSignal::new(asking.iter().map(|of| of.as_str().to_owned()).collect::<Vec<_>>());
    let currency = session::with(|s| s.currency).unwrap_or(Currency::CNY);
    let shown = |money: Option<Money>| money.map(|m| m.decimal()).unwrap_or_default();
    let (code, approval) = (RwSignal::new(shown(code_from)), RwSignal::new(shown(approval_from)));
    let flow = Flow::new(|_| {});
    effect(move || {
        if let Some(done) = flow.result::<Settings>() {
            toast::tell(text(words::LIMITS_SAVED));
            settings.put(*done);
        }
    });
    let rules = Sending::new();
    let rule = move |value: RwSignal<String>| move || value.with(|v| typed(v, currency).err());
    let may = || session::allows(Permission::PartnerSettings) != Some(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let amounts = untrack(|| (code.with(|c| typed(c, currency)), approval.with(|a| typed(a, currency))));
        let right = amounts.0.is_ok() && amounts.1.is_ok();
        if let (true, (Ok(code_from), Ok(approval_from))) = (rules.may(right) && may(), amounts) {
            let Some(now) = untrack(|| settings.get()) else { return };
            let code_by = CodeWay::ALL.get(way.get_untracked()).copied().unwrap_or_default();
            let mut excepted = Excepted::default();
            for of in Sensitive::ALL {
                *excepted.place(*of) =
                    asking.with_untracked(|all| !all.iter().any(|word| word == of.as_str()));
            }
            let wanted = Settings { code_from, approval_from, code_by, excepted, ..*now };
            flow.send(api::call::<SettingsChange>(&(), &(), &wanted), dom::random_id());
        }
    };
    let label = move |name| Words::new(move || format!("{} ({currency})", text(name)));
    let step = move || {
        let close = move || flow.challenge.set(None);
        let body = code_step(flow, ui_words::CONFIRM, Arc::new(close));
        Dialog::new(words::LIMITS_CODE, close).class("dialog--small").view(body)
    };
    // Somebody else was faster: what is so now is shown, with what was typed gone.
    effect(move || {
        if let Some(failure) = flow.failure.get().filter(|f| f.code() == Some(Code::Changed)) {
            flow.failure.set(None);
            toast::warn(errors::sentence(&failure));
            settings.again();
        }
    });
    let failure =
        move || flow.failure.get().filter(|_| flow.challenge.with(Option::is_none)).map(errors::notice);
    let operations = Sensitive::ALL
        .iter()
        .map(|of| Choice { value: of.as_str().to_owned(), name: name(*of).into(), hint: None })
        .collect();
    let refusal = move || {
        (!may()).then(|| {
            let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
            fill(words::ONLY_ADMIN, &[("partner", &partner)])
        })
    };
    let field = move |name, title, hint, value: RwSignal<String>| {
        Field::new(name, label(title), value)
            .inputmode("decimal")
            .hint(hint)
            .error(rules.error(name, rule(value)))
            .view()
    };
    div()
        .child(
            form()
                .attr("class", "form")
                .attr("novalidate", "")
                .on(ev::submit, submit)
                .child(field("code_from", words::CODE_FROM, words::CODE_FROM_HINT, code))
                .child(checks(words::ASKING, operations, asking, Signal::derive(|| None)))
                .child(radios(
                    words::CODE_BY,
                    &WAYS,
                    Rc::new(move || way.get()),
                    Rc::new(move |chosen| way.set(chosen)),
                ))
                .child(p().attr("class", "form__meta").child(t(words::CODE_BY_HINT)))
                .child(field("approval_from", words::APPROVAL_FROM, words::APPROVAL_FROM_HINT, approval))
                .child(failure)
                .child(
                    div().child(
                        Button::new(ui_words::SAVE)
                            .look(Look::Primary)
                            .submits()
                            .refused(refusal)
                            .busy(flow.busy)
                            .view(),
                    ),
                ),
        )
        .child(when(move || flow.challenge.with(Option::is_some), step))
        .into_any()
}
