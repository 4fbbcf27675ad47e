//! Elements of a page. Leptos renders and updates them; this builder in front of it has one type for all
//! elements and boxes every closure, so that a page costs its words and not a copy of the renderer for
//! each of its types (that was two thirds of the app: docs/decisions).
//!
//! Not `view!`: besides the types, the macro turns static parts into `innerHTML`, which the page's Trusted
//! Types policy forbids, and only fails at run time.

use super::content::{Content, Make, Run};
use super::follow::Following;
use leptos::ev::EventDescriptor;
use leptos::prelude::{AnyView, Mountable, Render, document};
use leptos::tachys::view::any_view::AnyViewState;
use send_wrapper::SendWrapper;
use std::any::Any;
use std::borrow::Cow;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// An element, with what keeps it alive: effects, listeners, the state of its children.
///
/// Nothing of it is inlined: a call is smaller than what it does.
/// One pointer: it is handed on with every attribute and child, and a page has thousands of them.
pub struct El(Box<SendWrapper<Parts>>);

struct Parts {
    node: Element,
    children: Vec<AnyViewState>,
    kept: Vec<Box<dyn Any>>,
}

macro_rules! tags {
    ($($name:ident)*) => {$(
        #[doc = concat!("A `<", stringify!($name), ">`.")]
        #[must_use]
        #[inline(never)]
        pub fn $name() -> El {
            El::html(stringify!($name))
        }
    )*};
}

tags! {
    a article button code dd details dialog div dl dt form h1 h2 h3 header img input label li main nav ol
    option p pre progress section select span summary table tbody td textarea th thead time tr ul
}

/// The names of drawings' elements.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";

/// An element of a drawing.
#[must_use]
pub fn svg(tag: &'static str) -> El {
    El::new(document().create_element_ns(Some(SVG), tag))
}

impl El {
    fn html(tag: &'static str) -> Self {
        Self::new(document().create_element(tag))
    }

    fn new(node: Result<Element, JsValue>) -> Self {
        // Fails only for names that are no names; ours are in this file.
        let node = node.unwrap_or_else(|_| JsValue::NULL.unchecked_into());
        Self(Box::new(SendWrapper::new(Parts { node, children: Vec::new(), kept: Vec::new() })))
    }

    #[inline(never)]
    fn keep(&mut self, thing: Box<dyn Any>) {
        self.0.kept.push(thing);
    }

    #[inline(never)]
    fn always(&mut self, run: Box<dyn Run>) {
        self.keep(Box::new(Following::new(run)));
    }

    /// Sets an attribute; a closure keeps it up to date.
    #[must_use]
    #[inline(never)]
    pub fn attr(mut self, name: &'static str, value: impl Value) -> Self {
        value.show(&mut self, name);
        self
    }

    /// Sets a property, such as what is in a field; it is kept up to date.
    #[must_use]
    pub fn prop<T: Into<JsValue>>(mut self, name: &'static str, value: impl Fn() -> T + 'static) -> Self {
        let node = self.0.node.clone();
        // Written only where it differs: writing moves the cursor of a field.
        self.always(Box::new(move || {
            let (name, value): (_, JsValue) = (JsValue::from_str(name), value().into());
            if js_sys::Reflect::get(&node, &name).is_ok_and(|now| now != value) {
                _ = js_sys::Reflect::set(&node, &name, &value);
            }
        }));
        self
    }

    /// Adds a class while a condition holds.
    #[must_use]
    pub fn class_if(mut self, name: &'static str, condition: impl Fn() -> bool + 'static) -> Self {
        let node = self.0.node.clone();
        self.always(Box::new(move || {
            _ = node.class_list().toggle_with_force(name, condition());
        }));
        self
    }

    /// Sets a custom property of the element's style. A `style` attribute would be against the policy.
    #[must_use]
    #[inline(never)]
    pub fn style(self, name: &'static str, value: &str) -> Self {
        _ = self.0.node.unchecked_ref::<HtmlElement>().style().set_property(name, value);
        self
    }

    /// Listens to an event.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "events are named by values without content")]
    pub fn on<E: EventDescriptor>(mut self, event: E, mut act: impl FnMut(E::EventType) + 'static) -> Self
    where
        E::EventType: JsCast,
    {
        // Every event of the browser has a name that stands in the program.
        if let Cow::Borrowed(name) = event.name() {
            self.listen(name, Box::new(move |event| act(event.unchecked_into())));
        }
        self
    }

    /// Keeps an attribute at what a closure reads.
    #[inline(never)]
    fn follow(&mut self, name: &'static str, read: Box<dyn Make<Option<String>>>) {
        let node = self.0.node.clone();
        self.always(Box::new(move || set_attribute(&node, name, read.make().as_deref())));
    }

    #[inline(never)]
    fn listen(&mut self, name: &'static str, act: Box<dyn FnMut(web_sys::Event)>) {
        let call = Closure::wrap(act);
        let node = self.0.node.clone();
        _ = node.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
        self.keep(Box::new(Listener { node, name, call }));
    }

    /// Does something with the element as soon as it is on the page.
    #[must_use]
    pub fn ready(self, act: impl FnOnce(HtmlElement) + 'static) -> Self {
        let node = self.0.node.clone();
        leptos::prelude::queue_microtask(move || act(node.unchecked_into()));
        self
    }

    /// Puts content at the end.
    #[must_use]
    #[inline(never)]
    pub fn child(mut self, content: impl Content) -> Self {
        content.each(&mut |view| self.put(view));
        self
    }

    #[inline(never)]
    fn put(&mut self, view: AnyView) {
        let mut state = view.build();
        state.mount(&self.0.node, None);
        self.0.children.push(state);
    }
}

#[inline(never)]
fn set_attribute(node: &Element, name: &str, value: Option<&str>) {
    _ = match value {
        Some(value) => node.set_attribute(name, value),
        None => node.remove_attribute(name),
    };
}

/// A listener that is gone with its element.
struct Listener {
    node: Element,
    name: &'static str,
    call: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        _ = self.node.remove_event_listener_with_callback(self.name, self.call.as_ref().unchecked_ref());
    }
}

/// What can be the value of an attribute.
pub trait Value {
    /// Sets the attribute, and keeps it up to date where the value changes.
    fn show(self, element: &mut El, name: &'static str);
}

/// What a closure for an attribute may answer.
pub trait IntoText {
    /// The text, if any.
    fn into_text(self) -> Option<String>;
}

impl IntoText for String {
    fn into_text(self) -> Option<String> {
        Some(self)
    }
}

impl IntoText for &'static str {
    fn into_text(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl<T: IntoText> IntoText for Option<T> {
    fn into_text(self) -> Option<String> {
        self.and_then(T::into_text)
    }
}

impl Value for &str {
    fn show(self, element: &mut El, name: &'static str) {
        set_attribute(&element.0.node, name, Some(self));
    }
}

impl Value for String {
    fn show(self, element: &mut El, name: &'static str) {
        self.as_str().show(element, name);
    }
}

impl<T: IntoText, F: Fn() -> T + 'static> Value for F {
    fn show(self, element: &mut El, name: &'static str) {
        element.follow(name, Box::new(move || self().into_text()));
    }
}

impl<T: Value> Value for Option<T> {
    fn show(self, element: &mut El, name: &'static str) {
        if let Some(value) = self {
            value.show(element, name);
        }
    }
}

impl Render for El {
    type State = Built;

    fn build(self) -> Built {
        Built(self.0.take())
    }

    /// Made anew, not changed: two elements of this type may have nothing in common.
    fn rebuild(self, state: &mut Built) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

/// An element on a page.
pub struct Built(Parts);

impl Mountable for Built {
    fn unmount(&mut self) {
        self.0.node.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&web_sys::Node>) {
        _ = parent.insert_before(&self.0.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.0.node.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(&self.0.node));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.0.node.clone()]
    }
}

macro_rules! never_on_a_server {
    ($view:ty, $built:ty) => {
        impl leptos::prelude::AddAnyAttr for $view {
            type Output<SomeNewAttr: leptos::tachys::html::attribute::Attribute> = Self;

            fn add_any_attr<NewAttr: leptos::tachys::html::attribute::Attribute>(self, _: NewAttr) -> Self {
                self
            }
        }

        /// Leptos asks for this of every view; there is no server rendering and no hydration here.
        impl leptos::prelude::RenderHtml for $view {
            type AsyncOutput = Self;
            type Owned = Self;
            const MIN_LENGTH: usize = 0;

            fn dry_resolve(&mut self) {}

            async fn resolve(self) -> Self {
                self
            }

            fn to_html_with_buf(
                self,
                _: &mut String,
                _: &mut leptos::tachys::view::Position,
                _: bool,
                _: bool,
                _: Vec<leptos::tachys::html::attribute::any_attribute::AnyAttribute>,
            ) {
            }

            fn hydrate<const FROM_SERVER: bool>(
                self,
                _: &leptos::tachys::hydration::Cursor,
                _: &leptos::tachys::view::PositionState,
            ) -> $built {
                self.build()
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    };
}

pub(super) use never_on_a_server;

never_on_a_server! { El, Built }
