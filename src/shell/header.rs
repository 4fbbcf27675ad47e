//! The header: product, top navigation, messages, language, theme, account.

use super::{menu, palette, preferences};
use crate::api;
use crate::i18n::texts::{app as words, messages as message_words, notices as notice_words};
use crate::i18n::{self, format, plural, t, text};
use crate::kit::{labels, messages, send};
use crate::pages::{identity, notices, partner};
use crate::routes::HOME;
use crate::session;
use crate::ui::dom::spawn;
use crate::ui::el::{a, button, div, header as header_element, img, li, nav, p, span, ul};
use crate::ui::icon::{Icon, icon};
use crate::ui::popover::{self, Popover};
use crate::ui::prelude::*;
use crate::ui::{Words, dom, toast, when};
use contract::id::PartnerId;
use contract::identity::{Membership, PartnerSwitch, Switch};
use contract::preferences::{Preferences, PreferencesChange};
use leptos::ev;

/// The partner's logo and name where it has some, else the product's.
fn brand() -> AnyView {
    let (logo, name) = session::with(|s| (s.logo.clone(), s.display_name.clone())).unwrap_or_default();
    let mark = if logo.is_empty() {
        span().attr("class", "brand__mark").attr("aria-hidden", "true")
    } else {
        img().attr("class", "brand__logo").attr("src", partner::logo_href(&logo)).attr("alt", "")
    };
    let shown = span().attr("class", "brand__name");
    let shown = if name.is_empty() { shown.child(t(words::PRODUCT)) } else { shown.child(name) };
    (mark, shown).into_any()
}

/// The header.
#[must_use]
pub fn header() -> AnyView {
    let brand = {
        let seen = memo(|| session::with(|s| (s.logo.clone(), s.display_name.clone())));
        move || {
            _ = seen.get();
            untrack(brand)
        }
    };
    header_element()
        .attr("class", "header")
        .child(a().attr("class", "skip").attr("href", "#main").child(t(words::SKIP)))
        .child(menu::drawer_button())
        .child(a().attr("class", "brand").attr("href", HOME).child(brand))
        .child(
            nav().attr("class", "topnav").attr("aria-label", t(words::TOP_NAVIGATION)).child(
                a().attr("class", "topnav__link")
                    .attr("href", HOME)
                    .attr("aria-current", "true")
                    .child(t(words::SALES)),
            ),
        )
        .child(
            div()
                .attr("class", "header__end")
                .child(palette::button())
                .child(when(messages::are_kept, message_centre))
                .child(bell())
                .child(preference_menus())
                .child(account()),
        )
        .into_any()
}

/// The demo's message centre. It looks for messages only while it is open.
fn message_centre() -> AnyView {
    let open = RwSignal::new(false);
    let body = div()
        .attr("class", "popover__scroll")
        .child(p().attr("class", "popover__title").child(t(message_words::TITLE)))
        .child(p().attr("class", "popover__hint").child(t(message_words::HINT)))
        .child(when(move || open.get(), messages::list))
        .into_any();
    let face =
        (icon(Icon::Mail), span().attr("class", "header__words").child(t(message_words::TITLE))).into_any();
    Popover {
        name: message_words::TITLE.into(),
        face,
        body,
        class: "popover--wide",
        button: "button button--quiet",
    }
    .view(move |now| open.set(now))
}

/// The way to the notices, with how many are unread.
fn bell() -> AnyView {
    let name = || match session::unread() {
        0 => text(notice_words::TITLE),
        count => plural(notice_words::UNREAD_COUNT, count, &[]),
    };
    let count = || {
        let count = session::unread();
        (count > 0).then(|| {
            let shown = if count > 99 { "99+".to_owned() } else { format::number(count) };
            span().attr("class", "bell__count").attr("aria-hidden", "true").child(shown)
        })
    };
    a().attr("class", "button button--quiet bell")
        .attr("href", notices::LIST)
        .attr("aria-label", name)
        .attr("title", name)
        .child(icon(Icon::Bell))
        .child(count)
        .into_any()
}

/// Language and theme; on the sign-in page too.
#[must_use]
pub fn preference_menus() -> AnyView {
    (language(), theme()).into_any()
}

fn language() -> AnyView {
    let items: Vec<_> = i18n::languages()
        .into_iter()
        .map(|language| {
            let code = language.code.clone();
            let (is_on, choose) = (code.clone(), code.clone());
            pick(
                Words::from(language.name).view(),
                Some(code),
                move || i18n::language() == is_on,
                move || {
                    i18n::switch(&choose, || toast::warn(text(words::LANGUAGE_FAILED)));
                    keep_language(&choose);
                },
            )
        })
        .collect();
    Popover {
        name: words::LANGUAGE.into(),
        face: icon(Icon::Globe),
        body: ul().attr("class", "picks").child(items).into_any(),
        class: "",
        button: "button button--quiet",
    }
    .view(|_| {})
}

/// Whoever has a language of their own has chosen another one now.
fn keep_language(code: &str) {
    let own = untrack(|| session::with(|s| s.preferences.clone()));
    if let Some(own) = own.filter(|own| !own.language.is_empty() && own.language != code) {
        let wanted = Preferences { language: code.to_owned(), ..own };
        send::send(api::call::<PreferencesChange>(&(), &(), &wanted), |kept| {
            session::prefer((*kept).clone());
        });
    }
}

fn theme() -> AnyView {
    let current = preferences::theme();
    let items: Vec<_> = preferences::Theme::ALL
        .into_iter()
        .map(|theme| {
            let current = current.clone();
            pick(t(theme.name()), None, move || current.get() == theme, move || preferences::set_theme(theme))
        })
        .collect();
    Popover {
        name: words::THEME.into(),
        face: icon(Icon::Contrast),
        body: ul().attr("class", "picks").child(items).into_any(),
        class: "",
        button: "button button--quiet",
    }
    .view(|_| {})
}

/// One of several things to choose in a popover.
fn pick(
    name: impl Fn() -> String + Send + 'static,
    language: Option<String>,
    is_on: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    li().child(
        button()
            .attr("type", "button")
            .attr("class", "pick")
            .attr("lang", language)
            .attr("aria-pressed", move || if is_on() { "true" } else { "false" })
            .on(ev::click, move |_| {
                choose();
                popover::close();
            })
            .child(span().child(name))
            .child(icon(Icon::Check)),
    )
    .into_any()
}

/// A partner for which the person can act; choosing another one goes on for it.
fn other(membership: Membership, here: &PartnerId) -> AnyView {
    let Membership { partner_id, name, kind } = membership;
    let is_here = partner_id == *here;
    let go = move || {
        let to = Switch { partner_id: partner_id.clone() };
        send::send(api::call::<PartnerSwitch>(&(), &(), &to), |_| session::moved());
    };
    let words = move || format!("{name} · {}", text(labels::partner_kind(kind)));
    pick(
        words,
        None,
        move || is_here,
        move || {
            if !is_here {
                go();
            }
        },
    )
}

/// Who is signed in, and where personal pages are.
fn account() -> AnyView {
    let part =
        |read: fn(&contract::identity::Session) -> String| move || session::with(read).unwrap_or_default();
    let role = || session::with(|s| labels::role_names(&s.roles)).unwrap_or_default();
    let link = |href: &'static str, name| {
        li().child(
            a().attr("class", "pick").attr("href", href).on(ev::click, |_| popover::close()).child(t(name)),
        )
    };
    let partners = || {
        let all = session::with(|s| (s.partners.clone(), s.partner_id.clone()));
        let (all, here) = all.filter(|(all, _)| all.len() > 1)?;
        let items: Vec<_> = all.into_iter().map(|membership| other(membership, &here)).collect();
        let list = ul().attr("class", "picks").attr("aria-label", t(words::SWITCH_PARTNER)).child(items);
        Some(div().attr("class", "who").child(list).into_any())
    };
    let sign_out = |_| {
        spawn(async {
            if let Err(failure) = session::sign_out().await {
                toast::warn(crate::kit::errors::sentence(&failure));
            }
        });
    };
    let body = div()
        .child(
            div()
                .attr("class", "who")
                .child(p().attr("class", "who__name").child(part(|s| s.name.clone())))
                .child(p().attr("class", "who__line").child(part(|s| s.email.clone())))
                .child(p().attr("class", "who__line").child(role))
                .child(p().attr("class", "who__line").child(part(|s| s.partner_name.clone()))),
        )
        .child(partners)
        .child(
            ul().attr("class", "picks")
                .child(link(partner::COMPANY, partner::COMPANY_TITLE))
                .child(link(partner::SETTINGS, partner::SETTINGS_TITLE))
                .child(link(notices::SETTINGS, notices::SETTINGS_TITLE))
                .child(link(identity::SECURITY, identity::SECURITY_TITLE))
                .child(link(identity::SESSIONS, identity::SESSIONS_TITLE))
                .child(
                    li().child(
                        button()
                            .attr("type", "button")
                            .attr("class", "pick")
                            .on(ev::click, sign_out)
                            .child(t(words::SIGN_OUT)),
                    ),
                ),
        )
        .into_any();
    let name = move || part(|s| s.name.clone())();
    let face = (icon(Icon::Person), span().attr("class", "header__words header__who").child(name)).into_any();
    let label = Words::new(move || {
        let name = session::with(|s| s.name.clone()).unwrap_or_default();
        format!("{} {name}", text(words::ACCOUNT)).trim().to_owned()
    });
    Popover { name: label, face, body, class: "popover--account", button: "button button--quiet" }.view(
        |open| {
            if open {
                dom::focus_soon(".popover--account .pick");
            }
        },
    )
}
