//! Bringing a file (批量导入): choose it, say which column is what, and look at its rows before anything
//! happens.

use super::{href, kind_name};
use crate::api::{self, Failure};
use crate::i18n::texts::{Key, batches as words};
use crate::i18n::{fill, format, plural, t, text};
use crate::kit::errors;
use crate::kit::list::section;
use crate::kit::page;
use crate::ui::button::{Button, Look};
use crate::ui::dom::{self, spawn};
use crate::ui::el::{a, div, form, input, label, option, p, select, table, tbody, td, th, thead, tr};
use crate::ui::prelude::*;
use crate::ui::{file, live};
use crate::{router, session};
use contract::batches::{BatchCreate, Kind, NewBatch};
use contract::imports::{FromFile, Import, ImportCreate, MAX_FILE, NewImport};
use leptos::ev;

/// What is chosen for the columns of a file, each as text for its `<select>`.
#[derive(Clone, Copy)]
struct Columns {
    customer: RwSignal<String>,
    amount: RwSignal<String>,
    memo: RwSignal<String>,
}

/// The page.
pub fn page() -> AnyView {
    let import = RwSignal::new(None::<Import>);
    let failure = RwSignal::new(None::<Failure>);
    let wrong = RwSignal::new(None::<Key>);
    let busy = RwSignal::new(false);
    let chosen = move |event: web_sys::Event| {
        let field: web_sys::HtmlInputElement = event_target(&event);
        import.set(None);
        failure.set(None);
        wrong.set(None);
        let Some(chosen) = file::chosen(&field) else { return };
        if chosen.size() > MAX_FILE as f64 {
            wrong.set(Some(words::FILE_TOO_LARGE));
            return;
        }
        busy.set(true);
        spawn(async move {
            match file::base64(&chosen).await {
                None => _ = wrong.try_set(Some(words::FILE_UNREADABLE)),
                Some(content) => {
                    let new = NewImport { name: chosen.name(), content };
                    match api::send_for(api::call::<ImportCreate>(&(), &(), &new)).await {
                        Ok(taken) => {
                            live::say(plural(words::FILE_ROWS, taken.rows, &[("name", &taken.name)]));
                            import.try_set(Some((*taken).clone()));
                        }
                        Err(why) if errors::field(&why, "content").is_some() => {
                            _ = wrong.try_set(Some(words::FILE_UNREADABLE));
                        }
                        Err(why) => _ = failure.try_set(Some(why)),
                    }
                }
            }
            busy.try_set(false);
        });
    };
    let id = dom::unique("file");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || Some(if wrong.get().is_some() { error_id.clone() } else { hint_id.clone() })
    };
    let choose = div()
        .attr("class", "field")
        .child(label().attr("class", "field__label").attr("for", id.clone()).child(t(words::FILE)))
        .child(
            input()
                .attr("type", "file")
                .attr("id", id)
                .attr("accept", ".csv,.xlsx")
                .attr("aria-describedby", described)
                .attr("aria-invalid", move || wrong.get().map(|_| "true"))
                .on(ev::change, chosen),
        )
        .child(p().attr("class", "field__hint").attr("id", hint_id).child(t(words::FILE_HINT)))
        .child(move || {
            wrong.get().map(|key| {
                p().attr("class", "field__error")
                    .attr("id", error_id.clone())
                    .attr("role", "alert")
                    .child(t(key))
            })
        })
        .child(move || busy.get().then(|| p().attr("role", "status").child(t(words::READING))))
        .child(move || failure.get().map(errors::notice))
        .into_any();
    let template = a().attr("href", "/api/imports/template").attr("download", "").child(t(words::TEMPLATE));
    div()
        .attr("class", "page page--narrow")
        .child(page::head(words::IMPORT, None, None))
        .child(section(
            words::STEP_FILE,
            Some(words::STEP_FILE_HINT),
            div().attr("class", "form").child(p().child(template)).child(choose).into_any(),
        ))
        .child(move || import.get().map(|import| columns_of(&import)))
        .into_any()
}

fn columns_of(import: &Import) -> AnyView {
    if let Some(batch) = &import.batch {
        let link = a().attr("href", href(batch)).child(t(words::SEE_BATCH));
        return div()
            .attr("class", "notice notice--wait")
            .attr("role", "alert")
            .child(
                div()
                    .attr("class", "notice__body")
                    .child(p().child(t(words::IMPORTED_BEFORE)))
                    .child(p().child(link)),
            )
            .into_any();
    }
    let text_of = |column: Option<u32>| RwSignal::new(column.map(|c| c.to_string()).unwrap_or_default());
    let chosen = Columns {
        customer: text_of(import.guess.customer),
        amount: text_of(import.guess.amount),
        memo: text_of(import.guess.memo),
    };
    let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|k| session::can(k.permission())).collect();
    let kind = RwSignal::new(kinds.first().map(|k| k.as_str().to_owned()).unwrap_or_default());
    let (busy, asked) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<Failure>);
    let id = import.id.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        asked.set(true);
        let read = |column: RwSignal<String>| column.with_untracked(|c| c.parse::<u32>().ok());
        let (Some(customer), Some(amount)) = (read(chosen.customer), read(chosen.amount)) else {
            crate::ui::field::focus_first_error();
            return;
        };
        if busy.get_untracked() {
            return;
        }
        let file = FromFile { import: id.clone(), customer, amount, memo: read(chosen.memo) };
        let kind = kind.with_untracked(|k| Kind::parse(k));
        let new = NewBatch { kind, file: Some(file), ..NewBatch::default() };
        busy.set(true);
        failure.set(None);
        spawn(async move {
            match api::send_for(api::call::<BatchCreate>(&(), &(), &new)).await {
                Ok(batch) => router::go(&href(&batch.id)),
                Err(why) => _ = failure.try_set(Some(why)),
            }
            busy.try_set(false);
        });
    };
    let titles: Vec<(String, String)> =
        import.columns.iter().enumerate().map(|(n, title)| (n.to_string(), title.clone())).collect();
    let kinds = kinds.into_iter().map(|k| (k.as_str().to_owned(), text(kind_name(k)))).collect();
    let column = |name: Key, value, titles: Vec<(String, String)>, required| {
        choice(name, value, titles, required, asked)
    };
    let with_none = {
        let mut all = vec![(String::new(), text(words::NO_COLUMN))];
        all.extend(titles.clone());
        all
    };
    let body = form()
        .attr("class", "form")
        .attr("novalidate", "")
        .on(ev::submit, submit)
        .child(choice(words::KIND, kind, kinds, false, asked))
        .child(column(words::CUSTOMER, chosen.customer, titles.clone(), true))
        .child(column(words::AMOUNT, chosen.amount, titles, true))
        .child(column(words::MEMO, chosen.memo, with_none, false))
        .child(sample(import))
        .child(move || failure.get().map(errors::notice))
        .child(Button::new(words::PREVIEW).look(Look::Primary).submits().busy(busy).view())
        .into_any();
    let rows = format::number(import.rows);
    let told = fill(words::STEP_COLUMNS_HINT, &[("name", &import.name), ("rows", &rows)]);
    section(
        words::STEP_COLUMNS,
        None,
        div().attr("class", "form").child(p().child(told)).child(body).into_any(),
    )
}

/// One of several, under a visible name; required ones say so when nothing is chosen.
fn choice(
    name: Key,
    value: RwSignal<String>,
    offered: Vec<(String, String)>,
    required: bool,
    asked: RwSignal<bool>,
) -> AnyView {
    let id = dom::unique("choice");
    let error_id = format!("{id}-error");
    let missing = memo(move || required && asked.get() && value.with(String::is_empty));
    let mut options: Vec<AnyView> = Vec::new();
    if required && value.with_untracked(String::is_empty) {
        options.push(option().attr("value", "").child(t(words::CHOOSE)).into_any());
    }
    options.extend(offered.into_iter().map(|(own, words)| {
        let is_chosen = own.clone();
        option()
            .attr("value", own)
            .prop("selected", move || value.with(|v| *v == is_chosen))
            .child(words)
            .into_any()
    }));
    let described = error_id.clone();
    div()
        .attr("class", "field")
        .child(label().attr("class", "field__label").attr("for", id.clone()).child(t(name)))
        .child(
            select()
                .attr("class", "input")
                .attr("id", id)
                .attr("aria-invalid", move || missing.get().then_some("true"))
                .attr("aria-describedby", move || missing.get().then(|| described.clone()))
                .on(ev::change, move |event| value.set(event_target_value(&event)))
                .child(options),
        )
        .child(move || {
            missing.get().then(|| {
                let told = errors::fault(contract::error::Fault::Required);
                p().attr("class", "field__error").attr("id", error_id.clone()).child(told)
            })
        })
        .into_any()
}

/// The first rows of the file.
fn sample(import: &Import) -> AnyView {
    let heads: Vec<_> = import
        .columns
        .iter()
        .map(|c| th().attr("class", "cell").attr("scope", "col").child(c.clone()))
        .collect();
    let row = |row: &Vec<String>| {
        tr().child(row.iter().map(|c| td().attr("class", "cell").child(c.clone())).collect::<Vec<_>>())
    };
    div()
        .attr("class", "table-box")
        .attr("role", "region")
        .attr("aria-label", t(words::SAMPLE))
        .attr("tabindex", "0")
        .child(
            table()
                .attr("class", "table table--small")
                .child(thead().child(tr().child(heads)))
                .child(tbody().child(import.sample.iter().map(row).collect::<Vec<_>>())),
        )
        .into_any()
}
