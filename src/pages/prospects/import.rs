//! Reports out of a file: every row is looked at first; what cannot be reported comes back as a file with reasons.

use super::{DEVELOPMENT, words_of};
use crate::api::{self, Failure};
use crate::i18n::texts::prospects as words;
use crate::i18n::{format, plural, t, text};
use crate::kit::errors;
use crate::kit::page;
use crate::router;
use crate::ui::button::{Button, Look};
use crate::ui::dom::{self, spawn};
use crate::ui::el::{a, div, input, label, p, table, tbody, td, th, thead, tr};
use crate::ui::file;
use crate::ui::live;
use crate::ui::prelude::*;
use contract::imports::MAX_FILE;
use contract::prospects::{ImportProspects, Imported, ProspectImport, RefusedRow};
use leptos::ev;
use std::sync::Arc;

/// Rows that are shown; all of them are in the file.
const SHOWN: usize = 50;

/// A file that was looked at, or taken in.
#[derive(Clone)]
struct Looked {
    file: Arc<ImportProspects>,
    result: Arc<Imported>,
}

/// The page.
pub(super) fn page() -> AnyView {
    let looked = RwSignal::new(None::<Looked>);
    let failure = RwSignal::new(None::<Failure>);
    let wrong = RwSignal::new(None::<crate::i18n::texts::Key>);
    let busy = RwSignal::new(false);
    let send = move |file: Arc<ImportProspects>| {
        busy.set(true);
        failure.set(None);
        spawn(async move {
            match api::send_for(api::call::<ProspectImport>(&(), &(), &file)).await {
                Ok(result) => {
                    let (accepted, refused) =
                        (format::number(result.accepted), format::number(rows(&result)));
                    live::say(format!(
                        "{}: {accepted} · {}: {refused}",
                        text(if file.look { words::FILE_RESULT_ACCEPTED } else { words::FILE_DONE_ACCEPTED }),
                        text(if file.look { words::FILE_RESULT_REFUSED } else { words::FILE_DONE_REFUSED }),
                    ));
                    looked.try_set(Some(Looked { file, result }));
                }
                Err(why) => _ = failure.try_set(Some(why)),
            }
            busy.try_set(false);
        });
    };
    let chosen = move |event: web_sys::Event| {
        let field: web_sys::HtmlInputElement = event_target(&event);
        looked.set(None);
        failure.set(None);
        wrong.set(None);
        let Some(chosen) = file::chosen(&field) else { return };
        if chosen.size() > MAX_FILE as f64 {
            wrong.set(Some(crate::i18n::texts::batches::FILE_TOO_LARGE));
            return;
        }
        spawn(async move {
            match file::base64(&chosen).await {
                None => _ = wrong.try_set(Some(crate::i18n::texts::batches::FILE_UNREADABLE)),
                Some(content) => send(Arc::new(ImportProspects { name: chosen.name(), content, look: true })),
            }
        });
    };
    let id = dom::unique("file");
    let template = format!("data:text/csv;charset=utf-8,%EF%BB%BF{}", router::encode(&headings()));
    let go = move || {
        let Looked { file, result } = looked.get()?;
        let count = result.accepted + result.review;
        if !file.look {
            return Some(
                a().attr("class", "button").attr("href", DEVELOPMENT).child(t(words::FILE_BACK)).into_any(),
            );
        }
        if count == 0 {
            return Some(p().attr("role", "status").child(t(words::FILE_NOTHING)).into_any());
        }
        let go = move || send(Arc::new(ImportProspects { look: false, ..(*file).clone() }));
        let name = crate::ui::Words::new(move || plural(words::FILE_GO, count, &[]));
        Some(Button::new(name).look(Look::Primary).busy(busy).on_click(go).view())
    };
    div()
        .attr("class", "page")
        .child(page::head(words::IMPORT, None, None))
        .child(
            div()
                .attr("class", "form card")
                .child(
                    div()
                        .attr("class", "field")
                        .child(
                            label()
                                .attr("class", "field__label")
                                .attr("for", id.clone())
                                .child(t(words::FILE)),
                        )
                        .child(
                            input()
                                .attr("type", "file")
                                .attr("id", id)
                                .attr("accept", ".csv,.xlsx,text/csv")
                                .on(ev::change, chosen),
                        )
                        .child(p().attr("class", "field__hint").child(t(words::FILE_HINT))),
                )
                .child(p().child(
                    a().attr("href", template).attr("download", "template.csv").child(t(words::TEMPLATE)),
                ))
                .child(move || {
                    wrong
                        .get()
                        .map(|key| p().attr("class", "field__error").attr("role", "alert").child(t(key)))
                })
                .child(move || failure.get().map(errors::notice))
                .child(move || looked.get().map(|l| result_of(&l)))
                .child(go),
        )
        .into_any()
}

fn rows(result: &Imported) -> i64 {
    i64::try_from(result.refused.len()).unwrap_or(i64::MAX)
}

fn headings() -> String {
    let names = [words::NAME, words::CONTACT, words::PHONE, words::EMAIL, words::MEMO];
    untrack(|| names.map(text)).join(",") + "\r\n"
}

fn result_of(looked: &Looked) -> AnyView {
    let look = looked.file.look;
    let pick = |before, after| if look { before } else { after };
    let counts = [
        (pick(words::FILE_RESULT_ACCEPTED, words::FILE_DONE_ACCEPTED), looked.result.accepted),
        (pick(words::FILE_RESULT_REVIEW, words::FILE_DONE_REVIEW), looked.result.review),
        (pick(words::FILE_RESULT_REFUSED, words::FILE_DONE_REFUSED), rows(&looked.result)),
    ];
    let facts = counts
        .map(|(name, count)| crate::kit::facts::fact(name, format::number(count).into_any()))
        .into_iter()
        .collect();
    let refused = &looked.result.refused;
    let lines: Vec<_> = refused.iter().take(SHOWN).map(line).collect();
    let address = format!("data:text/csv;charset=utf-8,%EF%BB%BF{}", router::encode(&as_file(refused)));
    let shown = (!refused.is_empty()).then(|| {
        let head = [words::FILE_ROW, words::NAME, words::FILE_WHY]
            .map(|key| th().attr("scope", "col").child(t(key)).into_any());
        div()
            .child(
                div().attr("class", "table-box").attr("tabindex", "0").child(
                    table()
                        .attr("class", "table")
                        .child(thead().child(tr().child(Vec::from(head))))
                        .child(tbody().child(lines)),
                ),
            )
            .child(p().child(
                a().attr("href", address).attr("download", "refused.csv").child(t(words::FILE_REFUSED)),
            ))
    });
    div().child(crate::kit::facts::grid(facts)).child(shown).into_any()
}

fn line(refused: &RefusedRow) -> AnyView {
    tr().child(td().child(refused.row.to_string()))
        .child(td().child(refused.cells.name.clone()))
        .child(td().child(words_of::row_fault(&refused.why)))
        .into_any()
}

/// The rows with their reasons, as they can be corrected and brought again.
fn as_file(refused: &[RefusedRow]) -> String {
    let mut text_of = headings().trim_end().to_owned();
    text_of.push_str(&format!(",{}\r\n", cell(&untrack(|| text(words::FILE_WHY)))));
    for row in refused {
        let c = &row.cells;
        let why = untrack(|| words_of::row_fault(&row.why));
        let cells = [&c.name, &c.contact, &c.phone, &c.email, &c.memo, &why].map(|text| cell(text));
        text_of.push_str(&cells.join(","));
        text_of.push_str("\r\n");
    }
    text_of
}

/// A cell; what a spreadsheet would take for a formula is marked as text.
fn cell(text: &str) -> String {
    let safe =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_text_and_nothing_else() {
        assert_eq!(cell("样例"), "样例");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("+86 138"), "'+86 138");
    }
}
