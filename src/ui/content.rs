//! What can be inside an element, and how it becomes a view of Leptos.

use super::el::{El, never_on_a_server};
use super::follow::Following;
use leptos::prelude::{AnyView, IntoAny, Mountable, Render};
use leptos::tachys::view::any_view::AnyViewState;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, Node};

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
    IntoAny::into_any(Again(SendWrapper::new(read)))
}

struct Again(SendWrapper<Box<dyn Make<AnyView>>>);

/// The view of an [`Again`] that is shown, and what makes it anew.
struct Shown {
    state: SendWrapper<Rc<RefCell<Option<AnyViewState>>>>,
    _following: SendWrapper<Following>,
}

impl Render for Again {
    type State = Shown;

    fn build(self) -> Shown {
        let state = Rc::new(RefCell::new(None::<AnyViewState>));
        let (place, read) = (state.clone(), self.0.take());
        let following = Following::new(Box::new(move || {
            let view = read.make();
            let before = place.take();
            let now = match before {
                Some(mut state) => {
                    view.rebuild(&mut state);
                    state
                }
                None => view.build(),
            };
            place.replace(Some(now));
        }));
        Shown { state: SendWrapper::new(state), _following: SendWrapper::new(following) }
    }

    fn rebuild(self, state: &mut Shown) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Drop for Shown {
    /// At once, and not when Leptos comes to the effect that holds the view too: until then the view would
    /// follow signals that are gone with the page.
    fn drop(&mut self) {
        drop(RefCell::take(&self.state));
    }
}

impl Mountable for Shown {
    fn unmount(&mut self) {
        if let Some(state) = &mut *self.state.borrow_mut() {
            state.unmount();
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        if let Some(state) = &mut *self.state.borrow_mut() {
            state.mount(parent, marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.state.borrow().as_ref().is_some_and(|state| state.insert_before_this(child))
    }

    fn elements(&self) -> Vec<Element> {
        self.state.borrow().as_ref().map(Mountable::elements).unwrap_or_default()
    }
}

never_on_a_server! { Again, Shown }

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
