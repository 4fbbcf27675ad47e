//! Signals whose machinery does not know the type of their values: Leptos compiles its own once for each
//! type, which was a tenth of the app (docs/decisions/0004).

use super::content::Make;
use super::follow;
use leptos::prelude::{ArcMemo, StoredValue};
use leptos::reactive::graph::ToAnySubscriber;
use leptos::reactive::prelude::*;
use send_wrapper::SendWrapper;
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

type Anything = Arc<dyn Any + Send + Sync>;

/// What was kept as a type is of that type.
fn seen<T: 'static>(kept: &Anything) -> &T {
    match kept.downcast_ref::<T>() {
        Some(value) => value,
        None => unreachable!(),
    }
}

fn of<T: Clone + 'static>(kept: &Anything) -> T {
    seen::<T>(kept).clone()
}

/// A value that can be read and changed. All copies are the same one.
pub struct RwSignal<T>(leptos::prelude::RwSignal<Anything>, PhantomData<fn() -> T>);

/// A value that can be read: kept, or worked out whenever it is asked for.
pub struct Signal<T>(Source, PhantomData<fn() -> T>);

#[derive(Clone, Copy)]
enum Source {
    Kept(leptos::prelude::RwSignal<Anything>),
    Worked(StoredValue<Arc<dyn Make<Anything> + Send + Sync>>),
}

macro_rules! copies {
    ($($name:ident)+) => {$(
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    )+};
}

copies! { RwSignal Signal Memo }

#[inline(never)]
fn kept_now(value: Anything) -> leptos::prelude::RwSignal<Anything> {
    leptos::prelude::RwSignal::new(value)
}

#[inline(never)]
fn read(signal: leptos::prelude::RwSignal<Anything>, track: bool) -> Option<Anything> {
    if track { signal.try_get() } else { signal.try_get_untracked() }
}

#[inline(never)]
fn write(signal: leptos::prelude::RwSignal<Anything>, value: Anything) -> bool {
    signal.try_set(value).is_none()
}

impl<T: Clone + Send + Sync + 'static> RwSignal<T> {
    /// A signal with a value.
    pub fn new(value: T) -> Self {
        Self(kept_now(Arc::new(value)), PhantomData)
    }

    fn now(self, track: bool) -> Anything {
        match read(self.0, track) {
            Some(value) => value,
            // Its view is gone; whoever may outlive it asks with `try_`.
            None => unreachable!(),
        }
    }

    /// The value; reactive.
    pub fn get(self) -> T {
        of(&self.now(true))
    }

    /// The value now.
    pub fn get_untracked(self) -> T {
        of(&self.now(false))
    }

    /// The value now, unless its view is gone.
    pub fn try_get_untracked(self) -> Option<T> {
        read(self.0, false).map(|value| of(&value))
    }

    /// Reads the value; reactive.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&self.now(true)))
    }

    /// Reads the value now.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&self.now(false)))
    }

    /// Follows the value without reading it.
    pub fn track(self) {
        self.now(true);
    }

    /// Sets the value.
    pub fn set(self, value: T) {
        write(self.0, Arc::new(value));
    }

    /// Sets the value, unless its view is gone. Answers whether it was set.
    pub fn try_set(self, value: T) -> bool {
        write(self.0, Arc::new(value))
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// Changes the value, unless its view is gone.
    pub fn try_update(self, change: impl FnOnce(&mut T)) {
        if let Some(mut value) = self.try_get_untracked() {
            change(&mut value);
            self.try_set(value);
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Signal<T> {
    /// A value that stays.
    pub fn stored(value: T) -> Self {
        Self(Source::Kept(kept_now(Arc::new(value))), PhantomData)
    }

    /// A value that is worked out whenever it is asked for.
    pub fn derive(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let make: Arc<dyn Make<Anything> + Send + Sync> = Arc::new(move || -> Anything { Arc::new(make()) });
        Self(Source::Worked(StoredValue::new(make)), PhantomData)
    }

    /// The value; reactive.
    pub fn get(self) -> T {
        of(&ask(self.0))
    }

    /// The value now.
    pub fn get_untracked(self) -> T {
        leptos::prelude::untrack(|| self.get())
    }

    /// Reads the value; reactive.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&ask(self.0)))
    }

    /// Reads the value now.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(seen(&leptos::prelude::untrack(|| ask(self.0))))
    }
}

#[inline(never)]
fn ask(source: Source) -> Anything {
    match source {
        Source::Kept(signal) => signal.get(),
        Source::Worked(make) => make.get_value().make(),
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self(Source::Kept(signal.0), PhantomData)
    }
}

/// A value that is worked out of others, and tells only when it is another one. Inside it is of any type:
/// one copy of the machinery serves all.
pub struct Memo<T>(leptos::prelude::Memo<Kept>, PhantomData<fn() -> T>);

#[derive(Clone)]
struct Kept {
    value: Anything,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

/// Makes a memo.
pub fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + 'static) -> Memo<T> {
    let same = |one: &dyn Any, other: &dyn Any| one.downcast_ref::<T>() == other.downcast_ref::<T>();
    let make = move || Kept { value: Arc::new(read()), same };
    Memo(kept(SendWrapper::new(Box::new(make))), PhantomData)
}

#[inline(never)]
fn kept(read: SendWrapper<Box<dyn Make<Kept>>>) -> leptos::prelude::Memo<Kept> {
    let memo = ArcMemo::new(move |_: Option<&Kept>| read.make());
    follow::until_cleanup(memo.to_any_subscriber());
    memo.into()
}

impl<T: Clone + 'static> Memo<T> {
    /// The value; reactive.
    pub fn get(self) -> T {
        of(&self.0.get().value)
    }

    /// The value now.
    pub fn get_untracked(self) -> T {
        of(&self.0.get_untracked().value)
    }

    /// Reads the value; reactive.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(seen(&self.0.get().value))
    }
}
