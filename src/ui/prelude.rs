//! What every file with views needs: signals, effects, and content of elements.

pub use super::content::Content as _;
pub use leptos::prelude::{
    AnyView, ArcRwSignal, Memo, RwSignal, Signal, StoredValue, TimeoutHandle, document, event_target,
    event_target_value, location, on_cleanup, set_interval_with_handle, untrack, window,
    window_event_listener,
};
pub use leptos::reactive::prelude::*;

use leptos::prelude::Effect;

/// Runs after the page was drawn, and again whenever something that was read changes.
pub fn effect(run: impl FnMut() + 'static) {
    effect_of(Box::new(run));
}

// Not inlined: the same few hundred bytes would stand wherever there is an effect.
#[inline(never)]
fn effect_of(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}

/// A value that is worked out of others, and tells only when it is another one.
pub fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    memo_of(Box::new(read))
}

#[inline(never)]
fn memo_of<T: PartialEq + Send + Sync + 'static>(read: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| read())
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
