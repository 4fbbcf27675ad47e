//! What all customers consumed (销售 > 客户 > 客户消费). Not the partner's bill (capability 54).

mod lines;
mod summary;

use crate::i18n::t;
use crate::i18n::texts::consumption as words;
use crate::kit::page;
use crate::parts::{Part, View};
use crate::router;
use crate::routes::{Group, Menu, Page};
use crate::ui::el::{div, p};
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use crate::ui::tabs::{Tab, tabs};
use contract::access::Permission;

/// Both tabs: 消费汇总, and under `?tab=detail` 消费明细.
const PAGE: &str = "/consumption";
const DETAIL: &str = "detail";

/// The pages of this area.
pub const PAGES: &[Page] = &[Page {
    path: PAGE,
    title: words::TITLE,
    menu: Some(Menu { group: Group::Customers, icon: Icon::Bars }),
    parent: None,
    access: Some(Permission::CustomersRead),
    part: Part::Funds,
}];

/// What they show.
pub const VIEWS: &[View] = &[(PAGE, page)];

/// The address of the lines that have these values.
fn lines_href(filters: &[(&str, &str)]) -> String {
    let values = filters.iter().map(|(name, value)| format!("&{name}={}", router::encode(value)));
    format!("{PAGE}?tab={DETAIL}{}", values.collect::<String>())
}

/// The page.
fn page() -> AnyView {
    let tab = |value, name: crate::i18n::texts::Key| Tab { value, name: name.into() };
    let all = vec![tab("summary", words::SUMMARY), tab(DETAIL, words::DETAIL)];
    let current = || if router::param("tab").as_deref() == Some(DETAIL) { DETAIL } else { "summary" };
    let panel = |tab| if tab == DETAIL { lines::panel() } else { summary::panel() };
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(p().attr("class", "page__lead").attr("role", "note").child(t(words::NO_BASIS)))
        .child(tabs(words::TITLE, all, current, panel))
        .into_any()
}
