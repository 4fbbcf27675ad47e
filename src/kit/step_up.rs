//! A sensitive call: sent once, repeated with the same key when nothing is known of it, confirmed with a
//! verification code when the server asks for one. No page knows how a code travels.

use crate::api::{self, Answer, Call, CallOf, Failure, Options};
use crate::i18n::texts::{codes as words, passkeys, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::{errors, messages, passkey};
use crate::ui::button::{Button, Look};
use crate::ui::dom::spawn;
use crate::ui::el::{details, div, form, p, summary};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Act, Words, dialog, dom, when};
use contract::approvals::Approval;
use contract::codes::{Challenge, Channel, LENGTH, StepUp, is_code};
use contract::error::Code;
use contract::funds::CodeResend;
use contract::time::Time;
use leptos::ev;
use std::sync::Arc;
use std::time::Duration;

/// A sensitive call under way. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Flow {
    /// The code that is waited for.
    pub challenge: RwSignal<Option<Challenge>>,
    /// Why the last answer was no.
    pub failure: RwSignal<Option<Failure>>,
    /// Whether a call is under way.
    pub busy: RwSignal<bool>,
    /// The request for approval that it has become.
    pub approval: RwSignal<Option<Approval>>,
    result: RwSignal<Option<Answer>>,
    sent: StoredValue<Option<Sent>>,
    settled: StoredValue<Arc<dyn Fn(Settled) + Send + Sync>>,
}

/// What is repeated: the call, its key, and how its answer is told apart.
#[derive(Clone)]
struct Sent {
    call: Call,
    key: String,
    read: fn(&Answer) -> Option<StepUp<Answer>>,
}

/// What became of a call, for those who keep its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It is done.
    Done,
    /// It waits for somebody's approval.
    Waits,
    /// It was refused for good; the key is spent.
    Refused,
}

/// The answer to a sensitive call with its result's type forgotten.
fn read<T: Clone + Send + Sync + 'static>(answer: &Answer) -> Option<StepUp<Answer>> {
    Some(match answer.downcast_ref::<StepUp<T>>()? {
        StepUp::Done { result } => StepUp::Done { result: Arc::new(result.clone()) },
        StepUp::CodeNeeded { challenge } => StepUp::CodeNeeded { challenge: challenge.clone() },
        StepUp::ApprovalNeeded { approval } => StepUp::ApprovalNeeded { approval: approval.clone() },
    })
}

impl Flow {
    /// A flow that tells `settled` when the call has a definite end.
    pub fn new(settled: impl Fn(Settled) + Send + Sync + 'static) -> Self {
        Self {
            challenge: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            approval: RwSignal::new(None),
            result: RwSignal::new(None),
            sent: StoredValue::new(None),
            settled: StoredValue::new(Arc::new(settled)),
        }
    }

    /// What was done, once it is; reactive.
    pub fn result<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.result.get().and_then(|result| result.downcast().ok())
    }

    /// Whether it is done; reactive.
    pub fn is_done(&self) -> bool {
        self.result.with(Option::is_some)
    }

    /// Sends the call under a key. A second click while it is under way does nothing.
    pub fn send<T: Clone + Send + Sync + 'static>(&self, call: CallOf<StepUp<T>>, key: String) {
        self.sent.set_value(Some(Sent { call: call.any(), key, read: read::<T> }));
        self.repeat(None);
    }

    /// Sends the same call again under the same key: to learn what became of it, or to confirm it.
    pub fn repeat(&self, code: Option<String>) {
        let flow = *self;
        let Some(Sent { call, key, read }) = flow.sent.get_value() else { return };
        if flow.busy.get_untracked() {
            return;
        }
        flow.busy.set(true);
        flow.failure.set(None);
        spawn(async move {
            let options = Options { key: Some(&key), code: code.as_deref(), ..Options::default() };
            let unreadable = Failure::Unreadable { status: 0, request_id: String::new() };
            let answer = api::send(&call, options).await;
            flow.take(answer.and_then(|answer| read(&answer).ok_or(unreadable)));
            flow.busy.try_set(false);
        });
    }

    fn take(&self, answer: Result<StepUp<Answer>, Failure>) {
        // The view may be gone; what is kept outside of it must still learn the end.
        let settle = |how| {
            if let Some(settled) = self.settled.try_get_value() {
                settled(how);
            }
        };
        match answer {
            Ok(StepUp::Done { result }) => {
                settle(Settled::Done);
                self.challenge.try_set(None);
                self.result.try_set(Some(result));
            }
            Ok(StepUp::ApprovalNeeded { approval }) => {
                settle(Settled::Waits);
                self.challenge.try_set(None);
                self.approval.try_set(Some(approval));
            }
            Ok(StepUp::CodeNeeded { challenge }) => _ = self.challenge.try_set(Some(challenge)),
            Err(failure) => {
                let about_code = matches!(
                    failure.code(),
                    Some(
                        Code::CodeWrong
                            | Code::PasskeyWrong
                            | Code::CodeExpired
                            | Code::CodeLocked
                            | Code::TooManyAttempts
                            | Code::SignedOut
                    )
                );
                if let Failure::Refused(body) = &failure
                    && let (Code::CodeWrong | Code::PasskeyWrong, Some(left)) = (body.code, body.number)
                {
                    self.challenge.try_update(|c| c.iter_mut().for_each(|c| c.tries_left = left));
                }
                if !about_code && !failure.is_open() {
                    settle(Settled::Refused);
                    self.challenge.try_set(None);
                }
                self.failure.try_set(Some(failure));
            }
        }
    }

    /// Has a passkey answer in place of a code.
    fn by_passkey(&self) {
        let flow = *self;
        let asked = flow.challenge.with_untracked(|c| c.as_ref().and_then(|c| c.passkey.clone()));
        let Some(options) = asked.filter(|_| !flow.busy.get_untracked()) else { return };
        flow.busy.set(true);
        flow.failure.set(None);
        spawn(async move {
            let answer = passkey::answer(&options).await;
            flow.busy.try_set(false);
            match answer {
                // The dialog may be gone by now, and the call with it.
                Ok(answer) if flow.challenge.try_get_untracked().flatten().is_some() => {
                    flow.repeat(Some(answer.to_text()));
                }
                Ok(_) => {}
                Err(failure) => _ = flow.failure.try_set(Some(failure)),
            }
        });
    }

    /// Has another code sent.
    pub fn resend(&self) {
        let flow = *self;
        let Some(id) = flow.challenge.with_untracked(|c| c.as_ref().map(|c| c.id.clone())) else { return };
        if flow.busy.get_untracked() {
            return;
        }
        flow.busy.set(true);
        flow.failure.set(None);
        spawn(async move {
            match api::ask::<CodeResend>(&id).await {
                Ok(challenge) => {
                    flow.challenge.try_set(Some((*challenge).clone()));
                    crate::ui::live::say(text(words::SENT_AGAIN));
                }
                Err(failure) => _ = flow.failure.try_set(Some(failure)),
            }
            flow.busy.try_set(false);
        });
    }
}

/// Seconds from now, by the server's clock, until a moment; nothing when it has passed.
fn seconds_until(moment: Time) -> i64 {
    ((contract::time::to_millis(moment) - api::server_clock() + 999) / 1000).max(0)
}

/// Seconds as minutes and seconds.
fn minutes(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The step in which the call is confirmed: by a passkey or by a code; `give_up` ends it.
pub fn code_step(flow: Flow, confirm_words: impl Into<Words>, give_up: Act) -> AnyView {
    let confirm_words = confirm_words.into();
    let silent = memo(move || flow.challenge.with(|c| c.as_ref().map(|c| c.channel == Channel::Passkey)));
    let body = move || match silent.get() {
        Some(true) => passkey_step(flow, give_up.clone()),
        _ => typed_step(flow, confirm_words.clone(), give_up.clone()),
    };
    div().child(body).into_any()
}

/// The passkey's button, where there is one to use here.
fn passkey_button(flow: Flow, look: Look) -> Option<AnyView> {
    let asked = flow.challenge.with_untracked(|c| c.as_ref().is_some_and(|c| c.passkey.is_some()));
    (asked && passkey::obstacle().is_none()).then(|| {
        let button = Button::new(passkeys::USE).look(look).id("use-passkey").busy(flow.busy);
        button.on_click(move || flow.by_passkey()).view()
    })
}

/// Nothing was sent to somebody who has a passkey: it confirms, or a code is sent after all.
fn passkey_step(flow: Flow, give_up: Act) -> AnyView {
    let obstacle = passkey::obstacle();
    dom::focus_soon("#use-passkey");
    let look = if obstacle.is_some() { Look::Primary } else { Look::Quiet };
    // No message names it: what is signed is seen here.
    let about = flow.challenge.with_untracked(|c| c.as_ref().map(|c| c.about.clone()));
    div()
        .attr("class", "form")
        .child(about.map(|about| p().child(about)))
        .child(p().attr("role", "status").child(t(obstacle.unwrap_or(passkeys::CONFIRM_TEXT))))
        .child(move || flow.failure.get().map(errors::notice))
        .child(dialog::actions(vec![
            Button::new(passkeys::CODE_INSTEAD)
                .look(look)
                .busy(flow.busy)
                .on_click(move || flow.resend())
                .view(),
            Button::new(ui_words::CANCEL).on_click(move || give_up.make()).view(),
            passkey_button(flow, Look::Primary).unwrap_or_else(|| ().into_any()),
        ]))
        .into_any()
}

/// The step in which a code is typed.
fn typed_step(flow: Flow, confirm_words: Words, give_up: Act) -> AnyView {
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(false);
    // Only digits, also out of a pasted "123 456".
    effect(move || {
        let digits: String = typed.with(|t| t.chars().filter(char::is_ascii_digit).take(LENGTH).collect());
        if typed.with_untracked(|t| *t != digits) {
            typed.set(digits);
        }
    });
    let now = RwSignal::new(api::server_clock());
    dom::every(Duration::from_secs(1), move || now.set(api::server_clock()));
    let part = move |read: fn(&Challenge) -> i64| {
        now.track();
        flow.challenge.with(|c| c.as_ref().map_or(0, read))
    };
    let valid = memo(move || part(|c| seconds_until(c.expires_at)));
    let wait = memo(move || part(|c| seconds_until(c.resend_at)));
    let tries = memo(move || part(|c| c.tries_left));
    let sent_to = move || {
        flow.challenge.with(|c| {
            c.as_ref().map(|c| {
                let key = match c.channel {
                    Channel::Email => words::SENT_BY_EMAIL,
                    Channel::Sms => words::SENT_BY_SMS,
                    Channel::App | Channel::Passkey => words::FROM_APP,
                };
                fill(key, &[("to", &c.sent_to)])
            })
        })
    };
    // An app shows its code whenever it is asked: there is nothing to send again.
    let is_sent = move || flow.challenge.with(|c| c.as_ref().is_some_and(|c| c.channel != Channel::App));
    let countdown = move || {
        if valid.get() == 0 {
            text(words::EXPIRED)
        } else {
            fill(words::VALID_FOR, &[("time", &minutes(valid.get()))])
        }
    };
    let error = Signal::derive(move || {
        let about_code = |f: &Failure| {
            matches!(f.code(), Some(Code::CodeWrong | Code::CodeExpired | Code::CodeLocked))
                .then(|| errors::sentence(f))
        };
        let refused = flow.failure.with(|f| f.as_ref().and_then(about_code));
        refused.or_else(|| (asked.get() && !typed.with(|t| is_code(t))).then(|| text(words::INCOMPLETE)))
    });
    let other_failure = move || {
        let failure = flow.failure.get()?;
        let at_field = matches!(failure.code(), Some(Code::CodeWrong | Code::CodeExpired | Code::CodeLocked));
        (!at_field).then(|| errors::notice(failure))
    };
    // After a wrong code the field is ready for the next try.
    effect(move || {
        if flow.failure.with(|f| f.as_ref().is_some_and(|f| f.code() == Some(Code::CodeWrong))) {
            typed.set(String::new());
            asked.set(false);
            dom::focus_soon(".field--code input");
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        let code = typed.get_untracked();
        if is_code(&code) {
            flow.repeat(Some(code));
        } else {
            crate::ui::field::focus_first_error();
        }
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(sent_to))
        .child(
            Field::new("code", words::CODE, typed)
                .kind("text", "one-time-code")
                .inputmode("numeric")
                .class("field--code")
                .error(error)
                .focused()
                .view(),
        )
        .child(
            p().attr("class", "form__meta")
                .child(countdown)
                .child(" · ")
                .child(move || plural(words::TRIES_LEFT, tries.get(), &[])),
        )
        .child(other_failure)
        .child((messages::are_kept() && untrack(is_sent)).then(|| {
            let open = RwSignal::new(false);
            details()
                .attr("class", "peek")
                .on(ev::toggle, move |_: web_sys::Event| open.update(|o| *o = !*o))
                .child(summary().child(t(words::OPEN_MESSAGES)))
                .child(when(move || open.get(), peek))
                .into_any()
        }))
        .child(dialog::actions(vec![
            when(is_sent, move || {
                Button::new(words::RESEND)
                    .look(Look::Quiet)
                    .refused(move || {
                        if valid.get() == 0 {
                            return Some(text(words::EXPIRED));
                        }
                        (wait.get() > 0).then(|| fill(words::RESEND_WAIT, &[("time", &minutes(wait.get()))]))
                    })
                    .on_click(move || flow.resend())
                    .view()
            }),
            Button::new(ui_words::CANCEL).on_click(move || give_up.make()).view(),
            passkey_button(flow, Look::Plain).unwrap_or_else(|| ().into_any()),
            Button::new(confirm_words).look(Look::Primary).submits().busy(flow.busy).view(),
        ]))
        .into_any()
}

/// The demo's messages, without leaving the dialog: the page behind it takes no click.
fn peek() -> AnyView {
    div().attr("class", "peek__list").child(messages::list()).into_any()
}
