//! Data of the server in a view: loading, loaded, failed, loading again.

use crate::api::{self, Answer, Call, CallOf, Failure, Options};
use crate::kit::errors;
use crate::ui::dom;
use crate::ui::dom::spawn;
use crate::ui::prelude::*;
use crate::{live, session};
use contract::error::Code;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use web_sys::AbortController;

/// An answer within this time needs no sign that it is waited for: showing and hiding one would only
/// flicker, and draw the page twice.
const SOON: Duration = Duration::from_millis(150);

/// How often a page looks again while something is being made.
const LOOK_AGAIN: Duration = Duration::from_millis(1_500);

/// What a call answers, kept up to date with the call. Inside, an answer is of any type: one copy of the
/// machinery serves all.
pub struct Load<T: 'static> {
    machine: Machine,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

/// A load of whatever type.
#[derive(Clone, Copy)]
pub struct Machine {
    value: RwSignal<Option<Answer>>,
    failure: RwSignal<Option<Failure>>,
    pending: RwSignal<bool>,
    slow: RwSignal<bool>,
    again: RwSignal<u32>,
    by_itself: StoredValue<bool>,
    at: RwSignal<i64>,
}

impl Machine {
    fn start(self, call: Box<dyn Fn() -> Option<Call> + Send + Sync>) {
        let call = memo(call);
        let flight = StoredValue::new_local(None::<AbortController>);
        let abort = move || {
            if let Some(Some(controller)) = flight.try_update_value(Option::take) {
                controller.abort();
            }
        };
        effect(move || {
            self.again.track();
            abort();
            let Some(call) = call.get() else { return };
            let Ok(controller) = AbortController::new() else { return };
            let signal = controller.signal();
            flight.set_value(Some(controller));
            self.pending.set(true);
            let by_itself = self.by_itself.try_update_value(std::mem::take).unwrap_or_default();
            let this = signal.clone();
            dom::later(SOON, move || {
                if !this.aborted() && self.pending.try_get_untracked() == Some(true) {
                    self.slow.try_set(true);
                }
            });
            spawn(async move {
                let answer =
                    api::send(&call, Options { abort: Some(&signal), by_itself, ..Options::default() }).await;
                // The view may be gone by now, or a newer call under way.
                match answer {
                    _ if signal.aborted() => return,
                    Err(Failure::Aborted) => return,
                    Ok(value) => {
                        self.failure.try_set(None);
                        self.value.try_set(Some(value));
                        self.at.try_set(dom::clock());
                    }
                    Err(failure) => _ = self.failure.try_set(Some(failure)),
                }
                self.pending.try_set(false);
                self.slow.try_set(false);
            });
        });
        // What was refused because the session had ended is loaded once the person has signed in again.
        on_change(session::is_signed_in, move || {
            let refused = |f: &Option<Failure>| f.as_ref().and_then(Failure::code) == Some(Code::SignedOut);
            if session::is_signed_in_now() && self.failure.with_untracked(refused) {
                self.again();
            }
        });
        on_cleanup(abort);
    }

    /// Why the last call failed; reactive.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }

    /// Whether a call is under way; reactive.
    pub fn pending(self) -> bool {
        self.pending.get()
    }

    /// Whether a call is under way for so long that a person wonders; reactive.
    pub fn slow(self) -> bool {
        self.slow.get()
    }

    /// When the answer came, in milliseconds since 1970; reactive.
    pub fn at(self) -> i64 {
        self.at.get()
    }

    /// Loads again.
    pub fn again(self) {
        self.again.update(|n| *n += 1);
    }

    fn again_by_itself(self) {
        self.by_itself.set_value(true);
        self.again();
    }

    fn follow(self, area: &'static str) {
        live::on_change_in(area, move || {
            if self.value.with_untracked(Option::is_some) && !self.pending.get_untracked() {
                self.again_by_itself();
            }
        });
    }

    fn while_open(self, open: Box<dyn Fn() -> bool>) {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        };
        effect(move || {
            stop();
            if open() && !self.pending() {
                timer.set_value(dom::later(LOOK_AGAIN, move || self.again_by_itself()));
            }
        });
        on_cleanup(stop);
    }
}

impl<T: Send + Sync + 'static> Load<T> {
    /// Loads by the call that `call` makes, and again when that changes; `None` waits.
    /// A newer call aborts the one before. What was loaded before stays until the answer is there.
    pub fn new(call: impl Fn() -> Option<CallOf<T>> + Send + Sync + 'static) -> Self {
        let machine = Machine {
            value: RwSignal::new(None),
            failure: RwSignal::new(None),
            pending: RwSignal::new(true),
            slow: RwSignal::new(false),
            again: RwSignal::new(0),
            by_itself: StoredValue::new(false),
            at: RwSignal::new(0),
        };
        machine.start(Box::new(move || call().map(CallOf::any)));
        Self { machine, of: PhantomData }
    }

    /// What is loaded; reactive.
    pub fn get(&self) -> Option<Arc<T>> {
        self.machine.value.get().and_then(|value| value.downcast().ok())
    }

    /// The load with its type forgotten.
    pub fn machine(self) -> Machine {
        self.machine
    }

    /// Why the last call failed; reactive.
    pub fn failure(&self) -> Option<Failure> {
        self.machine.failure()
    }

    /// Whether a call is under way; reactive.
    pub fn pending(&self) -> bool {
        self.machine.pending()
    }

    /// Loads again.
    pub fn again(&self) {
        self.machine.again();
    }

    /// Loads again when something changed elsewhere in an area, unless it is loading anyway.
    pub fn follow(self, area: &'static str) {
        self.machine.follow(area);
    }

    /// Looks again and again while what is loaded says that the server still works on it.
    pub fn while_open(self, open: impl Fn(&T) -> bool + Send + Sync + 'static) {
        self.machine.while_open(Box::new(move || self.get().is_some_and(|value| open(&value))));
    }

    /// Puts in what is known from elsewhere.
    pub fn put(&self, value: T) {
        self.machine.value.set(Some(Arc::new(value)));
        self.machine.failure.set(None);
    }

    /// A region of the page: what `skeleton` draws while loading, what `view` draws once loaded, and a
    /// failure with "Retry" in place.
    pub fn region(
        self,
        skeleton: impl Fn() -> AnyView + Send + Sync + 'static,
        view: impl Fn(Arc<T>) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        (move || match (self.get(), self.failure()) {
            (None, Some(failure)) => errors::region(failure, move || self.again()),
            (None, None) => skeleton(),
            (Some(value), _) => view(value),
        })
        .into_any()
    }
}
