//! Saved views of a list: the address under a name. The menu beside the search opens, saves, shares, renames
//! and deletes them, and chooses with which one the list opens.

use crate::api::{self, CallOf, Failure};
use crate::i18n::texts::{Key, ui as ui_words, views as words};
use crate::i18n::{fill, format, t, text};
use crate::kit::columns::Columns;
use crate::kit::errors;
use crate::kit::load::Load;
use crate::router;
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::spawn;
use crate::ui::el::{a, div, form, input, label, li, p, span, table, tbody, td, th, thead, tr, ul};
use crate::ui::field::{Field, focus_first_error};
use crate::ui::icon::{Icon, icon};
use crate::ui::popover::{self, Popover};
use crate::ui::prelude::*;
use crate::ui::{Words, toast, when};
use contract::error::Code;
use contract::views::{
    DefaultView, MAX_NAME, NewView, View, ViewChange, ViewCreate, ViewDefault, ViewDelete, ViewList,
    ViewUpdate, faults,
};
use leptos::ev;

/// The value of `?view=` for the plain list, where a view would open otherwise.
const PLAIN: &str = "none";

/// What the menu works with.
#[derive(Clone, Copy)]
struct Menu {
    list: &'static str,
    params: StoredValue<Vec<&'static str>>,
    columns: Columns,
    views: Load<Vec<View>>,
    /// The dialog that is open: a new view, or a change of one.
    dialog: RwSignal<Option<Option<View>>>,
    /// What somebody else changed meanwhile: their view, and what was to be saved.
    conflict: RwSignal<Option<(View, ViewUpdate)>>,
}

/// The menu of a list's views; `params` are what a view keeps of the address.
pub fn menu(list: &'static str, params: Vec<&'static str>, columns: Columns) -> AnyView {
    open_with_default(list);
    let view_param = router::param_signal("view");
    let wanted = RwSignal::new(false);
    let views = Load::new(move || {
        let named = view_param.with(|v| v.as_deref().is_some_and(|v| v != PLAIN));
        (wanted.get() || named).then(|| api::call::<ViewList>(&(), &(), &()))
    });
    views.follow("views");
    let menu = Menu {
        list,
        params: StoredValue::new(params),
        columns,
        views,
        dialog: RwSignal::new(None),
        conflict: RwSignal::new(None),
    };
    let name = move || menu.current().map_or_else(|| text(words::TITLE), |view| view.name);
    let face = (
        span().child(name),
        move || menu.edited().then(|| span().attr("class", "badge").child(t(words::EDITED))),
        icon(Icon::Down),
    );
    let open = RwSignal::new(false);
    let body = when(move || open.get(), move || menu.body());
    let button = Popover {
        name: words::TITLE.into(),
        face: face.into_any(),
        body,
        class: "popover--near popover--views",
        button: "button button--quiet",
    };
    (
        button.view(move |now| {
            if now {
                wanted.set(true);
            }
            open.set(now);
        }),
        move || menu.dialog.get().map(|of| menu.form(of)),
        move || menu.conflict.get().map(|(theirs, mine)| menu.compare(theirs, mine)),
    )
        .into_any()
}

/// A list that is opened plainly opens with the view that the person chose for it.
fn open_with_default(list: &'static str) {
    if untrack(router::href_has_query) {
        return;
    }
    let done = StoredValue::new(false);
    effect(move || {
        let default = session::with(|s| s.views.iter().find(|v| v.list == list).cloned());
        let Some(default) = default else { return };
        if !done.get_value() {
            done.set_value(true);
            if let (Some(view), false) = (default, untrack(router::href_has_query)) {
                router::replace(&href(&view.id.0, &view.query));
            }
        }
    });
}

/// The address of a view.
fn href(id: &str, query: &str) -> String {
    let query = query.trim_start_matches('?');
    let and = if query.is_empty() { "" } else { "&" };
    format!("{}?view={id}{and}{query}", untrack(router::path))
}

impl Menu {
    /// The view that the address names.
    fn current(self) -> Option<View> {
        let id = router::param("view")?;
        self.views.get()?.iter().find(|v| v.id.as_str() == id).cloned()
    }

    /// What the address says now, as a view keeps it.
    fn present(self) -> String {
        router::query_only(&self.params.get_value())
    }

    fn edited(self) -> bool {
        self.current().is_some_and(|view| !router::same_query(&view.query, &self.present()))
    }

    fn body(self) -> AnyView {
        let list = self.list;
        let links = move || {
            let views = self.views.get();
            let all: Vec<View> =
                views.iter().flat_map(|v| v.iter()).filter(|v| v.list == list).cloned().collect();
            let has_default = all.iter().any(|v| v.default);
            let plain = if has_default { href(PLAIN, "") } else { untrack(router::path) };
            let none = router::param("view").is_none_or(|v| v == PLAIN);
            std::iter::once(link(text(words::PLAIN), plain, none, None))
                .chain(all.into_iter().map(|view| {
                    let on = router::param("view").as_deref() == Some(view.id.as_str());
                    let mark = match (view.default, view.mine) {
                        (true, _) => Some(text(words::DEFAULT)),
                        (false, false) => Some(fill(words::SHARED_BY, &[("name", &view.owner)])),
                        (false, true) => view.shared.then(|| text(words::SHARED)),
                    };
                    link(view.name, href(view.id.as_str(), &view.query), on, mark)
                }))
                .collect::<Vec<_>>()
        };
        let failed = move || self.views.failure().map(|f| errors::region(f, move || self.views.again()));
        div()
            .child(ul().attr("class", "picks").child(links))
            .child(failed)
            .child(div().attr("class", "views__actions").child(move || self.actions()))
            .into_any()
    }

    fn actions(self) -> Vec<AnyView> {
        let quiet = |name: Key, act: Box<dyn Fn() + Send + Sync>| {
            Button::new(name)
                .look(Look::Quiet)
                .on_click(move || {
                    popover::close();
                    act();
                })
                .view()
        };
        let mut actions = Vec::new();
        if let Some(view) = self.current() {
            if self.edited() {
                if view.mine {
                    let kept = view.clone();
                    actions.push(quiet(words::SAVE, Box::new(move || self.save(&kept))));
                }
                let back = href(view.id.as_str(), &view.query);
                actions.push(quiet(words::RESET, Box::new(move || router::go(&back))));
            }
            let (default, id) = (view.default, view.id.clone());
            let name = if default { words::NO_DEFAULT } else { words::MAKE_DEFAULT };
            let chosen = DefaultView { list: self.list.into(), view: (!default).then_some(id) };
            let call = move || api::call::<ViewDefault>(&(), &(), &chosen);
            actions.push(quiet(name, Box::new(move || self.send(call(), words::SAVED, None))));
            if view.mine {
                let (kept, gone) = (view.clone(), view);
                actions
                    .push(quiet(words::CHANGE, Box::new(move || self.dialog.set(Some(Some(kept.clone()))))));
                actions.push(quiet(words::DELETE, Box::new(move || self.delete(&gone))));
            }
        }
        actions.push(quiet(words::SAVE_NEW, Box::new(move || self.dialog.set(Some(None)))));
        actions
    }

    /// Sends a change; then the list of views is loaded again, and with `go` another address shown.
    fn send<T: Send + Sync + 'static>(self, call: CallOf<T>, done: Key, go: Option<String>) {
        spawn(async move {
            match api::send_for(call).await {
                Ok(_) => {
                    toast::tell(text(done));
                    self.views.again();
                    session::refresh();
                    if let Some(go) = go {
                        router::go(&go);
                    }
                }
                Err(why) => toast::warn(errors::sentence(&why)),
            }
        });
    }

    fn save(self, view: &View) {
        let update = ViewUpdate {
            name: view.name.clone(),
            query: untrack(|| self.present()),
            shared: view.shared,
            version: view.version,
        };
        let id = view.id.clone();
        spawn(async move {
            match self.change(&id, &update).await {
                Ok(()) => toast::tell(text(words::SAVED)),
                Err(why) => toast::warn(errors::sentence(&why)),
            }
        });
    }

    /// Sends a change of a view. Where somebody was faster, theirs is shown beside it instead.
    async fn change(self, id: &contract::id::ViewId, update: &ViewUpdate) -> Result<(), Failure> {
        let answer = api::send_for(api::call::<ViewChange>(id, &(), update)).await;
        match answer {
            Err(why) if why.code() == Some(Code::Changed) => {
                let views = api::ask::<ViewList>(&()).await?;
                let theirs = views.iter().find(|v| v.id == *id).cloned().ok_or(why)?;
                self.conflict.try_set(Some((theirs, update.clone())));
                self.views.again();
                Ok(())
            }
            answer => {
                answer?;
                self.views.again();
                session::refresh();
                Ok(())
            }
        }
    }

    fn delete(self, view: &View) {
        let (id, name) = (view.id.clone(), view.name.clone());
        let plain = untrack(router::path);
        let remove = move || {
            let call = api::call::<ViewDelete>(&id, &(), &());
            self.send(call, words::DELETED, Some(plain.clone()));
        };
        let sentence = Words::new(move || fill(words::DELETE_TEXT, &[("name", &name)]));
        dialog::confirm(words::DELETE_TITLE, sentence, words::DELETE, remove);
    }

    /// The dialog for a new view, or for name and sharing of one.
    fn form(self, of: Option<View>) -> AnyView {
        let name = RwSignal::new(of.as_ref().map(|v| v.name.clone()).unwrap_or_default());
        let shared = RwSignal::new(of.as_ref().is_some_and(|v| v.shared));
        let (asked, busy) = (RwSignal::new(false), RwSignal::new(false));
        let failure = RwSignal::new(None::<Failure>);
        let before = name.get_untracked();
        let dirty = Signal::derive(move || name.with(|n| *n != before));
        let error = Signal::derive(move || {
            let rule = name.with(|n| faults(n, "").into_iter().next()).filter(|_| asked.get());
            let served = failure.with(|f| {
                f.as_ref().and_then(|f| match f.code() {
                    Some(Code::NameTaken) => Some(errors::sentence(f)),
                    _ => errors::field(f, "name"),
                })
            });
            rule.map(|f| errors::fault(f.fault)).or(served)
        });
        let other = move || {
            let failure = failure.get()?;
            (error.with(Option::is_none)).then(|| errors::notice(failure))
        };
        let close = move || self.dialog.set(None);
        let title = if of.is_some() { words::CHANGE } else { words::SAVE_NEW };
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            asked.set(true);
            if busy.get_untracked() {
                return;
            }
            if error.with_untracked(Option::is_some) && failure.with_untracked(Option::is_none) {
                focus_first_error();
                return;
            }
            busy.set(true);
            failure.set(None);
            let (name, shared, of) = (name.get_untracked(), shared.get_untracked(), of.clone());
            let query = untrack(|| self.with_columns());
            spawn(async move {
                let done = match of {
                    Some(view) => {
                        let update =
                            ViewUpdate { name, query: view.query.clone(), shared, version: view.version };
                        self.change(&view.id, &update).await.map(|()| None)
                    }
                    None => {
                        let new = NewView { list: self.list.into(), name, query, shared };
                        let call = api::call::<ViewCreate>(&(), &(), &new);
                        api::send_for(call).await.map(|view| Some(href(view.id.as_str(), &view.query)))
                    }
                };
                match done {
                    Ok(go) => {
                        toast::tell(text(words::SAVED));
                        self.views.again();
                        self.dialog.try_set(None);
                        if let Some(go) = go {
                            router::replace(&go);
                        }
                    }
                    Err(why) => {
                        failure.try_set(Some(why));
                        focus_first_error();
                    }
                }
                busy.try_set(false);
            });
        };
        let body = form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(Field::new("name", words::NAME, name).max(MAX_NAME).error(error).focused().view())
            .child(
                label()
                    .attr("class", "choice")
                    .child(
                        input()
                            .attr("type", "checkbox")
                            .prop("checked", move || shared.get())
                            .on(ev::change, move |_| shared.update(|s| *s = !*s)),
                    )
                    .child(span().child(t(words::SHARE))),
            )
            .child(p().attr("class", "field__hint").child(t(words::HINT)))
            .child(other)
            .child(dialog::actions(vec![
                Button::new(ui_words::CANCEL).on_click(close).view(),
                Button::new(words::SAVE).look(Look::Primary).submits().busy(busy).view(),
            ]))
            .into_any();
        Dialog::new(title, close).dirty(dirty).class("dialog--small").view(body)
    }

    /// What a new view keeps: the address, with the columns that are shown.
    fn with_columns(self) -> String {
        let present = self.present();
        match self.columns.keys() {
            Some(keys) if !present.contains("columns=") => {
                let and = if present.is_empty() { "?" } else { "&" };
                format!("{present}{and}columns={}", router::encode(&keys))
            }
            _ => present,
        }
    }

    /// Theirs beside what was to be saved: nothing is overwritten without being seen.
    fn compare(self, theirs: View, mine: ViewUpdate) -> AnyView {
        let close = move || self.conflict.set(None);
        let yes_no = |yes: bool| text(if yes { words::YES } else { words::NO });
        let rows = [
            (words::NAME, theirs.name.clone(), mine.name.clone()),
            (words::QUERY, theirs.query.clone(), mine.query.clone()),
            (words::SHARED, yes_no(theirs.shared), yes_no(mine.shared)),
        ];
        let row = |(name, theirs, mine): (Key, String, String)| {
            let differs = if theirs == mine { "" } else { "after" };
            tr().child(th().attr("scope", "row").child(t(name)))
                .child(td().attr("class", differs).child(theirs))
                .child(td().attr("class", differs).child(mine))
                .into_any()
        };
        let head = |name: Key| th().attr("scope", "col").child(t(name));
        let at = format::date_time(theirs.changed_at);
        let told = fill(words::CONFLICT_TEXT, &[("name", &theirs.owner), ("time", &at)]);
        let overwrite = {
            let update = ViewUpdate { version: theirs.version, ..mine };
            let kept = View { name: update.name.clone(), shared: update.shared, ..theirs };
            move || {
                let (id, update) = (kept.id.clone(), update.clone());
                self.conflict.set(None);
                spawn(async move {
                    match self.change(&id, &update).await {
                        Ok(()) => toast::tell(text(words::SAVED)),
                        Err(why) => toast::warn(errors::sentence(&why)),
                    }
                });
            }
        };
        let body = div()
            .attr("class", "form")
            .child(p().child(told))
            .child(
                table()
                    .attr("class", "before-after")
                    .child(
                        thead().child(tr().child(td()).child(head(words::THEIRS)).child(head(words::MINE))),
                    )
                    .child(tbody().child(rows.into_iter().map(row).collect::<Vec<_>>())),
            )
            .child(dialog::actions(vec![
                Button::new(words::OVERWRITE).on_click(overwrite).view(),
                Button::new(words::TAKE_THEIRS).look(Look::Primary).on_click(close).view(),
            ]))
            .into_any();
        Dialog::new(words::CONFLICT, close).view(body)
    }
}

fn link(name: String, href: String, on: bool, mark: Option<String>) -> AnyView {
    li().child(
        a().attr("class", "pick")
            .attr("href", href)
            .attr("aria-current", on.then_some("true"))
            .on(ev::click, |_| popover::close())
            .child(span().child(name))
            .child(mark.map(|mark| span().attr("class", "form__meta").child(mark))),
    )
    .into_any()
}
