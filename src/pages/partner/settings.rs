//! Personal profile (个人资料) with the partner's switches: 验证码验证 and the second factor. Switching one off needs a
//! code itself.

use super::{limits, preferences};
use crate::api;
use crate::i18n::texts::{Key, partner as words, sso, ui as ui_words};
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::step_up::{Flow, code_step};
use crate::kit::{errors, labels, list, page};
use crate::session;
use crate::ui::dialog::Dialog;
use crate::ui::el::{a, button, div, h2, p, section, span};
use crate::ui::prelude::*;
use crate::ui::{dom, skeleton, toast, when};
use contract::access::Permission;
use contract::partner::{Settings, SettingsChange, SettingsView};
use leptos::ev;
use std::sync::Arc;

/// The page.
pub fn page() -> AnyView {
    let settings = Load::new(|| Some(api::call::<SettingsView>(&(), &(), &())));
    // They are written whole: what somebody else changes must be known here.
    settings.follow("partner");
    let known = memo(session::is_signed_in);
    let policy = memo(move || settings.get().map(|s| limits::shown(&s)));
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
                .child(settings.region(|| skeleton::lines(2), move |now| switches(*now, settings)))
                .child(|| session::can(Permission::PartnerSettings).then(sso_link)),
        )
        .child(list::section(
            words::LIMITS,
            None,
            // Another switch that is turned, here or elsewhere, does not take away what is being typed.
            (move || match policy.get().filter(|_| known.get()) {
                Some(policy) => limits::form_of(&policy, settings),
                None => errors::or_waiting(settings.failure(), 4, move || settings.again()),
            })
            .into_any(),
        ))
        .into_any()
}

/// The way to the identity provider, for those who may set it up.
fn sso_link() -> AnyView {
    p().child(a().attr("href", super::SSO).child(t(sso::TITLE))).into_any()
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

/// A switch of the partner.
#[derive(Clone, Copy)]
struct Switch {
    id: &'static str,
    name: Key,
    hint: Key,
    /// Whether it is on.
    on: fn(&Settings) -> bool,
    /// Turns it.
    turn: fn(&mut Settings),
    /// What is told when it was turned off and on.
    told: [Key; 2],
}

const SWITCHES: [Switch; 2] = [
    Switch {
        id: "verification",
        name: words::VERIFICATION,
        hint: words::VERIFICATION_HINT,
        on: |s| s.verification,
        turn: |s| s.verification = !s.verification,
        told: [words::NOW_OFF, words::NOW_ON],
    },
    Switch {
        id: "second-factor",
        name: words::SECOND_FACTOR,
        hint: words::SECOND_FACTOR_HINT,
        on: |s| s.second_factor,
        turn: |s| s.second_factor = !s.second_factor,
        told: [words::SAVED, words::SAVED],
    },
];

fn switches(now: Settings, settings: Load<Settings>) -> AnyView {
    let all: Vec<_> = SWITCHES.iter().map(|one| switch(*one, now, settings)).collect();
    div().attr("class", "settings").child(all).into_any()
}

/// The switch, and the code that it may ask for.
fn switch(one: Switch, now: Settings, settings: Load<Settings>) -> AnyView {
    let Switch { id, name, hint, on, turn, told } = one;
    let is_on = on(&now);
    let flow = Flow::new(|_| {});
    let may = || session::allows(Permission::PartnerSettings) != Some(false);
    effect(move || {
        if let Some(done) = flow.result::<Settings>() {
            toast::tell(text(told[usize::from(on(&done))]));
            // It may be the asking person who has to set a second factor up now.
            if done.second_factor {
                session::refresh();
            }
            settings.put(*done);
        }
    });
    let toggle = move |_| {
        if may() {
            let mut wanted = now;
            turn(&mut wanted);
            flow.send(api::call::<SettingsChange>(&(), &(), &wanted), dom::random_id());
        }
    };
    let why = move || {
        (!may()).then(|| {
            let partner = session::with(|s| s.partner_name.clone()).unwrap_or_default();
            p().attr("class", "form__meta")
                .attr("id", format!("{id}-why"))
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
    let words_of = div()
        .child(p().attr("class", "setting__name").attr("id", id).child(t(name)))
        .child(p().attr("class", "form__meta").attr("id", format!("{id}-hint")).child(t(hint)))
        .child(why);
    let control = button()
        .attr("type", "button")
        .attr("id", format!("{id}-switch"))
        .attr("class", "switch")
        .attr("role", "switch")
        .attr("aria-checked", if is_on { "true" } else { "false" })
        .attr("aria-labelledby", id)
        .attr("aria-describedby", format!("{id}-hint {id}-why"))
        .attr("aria-disabled", move || (!may() || flow.busy.get()).then_some("true"))
        .on(ev::click, toggle)
        .child(span().attr("class", "switch__words").child(t(if is_on { words::ON } else { words::OFF })))
        .child(span().attr("class", "switch__track").attr("aria-hidden", "true"));
    div()
        .attr("class", "setting")
        .child(div().attr("class", "setting__row").child(words_of).child(control))
        .child(failure)
        .child(when(move || flow.challenge.with(Option::is_some), code))
        .into_any()
}
