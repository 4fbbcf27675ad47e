//! The side menu, made from the table of pages: what exists and what the role allows.

use crate::i18n::texts::{app as words, approvals as approval_words};
use crate::i18n::{format, plural, t, text};
use crate::router;
use crate::routes::{self, Group, Page};
use crate::session;
use crate::ui::dom::{self, Keep};
use crate::ui::el::{a, button, div, h2, li, nav, span, ul};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use leptos::ev;

/// The name under which it is remembered that the menu is narrow.
const NARROW: &str = "menu-narrow";

/// The menu's id, for the buttons that open it.
const ID: &str = "side-menu";

thread_local! {
    static NARROWED: ArcRwSignal<bool> = ArcRwSignal::new(dom::stored(Keep::Long, NARROW).is_some());
    static DRAWN: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// The button in the header that shows the menu where there is no room for it.
#[must_use]
pub fn drawer_button() -> AnyView {
    let drawn = DRAWN.with(Clone::clone);
    let state = drawn.clone();
    button()
        .attr("type", "button")
        .attr("class", "button button--quiet button--icon drawer-button")
        .attr("aria-label", t(words::MENU))
        .attr("aria-controls", ID)
        .attr("aria-expanded", move || if state.get() { "true" } else { "false" })
        .on(ev::click, move |_| drawn.update(|d| *d = !*d))
        .child(icon(Icon::Menu))
        .into_any()
}

/// The menu.
#[must_use]
pub fn side() -> AnyView {
    let (narrow, drawn) = (NARROWED.with(Clone::clone), DRAWN.with(Clone::clone));
    // A page that was chosen hides the drawer again.
    let (on_path, on_key) = (drawn.clone(), drawn.clone());
    effect(move || {
        _ = router::path();
        on_path.set(false);
    });
    let esc = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && on_key.get_untracked() {
            on_key.set(false);
            dom::focus_soon(".drawer-button");
        }
    });
    on_cleanup(move || esc.remove());
    let groups: Vec<_> = Group::ALL.into_iter().map(group).collect();
    let (is_narrow, is_drawn) = (narrow.clone(), drawn);
    let (pressed, label) = (narrow.clone(), narrow.clone());
    let toggle = move |_| {
        let now = !narrow.get_untracked();
        dom::store(Keep::Long, NARROW, now.then_some("1"));
        narrow.set(now);
    };
    nav()
        .attr("id", ID)
        .attr("class", "side")
        .class_if("side--narrow", move || is_narrow.get())
        .class_if("side--drawn", move || is_drawn.get())
        .attr("aria-label", t(words::SIDE_NAVIGATION))
        .child(div().attr("class", "side__groups").child(groups))
        .child(
            button()
                .attr("type", "button")
                .attr("class", "side__toggle button button--quiet button--icon")
                .attr("aria-label", move || {
                    text(if label.get() { words::WIDEN_MENU } else { words::NARROW_MENU })
                })
                .attr("aria-expanded", move || if pressed.get() { "false" } else { "true" })
                .on(ev::click, toggle)
                .child(icon(Icon::Before)),
        )
        .into_any()
}

fn group(group: Group) -> AnyView {
    let pages = move || {
        routes::all()
            .filter(|p| p.menu.is_some_and(|m| m.group == group))
            // Before the session is known, everything is shown in grey rather than jumping in.
            .filter(|p| p.access.is_none_or(|a| session::allows(a) != Some(false)))
            .map(link)
            .collect::<Vec<_>>()
    };
    (move || {
        let links = pages();
        if links.is_empty() {
            return None;
        }
        let heading = format!("side-{}", group as u8);
        Some(
            div()
                .attr("class", "side__group")
                .child(h2().attr("class", "side__title").attr("id", heading.clone()).child(t(group.name())))
                .child(ul().attr("aria-labelledby", heading).child(links))
                .into_any(),
        )
    })
    .into_any()
}

fn link(page: &'static Page) -> AnyView {
    let is_here = move || {
        let path = router::path();
        path == page.path || routes::find(&path).is_some_and(|p| p.parent == Some(page.path))
    };
    let waiting = move || {
        let count = routes::waiting(page);
        (count > 0).then(|| {
            let words = plural(approval_words::COUNT, count, &[]);
            span()
                .attr("class", "side__count")
                .attr("title", words.clone())
                .child(span().attr("aria-hidden", "true").child(format::number(count)))
                .child(span().attr("class", "unseen").child(words))
                .into_any()
        })
    };
    li().child(
        a().attr("class", "side__link")
            .attr("href", page.path)
            .attr("aria-current", move || is_here().then_some("page"))
            .attr("title", t(page.title))
            .child(page.menu.map(|m| icon(m.icon)))
            .child(span().attr("class", "side__name").child(t(page.title)))
            .child(waiting),
    )
    .into_any()
}
