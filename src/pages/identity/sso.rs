//! Single sign-on: the way out to a partner's identity provider, and the way back.

use super::{SIGN_IN, SSO, gate, second_step};
use crate::api::{self, Failure};
use crate::i18n::texts::{Key, sso as words};
use crate::i18n::{t, text};
use crate::kit::errors;
use crate::kit::send::Sending;
use crate::pages::partner;
use crate::router;
use crate::routes::{self, HOME};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::dom::{self, Keep, spawn};
use crate::ui::el::{a, div, form, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::error::Fault;
use contract::factors::Step;
use contract::identity::MAX_EMAIL;
use contract::sso::{AnswerSso, BACK, BeginSso, SsoAnswer, SsoBegin, SsoOutcome, local};
use leptos::ev;
use std::sync::Arc;

/// The name under which this browser keeps the last sign-in name.
const LAST: &str = "sso-name";

/// Goes to the identity provider behind a name, and then on to an address.
pub(super) fn leave(name: &str, next: &str, sending: Sending) {
    let body = BeginSso { name: name.trim().to_owned(), next: next.to_owned() };
    let kept = body.name.clone();
    sending.send(api::call::<SsoBegin>(&(), &(), &body), move |way| {
        dom::store(Keep::Long, LAST, Some(&kept));
        crate::router::set_guard(None);
        _ = location().assign(&way.location);
    });
}

/// The page: asks for the name; one that is in the address leads on at once.
pub(super) fn page() -> AnyView {
    let known = routes::part("name");
    let next = router::param("next").unwrap_or_default();
    let given =
        if known.is_empty() { dom::stored(Keep::Long, LAST).unwrap_or_default() } else { known.clone() };
    let name = RwSignal::new(given);
    let sending = Sending::new();
    let rule = move || name.with(|n| n.trim().is_empty()).then_some(Fault::Required);
    let go = move || {
        if sending.may(untrack(rule).is_none()) {
            leave(&name.get_untracked(), &next, sending);
        }
    };
    if !known.is_empty() {
        go();
    }
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        go();
    };
    let going = move || sending.busy.get().then(|| text(words::GOING));
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().attr("role", "status").child(going))
        .child(sending.notice(&["name"]))
        .child(
            Field::new("name", words::NAME_OR_EMAIL, name)
                .kind("text", "username")
                .max(MAX_EMAIL)
                .hint(words::NAME_OR_EMAIL_HINT)
                .error(sending.error("name", rule))
                .focused()
                .view(),
        )
        .child(Button::new(words::CONTINUE).look(Look::Primary).submits().busy(sending.busy).view())
        .child(p().child(a().attr("href", SIGN_IN).child(t(words::PASSWORD_WAY))))
        .into_any();
    gate(words::SIGN_IN, body)
}

/// What has become of the way back.
#[derive(Clone)]
enum Came {
    /// The server has yet to say.
    Asked,
    /// The second step is due, then this address.
    Due(Step, String),
    /// It came to nothing.
    Failed(Failure),
    /// Nothing was brought: somebody is told that another tab goes on.
    Here,
}

/// The page to which the provider sends the browser back.
pub(super) fn back() -> AnyView {
    let given = |name: &str| untrack(|| router::param(name)).unwrap_or_default();
    let answer =
        AnswerSso { state: given("state"), code: given("code"), iss: given("iss"), error: given("error") };
    let came = RwSignal::new(if answer.state.is_empty() { Came::Here } else { Came::Asked });
    if answer.state.is_empty() {
        // A page that is open to everybody does not ask by itself who is signed in.
        session::start();
    } else {
        // What is in the address serves once: it is neither kept nor sent again.
        router::replace(BACK);
        spawn(async move {
            match api::send_for(api::call::<SsoAnswer>(&(), &(), &answer)).await {
                Ok(outcome) => match &*outcome {
                    SsoOutcome::Done { session, next } => {
                        session::begun((**session).clone());
                        if next == BACK {
                            came.try_set(Came::Here);
                        } else {
                            on(next);
                        }
                    }
                    SsoOutcome::SecondFactor { step, next } => {
                        _ = came.try_set(Came::Due(step.clone(), next.clone()));
                    }
                    SsoOutcome::Tested => {
                        toast::tell(text(words::TESTED_NOW));
                        session::start();
                        router::replace(partner::SSO);
                    }
                },
                Err(why) => {
                    // A test that failed leads back to the settings.
                    session::start();
                    came.try_set(Came::Failed(why));
                }
            }
        });
    }
    let title = move || match came.get() {
        Came::Failed(_) => text(words::FAILED),
        _ => text(words::SIGN_IN),
    };
    let body = move || match came.get() {
        Came::Asked => p().attr("role", "status").child(t(words::ANSWERING)).into_any(),
        Came::Due(step, next) => second_step(&step, Arc::new(|| router::replace(SSO)), {
            let next = StoredValue::new(next);
            move |begun| {
                session::begun(begun);
                next.with_value(|next| on(next));
            }
        }),
        Came::Failed(why) => failed(why),
        Came::Here => here(),
    };
    gate(crate::ui::Words::new(title), div().attr("class", "form").child(body).into_any())
}

/// Goes on where the person wanted to go.
fn on(next: &str) {
    router::replace(local(next).filter(|next| *next != "/").unwrap_or(HOME));
}

fn link(href: &'static str, name: Key) -> AnyView {
    p().child(a().attr("href", href).child(t(name))).into_any()
}

fn failed(why: Failure) -> AnyView {
    let ways = || {
        if session::is_signed_in() {
            link(partner::SSO, words::BACK_TO_SETUP)
        } else {
            (link(SSO, words::SIGN_IN), link(SIGN_IN, words::PASSWORD_WAY)).into_any()
        }
    };
    (errors::notice(why), ways).into_any()
}

fn here() -> AnyView {
    let body = || {
        if session::is_signed_in() {
            (p().attr("role", "status").child(t(words::DONE_HERE)), link(HOME, words::BACK_TO_CONSOLE))
                .into_any()
        } else {
            link(SSO, words::SIGN_IN)
        }
    };
    body.into_any()
}

/// A link to the provider in another tab: what is on this page stays.
#[must_use]
pub fn in_new_tab(name: &str) -> AnyView {
    p().child(
        a().attr("href", format!("{SSO}/{name}?next={}", router::encode(BACK)))
            .attr("target", "_blank")
            .attr("rel", "noopener")
            .attr("class", "button")
            .child(t(words::NEW_TAB)),
    )
    .into_any()
}
