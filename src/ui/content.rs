//! What can be inside an element, and how it becomes a view of Leptos.

use super::el::El;
use leptos::prelude::{AnyView, IntoAny};
use send_wrapper::SendWrapper;
use std::sync::{Arc, Mutex};

/// A closure behind a pointer. Where it is a `dyn Fn`, the compiler writes two more functions for each, of
/// which none is ever called.
pub trait Make<T> {
    /// Calls it.
    fn make(&self) -> T;
}

impl<T, F: Fn() -> T> Make<T> for F {
    fn make(&self) -> T {
        self()
    }
}

/// As [`Make`], for what is done and may change what it holds.
pub trait Run {
    /// Calls it.
    fn run(&mut self);
}

impl<F: FnMut()> Run for F {
    fn run(&mut self) {
        self();
    }
}

/// What can be inside an element: text, elements, views, several of them, or a closure that makes them
/// anew whenever something that it read changes.
pub trait Content: Sized {
    /// Gives the views one after the other.
    fn each(self, take: &mut dyn FnMut(AnyView));

    /// All of it as one view.
    #[inline(never)]
    fn into_any(self) -> AnyView {
        let mut views = Vec::new();
        self.each(&mut |view| views.push(view));
        if views.len() == 1 { views.remove(0) } else { IntoAny::into_any(views) }
    }
}

impl Content for () {
    fn each(self, _: &mut dyn FnMut(AnyView)) {}
}

impl Content for AnyView {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        take(self);
    }
}

impl Content for El {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        take(IntoAny::into_any(self));
    }
}

impl Content for String {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        take(IntoAny::into_any(self));
    }
}

impl Content for &str {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        take(IntoAny::into_any(self.to_owned()));
    }
}

impl<T: Content> Content for Option<T> {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        if let Some(content) = self {
            content.each(take);
        }
    }
}

impl<T: Content> Content for Vec<T> {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        for content in self {
            content.each(take);
        }
    }
}

impl<T: Content, F: Fn() -> T + 'static> Content for F {
    fn each(self, take: &mut dyn FnMut(AnyView)) {
        take(again(Box::new(move || self().into_any())));
    }
}

/// A view that is made anew whenever something that was read changes.
#[inline(never)]
fn again(read: Box<dyn Make<AnyView>>) -> AnyView {
    let read = SendWrapper::new(read);
    let shared: Arc<Mutex<dyn FnMut() -> AnyView + Send>> = Arc::new(Mutex::new(move || read.make()));
    IntoAny::into_any(shared)
}

macro_rules! tuples {
    ($(($($name:ident)+))+) => {$(
        impl<$($name: Content),+> Content for ($($name,)+) {
            #[expect(non_snake_case, reason = "type parameters name the parts")]
            fn each(self, take: &mut dyn FnMut(AnyView)) {
                let ($($name,)+) = self;
                $($name.each(take);)+
            }
        }
    )+};
}

tuples! { (A B) (A B C) (A B C D) }
