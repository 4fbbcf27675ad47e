//! Personal profile (个人资料) with the 验证码验证 switch. Switching it off needs a code itself.

use super::{limits, preferences};
use crate::api;
use crate::i18n::texts::{partner as words, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::step_up::{Flow, code_step};
use crate::kit::{errors, labels, list, page};
use crate::session;
use crate::ui::dialog::Dialog;
use crate::ui::el::{button, div, h2, p, section, span};
use crate::ui::prelude::*;
use crate::ui::{dom, skeleton, toast, when};
use contract::access::Permission;
use contract::partner::{Settings, SettingsChange, SettingsView};
use leptos::ev;
use std::sync::Arc;

/// The page.
pub fn page() -> AnyView {
    let settings = Load::new(|| Some(api::call::<SettingsView>(&(), &(), &())));
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::PROFILE, None, None))
        .child(profile())
        .child(preferences::section())
        .child(
            section()
                .attr("class", "card")
                .attr("aria-labelledby", "security")
                .child(h2().attr("id", "security").child(t(words::SECURITY)))
                .child(settings.region(|| skeleton::lines(2), move |now| verification(*now, settings))),
        )
        .child(list::section(
            words::LIMITS,
            None,
            settings.region(|| skeleton::lines(4), move |now| limits::form_of(*now, settings)),
        ))
        .child(crate::pages::notices::choices())
        .into_any()
}

fn profile() -> AnyView {
    let line = |name, value: fn(&contract::identity::Session) -> String| {
        fact(name, (move || session::with(value)).into_any())
    };
    section()
        .attr("class", "card")
        .attr("aria-labelledby", "profile")
        .child(h2().attr("id", "profile").child(t(words::BASICS)))
        .child(facts::grid(vec![
            line(words::NAME, |s| s.name.clone()),
            line(words::EMAIL, |s| s.email.clone()),
            line(words::ROLE, |s| labels::role_names(&s.roles)),
            line(words::PARTNER, |s| s.partner_name.clone()),
            line(words::PARTNER_KIND, |s| text(labels::partner_kind(s.partner_kind))),
            line(words::CURRENCY, |s| s.currency.to_string()),
        ]))
        .into_any()
}

/// The switch, and the code that it may ask for.
fn verification(now: Settings, settings: Load<Settings>) -> AnyView {
    let flow = Flow::new(|_| {});
    let may = || session::allows(Permission::PartnerSettings) != Some(false);
    effect(move || {
        if let Some(done) = flow.result::<Settings>() {
            toast::tell(text(if done.verification { words::NOW_ON } else { words::NOW_OFF }));
            settings.put(*done);
        }
    });
    let toggle = move |_| {
        if may() {
            let call =
                api::call::<SettingsChange>(&(), &(), &Settings { verification: !now.verification, ..now });
            flow.send(call, dom::random_id());
        }
    };
    let why = move || {
        (!may()).then(|| {
            let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
            p().attr("class", "form__meta")
                .attr("id", "verification-why")
                .child(fill(words::ONLY_ADMIN, &[("partner", &partner)]))
                .into_any()
        })
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
    div()
        .attr("class", "setting")
        .child(
            div()
                .attr("class", "setting__row")
                .child(
                    div()
                        .child(
                            p().attr("class", "setting__name")
                                .attr("id", "verification")
                                .child(t(words::VERIFICATION)),
                        )
                        .child(
                            p().attr("class", "form__meta")
                                .attr("id", "verification-hint")
                                .child(t(words::VERIFICATION_HINT)),
                        )
                        .child(why),
                )
                .child(
                    button()
                        .attr("type", "button")
                        .attr("id", "verification-switch")
                        .attr("class", "switch")
                        .attr("role", "switch")
                        .attr("aria-checked", if now.verification { "true" } else { "false" })
                        .attr("aria-labelledby", "verification")
                        .attr("aria-describedby", "verification-hint verification-why")
                        .attr("aria-disabled", move || (!may() || flow.busy.get()).then_some("true"))
                        .on(ev::click, toggle)
                        .child(span().attr("class", "switch__words").child(t(if now.verification {
                            words::ON
                        } else {
                            words::OFF
                        })))
                        .child(span().attr("class", "switch__track").attr("aria-hidden", "true")),
                ),
        )
        .child(failure)
        .child(when(move || flow.challenge.with(Option::is_some), code))
        .into_any()
}
