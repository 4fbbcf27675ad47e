//! The customer managers with the number of their customers (客户分配).

use super::managed_href;
use crate::api;
use crate::i18n::texts::{Key, assignments as words, customers};
use crate::i18n::{format, t};
use crate::kit::load::Load;
use crate::kit::page;
use crate::kit::table::empty;
use crate::ui::el::{a, div, p, table, tbody, td, th, thead, tr};
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::assignments::{ManagerCount, ManagerCounts};

/// The page.
pub(super) fn page() -> AnyView {
    let managers: Load<Vec<ManagerCount>> = Load::new(|| Some(api::call::<ManagerCounts>(&(), &(), &())));
    managers.follow("customers");
    managers.follow("organisation");
    let body = managers.region(
        || skeleton::lines(6),
        |all| {
            if all.is_empty() { empty(words::NONE, words::NONE_HINT, None) } else { grid(&all) }
        },
    );
    div()
        .attr("class", "page")
        .child(page::head(words::TITLE, None, None))
        .child(p().attr("class", "page__lead").child(t(words::LEAD)))
        .child(body)
        .into_any()
}

fn grid(all: &[ManagerCount]) -> AnyView {
    let head = |name: Key| th().attr("class", "cell").attr("scope", "col").child(t(name)).into_any();
    let row = |one: &ManagerCount| {
        let more = if one.more { "+" } else { "" };
        let link = a().attr("href", managed_href(&one.manager.id)).child(t(words::VIEW));
        tr().child(th().attr("class", "cell").attr("scope", "row").child(one.manager.name.clone()))
            .child(td().attr("class", "cell").child(one.email.clone()))
            .child(
                td().attr("class", "cell cell--number")
                    .child(format!("{}{more}", format::number(one.customers))),
            )
            .child(td().attr("class", "cell").child(link))
            .into_any()
    };
    let heads = [customers::MANAGER, words::EMAIL, words::CUSTOMERS, customers::ACTIONS].map(head);
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(words::TITLE))
        .attr("tabindex", "0")
        .child(
            table()
                .attr("class", "table table--small")
                .child(thead().child(tr().child(heads.into_iter().collect::<Vec<_>>())))
                .child(tbody().child(all.iter().map(row).collect::<Vec<_>>())),
        )
        .into_any()
}
