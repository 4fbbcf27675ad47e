//! The account centre (账号中心): the own partner, agreements with their newer versions, the log.

use super::{consents, enter, requests};
use crate::api::{self, Failure};
use crate::i18n::texts::door as words;
use crate::i18n::{fill, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::{errors, labels, moment};
use crate::pages::identity::gate;
use crate::ui::button::{Button, Look};
use crate::ui::copy::copyable;
use crate::ui::dom::spawn;
use crate::ui::el::{details, div, form, h2, h3, li, p, section, summary, ul};
use crate::ui::prelude::*;
use crate::ui::{skeleton, toast};
use contract::door::{
    Account, Consent, Consents, Door, DoorConsent, DoorLeave, DoorLog, DoorView, LogAction, LogEntry,
    MyPartner, Signed,
};
use contract::error::{Code, Fault};
use leptos::ev;
use std::sync::Arc;

/// Who stands before the door.
#[derive(Clone)]
enum Now {
    Asking,
    Outside,
    Inside(Arc<Door>),
    Failed(Failure),
}

/// The page.
pub(super) fn page() -> AnyView {
    let now = RwSignal::new(Now::Asking);
    let look = move || {
        now.set(Now::Asking);
        spawn(async move {
            now.try_set(match api::ask::<DoorView>(&()).await {
                Ok(door) => Now::Inside(door),
                Err(why) if why.code() == Some(Code::SignedOut) => Now::Outside,
                Err(why) => Now::Failed(why),
            });
        });
    };
    look();
    let body = move || match now.get() {
        Now::Asking => skeleton::lines(6),
        Now::Outside => enter::steps(None, String::new(), move |door| now.set(Now::Inside(door))),
        Now::Inside(door) => inside(&door, now),
        Now::Failed(why) => errors::region(why, look),
    };
    gate(words::CENTRE, div().child(body).into_any())
}

fn inside(door: &Door, now: RwSignal<Now>) -> AnyView {
    let leave = move || {
        spawn(async move {
            match api::ask::<DoorLeave>(&()).await {
                Err(why) if why.code() != Some(Code::SignedOut) => toast::warn(errors::sentence(&why)),
                _ => _ = now.try_set(Now::Outside),
            }
        });
    };
    let none = door.accounts.is_empty().then(|| {
        div()
            .child(p().attr("role", "status").child(t(words::NO_ACCOUNTS)))
            .child(p().child(t(words::NO_ACCOUNTS_HINT)))
    });
    let all: Vec<_> = door.accounts.iter().map(|account| account_of(account, now)).collect();
    div()
        .attr("class", "form")
        .child(
            p().child(fill(words::SIGNED_IN_AS, &[("email", &door.email)]))
                .child(" ")
                .child(Button::new(words::LEAVE).look(Look::Quiet).on_click(leave).view()),
        )
        .child(none)
        .child(all)
        .into_any()
}

fn account_of(account: &Account, now: RwSignal<Now>) -> AnyView {
    // What became of the association shows above too.
    let again = move || {
        spawn(async move {
            if let Ok(door) = api::ask::<DoorView>(&()).await {
                now.try_set(Now::Inside(door));
            }
        });
    };
    section()
        .attr("class", "account")
        .attr("aria-label", account.account_name.clone())
        .child(h2().child(account.account_name.clone()))
        .child(facts::list(vec![
            fact(words::ACCOUNT_ID, copyable(account.id.0.clone())),
            fact(words::SINCE_ACCOUNT, moment::view(account.created_at)),
        ]))
        .child(h3().child(t(words::MY_PARTNER)))
        .child(match &account.partner {
            Some(partner) => partner_of(partner),
            None => p().child(t(words::NO_PARTNER)).into_any(),
        })
        .child(requests::part(account.id.clone(), account.partner.is_some(), again))
        .child(h3().child(t(words::AGREEMENTS)))
        .child(agreements(account, now))
        .child(log(account))
        .into_any()
}

fn partner_of(partner: &MyPartner) -> AnyView {
    let (kind, association) = (partner.kind, partner.association);
    let manager = partner.manager.clone();
    facts::list(vec![
        fact(words::PARTNER, partner.name.clone().into_any()),
        fact(
            crate::i18n::texts::organisation::PARTNER_KIND,
            (move || text(labels::partner_kind(kind))).into_any(),
        ),
        fact(words::ASSOCIATION, (move || text(labels::association(association))).into_any()),
        fact(words::SINCE, moment::view(partner.since)),
        fact(
            words::MANAGER,
            (move || if manager.is_empty() { text(words::NO_MANAGER) } else { manager.clone() }).into_any(),
        ),
    ])
}

fn agreements(account: &Account, now: RwSignal<Now>) -> AnyView {
    let signed = |one: &Signed| {
        let (name, _) = consents::words_of(one.consent);
        li().child(t(name))
            .child(" · ")
            .child(fill(words::VERSION, &[("version", &one.version.to_string())]))
            .child(" · ")
            .child(moment::view(one.at))
            .into_any()
    };
    let list = ul().attr("class", "plain").child(account.consents.iter().map(signed).collect::<Vec<_>>());
    div().child(list).child(newer(account, now)).into_any()
}

/// What is to be signed.
fn newer(account: &Account, now: RwSignal<Now>) -> Option<AnyView> {
    let due = account.unsigned();
    if due.is_empty() {
        return None;
    }
    let (id, count, sending) = (account.id.clone(), due.len(), Sending::new());
    let given = RwSignal::new(Vec::<Consent>::new());
    let rule = move || (given.with(Vec::len) < count).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(untrack(rule).is_none()) {
            let body = Consents { consents: given.get_untracked() };
            sending.send(api::call::<DoorConsent>(&id, &(), &body), move |door: Arc<Door>| {
                toast::tell(text(words::SIGNED));
                now.set(Now::Inside(door));
            });
        }
    };
    Some(
        form()
            .attr("class", "form")
            .attr("novalidate", "")
            .on(ev::submit, submit)
            .child(p().attr("role", "status").child(t(words::NEWER)))
            .child(consents::boxes(&due, given, sending.error("consents", rule)))
            .child(sending.notice(&["consents"]))
            .child(Button::new(words::SIGN).look(Look::Primary).submits().busy(sending.busy).view())
            .into_any(),
    )
}

/// The log, once somebody wants to see it.
fn log(account: &Account) -> AnyView {
    let (id, wanted) = (account.id.clone(), RwSignal::new(false));
    let entries: Load<Vec<LogEntry>> =
        Load::new(move || wanted.get().then(|| api::call::<DoorLog>(&id, &(), &())));
    let shown = entries.region(
        || skeleton::lines(3),
        |entries| {
            if entries.is_empty() {
                return p().child(t(words::LOG_EMPTY)).into_any();
            }
            let line = |entry: &LogEntry| {
                li().child(moment::view(entry.at))
                    .child(" · ")
                    .child(said(entry))
                    .child(" · ")
                    .child(entry.ip.clone())
                    .into_any()
            };
            ul().attr("class", "plain").child(entries.iter().map(line).collect::<Vec<_>>()).into_any()
        },
    );
    details()
        .on(ev::toggle, move |_| wanted.set(true))
        .child(summary().child(t(words::LOG)))
        .child(shown)
        .into_any()
}

fn said(entry: &LogEntry) -> String {
    match entry.action {
        LogAction::Created => text(words::LOG_CREATED),
        LogAction::Associated => fill(words::LOG_ASSOCIATED, &[("partner", &entry.partner)]),
        LogAction::Consented => text(words::LOG_CONSENTED),
        LogAction::Switched => fill(words::LOG_SWITCHED, &[("partner", &entry.partner)]),
        LogAction::Left => fill(words::LOG_LEFT, &[("partner", &entry.partner)]),
        LogAction::Entered => text(words::LOG_ENTERED),
    }
}
