//! What is told by the server while the console is open: that something changed elsewhere, how many notices
//! are unread, that the session has ended, that there is a newer console.
//!
//! Only the tab that is looked at listens: a browser has few connections to one server.

use crate::ui::dom;
use crate::ui::prelude::*;
use crate::{json, session};
use contract::api::Endpoint;
use contract::notices::{Live, LiveEvents};
use leptos::ev;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

/// Listening begins after what the page shows first is there.
const CALM: Duration = Duration::from_secs(2);

struct Ear {
    source: EventSource,
    _open: Closure<dyn FnMut()>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _broken: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

thread_local! {
    static EAR: RefCell<Option<Ear>> = const { RefCell::new(None) };
    /// The areas of the last change, and how many changes there were.
    static CHANGE: ArcRwSignal<(u32, Vec<String>)> = ArcRwSignal::new((0, Vec::new()));
    static OUTDATED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static STANDING: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does something whenever something changed in an area; in all of them after a time without listening.
pub fn on_change_in(area: &'static str, act: impl Fn() + 'static) {
    let change = CHANGE.with(Clone::clone);
    on_change(
        move || change.with(|(count, areas)| areas.iter().any(|a| a == area || a == "all").then_some(*count)),
        {
            let change = CHANGE.with(Clone::clone);
            move || {
                if change.with_untracked(|(_, areas)| areas.iter().any(|a| a == area || a == "all")) {
                    act();
                }
            }
        },
    );
}

/// Says that everything may have changed.
pub fn all_changed() {
    changed(vec!["all".to_owned()]);
}

fn changed(areas: Vec<String>) {
    if !areas.is_empty() {
        CHANGE.with(|c| {
            c.update(|(count, last)| {
                *count += 1;
                *last = areas;
            });
        });
    }
}

/// Whether the server has a newer console than this one; reactive.
#[must_use]
pub fn is_outdated() -> bool {
    OUTDATED.with(ArcRwSignal::get)
}

/// Listens while somebody is signed in and looks at the page.
pub fn start() {
    let later = StoredValue::new(None::<TimeoutHandle>);
    let follow = move || {
        if let Some(timer) = later.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let wanted = session::with(|s| !s.factor_needed) == Some(true) && !document().hidden();
        let listens = EAR.with_borrow(Option::is_some);
        if wanted && !listens {
            later.set_value(dom::later(CALM, listen));
        } else if !wanted && listens {
            EAR.take();
        }
    };
    effect(follow);
    let handle = window_event_listener(ev::visibilitychange, move |_| {
        untrack(follow);
        if !document().hidden() && session::is_signed_in_now() {
            all_changed();
        }
    });
    // It listens as long as the page lives.
    std::mem::forget(handle);
}

fn listen() {
    let Ok(source) = EventSource::new(LiveEvents::PATH) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let live = event.data().as_string().and_then(|text| json::parse(&text)).and_then(json::read::<Live>);
        if let Some(live) = live {
            take(live);
        }
    });
    let opened = Cell::new(false);
    let open = Closure::<dyn FnMut()>::new(move || {
        // The line was broken meanwhile: what happened then was not heard.
        if opened.replace(true) {
            all_changed();
        }
    });
    let broken = Closure::<dyn FnMut(web_sys::Event)>::new(|_| {
        // The browser tries again by itself, unless the server said no: then the session may have ended.
        let closed =
            EAR.with_borrow(|e| e.as_ref().is_some_and(|e| e.source.ready_state() == EventSource::CLOSED));
        if closed {
            EAR.take();
            session::refresh();
            dom::later(CALM * 5, || {
                if session::is_signed_in_now() && !document().hidden() && EAR.with_borrow(Option::is_none) {
                    listen();
                }
            });
        }
    });
    source.set_onopen(Some(open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    source.set_onerror(Some(broken.as_ref().unchecked_ref()));
    EAR.set(Some(Ear { source, _open: open, _heard: heard, _broken: broken }));
}

fn take(live: Live) {
    if live.session.is_empty() {
        EAR.take();
        session::ended();
        return;
    }
    // What the person may do has changed: the menu and the pages follow.
    let before = STANDING.replace(Some(live.session.clone()));
    if before.is_some_and(|before| before != live.session) {
        session::refresh();
    }
    session::set_counts(live.unread, live.approvals);
    let own = dom::find("link[rel=preload][as=fetch]").and_then(|link| link.get_attribute("href"));
    if own.is_some_and(|own| !live.build.is_empty() && own.trim_start_matches('/') != live.build) {
        OUTDATED.with(|o| o.set(true));
    }
    changed(live.areas);
}
