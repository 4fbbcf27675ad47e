//! Rows of a table as descriptions. A description is compared with the one that is shown, and only what
//! differs is written: turning a page changes texts and leaves the elements, which is where a browser's
//! time goes. What is in a row is plain: nothing in it changes by itself.

use super::Act;
use super::el::{SVG, never_on_a_server};
use crate::ui::prelude::*;
use leptos::prelude::{IntoAny, Mountable, Render};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

/// A text, or an element with attributes and content.
pub enum Bit {
    /// A text.
    Text(String),
    /// An element.
    Element(Box<Part>),
}

/// An element in a row.
pub struct Part {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Bit>,
    act: Option<Act>,
}

/// An element.
#[must_use]
pub fn bit(tag: &'static str) -> Part {
    Part { tag, attributes: Vec::new(), children: Vec::new(), act: None }
}

impl Part {
    /// Sets an attribute.
    #[must_use]
    #[inline(never)]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Puts content at the end.
    #[must_use]
    #[inline(never)]
    pub fn child(mut self, child: impl Into<Bit>) -> Self {
        self.children.push(child.into());
        self
    }

    /// Puts all of this at the end.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Bit>) -> Self {
        self.children.extend(children);
        self
    }

    /// What a click does. `name` tells it from the other acts of its row.
    #[must_use]
    pub fn on_click(mut self, name: &'static str, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.act = Some(std::sync::Arc::new(act));
        self.attr(ACT, name)
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// Whether the other differs in values only.
    fn is_like(&self, other: &Self) -> bool {
        let names = |part: &Self| part.attributes.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        self.tag == other.tag && self.children.len() == other.children.len() && names(self) == names(other)
    }
}

const ACT: &str = "data-act";

impl From<Part> for Bit {
    fn from(part: Part) -> Self {
        Self::Element(Box::new(part))
    }
}

impl From<String> for Bit {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Bit {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Writes an attribute; one whose name begins with a dot is a property that is true unless it is empty,
/// such as whether a box is checked.
#[inline(never)]
fn write(node: &Element, name: &str, value: &str) {
    match name.strip_prefix('.') {
        Some(name) => _ = js_sys::Reflect::set(node, &name.into(), &(!value.is_empty()).into()),
        None => _ = node.set_attribute(name, value),
    }
}

impl Bit {
    #[inline(never)]
    fn build(&self) -> Node {
        match self {
            Self::Text(text) => document().create_text_node(text).into(),
            Self::Element(part) => {
                let node = match part.tag {
                    "svg" | "path" => document().create_element_ns(Some(SVG), part.tag),
                    tag => document().create_element(tag),
                };
                // Fails only for names that are no names.
                let node: Element = node.unwrap_or_else(|_| JsValue::NULL.unchecked_into());
                for (name, value) in &part.attributes {
                    write(&node, name, value);
                }
                for child in &part.children {
                    _ = node.append_child(&child.build());
                }
                node.into()
            }
        }
    }

    /// Writes what differs from `shown`, which `node` shows. Answers the node that shows `self`.
    #[inline(never)]
    fn patch(&self, shown: &Self, node: Node) -> Node {
        match (shown, self) {
            (Self::Text(before), Self::Text(now)) => {
                if before != now {
                    node.set_node_value(Some(now));
                }
                node
            }
            (Self::Element(before), Self::Element(now)) if before.is_like(now) => {
                for ((_, before), (name, now)) in before.attributes.iter().zip(&now.attributes) {
                    // A person has changed properties meanwhile: what they were says nothing.
                    if before != now || name.starts_with('.') {
                        write(node.unchecked_ref(), name, now);
                    }
                }
                let mut next = node.first_child();
                for (before, now) in before.children.iter().zip(&now.children) {
                    let Some(child) = next else { break };
                    next = child.next_sibling();
                    now.patch(before, child);
                }
                node
            }
            _ => {
                let new = self.build();
                if let Some(parent) = node.parent_node() {
                    _ = parent.replace_child(&new, &node);
                }
                new
            }
        }
    }

    /// Whether the other can be changed into this one by writing values.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(_), Self::Text(_)) => true,
            (Self::Element(this), Self::Element(other)) => this.is_like(other),
            _ => false,
        }
    }

    /// The texts in it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Element(part) => part.children.iter().map(Self::text).collect::<Vec<_>>().join(" "),
        }
    }

    fn act(&self, name: &str) -> Option<Act> {
        let Self::Element(part) = self else { return None };
        if part.attribute(ACT) == Some(name) {
            return part.act.clone();
        }
        part.children.iter().find_map(|child| child.act(name))
    }
}

/// A row: who it is, and what it shows.
pub struct Row {
    /// The id, by which a row keeps its elements while it moves.
    pub id: String,
    /// The row's element.
    pub bit: Bit,
}

struct Shown {
    row: Row,
    node: Node,
}

/// The rows that are on the page, for the acts in them.
#[derive(Clone, Default)]
pub struct Rows(Rc<RefCell<Vec<Shown>>>);

impl Rows {
    /// The rows as a view: the body of one table.
    #[must_use]
    pub fn view(&self, rows: Vec<Row>) -> AnyView {
        IntoAny::into_any(List(SendWrapper::new((self.clone(), rows))))
    }

    /// Does what a click on an element in a row does; for one listener on the whole table.
    pub fn clicked(&self, target: &Element) {
        let closest = |selector| target.closest(selector).ok().flatten();
        let (Some(button), Some(row)) = (closest("[data-act]"), closest("[data-row]")) else { return };
        let (name, id) = (button.get_attribute(ACT), row.get_attribute("data-row"));
        let act = {
            let shown = self.0.borrow();
            let row = shown.iter().find(|s| Some(&s.row.id) == id.as_ref());
            name.and_then(|name| row.and_then(|s| s.row.bit.act(&name)))
        };
        if let Some(act) = act {
            act.make();
        }
    }
}

/// Rows to be shown. They are a page long, so they are found by looking at each.
struct List(SendWrapper<(Rows, Vec<Row>)>);

/// Where shown rows end; the rows themselves are in [`Rows`].
struct Listed {
    rows: SendWrapper<Rows>,
    end: SendWrapper<Node>,
}

impl Listed {
    fn show(&self, wanted: Vec<Row>) {
        let mut old = std::mem::take(&mut *self.rows.0.borrow_mut());
        let mut nodes: Vec<Option<Shown>> = wanted
            .iter()
            .map(|row| old.iter().position(|s| s.row.id == row.id).map(|place| old.remove(place)))
            .collect();
        // A row that goes away lends its elements to one that comes; never the one with the focus, which
        // would then be on somebody else's button.
        let focus = document().active_element();
        let before: Vec<Node> = old.iter().map(|s| s.node.clone()).collect();
        let mut free: Vec<_> = old.into_iter().filter(|s| !s.node.contains(focus.as_deref())).collect();
        free.reverse();
        let mut shown: Vec<Shown> = Vec::with_capacity(wanted.len());
        for (row, kept) in wanted.into_iter().zip(&mut nodes) {
            let lent = || free.pop().filter(|s| row.bit.is_like(&s.row.bit));
            let node = match (kept.take().or_else(lent), shown.first()) {
                (Some(before), _) => row.bit.patch(&before.row.bit, before.node),
                (None, Some(first)) => match first.node.clone_node_with_deep(true) {
                    Ok(copy) => row.bit.patch(&first.row.bit, copy),
                    Err(_) => row.bit.build(),
                },
                (None, None) => row.bit.build(),
            };
            shown.push(Shown { row, node });
        }
        for node in before.iter().filter(|node| !shown.iter().any(|s| s.node == **node)) {
            if let Some(parent) = node.parent_node() {
                _ = parent.remove_child(node);
            }
        }
        *self.rows.0.borrow_mut() = shown;
    }

    /// Puts the rows in their places, from the end: what is in its place already is not touched.
    fn place(&self, parent: &Node) {
        let mut before: Node = (*self.end).clone();
        for shown in self.rows.0.borrow().iter().rev() {
            if shown.node.next_sibling().as_ref() != Some(&before) {
                _ = parent.insert_before(&shown.node, Some(&before));
            }
            before = shown.node.clone();
        }
    }
}

impl Render for List {
    type State = Listed;

    fn build(self) -> Listed {
        let (rows, wanted) = self.0.take();
        let end = SendWrapper::new(document().create_text_node("").into());
        let listed = Listed { rows: SendWrapper::new(rows), end };
        listed.show(wanted);
        listed
    }

    fn rebuild(self, state: &mut Listed) {
        state.show(self.0.take().1);
        if let Some(parent) = state.end.parent_node() {
            state.place(&parent);
        }
    }
}

impl Mountable for Listed {
    fn unmount(&mut self) {
        let Some(parent) = self.end.parent_node() else { return };
        for shown in self.rows.0.borrow_mut().drain(..) {
            _ = parent.remove_child(&shown.node);
        }
        _ = parent.remove_child(&self.end);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        _ = parent.insert_before(&self.end, marker);
        self.place(parent);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let shown = self.rows.0.borrow();
        let mark = shown.first().map_or_else(|| (*self.end).clone(), |s| s.node.clone());
        let parent = self.end.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&mark));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        self.rows.0.borrow().iter().map(|s| s.node.clone().unchecked_into()).collect()
    }
}

never_on_a_server! { List, Listed }
