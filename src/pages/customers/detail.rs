//! One customer: basic information, balance, adjustment records, consumption, audit trail.

use super::{balance, consumption, info, timeline};
use crate::api;
use crate::i18n::texts::customers as words;
use crate::kit::load::Load;
use crate::kit::{errors, labels, page};
use crate::pages::audit;
use crate::pages::funds::movement::{self, Direction};
use crate::pages::funds::records;
use crate::ui::badge::{Tone, badge};
use crate::ui::button::{Button, Look};
use crate::ui::el::{div, span};
use crate::ui::prelude::*;
use crate::ui::tabs::{Tab, tabs};
use crate::ui::{skeleton, when};
use crate::{router, routes, session, shell};
use contract::access::Permission;
use contract::customers::{Customer, CustomerView};
use contract::error::Code;
use contract::id::CustomerId;

/// The tabs' values in the address.
const TABS: [&str; 6] = ["info", "balance", "adjustments", "consumption", "audit", "timeline"];

/// The tab that the address names, if the role may see it.
fn tab() -> &'static str {
    let asked = router::param("tab");
    let tab = TABS.into_iter().find(|tab| asked.as_deref() == Some(tab)).unwrap_or(TABS[0]);
    let hidden = |permission| session::allows(permission) == Some(false);
    match tab {
        "adjustments" if hidden(Permission::AdjustmentsRead) => TABS[0],
        "audit" if hidden(Permission::AuditRead) => TABS[0],
        tab => tab,
    }
}

/// The page.
pub fn page() -> AnyView {
    let id = CustomerId(routes::part("id"));
    let customer: Load<Customer> = {
        let id = id.clone();
        Load::new(move || Some(api::call::<CustomerView>(&id, &(), &())))
    };
    effect(move || {
        if let Some(customer) = customer.get() {
            page::set_object(Some(customer.row.title().to_owned()));
        }
    });
    // The page stands while its customer loads anew after a movement: only the first load decides.
    let there = memo(move || customer.get().is_some());
    let view = {
        let id = id.clone();
        move || {
            if there.get() {
                return loaded(&id, customer);
            }
            match customer.failure() {
                Some(failure) if failure.code() == Some(Code::NotFound) => shell::not_found(),
                Some(failure) if failure.code() == Some(Code::Forbidden) => shell::no_access(None),
                Some(failure) => errors::region(failure, move || customer.again()),
                None => waiting(),
            }
        }
    };
    div().attr("class", "page").child(view).into_any()
}

fn waiting() -> AnyView {
    (page::head(words::CUSTOMER, None, None), skeleton::lines(8)).into_any()
}

fn loaded(id: &CustomerId, customer: Load<Customer>) -> AnyView {
    let row = move || customer.get().map(|c| c.row.clone());
    let name = move || row().map(|r| r.title().to_owned()).unwrap_or_default();
    let badges = move || {
        row().map(|r| {
            let (tone, words) = labels::verified(r.verified);
            span()
                .attr("class", "badges")
                .child(badge(Tone::Accent, labels::association(r.association)))
                .child(badge(tone, words))
                .child(labels::frozen(r.frozen).map(|words| badge(Tone::Bad, words)))
                .into_any()
        })
    };
    let actions: Vec<_> =
        Direction::ALL.into_iter().map(|direction| move_button(direction, id, customer)).collect();
    let known = move |_: &str| Some(name());
    let reload = RwSignal::new(0_u32);
    let moved = move || {
        customer.again();
        reload.update(|n| *n += 1);
    };
    let panel = {
        let id = id.clone();
        move |tab: &'static str| match tab {
            "balance" => balance::panel(customer),
            "adjustments" => records::panel(id.clone(), reload),
            "consumption" => consumption::panel(id.clone()),
            "audit" => audit::panel(id.clone(), reload),
            "timeline" => timeline::panel(id.clone()),
            _ => info::panel(&id, customer),
        }
    };
    (
        page::head(crate::ui::Words::new(name), Some(badges.into_any()), Some(actions.into_any())),
        when(
            || session::state() != session::State::Unknown,
            move || tabs(words::TABS, tab_list(), tab, panel.clone()),
        ),
        movement::dialog(Some(id.clone()), known, moved),
    )
        .into_any()
}

/// The tabs that the role may see.
fn tab_list() -> Vec<Tab> {
    let tab = |value, name: crate::i18n::texts::Key| Tab { value, name: name.into() };
    let may = |permission| untrack(|| session::can(permission));
    let mut list = vec![tab(TABS[0], words::TAB_INFO), tab(TABS[1], words::TAB_BALANCE)];
    if may(Permission::AdjustmentsRead) {
        list.push(tab(TABS[2], words::TAB_ADJUSTMENTS));
    }
    list.push(tab(TABS[3], words::TAB_CONSUMPTION));
    list.push(tab(TABS[5], words::TAB_TIMELINE));
    if may(Permission::AuditRead) {
        list.push(tab(TABS[4], words::TAB_AUDIT));
    }
    list
}

/// A button that opens the dialog for this customer, or says why it cannot.
fn move_button(direction: Direction, id: &CustomerId, customer: Load<Customer>) -> AnyView {
    let refusal = move || customer.get().and_then(|c| direction.refusal(c.row.association, c.row.frozen));
    let target = id.clone();
    Button::new(direction.name())
        .look(if direction == Direction::Appropriation { Look::Primary } else { Look::Plain })
        .id(direction.button_id(id))
        .refused(refusal)
        .on_click(move || movement::open(direction, &target))
        .view()
}
