//! Signing in with e-mail and password; leads back to where the person wanted to go.

use super::{FORGOT, SSO, gate, second_step, sso};
use crate::api::{self, Failure};
use crate::i18n::texts::{identity as words, passkeys, person, sso as sso_words};
use crate::i18n::{t, text};
use crate::kit::{errors, passkey};
use crate::router;
use crate::routes::HOME;
use crate::session::{self, State};
use crate::ui::button::{Button, Look};
use crate::ui::dom;
use crate::ui::dom::spawn;
use crate::ui::el::{a, div, form, p};
use crate::ui::field::{Field, focus_first_error};
use crate::ui::prelude::*;
use contract::error::{Code, Fault};
use contract::factors::{SignedIn, Step};
use contract::identity::{Credentials, MAX_EMAIL, MAX_PASSWORD, Session, SignIn};
use contract::passkeys::{PasskeyAsk, PasskeySignIn};
use contract::sso::local;
use leptos::ev;
use std::sync::Arc;

/// Where to go after signing in: an address of this console, nothing else.
fn next() -> String {
    router::param("next").filter(|n| local(n).is_some()).unwrap_or_else(|| HOME.to_owned())
}

/// The page.
pub fn page() -> AnyView {
    // Someone who is signed in already (in another tab, say) goes on.
    effect(move || {
        if matches!(session::state(), State::SignedIn(_)) {
            router::replace(&untrack(next));
        }
    });
    let first = move || {
        let next = router::param("next");
        next.is_some().then(|| p().attr("class", "form__meta").child(text(words::SIGN_IN_FIRST)))
    };
    let forgot = p().child(a().attr("href", FORGOT).child(t(person::FORGOT)));
    let on = untrack(|| router::param("next")).map(|next| format!("?next={}", router::encode(&next)));
    let sso =
        p().child(a().attr("href", format!("{SSO}{}", on.unwrap_or_default())).child(t(sso_words::SIGN_IN)));
    gate(words::SIGN_IN, (first, fields(""), forgot, sso).into_any())
}

/// The form for the person whose session has ended, with the way through their provider.
pub fn again() -> AnyView {
    let (email, sso) = untrack(session::expired).map(|s| (s.email, s.sso)).unwrap_or_default();
    (fields(&email), (!sso.is_empty()).then(|| sso::in_new_tab(&sso))).into_any()
}

/// The form itself, with an address that is known beforehand; then the second step, where one is due.
fn fields(known: &str) -> AnyView {
    let known = known.to_owned();
    let due = RwSignal::new(None::<Step>);
    let body = move || match due.get() {
        None => first_step(&known, due),
        Some(step) => second_step::form_of(&step, Arc::new(move || due.set(None)), session::begun),
    };
    div().child(body).into_any()
}

fn first_step(known: &str, due: RwSignal<Option<Step>>) -> AnyView {
    let (email, password) = (RwSignal::new(known.to_owned()), RwSignal::new(String::new()));
    let (busy, asked) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<Failure>);
    let is_known = !known.is_empty();
    let missing = move |value: RwSignal<String>| {
        let empty = asked.get() && value.with(|v| v.trim().is_empty());
        empty.then(|| errors::fault(Fault::Required))
    };
    let field_error = move |name: &'static str, value| {
        Signal::derive(move || {
            missing(value).or_else(|| failure.with(|f| f.as_ref().and_then(|f| errors::field(f, name))))
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        if busy.get_untracked() {
            return;
        }
        if email.with_untracked(|e| e.trim().is_empty()) || password.with_untracked(String::is_empty) {
            focus_first_error();
            return;
        }
        let body = Credentials {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        busy.set(true);
        failure.set(None);
        spawn(async move {
            let call = api::call::<SignIn>(&(), &(), &body);
            match api::send_for(call).await {
                Ok(answer) => match &*answer {
                    SignedIn::Done { session } => session::begun((**session).clone()),
                    SignedIn::SecondFactor { step } => _ = due.try_set(Some(step.clone())),
                },
                Err(refused) => {
                    if refused.code() == Some(Code::WrongCredentials) {
                        dom::focus_soon("input[name=password]");
                    }
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let alone = move || {
        busy.set(true);
        failure.set(None);
        spawn(async move {
            match by_passkey().await {
                Ok(session) => session::begun(session),
                Err(why) => _ = failure.try_set(Some(why)),
            }
            busy.try_set(false);
        });
    };
    let passkey = match passkey::obstacle() {
        None => Button::new(passkeys::SIGN_IN).busy(busy).on_click(alone).view(),
        Some(why) => p().attr("class", "form__meta").child(t(why)).into_any(),
    };
    let address = Field::new("email", words::EMAIL, email)
        .kind("email", "username")
        .max(MAX_EMAIL)
        .error(field_error("email", email));
    let secret = Field::new("password", words::PASSWORD, password)
        .kind("password", "current-password")
        .max(MAX_PASSWORD)
        .error(field_error("password", password));
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(move || failure.get().map(errors::notice))
        .child(if is_known { address.view() } else { address.focused().view() })
        .child(if is_known { secret.focused().view() } else { secret.view() })
        .child(Button::new(words::SIGN_IN).look(Look::Primary).submits().busy(busy).view())
        .child(passkey)
        .into_any()
}

/// Signs in with a passkey alone: the browser knows which there are, and whose.
async fn by_passkey() -> Result<Session, Failure> {
    let options = api::ask::<PasskeyAsk>(&()).await?;
    let answer = passkey::answer(&options).await?;
    let session = api::send_for(api::call::<PasskeySignIn>(&(), &(), &answer)).await?;
    Ok((*session).clone())
}
