//! The program in parts: what a page shows is fetched when the page is first opened, or shortly before.
//!
//! The table of pages, the kit and the frame are there from the start. A function marked `wasm_split` and
//! all that only it leads to become a file of their own (scripts/split); what two parts share becomes one too.

use crate::api::Failure;
use crate::i18n::texts::errors as words;
use crate::kit::{errors, page};
use crate::pages;
use crate::routes::{self, Page};
use crate::session;
use crate::ui::dom::{self, spawn};
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::skeleton;
use leptos::ev;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page's address, or another name, with what is shown under it.
pub type View = (&'static str, fn() -> AnyView);

/// The views of a part, area by area.
type Views = &'static [&'static [View]];

/// A part of the program that is a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What is open to everybody: signing in, and what helps with it.
    Doors,
    /// The list of customers: where everybody starts.
    Customers,
    /// One customer, what customers consumed, and all that moves money.
    Funds,
    /// Customers who are reported and invited.
    Development,
    /// What customers open themselves.
    Door,
    /// Batches and imports.
    Batches,
    /// Members and roles, and who looks after which customers.
    Organisation,
    /// The person's and the company's own: security, notices, settings.
    Settings,
    /// What is looked at and looked after: approvals, audit, exports, keys, webhooks.
    Work,
}

impl Part {
    /// In the order in which they are fetched ahead: what most people open comes first.
    const ALL: [Self; 9] = [
        Self::Customers,
        Self::Funds,
        Self::Batches,
        Self::Work,
        Self::Organisation,
        Self::Settings,
        Self::Development,
        Self::Doors,
        Self::Door,
    ];
}

thread_local! {
    static HERE: RefCell<[Option<Views>; 9]> = const { RefCell::new([None; 9]) };
    /// Whether a part is being fetched ahead.
    static AHEAD: Cell<bool> = const { Cell::new(false) };
}

#[wasm_split(doors, fallible)]
fn doors() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::identity::DOORS])
}

#[wasm_split(customers, fallible)]
fn customers() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::customers::LIST_VIEWS])
}

#[wasm_split(funds, fallible)]
fn funds() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::customers::VIEWS, pages::consumption::VIEWS, pages::funds::VIEWS])
}

#[wasm_split(development, fallible)]
fn development() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::prospects::VIEWS, pages::associations::VIEWS])
}

#[wasm_split(door, fallible)]
fn door() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::door::VIEWS])
}

#[wasm_split(batches, fallible)]
fn batches() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::batches::VIEWS])
}

#[wasm_split(organisation, fallible)]
fn organisation() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::organisation::VIEWS, pages::assignments::VIEWS])
}

#[wasm_split(settings, fallible)]
fn settings() -> Result<Views, SplitLoaderError> {
    Ok(&[pages::identity::VIEWS, pages::notices::VIEWS, pages::partner::VIEWS])
}

#[wasm_split(work, fallible)]
fn work() -> Result<Views, SplitLoaderError> {
    Ok(&[
        pages::approvals::VIEWS,
        pages::exports::VIEWS,
        pages::audit::VIEWS,
        pages::keys::VIEWS,
        pages::webhooks::VIEWS,
    ])
}

/// Fetches a part, unless it is here; says whether it came.
async fn fetch(part: Part) -> bool {
    if HERE.with_borrow(|here| here[part as usize].is_some()) {
        return true;
    }
    let views = match part {
        Part::Doors => doors().await,
        Part::Customers => customers().await,
        Part::Funds => funds().await,
        Part::Batches => batches().await,
        Part::Organisation => organisation().await,
        Part::Settings => settings().await,
        Part::Work => work().await,
        Part::Development => development().await,
        Part::Door => door().await,
    };
    let views = views.ok();
    HERE.with_borrow_mut(|here| here[part as usize] = views);
    views.is_some()
}

fn view_of(part: Part, name: &str) -> Option<fn() -> AnyView> {
    let views = HERE.with_borrow(|here| here[part as usize])?;
    views.iter().flat_map(|area| area.iter()).find(|(known, _)| *known == name).map(|(_, view)| *view)
}

/// What a page shows; while its part is on its way the page's title over grey lines.
#[must_use]
pub fn view(page: &'static Page) -> AnyView {
    piece(page.part, page.path, |failed| {
        let body = failed.unwrap_or_else(|| skeleton::lines(6));
        if matches!(page.part, Part::Doors | Part::Door) {
            return pages::identity::gate(page.title, body);
        }
        div().child(page::head(page.title, None, None)).child(body).into_any()
    })
}

/// What a part shows under a name. Until the part has come, `frame` draws what stands there: with why it does
/// not come and "Retry", where it does not.
pub fn piece(
    part: Part,
    name: &'static str,
    frame: impl Fn(Option<AnyView>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    if let Some(view) = view_of(part, name) {
        return view();
    }
    waited_for(part, name, Box::new(frame))
}

type Frame = Box<dyn Fn(Option<AnyView>) -> AnyView + Send + Sync>;

fn waited_for(part: Part, name: &'static str, frame: Frame) -> AnyView {
    let came = RwSignal::new(None::<bool>);
    let bring = move || {
        spawn(async move {
            let whole = fetch(part).await;
            came.try_set(Some(whole));
        });
    };
    bring();
    let again = move || {
        came.set(None);
        bring();
    };
    (move || match (came.get(), view_of(part, name)) {
        (Some(true), Some(view)) => {
            // The heading that had the focus gives way to the page's own.
            if dom::focused().is_some_and(|e| e.tag_name() == "H1") {
                page::focus_heading();
            }
            untrack(view)
        }
        (None, _) => frame(None),
        _ => frame(Some(errors::region(Failure::Browser(words::PART), again))),
    })
    .into_any()
}

/// Fetches what an address needs before the page is drawn.
pub fn start(path: &str) {
    if let Some(page) = routes::find(path) {
        ahead(page.part);
    }
}

/// Fetches parts before they are asked for: where a link is pointed at or focused, and the others one by
/// one once the page has come to rest.
pub fn fetch_ahead() {
    let handles = (
        window_event_listener(ev::pointerover, |event| pointed_at(&event)),
        window_event_listener(ev::focusin, |event| pointed_at(&event)),
    );
    // They listen as long as the page lives.
    std::mem::forget(handles);
    rest();
}

fn pointed_at(event: &web_sys::Event) {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let link = target.and_then(|t| t.closest("a[href^='/']").ok().flatten());
    let href = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    start(href.split(['?', '#']).next().unwrap_or_default());
}

/// Never two at a time: what is asked for in the meantime comes when it is opened.
fn ahead(part: Part) {
    if !AHEAD.replace(true) {
        spawn(async move {
            fetch(part).await;
            AHEAD.set(false);
        });
    }
}

/// After the page has come to rest, and between two parts.
const REST: Duration = Duration::from_secs(2);

fn rest() {
    dom::later(REST, || {
        let missing = |part: &Part| HERE.with_borrow(|here| here[*part as usize].is_none());
        let next = Part::ALL.into_iter().find(missing);
        if let Some(part) = next {
            if session::is_signed_in_now() && !document().hidden() && !saves_data() {
                ahead(part);
            }
            rest();
        }
    });
}

/// Whether the person asked the browser to fetch no more than it needs. Not every browser can tell.
fn saves_data() -> bool {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).unwrap_or_default();
    let connection = get(&window().navigator(), "connection");
    connection.is_object() && get(&connection, "saveData").is_truthy()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn every_page_is_in_the_part_that_it_names() {
        for part in Part::ALL {
            // Outside a browser nothing has to come: the first look finds it.
            let come = pin!(fetch(part)).poll(&mut Context::from_waker(Waker::noop()));
            assert_eq!(come, Poll::Ready(true), "{part:?}");
        }
        for page in routes::all() {
            assert!(view_of(page.part, page.path).is_some(), "{} has no view in {:?}", page.path, page.part);
        }
    }
}
