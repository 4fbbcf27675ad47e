//! Below a list: how many rows there are, how many are shown at once, the pages before and after.

use crate::i18n::texts::{Key, table as words};
use crate::i18n::{fill, format, plural, t};
use crate::kit::source::{Source, SourcePage};
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::dom::{self, Keep};
use crate::ui::el::{a, div, label, option, select, span};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use contract::page::{PAGE_SIZES, Total, page_size};
use leptos::ev;

/// The name under which the page size is remembered.
const SIZE: &str = "page-size";

/// The page size that the address asks for, else the remembered one; `None` for the server's default.
#[must_use]
pub fn limit() -> Option<u32> {
    let asked = router::param("limit").or_else(|| dom::stored(Keep::Long, SIZE));
    let size = page_size(asked.and_then(|l| l.parse().ok()));
    (size != PAGE_SIZES[0]).then_some(size)
}

/// A total in words, saying so where it is capped.
fn total_words(total: Total) -> String {
    if total.more {
        fill(words::MORE_THAN, &[("count", &format::number(total.count))])
    } else {
        plural(words::ROWS, total.count, &[])
    }
}

/// The bar.
#[must_use]
pub fn pager(source: &Source) -> AnyView {
    let load = source.load;
    let of = |read: fn(SourcePage) -> Option<String>| {
        let source = source.clone();
        Signal::derive(move || source.page().and_then(read))
    };
    let (previous, next) = (of(|page| page.previous), of(|page| page.next));
    let total = {
        let source = source.clone();
        move || source.page().map(|page| total_words(page.total))
    };
    let size = move || limit().unwrap_or(PAGE_SIZES[0]);
    let sizes: Vec<_> = PAGE_SIZES
        .iter()
        .map(|n| {
            let n = *n;
            option().attr("value", n.to_string()).prop("selected", move || size() == n).child(n.to_string())
        })
        .collect();
    let id = dom::unique("page-size");
    let updated = move || {
        let at = load.at();
        (at > 0).then(|| {
            let time = format::clock_time(contract::time::from_millis(at));
            fill(words::UPDATED, &[("time", &time)])
        })
    };
    div()
        .attr("class", "pager")
        .child(span().attr("class", "pager__total").attr("role", "status").child(total))
        .child(
            span().attr("class", "pager__updated").child(updated).child(
                Button::new(words::REFRESH)
                    .icon_only(Icon::Again)
                    .look(Look::Quiet)
                    .busy(Signal::derive(move || load.slow()))
                    .on_click(move || load.again())
                    .view(),
            ),
        )
        .child(
            span()
                .attr("class", "pager__size")
                .child(label().attr("for", id.clone()).child(t(words::PAGE_SIZE)))
                .child(
                    select()
                        .attr("id", id)
                        .attr("class", "input input--small")
                        .on(ev::change, |event| {
                            let value = event_target_value(&event);
                            dom::store(Keep::Long, SIZE, Some(&value));
                            router::set_query(&[("limit", Some(&value)), ("page", None)]);
                        })
                        .child(sizes),
                ),
        )
        .child(
            span()
                .attr("class", "pager__steps")
                .child(step(Icon::Before, words::PREVIOUS, previous))
                .child(step(Icon::After, words::NEXT, next)),
        )
        .into_any()
}

/// A link to a page; where there is none, the words remain and say so. It stays the same element, so that
/// the focus stays on it from page to page.
fn step(drawing: Icon, name: Key, cursor: Signal<Option<String>>) -> AnyView {
    a().attr("class", "button")
        .attr("rel", if drawing == Icon::After { "next" } else { "prev" })
        .attr("role", "link")
        .attr("href", move || cursor.get().map(|cursor| router::href_with(&[("page", Some(&cursor))])))
        .attr("tabindex", "0")
        .attr("aria-disabled", move || cursor.with(Option::is_none).then_some("true"))
        .child(icon(drawing))
        .child(t(name))
        .into_any()
}
