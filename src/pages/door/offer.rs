//! An invitation that a customer opens: who invites and to what, the consents one by one, and associating.

use super::{ACCOUNT, consents, enter};
use crate::api;
use crate::i18n::texts::door as words;
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::{errors, labels, moment};
use crate::pages::identity::gate;
use crate::pages::prospects::{cause, cause_cure};
use crate::routes;
use crate::ui::button::{Button, Look};
use crate::ui::dom::{self, spawn};
use crate::ui::el::{a, div, form, h2, p};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::skeleton;
use contract::customers::AssociationType;
use contract::door::{
    Account, Associate, Associated, Consent, Door, DoorView, MAX_ACCOUNT, Offer, OfferAccept, OfferView,
    account_name,
};
use contract::error::{Code, Fault};
use contract::id::CustomerToken;
use contract::prospects::{Cause, CustomerInvitationState, InvitationKind};
use leptos::ev;
use std::sync::Arc;

/// The page.
pub(super) fn page() -> AnyView {
    let token = CustomerToken(routes::part("token"));
    let offer: Load<Offer> = {
        let token = token.clone();
        Load::new(move || Some(api::call::<OfferView>(&token, &(), &())))
    };
    let token = StoredValue::new(token);
    let body = move || match (offer.get(), offer.failure()) {
        (Some(offer), _) => opened(&offer, token),
        (None, Some(why)) if why.code() == Some(Code::LinkExpired) => dead(words::DEAD),
        (None, Some(why)) => errors::region(why, move || offer.again()),
        (None, None) => skeleton::lines(6),
    };
    gate(words::OFFER_TITLE, div().child(body).into_any())
}

fn dead(why: crate::i18n::texts::Key) -> AnyView {
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(t(why)))
        .child(p().child(t(words::DEAD_CURE)))
        .child(a().attr("class", "button").attr("href", ACCOUNT).child(t(words::TO_ACCOUNT)))
        .into_any()
}

fn opened(offer: &Offer, token: StoredValue<CustomerToken>) -> AnyView {
    match offer.state {
        CustomerInvitationState::Associated => {
            return div()
                .attr("class", "form")
                .child(p().attr("role", "status").child(t(words::USED)))
                .child(a().attr("class", "button").attr("href", ACCOUNT).child(t(words::TO_ACCOUNT)))
                .into_any();
        }
        CustomerInvitationState::Expired => return dead(words::EXPIRED),
        CustomerInvitationState::Cancelled => return dead(words::CANCELLED),
        CustomerInvitationState::Sent | CustomerInvitationState::Failed => {}
    }
    let means = match offer.association {
        AssociationType::Consultative => words::CONSULTATIVE_MEANS,
        AssociationType::Resale => words::RESALE_MEANS,
    };
    let (partner, association) = (offer.partner_name.clone(), offer.association);
    let kind = (offer.kind, offer.email.clone());
    let mut known = vec![
        fact(words::PARTNER, offer.partner_name.clone().into_any()),
        fact(words::BY, offer.by.clone().into_any()),
    ];
    if !offer.name.is_empty() {
        known.push(fact(words::CUSTOMER, offer.name.clone().into_any()));
    }
    known.push(fact(words::ASSOCIATION, (move || text(labels::association(association))).into_any()));
    known.extend(offer.until.map(|until| fact(words::UNTIL, moment::view(until))));
    div()
        .attr("class", "form")
        .child(p().child(fill(words::INVITES, &[("partner", &offer.partner_name)])))
        .child(facts::list(known))
        .child(p().attr("class", "form__meta").child(t(means)))
        .child(offer.cause.map(|why| refusal(words::FAILED, why)))
        .child(follow(token, kind, partner))
        .into_any()
}

/// Why it did not work, and what helps.
fn refusal(lead: crate::i18n::texts::Key, why: Cause) -> AnyView {
    p().attr("class", "notice notice--bad")
        .attr("role", "alert")
        .child(t(lead))
        .child(t(cause(why)))
        .child(" ")
        .child(t(cause_cure(why)))
        .into_any()
}

/// What becomes of whoever follows it.
#[derive(Clone)]
enum Now {
    /// Nobody knows yet who it is.
    Asking,
    /// An address is to be proven.
    Outside,
    /// Somebody was let in.
    Inside(Arc<Door>),
    /// It is done.
    Done(Account),
    /// The customer does not want to.
    Declined,
}

fn follow(
    token: StoredValue<CustomerToken>,
    (kind, to): (InvitationKind, String),
    partner: String,
) -> AnyView {
    let now = RwSignal::new(Now::Asking);
    spawn(async move {
        let door = api::ask::<DoorView>(&()).await.ok();
        now.try_set(door.map_or(Now::Outside, Now::Inside));
    });
    let entered = move |door: Arc<Door>| {
        now.set(Now::Inside(door));
        dom::focus_soon("main h2");
    };
    (move || match now.get() {
        Now::Asking => skeleton::lines(3),
        Now::Outside => {
            let invitation = (kind == InvitationKind::Mail).then(|| token.get_value());
            div()
                .child(h2().attr("tabindex", "-1").child(t(words::PROVE)))
                .child(enter::steps(invitation, to.clone(), entered))
                .into_any()
        }
        Now::Inside(door) => agree(&door, token, now),
        Now::Done(account) => {
            let said = fill(words::DONE_TEXT, &[("name", &account.account_name), ("partner", &partner)]);
            div()
                .attr("class", "form")
                .child(h2().attr("tabindex", "-1").child(t(words::DONE)))
                .child(p().attr("role", "status").child(said))
                .child(
                    a().attr("class", "button button--primary")
                        .attr("href", ACCOUNT)
                        .child(t(words::TO_ACCOUNT)),
                )
                .into_any()
        }
        Now::Declined => p().attr("role", "status").child(t(words::DECLINED)).into_any(),
    })
    .into_any()
}

/// A name out of an address, where it makes one.
fn suggestion(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let plain: String = local.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    account_name(&plain).map(str::to_owned).unwrap_or_default()
}

fn agree(door: &Door, token: StoredValue<CustomerToken>, now: RwSignal<Now>) -> AnyView {
    let account = door.accounts.iter().find(|account| account.partner.is_none()).cloned();
    let is_new = account.is_none();
    let name = RwSignal::new(suggestion(&door.email));
    let (phone, given) = (RwSignal::new(String::new()), RwSignal::new(Vec::<Consent>::new()));
    let refused = RwSignal::new(None::<Cause>);
    let sending = Sending::new();
    let name_rule = move || if is_new { name.with(|n| account_name(n).err()) } else { None };
    let phone_rule = move || {
        let typed = phone.with(|p| p.trim().to_owned());
        (!typed.is_empty() && contract::text::phone(&typed).is_none()).then_some(Fault::Invalid)
    };
    let consent_rule = move || (given.with(Vec::len) < Consent::ALL.len()).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let right = untrack(|| name_rule().is_none() && phone_rule().is_none() && consent_rule().is_none());
        if !sending.may(right) {
            return;
        }
        let body = Associate {
            account_name: name.get_untracked(),
            phone: phone.get_untracked(),
            consents: given.get_untracked(),
        };
        refused.set(None);
        let call = token.with_value(|token| api::call::<OfferAccept>(token, &(), &body));
        sending.send(call, move |done: Arc<Associated>| match &*done {
            Associated::Done { account } => {
                now.set(Now::Done((**account).clone()));
                dom::focus_soon("main h2");
            }
            Associated::Refused { cause } => refused.set(Some(*cause)),
        });
    };
    let who = fill(words::SIGNED_IN_AS, &[("email", &door.email)]);
    let other = move || {
        spawn(async move {
            // Whether it ends or has ended before: the next one proves an address anew.
            let _ = api::ask::<contract::door::DoorLeave>(&()).await;
            now.try_set(Now::Outside);
        });
    };
    let known = account.map(|account| p().child(fill(words::ACCOUNT_IS, &[("name", &account.account_name)])));
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(h2().attr("tabindex", "-1").child(t(if is_new { words::REGISTER } else { words::ASSOCIATE })))
        .child(
            p().child(who)
                .child(" ")
                .child(Button::new(words::OTHER_ADDRESS).look(Look::Quiet).on_click(other).view()),
        )
        .child(known)
        .child(is_new.then(|| {
            Field::new("account_name", words::ACCOUNT_NAME, name)
                .kind("text", "username")
                .max(MAX_ACCOUNT)
                .hint(words::ACCOUNT_HINT)
                .error(sending.error("account_name", name_rule))
                .view()
        }))
        .child(
            Field::new("phone", words::PHONE, phone)
                .kind("tel", "tel")
                .max(32)
                .error(sending.error("phone", phone_rule))
                .view(),
        )
        .child(consents::boxes(Consent::ALL, given, sending.error("consents", consent_rule)))
        .child(sending.notice(&["account_name", "phone", "consents"]))
        .child(move || refused.get().map(|why| refusal(words::REFUSED, why)))
        .child(Button::new(words::ASSOCIATE).look(Look::Primary).submits().busy(sending.busy).view())
        .child(Button::new(words::DECLINE).on_click(move || now.set(Now::Declined)).view())
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_suggests_a_name_where_it_makes_one() {
        assert_eq!(suggestion("wang.lab@x.example"), "wang-lab");
        assert_eq!(suggestion("li@x.example"), "");
        assert_eq!(suggestion("1st@x.example"), "");
    }
}
