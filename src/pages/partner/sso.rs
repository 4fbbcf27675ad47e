//! Single sign-on (单点登录): the partner's identity provider, a test of it, and how it is used.

use crate::api;
use crate::i18n::texts::{Key, sso as words, ui as ui_words};
use crate::i18n::{fill, plural, t, text};
use crate::kit::facts::{self, fact};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::kit::{errors, list, moment, page};
use crate::pages::identity::{Proven, SSO, ending};
use crate::session;
use crate::ui::button::{Button, Look};
use crate::ui::checks::{Choice, checks};
use crate::ui::copy::copyable;
use crate::ui::dialog::{self, Dialog};
use crate::ui::el::{div, form, p, span};
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::{Words, toast, when};
use contract::error::Fault;
use contract::factors::Proof;
use contract::id::UserId;
use contract::sso::{
    ChangeSso, ChangeSsoUse, MAX_NAME, MAX_VALUE, SsoAdmin, SsoChange, SsoEnd, SsoProvider, SsoSetup,
    SsoTest, SsoUse, SsoView,
};
use contract::time::Time;
use leptos::ev;
use std::sync::Arc;

/// The page.
pub(super) fn page() -> AnyView {
    let setup: Load<SsoSetup> = Load::new(|| Some(api::call::<SsoView>(&(), &(), &())));
    setup.follow("partner");
    // Each part for itself: what is saved in one, here or elsewhere, does not take away what is typed in another.
    let basics = memo(move || setup.get().map(|now| only_basics(&now)));
    let standing = memo(move || {
        setup.get().and_then(|now| now.provider.clone()).map(|p| (p.tested_at, p.tested_by, p.links))
    });
    let ways = memo(move || {
        let now = setup.get()?;
        let known = now.provider.as_ref()?;
        Some(([known.enabled, known.required, known.both_steps], now.admins.clone()))
    });
    let first = move || match basics.get() {
        None => errors::or_waiting(setup.failure(), 10, move || setup.again()),
        Some(now) => list::section(words::PROVIDER, Some(words::PROVIDER_HINT), provider(&now, setup)),
    };
    let second = move || {
        standing
            .get()
            .map(|(at, by, links)| list::section(words::TEST, Some(words::TEST_HINT), test(at, &by, links)))
    };
    let third =
        move || ways.get().map(|(on, admins)| list::section(words::ALLOW, None, how(on, &admins, setup)));
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::TITLE, None, None))
        .child(first)
        .child(second)
        .child(third)
        .into_any()
}

/// What the first part shows: where it is the same, that part stays as it is.
fn only_basics(now: &SsoSetup) -> SsoSetup {
    let plain = |known: &SsoProvider| SsoProvider {
        tested_at: None,
        tested_by: String::new(),
        enabled: false,
        required: false,
        both_steps: false,
        links: 0,
        version: 0,
        ..known.clone()
    };
    SsoSetup { provider: now.provider.as_ref().map(plain), admins: Vec::new(), ..now.clone() }
}

/// The version that a change is made from: the one that is known now.
fn version(setup: Load<SsoSetup>) -> i64 {
    untrack(|| setup.get()).and_then(|now| now.provider.as_ref().map(|p| p.version)).unwrap_or(0)
}

/// Takes what the server has now.
fn saved(setup: Load<SsoSetup>, now: &SsoSetup, told: Key) {
    toast::tell(text(told));
    setup.put(now.clone());
    session::refresh();
}

const NAMES: [&str; 7] = ["name", "issuer", "client_id", "client_secret", "domains", "password", "code"];

fn provider(now: &SsoSetup, setup: Load<SsoSetup>) -> AnyView {
    let known = now.provider.as_ref();
    let before = |read: fn(&SsoProvider) -> String| RwSignal::new(known.map(read).unwrap_or_default());
    let name = RwSignal::new(now.suggested_name.clone());
    let (issuer, client) = (before(|p| p.issuer.clone()), before(|p| p.client_id.clone()));
    let domains = before(|p| p.domains.join(", "));
    let secret = RwSignal::new(String::new());
    let is_new = known.is_none();
    let (sending, proven) = (Sending::new(), Proven::new());
    let typed = move || ChangeSso {
        name: name.get(),
        issuer: issuer.get(),
        client_id: client.get(),
        client_secret: secret.get(),
        domains: domains.with(|d| d.split([',', '，', ' ', '\n']).map(str::to_owned).collect()),
        // Whether there is one counts for the rules; which one is looked up when it is sent.
        version: i64::from(!is_new),
        ..ChangeSso::default()
    };
    let fault = move |field: &'static str| {
        move || -> Option<Fault> {
            typed().faults().into_iter().find(|(name, _)| *name == field).map(|(_, fault)| fault)
        }
    };
    let unchanged = untrack(typed);
    dialog::guard_page(move || untrack(typed) != unchanged && !sending.busy.get_untracked());
    let right = move || untrack(typed).faults().is_empty();
    let send = move |proof: Proof| {
        let wanted = ChangeSso { proof, version: version(setup), ..untrack(typed) };
        sending.send(api::call::<SsoChange>(&(), &(), &wanted), move |now| saved(setup, &now, words::SAVED));
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(right() && proven.is_right()) {
            send(proven.take());
        }
    };
    let field = move |name, title: Key, hint: Option<Words>, value| {
        let field = Field::new(name, title, value).max(MAX_VALUE).error(sending.error(name, fault(name)));
        match hint {
            Some(hint) => field.hint(hint),
            None => field,
        }
    };
    let address = move || {
        let name = name.get();
        let origin = location().origin().unwrap_or_default();
        fill(words::NAME_HINT, &[("address", &format!("{origin}{SSO}/{}", name.trim()))])
    };
    let secret_hint = (!is_new).then(|| words::CLIENT_SECRET_HINT.into());
    div()
        .attr("class", "form")
        .child(facts::list(vec![fact(words::REDIRECT, copyable(now.redirect_uri.clone()))]))
        .child(p().attr("class", "form__meta").child(t(words::REDIRECT_HINT)))
        .child(
            form()
                .attr("class", "form")
                .attr("novalidate", "")
                .on(ev::submit, submit)
                .child(
                    field("issuer", words::ISSUER, Some(words::ISSUER_HINT.into()), issuer)
                        .inputmode("url")
                        .view(),
                )
                .child(field("client_id", words::CLIENT_ID, None, client).view())
                .child(
                    field("client_secret", words::CLIENT_SECRET, secret_hint, secret)
                        .kind("password", "new-password")
                        .view(),
                )
                .child(field("domains", words::DOMAINS, Some(words::DOMAINS_HINT.into()), domains).view())
                .child(field("name", words::NAME, Some(Words::new(address)), name).max(MAX_NAME).view())
                .child(proven.fields(sending))
                .child(sending.notice(&NAMES))
                .child(
                    div()
                        .attr("class", "card__actions")
                        .child(proven.passkey_button(sending, right, Arc::new(send)))
                        .child(
                            Button::new(ui_words::SAVE)
                                .look(Look::Primary)
                                .submits()
                                .busy(sending.busy)
                                .view(),
                        )
                        .child(known.map(|_| remove(setup))),
                ),
        )
        .child(known.map(discovered))
        .into_any()
}

/// What discovery said.
fn discovered(known: &SsoProvider) -> AnyView {
    let line =
        |name, value: &String| fact(name, span().attr("class", "wrap").child(value.clone()).into_any());
    facts::list(vec![
        line(words::WAY_AT, &known.authorization_endpoint),
        line(words::TOKEN_AT, &known.token_endpoint),
        line(words::KEYS_AT, &known.jwks_uri),
        fact(words::DISCOVERED, moment::view(known.discovered_at)),
    ])
}

/// Taking the provider away.
fn remove(setup: Load<SsoSetup>) -> AnyView {
    let open = RwSignal::new(false);
    let over = move || {
        let close = move || open.set(false);
        let body = ending(words::REMOVE, Some(words::REMOVE_TEXT), close, move |sending, proof| {
            sending.send(api::call::<SsoEnd>(&(), &(), &proof), move |now| {
                close();
                saved(setup, &now, words::REMOVED);
            });
        });
        Dialog::new(words::REMOVE, close).class("dialog--small").view(body)
    };
    let button = Button::new(words::REMOVE).look(Look::Danger).on_click(move || open.set(true)).view();
    (button, when(move || open.get(), over)).into_any()
}

fn test(at: Option<Time>, by: &str, links: i64) -> AnyView {
    let sending = Sending::new();
    let go = move || {
        sending.send(api::call::<SsoTest>(&(), &(), &()), |way| _ = location().assign(&way.location));
    };
    let state = match at {
        None => p().child(t(words::NOT_TESTED)).into_any(),
        Some(at) => p()
            .child(span().child(t(words::TESTED)))
            .child(" ")
            .child(moment::view(at))
            .child(format!(" · {by}"))
            .into_any(),
    };
    div()
        .attr("class", "form")
        .child(state)
        .child(p().attr("class", "form__meta").child(move || plural(words::LINKS_COUNT, links, &[])))
        .child(sending.notice(&[]))
        .child(div().child(Button::new(words::TEST).on_click(go).busy(sending.busy).view()))
        .into_any()
}

/// The ways to use it: what each is called in the choice, and on the wire.
const WAYS: [(&str, Key, Key); 3] = [
    ("enabled", words::ENABLED, words::ENABLED_HINT),
    ("required", words::REQUIRED, words::REQUIRED_HINT),
    ("both_steps", words::BOTH_STEPS, words::BOTH_STEPS_HINT),
];

fn how(on: [bool; 3], all: &[SsoAdmin], setup: Load<SsoSetup>) -> AnyView {
    let ways = WAYS.iter().zip(on).filter(|(_, on)| *on).map(|((way, ..), _)| (*way).to_owned());
    let ways = RwSignal::new(ways.collect::<Vec<_>>());
    let exempt = all.iter().filter(|a| a.exempt).map(|a| a.user_id.0.clone());
    let exempt = RwSignal::new(exempt.collect::<Vec<_>>());
    let (sending, proven) = (Sending::new(), Proven::new());
    let send = move |proof: Proof| {
        let is = |way: &str| ways.with_untracked(|all| all.iter().any(|one| one == way));
        let wanted = ChangeSsoUse {
            enabled: is("enabled"),
            required: is("required"),
            both_steps: is("both_steps"),
            exempt: exempt.get_untracked().into_iter().map(UserId).collect(),
            version: version(setup),
            proof,
        };
        sending.send(api::call::<SsoUse>(&(), &(), &wanted), move |now| saved(setup, &now, words::SAVED));
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if sending.may(proven.is_right()) {
            send(proven.take());
        }
    };
    let way = |(value, name, hint): &(&str, Key, Key)| Choice {
        value: (*value).to_owned(),
        name: (*name).into(),
        hint: Some((*hint).into()),
    };
    let admins = all.iter().map(|admin| {
        let shown = format!("{} · {}", admin.name, admin.email);
        Choice { value: admin.user_id.0.clone(), name: Words::new(move || shown.clone()), hint: None }
    });
    form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(checks(words::ALLOW, WAYS.iter().map(way).collect(), ways, Signal::stored(None)))
        .child(checks(words::EXEMPT, admins.collect(), exempt, sending.error("exempt", || None)))
        .child(p().attr("class", "form__meta").child(t(words::EXEMPT_HINT)))
        .child(proven.fields(sending))
        .child(sending.notice(&["password", "code", "exempt"]))
        .child(
            div()
                .attr("class", "card__actions")
                .child(proven.passkey_button(sending, || true, Arc::new(send)))
                .child(Button::new(ui_words::SAVE).look(Look::Primary).submits().busy(sending.busy).view()),
        )
        .into_any()
}
