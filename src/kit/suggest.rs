//! Options that fit what is typed into a field: moved through by the arrow keys, taken by Enter or a click
//! (the combobox pattern). The palette and the fields that find a record share it.

use crate::i18n::t;
use crate::i18n::texts::Key;
use crate::ui::Words;
use crate::ui::dom;
use crate::ui::el::{El, input, li, span, ul};
use crate::ui::prelude::*;
use leptos::ev;
use std::sync::Arc;
use std::time::Duration;

/// How long typing must pause before records are searched.
const PAUSE: Duration = Duration::from_millis(150);

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What sort of thing it is, where the options are of several.
    pub kind: Option<Key>,
    /// Its name.
    pub name: String,
    /// What tells it from others of the same name.
    pub detail: String,
    /// What it stands for: an address or an id.
    pub value: String,
}

/// What happens when an option is taken.
pub type Take = Arc<dyn Fn(Hit) + Send + Sync>;

/// A field with options. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Suggest {
    /// What stands in the field.
    pub typed: RwSignal<String>,
    /// What is searched for: what was typed when typing last paused, without blanks around it.
    pub asked: RwSignal<String>,
    /// The options.
    hits: Memo<Vec<Hit>>,
    /// Whether they are shown.
    open: RwSignal<bool>,
    selected: RwSignal<usize>,
    timer: StoredValue<Option<TimeoutHandle>>,
    list: StoredValue<String>,
    take: StoredValue<Take>,
}

impl Suggest {
    /// A field. `hits` makes the options out of what is typed and asked; `open` says whether they show.
    pub fn new(
        (typed, asked, open): (RwSignal<String>, RwSignal<String>, RwSignal<bool>),
        hits: Memo<Vec<Hit>>,
        take: impl Fn(Hit) + Send + Sync + 'static,
    ) -> Self {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let this = Self {
            typed,
            asked,
            hits,
            open,
            selected: RwSignal::new(0),
            timer,
            list: StoredValue::new(dom::unique("options")),
            take: StoredValue::new(Arc::new(take)),
        };
        on_cleanup(move || this.stop());
        this
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// The id of the element that holds the options.
    pub fn list_id(self) -> String {
        self.list.get_value()
    }

    fn option_id(self, at: usize) -> String {
        format!("{}-{at}", self.list.get_value())
    }

    fn take(self, at: usize) {
        let hit = untrack(|| self.hits.with(|hits| hits.get(at).cloned()));
        if let Some(hit) = hit {
            self.stop();
            (self.take.get_value())(hit);
        }
    }

    fn key(self, event: &web_sys::KeyboardEvent) {
        let count = untrack(|| self.hits.with(Vec::len));
        let open = self.open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open => self.open.set(true),
            "ArrowDown" if count > 0 => self.selected.update(|s| *s = (*s + 1) % count),
            "ArrowUp" if count > 0 => self.selected.update(|s| *s = (*s + count - 1) % count),
            "Enter" if open && !event.is_composing() => self.take(self.selected.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    }

    /// The field's input; its name, class and limits are the caller's.
    #[must_use]
    pub fn input(self) -> El {
        let active = move || {
            (self.open.get() && !self.hits.with(Vec::is_empty)).then(|| self.option_id(self.selected.get()))
        };
        input()
            .attr("type", "text")
            .attr("role", "combobox")
            .attr("aria-expanded", move || if self.open.get() { "true" } else { "false" })
            .attr("aria-controls", self.list.get_value())
            .attr("aria-autocomplete", "list")
            .attr("aria-activedescendant", active)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .prop("value", move || self.typed.get())
            .on(ev::keydown, move |event| self.key(&event))
            .on(ev::input, move |event| {
                self.typed.set(event_target_value(&event));
                self.selected.set(0);
                self.open.set(true);
                self.stop();
                let search = move || self.asked.set(self.typed.with_untracked(|t| t.trim().to_owned()));
                self.timer.set_value(dom::later(PAUSE, search));
            })
    }

    /// The options.
    #[must_use]
    pub fn list(self, name: Words, class: &'static str) -> El {
        let option = move |(at, hit): (usize, Hit)| {
            li().attr("id", self.option_id(at))
                .attr("role", "option")
                .attr("class", "option")
                .attr("aria-selected", move || if self.selected.get() == at { "true" } else { "false" })
                .on(ev::pointermove, move |_| {
                    if self.selected.get_untracked() != at {
                        self.selected.set(at);
                    }
                })
                // The field keeps the focus.
                .on(ev::mousedown, |event| event.prevent_default())
                .on(ev::click, move |_| self.take(at))
                .child(span().attr("class", "option__name").child(hit.name))
                .child(span().attr("class", "option__detail").child(hit.detail))
                .child(hit.kind.map(|kind| span().attr("class", "option__kind").child(t(kind))))
                .into_any()
        };
        let options = move || self.hits.get().into_iter().enumerate().map(option).collect::<Vec<_>>();
        ul().attr("id", self.list.get_value())
            .attr("class", class)
            .attr("role", "listbox")
            .attr("aria-label", name.view())
            .child(options)
    }
}
