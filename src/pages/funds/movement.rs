//! Moving money between the partner and a customer (拨款, 回收): one dialog for both directions.
//! Form, review, verification code where one is asked for, receipt. It is open by the address:
//! `?act=appropriate&for=<customer>`.

use super::movement_form::{self, Draft};
use super::unsettled::{self, Unsettled};
use super::{movement_review, receipt};
use crate::api::{self, CallOf};
use crate::i18n::texts::{
    Key, approvals as approval_words, funds as words, labels as label_words, ui as ui_words,
};
use crate::i18n::{fill, format, t, text};
use crate::kit::errors;
use crate::kit::labels;
use crate::kit::load::Load;
use crate::kit::step_up::{Flow, Settled, code_step};
use crate::pages::approvals;
use crate::parts::{self, Part};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{self, Dialog};
use crate::ui::dom::spawn;
use crate::ui::el::{a, div, p};
use crate::ui::icon::{Icon, icon};
use crate::ui::prelude::*;
use crate::ui::{Act, Words, dom, live};
use crate::{router, session};
use contract::access::Permission;
use contract::codes::StepUp;
use contract::customers::{AssociationType, CustomerView, Frozen, can_appropriate, can_reclaim};
use contract::funds::{
    Appropriate, AppropriationQuote, MovementKey, MovementVoid, NewMovement, Quote, Receipt, Reclaim,
    ReclaimQuote,
};
use contract::id::CustomerId;
use leptos::context::{provide_context, use_context};
use std::sync::Arc;
use std::time::Duration;

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// 拨款: from the partner to the customer.
    Appropriation,
    /// 回收: back to the partner.
    Reclaim,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Appropriation, Self::Reclaim];

    /// Its word in the address.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self == Self::Appropriation { "appropriate" } else { "reclaim" }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Key {
        if self == Self::Appropriation { label_words::APPROPRIATION } else { label_words::RECLAIM }
    }

    fn permission(self) -> Permission {
        if self == Self::Appropriation { Permission::FundsAppropriate } else { Permission::FundsReclaim }
    }

    /// The id of the button that opens the dialog for a customer.
    #[must_use]
    pub fn button_id(self, customer: &CustomerId) -> String {
        format!("{}-{customer}", self.word())
    }

    /// Why it cannot be done with such a customer by this person, in words. Reactive.
    #[must_use]
    pub fn refusal(self, association: AssociationType, frozen: Frozen) -> Option<String> {
        let rule = if self == Self::Appropriation {
            can_appropriate(association, frozen)
        } else {
            can_reclaim(association)
        };
        if let Err(code) = rule {
            return Some(errors::code_words(code));
        }
        let partner = || session::with(|s| s.partner_name.clone()).unwrap_or_default();
        (session::allows(self.permission()) == Some(false)).then(|| {
            let permission = text(labels::permission(self.permission()));
            fill(words::NOT_ALLOWED, &[("permission", &permission), ("partner", &partner())])
        })
    }

    fn quote(self, customer: &CustomerId) -> CallOf<Quote> {
        if self == Self::Appropriation {
            api::call::<AppropriationQuote>(customer, &(), &())
        } else {
            api::call::<ReclaimQuote>(customer, &(), &())
        }
    }

    fn call(self, customer: &CustomerId, movement: &NewMovement) -> CallOf<StepUp<Receipt>> {
        if self == Self::Appropriation {
            api::call::<Appropriate>(customer, &(), movement)
        } else {
            api::call::<Reclaim>(customer, &(), movement)
        }
    }
}

/// The values in the address that hold the dialog open.
const OPEN_BY: [&str; 2] = ["act", "for"];

/// Opens the dialog for a customer.
pub fn open(direction: Direction, customer: &CustomerId) {
    router::open_over(&[("act", Some(direction.word())), ("for", Some(customer.as_str()))]);
}

/// Where the dialog appears on a page. `only` is the page's own customer, if it is about one;
/// `name` knows names of customers; `moved` is called after money was moved.
pub fn dialog(
    only: Option<CustomerId>,
    name: impl Fn(&str) -> Option<String> + Send + Sync + Copy + 'static,
    moved: impl Fn() + Send + Sync + Copy + 'static,
) -> AnyView {
    let asked = memo(move || {
        let act = router::param("act")?;
        let direction = Direction::ALL.into_iter().find(|d| d.word() == act)?;
        let customer = CustomerId(router::param("for")?);
        (only.as_ref().is_none_or(|only| *only == customer)).then_some((direction, customer))
    });
    let view = move |(direction, customer)| {
        provide_context(Asked { direction, customer, name: Arc::new(name), moved: Arc::new(moved) });
        parts::piece(Part::Funds, super::MOVEMENT, move |failed| {
            let close = || router::close_over(&OPEN_BY);
            failed.map(|failed| Dialog::new(direction.name(), close).view(failed)).into_any()
        })
    };
    (move || asked.get().map(view)).into_any()
}

/// What a customer is called, by id.
type KnownName = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What the dialog is opened for. It is told as context: the dialog is in another part than the list that
/// opens it, and a part knows only names of views.
#[derive(Clone)]
struct Asked {
    direction: Direction,
    customer: CustomerId,
    name: KnownName,
    moved: Act,
}

/// The dialog that is asked for, open.
pub fn asked() -> AnyView {
    let Some(asked) = use_context::<Asked>() else { return ().into_any() };
    let Asked { direction, customer, name, moved } = asked;
    let (name, moved) = (StoredValue::new(name), StoredValue::new(moved));
    opened(direction, customer, move |id| name.with_value(|name| name(id)), move || moved.get_value().make())
}

/// The step that the dialog is in, besides code and receipt, which the flow knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The end of an earlier movement is not known.
    Unsettled,
    /// Amount and remark.
    Form,
    /// All of it once more, before it is done.
    Review,
}

/// What the steps share.
#[derive(Clone, Copy)]
pub(super) struct Dialogue {
    pub(super) direction: Direction,
    pub(super) customer: StoredValue<CustomerId>,
    pub(super) name: Signal<String>,
    pub(super) quote: Load<Quote>,
    pub(super) draft: Draft,
    pub(super) step: RwSignal<Step>,
    pub(super) flow: Flow,
}

impl Dialogue {
    /// Sends the movement: under a key of its own, which is kept until its end is known.
    pub(super) fn send(self, unsettled: Unsettled) {
        let customer = self.customer.get_value();
        unsettled::keep(self.direction, &customer, &unsettled);
        self.flow.send(self.direction.call(&customer, &unsettled.movement), unsettled.key);
    }

    /// Gives up a movement that waits for its code, so that what it holds is free again.
    fn give_up(self) {
        let (direction, customer) = (self.direction, self.customer.get_value());
        let Some(unsettled) = unsettled::read(direction, &customer) else { return };
        spawn(async move {
            match api::ask::<MovementVoid>(&MovementKey(unsettled.key)).await {
                Ok(_) => unsettled::forget(direction, &customer),
                Err(failure) => crate::ui::toast::warn(errors::sentence(&failure)),
            }
        });
    }
}

fn opened(
    direction: Direction,
    customer: CustomerId,
    name: impl Fn(&str) -> Option<String> + Send + Sync + Copy + 'static,
    moved: impl Fn() + Send + Sync + Copy + 'static,
) -> AnyView {
    let quote: Load<Quote> = {
        let customer = customer.clone();
        Load::new(move || Some(direction.quote(&customer)))
    };
    let name = customer_name(&customer, name);
    let earlier = unsettled::read(direction, &customer);
    let step = RwSignal::new(if earlier.is_some() { Step::Unsettled } else { Step::Form });
    let flow = {
        let customer = customer.clone();
        Flow::new(move |how| {
            unsettled::forget(direction, &customer);
            if how != Settled::Refused {
                router::forget_over(&OPEN_BY);
                live::say(text(if how == Settled::Done { words::DONE } else { approval_words::SUBMITTED }));
                moved();
            }
        })
    };
    let draft = Draft::new(direction, quote);
    let dialogue =
        Dialogue { direction, customer: StoredValue::new(customer), name, quote, draft, step, flow };

    // A refusal that is about the amount leads back to the form, with fresh balances.
    effect(move || {
        let Some(failure) = flow.failure.get() else { return };
        if flow.challenge.with_untracked(Option::is_none)
            && !failure.is_open()
            && step.get_untracked() != Step::Form
        {
            step.set(Step::Form);
            quote.again();
        }
    });
    let done = move || flow.is_done() || flow.approval.with(Option::is_some);
    let waits = move || flow.challenge.with(Option::is_some);
    let dirty = Signal::derive(move || !done() && (waits() || flow.busy.get() || draft.touched()));
    let close: Act = Arc::new(move || {
        if untrack(waits) && !untrack(done) {
            dialogue.give_up();
        }
        router::close_over(&OPEN_BY);
    });
    let (by_cross, by_button) = (close.clone(), close);
    let kind = memo(move || (done(), waits(), step.get()));
    let body = move || match kind.get() {
        (true, ..) => receipt_step(dialogue, by_button.clone()),
        (_, true, _) => code_step(flow, direction.name(), by_button.clone()),
        (_, _, Step::Unsettled) => unsettled_step(dialogue, earlier.clone(), by_button.clone()),
        (_, _, Step::Review) => movement_review::view(dialogue),
        (_, _, Step::Form) => movement_form::view(dialogue, by_button.clone()),
    };
    let title = Words::new(move || {
        fill(words::TITLE, &[("act", &text(direction.name())), ("customer", &name.get())])
    });
    Dialog::new(title, move || by_cross.make()).dirty(dirty).view(div().child(body).into_any())
}

/// The customer's name: as the page knows it, else asked for.
fn customer_name(
    customer: &CustomerId,
    name: impl Fn(&str) -> Option<String> + Send + Sync + Copy + 'static,
) -> Signal<String> {
    let (id, asked) = (customer.clone(), customer.clone());
    let known = memo(move || name(id.as_str()));
    let ask = memo(move || known.get().is_none());
    // The page's own rows may still be on their way: its answer is waited for a moment.
    let patient = RwSignal::new(false);
    dom::later(Duration::from_millis(1500), move || _ = patient.try_set(true));
    let fetched =
        Load::new(move || (patient.get() && ask.get()).then(|| api::call::<CustomerView>(&asked, &(), &())));
    let id = customer.clone();
    Signal::derive(move || {
        let of_fetched = || {
            fetched
                .get()
                .map(|c| if c.row.name.is_empty() { c.row.account_name.clone() } else { c.row.name.clone() })
        };
        known.get().or_else(of_fetched).unwrap_or_else(|| id.0.clone())
    })
}

/// An earlier movement was sent and its answer never came: what became of it is asked first.
fn unsettled_step(dialogue: Dialogue, earlier: Option<Unsettled>, close: Act) -> AnyView {
    let Dialogue { flow, quote, .. } = dialogue;
    let amount = earlier.as_ref().map(|u| u.movement.amount.clone()).unwrap_or_default();
    let told = move || {
        let currency = quote.get().map(|q| q.partner.available.currency);
        let amount = currency.map_or_else(|| amount.clone(), |c| format::decimal(&amount, c));
        fill(words::UNSETTLED, &[("act", &text(dialogue.direction.name())), ("amount", &amount)])
    };
    let check = move || {
        if let Some(earlier) = earlier.clone() {
            dialogue.send(earlier);
        }
    };
    div()
        .child(div().attr("class", "notice notice--wait").child(icon(Icon::Alert)).child(p().child(told)))
        .child(move || flow.failure.get().map(errors::notice))
        .child(dialog::actions(vec![
            Button::new(ui_words::CLOSE).on_click(move || close.make()).view(),
            Button::new(words::CHECK_UNSETTLED).look(Look::Primary).busy(flow.busy).on_click(check).view(),
        ]))
        .into_any()
}

/// It waits for another member, and where to see how it stands.
fn submitted_step(close: Act) -> AnyView {
    dom::focus_soon(".receipt__done");
    div()
        .attr("class", "receipt")
        .child(
            p().attr("class", "receipt__done")
                .attr("tabindex", "-1")
                .child(icon(Icon::Check))
                .child(t(approval_words::SUBMITTED)),
        )
        .child(p().child(t(approval_words::SUBMITTED_TEXT)))
        .child(p().child(a().attr("href", approvals::LIST).child(t(approval_words::TITLE))))
        .child(dialog::actions(vec![
            Button::new(ui_words::CLOSE).look(Look::Primary).on_click(move || close.make()).view(),
        ]))
        .into_any()
}

/// It is done: the proof, and where to read on.
fn receipt_step(dialogue: Dialogue, close: Act) -> AnyView {
    let Some(receipt) = untrack(|| dialogue.flow.result::<Receipt>()) else {
        return submitted_step(close);
    };
    dom::focus_soon(".receipt__done");
    let repeated = receipt.repeated.then(|| p().attr("class", "form__meta").child(t(words::REPEATED)));
    div()
        .attr("class", "receipt")
        .child(
            p().attr("class", "receipt__done")
                .attr("tabindex", "-1")
                .child(icon(Icon::Check))
                .child(move || fill(words::DONE_ACT, &[("act", &text(dialogue.direction.name()))])),
        )
        .child(repeated)
        .child(receipt::facts(&receipt))
        .child(receipt::links(&receipt))
        .child(dialog::actions(vec![
            Button::new(ui_words::CLOSE).look(Look::Primary).on_click(move || close.make()).view(),
        ]))
        .into_any()
}
