//! The invited person's door: who invites, what will be shared, and joining (capability 84). Open without a
//! session: the link is the secret.

use crate::api;
use crate::i18n::texts::{Key, identity as identity_words, organisation as words};
use crate::i18n::{fill, t};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::{errors, labels, moment};
use crate::pages::identity::{SIGN_IN, gate, second_step};
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::el::{a, div, form, li, p, ul};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::skeleton;
use crate::{routes, session};
use contract::error::{Code, Fault};
use contract::factors::{SignedIn, Step};
use contract::id::InvitationToken;
use contract::identity::{MAX_PASSWORD, MIN_PASSWORD};
use contract::organisation::{Acceptance, JoinAccept, JoinView, MAX_NAME, Welcome};
use contract::text::required;
use leptos::ev;
use std::sync::Arc;

/// What the partner comes to know of a member.
const SHARED: [Key; 4] = [words::SHARED_NAME, words::SHARED_ACCOUNT, words::SHARED_PHONE, words::SHARED_MAIL];

/// The page.
pub(super) fn page() -> AnyView {
    let token = InvitationToken(routes::part("token"));
    let welcome: Load<Welcome> = {
        let token = token.clone();
        Load::new(move || Some(api::call::<JoinView>(&token, &(), &())))
    };
    // Somebody who is known and has a second factor passes it before joining.
    let due = RwSignal::new(None::<Step>);
    let body = move || match (welcome.get(), welcome.failure()) {
        (Some(_), _) if due.with(Option::is_some) => due.get().map_or_else(
            || skeleton::lines(6),
            |step| second_step(&step, Arc::new(move || due.set(None)), |_| session::moved()),
        ),
        (Some(welcome), _) => offer(&welcome, token.clone(), due),
        (None, Some(why)) if why.code() == Some(Code::LinkExpired) => expired(),
        (None, Some(why)) => errors::region(why, move || welcome.again()),
        (None, None) => skeleton::lines(6),
    };
    gate(words::JOIN_TITLE, div().child(body).into_any())
}

fn expired() -> AnyView {
    div()
        .attr("class", "form")
        .child(p().attr("role", "status").child(t(words::LINK_DEAD)))
        .child(a().attr("class", "button").attr("href", SIGN_IN).child(t(identity_words::SIGN_IN)))
        .into_any()
}

fn offer(welcome: &Welcome, token: InvitationToken, due: RwSignal<Option<Step>>) -> AnyView {
    let Welcome { partner_name, partner_kind, by, email, roles, until, known } = welcome.clone();
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let consent = RwSignal::new(Vec::<String>::new());
    let sending = Sending::new();
    let name_rule = move || if known { None } else { name.with(|n| required(n, MAX_NAME).err()) };
    let password_rule = move || {
        let long = password.with(|p| p.chars().count());
        match long {
            0 => Some(Fault::Required),
            n if !known && n < MIN_PASSWORD => Some(Fault::TooShort { min: MIN_PASSWORD as u32 }),
            _ => None,
        }
    };
    let consent_rule = move || consent.with(Vec::is_empty).then_some(Fault::Required);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let right =
            untrack(|| name_rule().is_none() && password_rule().is_none() && consent_rule().is_none());
        if !sending.may(right) {
            return;
        }
        let answer = Acceptance {
            name: name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            consent: consent.with_untracked(|c| !c.is_empty()),
        };
        sending.send(api::call::<JoinAccept>(&token, &(), &answer), move |answer| match &*answer {
            SignedIn::Done { .. } => session::moved(),
            SignedIn::SecondFactor { step } => due.set(Some(step.clone())),
        });
    };
    let invites = {
        let partner = partner_name.clone();
        move || fill(words::INVITES, &[("by", &by), ("partner", &partner)])
    };
    let shared: Vec<_> = SHARED.map(|thing| li().child(t(thing)).into_any()).into();
    let agree = Choice {
        value: "agreed".to_owned(),
        name: crate::ui::Words::new(move || fill(words::AGREE, &[("partner", &partner_name)])),
        hint: None,
    };
    let kind = move || crate::i18n::text(labels::partner_kind(partner_kind));
    let secret = Field::new("password", identity_words::PASSWORD, password)
        .max(MAX_PASSWORD)
        .error(sending.error("password", password_rule));
    let secret = if known {
        secret.kind("password", "current-password").hint(words::OWN_PASSWORD)
    } else {
        secret.kind("password", "new-password").hint(words::NEW_PASSWORD)
    };
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(p().child(invites))
        .child(facts::list(vec![
            fact(words::PARTNER_KIND, kind.into_any()),
            fact(words::EMAIL, email.into_any()),
            fact(words::ROLES_OF, (move || labels::role_names(&roles)).into_any()),
            fact(words::UNTIL, moment::view(until)),
        ]))
        .child((!known).then(|| {
            Field::new("name", words::YOUR_NAME, name)
                .kind("text", "name")
                .max(MAX_NAME)
                .error(sending.error("name", name_rule))
                .view()
        }))
        .child(secret.view())
        .child(div().child(p().child(t(words::SHARES))).child(ul().attr("class", "plain").child(shared)))
        .child(checks(words::CONSENT, vec![agree], consent, sending.error("consent", consent_rule)))
        .child(sending.notice(&["name", "password", "consent"]))
        .child(Button::new(words::JOIN).look(Look::Primary).submits().busy(sending.busy).view())
        .into_any()
}
