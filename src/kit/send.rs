//! A form on its way to the server: sent once at a time, its errors at their fields.

use crate::api::{self, Answer, Call, CallOf, Failure, Options};
use crate::kit::errors;
use crate::ui::dom::spawn;
use crate::ui::field::focus_first_error;
use crate::ui::prelude::*;
use crate::ui::toast;
use contract::api::Endpoint;
use contract::error::Fault;
use std::sync::Arc;

/// What becomes of a form. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Sending {
    /// Whether it is being sent.
    pub busy: RwSignal<bool>,
    asked: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Sending {
    /// A form that was not sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), asked: RwSignal::new(false), failure: RwSignal::new(None) }
    }

    /// What is wrong with a field: by the contract's rule, once sending was tried, else by the server's answer.
    pub fn error(
        self,
        name: &'static str,
        rule: impl Fn() -> Option<Fault> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            let own = if self.asked.get() { rule().map(errors::fault) } else { None };
            own.or_else(|| self.failure.with(|f| f.as_ref().and_then(|f| errors::field(f, name))))
        })
    }

    /// A refusal that no field of these tells.
    #[must_use]
    pub fn notice(self, fields: &'static [&'static str]) -> AnyView {
        (move || {
            let failure = self.failure.get()?;
            let told = fields.iter().any(|name| errors::field(&failure, name).is_some());
            (!told).then(|| errors::notice(failure))
        })
        .into_any()
    }

    /// Notes that the person tried to send, so that broken rules show. Answers whether it may be sent.
    #[must_use]
    pub fn may(self, is_right: bool) -> bool {
        self.asked.set(true);
        if !is_right {
            focus_first_error();
        }
        is_right && !self.busy.get_untracked()
    }

    /// Sends it, and does `then` with a good answer.
    pub fn send<T: Send + Sync + 'static>(self, call: CallOf<T>, then: impl FnOnce(Arc<T>) + 'static) {
        self.send_any(call.any(), typed(then));
    }

    /// Does something that comes before sending, and goes on by itself: it stays busy unless that fails.
    pub fn first(self, work: impl Future<Output = Result<(), Failure>> + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn(async move {
            if let Err(why) = work.await {
                self.failure.try_set(Some(why));
                self.busy.try_set(false);
                focus_first_error();
            }
        });
    }

    fn send_any(self, call: Call, then: Then) {
        self.busy.set(true);
        self.failure.set(None);
        spawn(async move {
            match api::send(&call, Options::default()).await {
                Ok(answer) => then(answer),
                Err(why) => {
                    self.failure.try_set(Some(why));
                    focus_first_error();
                }
            }
            self.busy.try_set(false);
        });
    }
}

/// What is done with an answer of whatever type: one copy of the sending serves all.
type Then = Box<dyn FnOnce(Answer)>;

fn typed<T: Send + Sync + 'static>(then: impl FnOnce(Arc<T>) + 'static) -> Then {
    Box::new(move |answer| {
        if let Ok(answer) = answer.downcast() {
            then(answer);
        }
    })
}

/// Sends a call that needs no form, and does `then` with a good answer. A refusal is told in a toast.
pub fn send<T: Send + Sync + 'static>(call: CallOf<T>, then: impl FnOnce(Arc<T>) + 'static) {
    send_any(call.any(), typed(then));
}

fn send_any(call: Call, then: Then) {
    spawn(async move {
        match api::send(&call, Options::default()).await {
            Ok(answer) => then(answer),
            Err(why) => toast::warn(errors::sentence(&why)),
        }
    });
}

/// As [`send`], for an endpoint that takes no more than a path.
pub fn ask<E>(path: &E::Path, then: impl FnOnce(Arc<E::Reply>) + 'static)
where
    E: Endpoint<Query = (), Body = (), Reply: Send + Sync>,
{
    send(api::call::<E>(path, &(), &()), then);
}
