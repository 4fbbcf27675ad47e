//! What every file with views needs: signals, effects, and content of elements.

pub use super::content::{Content as _, Make as _};
pub use super::signals::{Memo, RwSignal, Signal, memo};
pub use leptos::prelude::{
    AnyView, ArcRwSignal, StoredValue, TimeoutHandle, document, event_target, event_target_value, location,
    on_cleanup, set_interval_with_handle, untrack, window, window_event_listener,
};
pub use leptos::reactive::prelude::*;

use super::content::Run;
use super::follow;
use leptos::prelude::Effect;
use leptos::reactive::graph::ToAnySubscriber;

/// Runs after the page was drawn, and again whenever something that was read changes.
pub fn effect(run: impl FnMut() + 'static) {
    effect_of(Box::new(run));
}

// Not inlined: the same few hundred bytes would stand wherever there is an effect.
#[inline(never)]
fn effect_of(mut run: Box<dyn Run>) {
    follow::until_cleanup(Effect::new(move |_: Option<()>| run.run()).to_any_subscriber());
}

/// Does something whenever a value changes, but not for the first one.
pub fn on_change<T: PartialEq + 'static>(value: impl Fn() -> T + 'static, mut act: impl FnMut() + 'static) {
    let mut before = None;
    effect(move || {
        let now = value();
        let changed = before.as_ref().is_some_and(|before| *before != now);
        before = Some(now);
        if changed {
            untrack(&mut act);
        }
    });
}
