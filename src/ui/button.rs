//! Buttons. One that cannot be used stays focusable and says why.

use super::content::Make;
use super::icon::{Icon, icon};
use super::rows::{Part, bit};
use super::{Act, Words, dom};
use crate::ui::el::{button, span};
use crate::ui::prelude::*;
use leptos::ev;
use std::sync::Arc;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do next.
    Primary,
    /// Anything else.
    Plain,
    /// In a row or a bar: without a frame.
    Quiet,
    /// Cannot be undone.
    Danger,
}

type Reason = Arc<dyn Make<Option<String>> + Send + Sync>;

/// A button in the making.
pub struct Button {
    words: Words,
    look: Look,
    icon: Option<Icon>,
    icon_only: bool,
    id: Option<String>,
    submits: bool,
    refusal: Option<Reason>,
    busy: Option<Signal<bool>>,
    act: Option<Act>,
}

impl Button {
    /// A plain button with these words.
    pub fn new(words: impl Into<Words>) -> Self {
        Self {
            words: words.into(),
            look: Look::Plain,
            icon: None,
            icon_only: false,
            id: None,
            submits: false,
            refusal: None,
            busy: None,
            act: None,
        }
    }

    /// How much it asks for attention.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// An icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Only the icon is seen; the words are its name.
    pub fn icon_only(mut self, icon: Icon) -> Self {
        self.icon_only = true;
        self.icon(icon)
    }

    /// An id, so that the focus can come back to it after the view was made anew.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// It sends its form.
    pub fn submits(mut self) -> Self {
        self.submits = true;
        self
    }

    /// Why it cannot be used now, if so.
    pub fn refused(mut self, reason: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        self.refusal = Some(Arc::new(reason));
        self
    }

    /// While this is true it shows progress and takes no click.
    pub fn busy(mut self, busy: impl Into<Signal<bool>>) -> Self {
        self.busy = Some(busy.into());
        self
    }

    /// What a click does.
    pub fn on_click(mut self, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.act = Some(Arc::new(act));
        self
    }

    /// The button as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { words, look, icon: drawing, icon_only, id, submits, refusal, busy, act } = self;
        let class = match (look, icon_only) {
            (Look::Primary, _) => "button button--primary",
            (Look::Plain, false) => "button",
            (Look::Plain, true) => "button button--icon",
            (Look::Quiet, false) => "button button--quiet",
            (Look::Quiet, true) => "button button--quiet button--icon",
            (Look::Danger, _) => "button button--danger",
        };
        let is_busy = move || busy.is_some_and(|b| b.get());
        let why = {
            let refusal = refusal.clone();
            move || refusal.as_ref().and_then(|r| r.make())
        };
        let off = {
            let why = why.clone();
            move || (is_busy() || why().is_some()).then_some("true")
        };
        let blocked = off.clone();
        let tip = refusal.map(|_| dom::unique("why"));
        let described = {
            let (why, tip) = (why.clone(), tip.clone());
            move || tip.clone().filter(|_| why().is_some())
        };
        let name = icon_only.then(|| words.clone().view());
        let element = button()
            .attr("class", class)
            .attr("type", if submits { "submit" } else { "button" })
            .attr("id", id)
            .attr("aria-label", name.clone())
            .attr("title", name)
            .attr("aria-disabled", off)
            .attr("aria-busy", move || is_busy().then_some("true"))
            .attr("aria-describedby", described)
            .on(ev::click, move |event| {
                if untrack(|| blocked().is_some()) {
                    event.prevent_default();
                } else if let Some(act) = &act {
                    act.make();
                }
            })
            .child(drawing.map(icon))
            .child((!icon_only).then(|| words.view()))
            .child(busy.map(|b| {
                move || b.get().then(|| span().attr("class", "spinner").attr("aria-hidden", "true"))
            }));
        let Some(tip) = tip else { return element.into_any() };
        span()
            .attr("class", "tipped")
            .child(element)
            .child(move || {
                why().map(|text| span().attr("class", "tip").attr("id", tip.clone()).child(text).into_any())
            })
            .into_any()
    }
}

/// A quiet button in a row. `name` tells it from the others of its row; with a `refusal` it cannot be used
/// now and says why.
#[must_use]
pub fn row_button(
    name: &'static str,
    words: String,
    id: String,
    refusal: Option<String>,
    act: impl Fn() + Send + Sync + 'static,
) -> Part {
    let button = bit("button").attr("class", "button button--quiet").attr("type", "button");
    match refusal {
        None => button.attr("id", id).on_click(name, act).child(words),
        Some(why) => {
            let tip = format!("{id}-why");
            let button =
                button.attr("id", id).attr("aria-disabled", "true").attr("aria-describedby", tip.clone());
            let tip = bit("span").attr("class", "tip").attr("id", tip).child(why);
            bit("span").attr("class", "tipped").child(button.child(words)).child(tip)
        }
    }
}
