//! The dialogs that assign customers to a manager and take them back, and what became of it where somebody else was
//! faster.

use crate::api;
use crate::i18n::texts::{Plural, assignments as words, customers, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::load::Load;
use crate::kit::selection::Targets;
use crate::kit::send::{self, Sending};
use crate::kit::{errors, moment};
use crate::ui::button::{Button, Look};
use crate::ui::choose::choose;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, li, p, ul};
use crate::ui::prelude::*;
use crate::ui::{Words, skeleton, toast};
use contract::assignments::{Assign, Assigned, CustomersAssign, Left};
use contract::customers::{Manager, ManagerList};
use contract::error::Fault;
use contract::id::{CustomerId, UserId};
use contract::time::from_millis;
use leptos::ev;
use std::sync::Arc;

/// What is open.
#[derive(Clone)]
enum Open {
    /// Which customers: a first look.
    Which(Targets, String),
    /// To whom.
    Whom(Targets, String),
    /// Customers that were left alone.
    Left(Arc<Assigned>),
}

/// A row's customer, and whether it is taken back.
type Row = (String, String, bool);

thread_local! {
    /// The row whose button was pressed.
    static ROW: ArcRwSignal<Option<Row>> = ArcRwSignal::new(None);
}

/// Opens the page's dialog for one customer, by id and name: to assign it, or to take it back.
pub fn one(id: &str, name: &str, take_back: bool) {
    ROW.with(|row| row.set(Some((id.to_owned(), name.to_owned(), take_back))));
}

/// The dialogs' place on a page. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Assigning {
    open: RwSignal<Option<Open>>,
    seen_at: StoredValue<i64>,
    done: StoredValue<Arc<dyn Fn() + Send + Sync>>,
}

impl Assigning {
    /// A place without a dialog; `done` when customers have another manager.
    #[must_use]
    pub fn new(done: impl Fn() + Send + Sync + 'static) -> Self {
        let open = RwSignal::new(None);
        let this = Self { open, seen_at: StoredValue::new(0), done: StoredValue::new(Arc::new(done)) };
        let row = ROW.with(Clone::clone);
        let pressed = row.clone();
        on_change(
            move || pressed.get(),
            move || {
                if let Some((id, name, take_back)) = row.get_untracked() {
                    row.set(None);
                    let targets = Targets::Ids(vec![id]);
                    if take_back { this.take_back(targets, &name) } else { this.open(targets, name) }
                }
            },
        );
        this
    }

    /// Opens the dialog; `which` says in words which customers, or how many.
    pub fn open(self, targets: Targets, which: String) {
        self.seen_at.set_value(api::server_clock());
        self.open.set(Some(Open::Which(targets, which)));
    }

    /// Asks, and takes customers back.
    pub fn take_back(self, targets: Targets, which: &str) {
        self.seen_at.set_value(api::server_clock());
        let wanted = self.wanted(targets, None);
        let go = move || {
            send::send(api::call::<CustomersAssign>(&(), &(), &wanted), move |result| {
                self.tell(result, words::TAKEN);
            });
        };
        dialog::confirm(
            words::TAKE_BACK,
            fill(words::TAKE_BACK_TEXT, &[("which", which)]),
            words::TAKE_BACK,
            go,
        );
    }

    fn wanted(self, targets: Targets, manager: Option<UserId>) -> Assign {
        let seen_at = Some(from_millis(self.seen_at.get_value()));
        match targets {
            Targets::Ids(ids) => {
                Assign { customers: ids.into_iter().map(CustomerId).collect(), query: None, manager, seen_at }
            }
            Targets::Query(query) => Assign { customers: Vec::new(), query: Some(query), manager, seen_at },
        }
    }

    /// What became of it: in a word, or customer by customer where some were left alone.
    fn tell(self, result: Arc<Assigned>, done: Plural) {
        self.done.with_value(|done| done());
        if result.left > 0 {
            self.open.set(Some(Open::Left(result)));
        } else {
            toast::tell(plural(done, result.done + result.same, &[]));
            self.open.set(None);
        }
    }

    /// The place.
    #[must_use]
    pub fn view(self) -> AnyView {
        (move || {
            let close = move || self.open.set(None);
            Some(match self.open.get()? {
                Open::Which(targets, which) => {
                    let next = move || self.open.set(Some(Open::Whom(targets.clone(), which.clone())));
                    let body = which_body(&which_of(self), next, close);
                    Dialog::new(words::ASSIGN, close).class("dialog--small").view(body)
                }
                Open::Whom(targets, which) => {
                    Dialog::new(words::ASSIGN, close).class("dialog--small").view(self.whom(targets, which))
                }
                Open::Left(result) => Dialog::new(words::LEFT_TITLE, close)
                    .class("dialog--small")
                    .view(left_body(&result, close)),
            })
        })
        .into_any()
    }

    fn whom(self, targets: Targets, which: String) -> AnyView {
        let managers: Load<Vec<Manager>> = Load::new(|| Some(api::call::<ManagerList>(&(), &(), &())));
        let chosen = RwSignal::new(String::new());
        let sending = Sending::new();
        let rule = move || chosen.with(String::is_empty).then_some(Fault::Required);
        let back = {
            let targets = targets.clone();
            move || self.open.set(Some(Open::Which(targets.clone(), which.clone())))
        };
        let submit = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if sending.may(untrack(rule).is_none()) {
                let wanted = self.wanted(targets.clone(), Some(UserId(chosen.get_untracked())));
                sending.send(api::call::<CustomersAssign>(&(), &(), &wanted), move |result| {
                    self.tell(result, words::ASSIGNED);
                });
            }
        };
        let field = managers.region(
            || skeleton::lines(2),
            move |all| {
                let none = (String::new(), Words::from(words::CHOOSE));
                let one = |m: &Manager| (m.id.0.clone(), Words::from(m.name.clone()));
                let options = std::iter::once(none).chain(all.iter().map(one)).collect();
                choose("manager", customers::MANAGER, options, chosen, None)
            },
        );
        let fault = sending.error("manager", rule);
        form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(sending.notice(&["manager"]))
            .child(field)
            .child(p().attr("class", "field__error").attr("role", "status").child(move || fault.get()))
            .child(dialog::actions(vec![
                Button::new(ui_words::BACK).on_click(back).view(),
                Button::new(words::OK).look(Look::Primary).submits().busy(sending.busy).view(),
            ]))
            .into_any()
    }
}

/// Which customers, in words.
fn which_of(place: Assigning) -> String {
    place.open.with_untracked(|open| match open {
        Some(Open::Which(_, which)) => which.clone(),
        _ => String::new(),
    })
}

fn which_body(
    which: &str,
    next: impl Fn() + Send + Sync + 'static,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    div()
        .attr("class", "form")
        .child(p().attr("class", "form__meta").child(t(words::CONFIRM_WHICH)))
        .child(p().child(which.to_owned()))
        .child(dialog::actions(vec![
            Button::new(ui_words::CANCEL).on_click(close).view(),
            Button::new(words::NEXT).look(Look::Primary).on_click(next).view(),
        ]))
        .into_any()
}

fn left_body(result: &Assigned, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let line = |left: &Left| {
        let manager =
            if left.manager.is_empty() { text(customers::NO_MANAGER) } else { left.manager.clone() };
        let what = fill(words::LEFT_LINE, &[("name", &left.name), ("manager", &manager), ("by", &left.by)]);
        li().child(what).child(" ").child(moment::view(left.at)).into_any()
    };
    let more = result.left - i64::try_from(result.named.len()).unwrap_or(0);
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(plural(words::ASSIGNED, result.done + result.same, &[])))
        .child(p().child(errors::code_words(contract::error::Code::Changed)))
        .child(ul().attr("class", "plain").child(result.named.iter().map(line).collect::<Vec<_>>()))
        .child((more > 0).then(|| p().child(plural(words::LEFT_MORE, more, &[]))))
        .child(dialog::actions(vec![Button::new(ui_words::CLOSE).look(Look::Primary).on_click(close).view()]))
        .into_any()
}
