//! Rows of a table as descriptions. A description is compared with the one that is shown, and only what
//! differs is written: turning a page changes texts and leaves the elements, which is where a browser's
//! time goes. What is in a row is plain: nothing in it changes by itself.

use super::el::{SVG, never_on_a_server};
use super::{Act, order};
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
    Element(Part),
}

/// An element in a row.
pub struct Part {
    tag: &'static str,
    attributes: Vec<(&'static str, Value)>,
    children: Vec<Bit>,
    act: Option<Act>,
}

/// The value of an attribute: most stand in the program or are the same in many rows, and are not copied
/// for each. Rows are described often, and copying texts was what took the time.
pub enum Value {
    /// It stands in the program.
    Fixed(&'static str),
    /// Several rows have it.
    Shared(Rc<str>),
    /// Its own.
    Own(String),
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Shared(text) => text,
            Self::Own(text) => text,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        same(self.text(), other.text())
    }
}

/// Whether two texts are the same, which they mostly are because they are the same place in memory.
fn same(one: &str, other: &str) -> bool {
    std::ptr::eq(one, other) || one == other
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Own(text)
    }
}

impl From<&Rc<str>> for Value {
    fn from(text: &Rc<str>) -> Self {
        Self::Shared(text.clone())
    }
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
    pub fn attr(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Puts content at the end.
    #[must_use]
    #[inline(never)]
    pub fn child(mut self, child: impl Into<Bit>) -> Self {
        // Most elements have one child.
        if self.children.is_empty() {
            self.children.reserve_exact(1);
        }
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
        self.attributes.iter().find(|(n, _)| *n == name).map(|(_, value)| value.text())
    }

    /// Whether the other differs in values only.
    fn is_like(&self, other: &Self) -> bool {
        same(self.tag, other.tag)
            && self.children.len() == other.children.len()
            && self.attributes.len() == other.attributes.len()
            && self.attributes.iter().zip(&other.attributes).all(|((this, _), (other, _))| same(this, other))
    }
}

const ACT: &str = "data-act";

impl From<Part> for Bit {
    fn from(part: Part) -> Self {
        Self::Element(part)
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
                    write(&node, name, value.text());
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
                        write(node.unchecked_ref(), name, now.text());
                    }
                }
                // The page is asked only for the way to what differs: each step is a call out of the app.
                let (mut last, mut steps) = (None::<Node>, 0);
                for (before, now) in before.children.iter().zip(&now.children) {
                    if now.shows_as(before) {
                        steps += 1;
                        continue;
                    }
                    let mut child = match last.take() {
                        None => node.first_child(),
                        Some(last) => last.next_sibling(),
                    };
                    for _ in 0..steps {
                        child = child.and_then(|child| child.next_sibling());
                    }
                    let Some(child) = child else { break };
                    last = Some(now.patch(before, child));
                    steps = 0;
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

    /// Whether the other looks the same.
    #[inline(never)]
    fn shows_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(this), Self::Text(other)) => this == other,
            (Self::Element(this), Self::Element(other)) => {
                // What a property was says nothing: a person has changed it meanwhile.
                let values = || {
                    let mut pairs = this.attributes.iter().zip(&other.attributes);
                    pairs.all(|((name, a), (_, b))| a == b && !name.starts_with('.'))
                };
                let children = || this.children.iter().zip(&other.children).all(|(a, b)| a.shows_as(b));
                this.is_like(other) && values() && children()
            }
            _ => false,
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

impl Shown {
    /// Takes the row off the page.
    fn leave(self) {
        self.node.unchecked_ref::<Element>().remove();
    }
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

/// Rows to be shown.
struct List(SendWrapper<(Rows, Vec<Row>)>);

/// Where shown rows end; the rows themselves are in [`Rows`].
struct Listed {
    rows: SendWrapper<Rows>,
    end: SendWrapper<Node>,
}

impl Listed {
    /// Makes the rows' elements of those that are there. Answers which of them are in their places already.
    fn show(&self, wanted: Vec<Row>) -> Vec<bool> {
        let old = std::mem::take(&mut *self.rows.0.borrow_mut());
        let (mut places, kept) = {
            let ids: Vec<&str> = old.iter().map(|s| s.row.id.as_str()).collect();
            order::places(&ids, &wanted.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
        };
        // A row that goes away lends its elements to one that comes; never the one with the focus, which
        // would then be on somebody else's button.
        let focus = document().active_element();
        let mut old: Vec<Option<Shown>> = old.into_iter().map(Some).collect();
        let mut free = (0..).zip(kept).filter(|(_, kept)| !kept).map(|(at, _)| at);
        let mut shown: Vec<Shown> = Vec::with_capacity(wanted.len());
        for (row, place) in wanted.into_iter().zip(&mut places) {
            let lends = |s: &mut Shown| row.bit.is_like(&s.row.bit) && !s.node.contains(focus.as_deref());
            if place.is_none() {
                *place =
                    free.next().filter(|at| old.get_mut(*at).and_then(Option::as_mut).is_some_and(lends));
            }
            let before = place.and_then(|place| old.get_mut(place)?.take());
            let node = match (before, shown.first()) {
                (Some(before), _) => row.bit.patch(&before.row.bit, before.node),
                (None, Some(first)) => match first.node.clone_node_with_deep(true) {
                    Ok(copy) => row.bit.patch(&first.row.bit, copy),
                    Err(_) => row.bit.build(),
                },
                (None, None) => row.bit.build(),
            };
            shown.push(Shown { row, node });
        }
        old.into_iter().flatten().for_each(Shown::leave);
        *self.rows.0.borrow_mut() = shown;
        order::staying(&places)
    }

    /// Puts the rows in their places, from the end, but for those that are there already.
    fn place(&self, parent: &Node, stays: &[bool]) {
        let mut before: &Node = &self.end;
        let shown = self.rows.0.borrow();
        for (at, row) in shown.iter().enumerate().rev() {
            if !stays.get(at).is_some_and(|stays| *stays) {
                _ = parent.insert_before(&row.node, Some(before));
            }
            before = &row.node;
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
        let stays = state.show(self.0.take().1);
        if let Some(parent) = state.end.parent_node() {
            state.place(&parent, &stays);
        }
    }
}

impl Mountable for Listed {
    fn unmount(&mut self) {
        self.rows.0.borrow_mut().drain(..).for_each(Shown::leave);
        if let Some(parent) = self.end.parent_node() {
            _ = parent.remove_child(&self.end);
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        _ = parent.insert_before(&self.end, marker);
        self.place(parent, &[]);
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
