//! Lists whose items keep their elements from one showing to the next.

use super::el::never_on_a_server;
use leptos::prelude::{AnyView, IntoAny, Mountable, Render, document};
use leptos::tachys::view::any_view::AnyViewState;
use send_wrapper::SendWrapper;
use web_sys::Element;

/// An item of a list that keeps its elements as long as its key stays.
pub struct Keyed {
    /// Who the item is, and what it says: an item that says something else is made anew.
    pub key: (String, u64),
    /// Makes it.
    pub make: Box<dyn Fn() -> AnyView>,
}

/// The list as a view.
#[must_use]
pub fn list(items: Vec<Keyed>) -> AnyView {
    IntoAny::into_any(List(SendWrapper::new(items)))
}

/// A list to be shown. Lists are a page long, so items are found by looking at each.
struct List(SendWrapper<Vec<Keyed>>);

/// A shown list: its items in order, and what marks its end.
struct Listed {
    items: Vec<((String, u64), AnyViewState)>,
    end: web_sys::Node,
}

impl Render for List {
    type State = Listed;

    fn build(self) -> Listed {
        let items = self.0.take().into_iter().map(|item| (item.key, (item.make)().build())).collect();
        Listed { items, end: document().create_text_node("").into() }
    }

    fn rebuild(self, state: &mut Listed) {
        let Some(parent) = state.end.parent_element() else {
            *state = self.build();
            return;
        };
        let mut old = std::mem::take(&mut state.items);
        for item in self.0.take() {
            let kept = old.iter().position(|(key, _)| *key == item.key).map(|place| old.remove(place));
            state.items.push(kept.unwrap_or_else(|| (item.key, (item.make)().build())));
        }
        for (_, gone) in &mut old {
            gone.unmount();
        }
        // From the end: only what is not in its place already is moved, so that a focus is kept.
        let mut before = state.end.clone();
        for (_, item) in state.items.iter_mut().rev() {
            let first = item.elements().into_iter().next();
            let in_place = first.as_ref().and_then(|e| e.next_sibling()).is_some_and(|next| next == before);
            if !in_place {
                item.mount(&parent, Some(&before));
            }
            if let Some(first) = item.elements().into_iter().next() {
                before = first.into();
            }
        }
    }
}

impl Mountable for Listed {
    fn unmount(&mut self) {
        for (_, item) in &mut self.items {
            item.unmount();
        }
        if let Some(parent) = self.end.parent_node() {
            _ = parent.remove_child(&self.end);
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&web_sys::Node>) {
        for (_, item) in &mut self.items {
            item.mount(parent, marker);
        }
        _ = parent.insert_before(&self.end, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let first = self.items.first().and_then(|(_, item)| item.elements().into_iter().next());
        let mark = first.map_or_else(|| self.end.clone(), Into::into);
        let parent = self.end.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&mark));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        self.items.iter().flat_map(|(_, item)| item.elements()).collect()
    }
}

never_on_a_server! { List, Listed }
