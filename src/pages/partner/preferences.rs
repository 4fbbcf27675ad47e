//! 首选项: the person's language and time zone, applied at once and the same on every machine.

use crate::api;
use crate::i18n::texts::{app as app_words, partner as words};
use crate::i18n::{self, format, text};
use crate::kit::{list, send};
use crate::session;
use crate::ui::Words;
use crate::ui::choose::choose;
use crate::ui::el::div;
use crate::ui::prelude::*;
use crate::ui::{toast, when};
use contract::preferences::{Preferences, PreferencesChange};

/// The section of the settings, once it is known who asks.
pub(super) fn section() -> AnyView {
    when(session::is_signed_in, || {
        let now = untrack(|| session::with(|s| s.preferences.clone())).unwrap_or_default();
        list::section(words::PREFERENCES, None, fields(now))
    })
}

fn fields(now: Preferences) -> AnyView {
    let (language, zone) = (RwSignal::new(now.language), RwSignal::new(now.zone));
    on_change(
        move || (language.get(), zone.get()),
        move || {
            let wanted = Preferences { language: language.get_untracked(), zone: zone.get_untracked() };
            send::send(api::call::<PreferencesChange>(&(), &(), &wanted), |kept| {
                session::prefer((*kept).clone());
                toast::tell(text(words::PREFERRED));
            });
        },
    );
    // The language can be chosen in the header too.
    on_change(
        move || session::with(|s| s.preferences.language.clone()),
        move || {
            let now = session::with(|s| s.preferences.language.clone()).unwrap_or_default();
            if language.get_untracked() != now {
                language.set(now);
            }
        },
    );
    let by_browser = || (String::new(), Words::from(words::BY_BROWSER));
    let languages = i18n::languages().into_iter().map(|l| (l.code, Words::from(l.name)));
    let zones = format::zones().into_iter().map(|zone| (zone.clone(), Words::from(zone)));
    div()
        .attr("class", "form")
        .child(choose(
            "language",
            app_words::LANGUAGE,
            std::iter::once(by_browser()).chain(languages).collect(),
            language,
            None,
        ))
        .child(choose(
            "zone",
            words::ZONE,
            std::iter::once(by_browser()).chain(zones).collect(),
            zone,
            Some(words::ZONE_HINT.into()),
        ))
        .into_any()
}
