//! Texts in the reader's language. They are downloaded, one language at a time; the code knows them by
//! number (see build.rs), so a language is added without touching code.

pub mod format;

use crate::ui::dom::spawn;
use crate::ui::prelude::*;
use serde_json::Value;
use std::cell::RefCell;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The texts by area, made from `locales/` by build.rs.
pub mod texts {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
    pub use super::{Key, Plural};
}

/// A text's place in the file of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(u16);

/// A text that has a form for each plural category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural(u16);

/// A language that the console speaks, as the start script lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// The BCP 47 code.
    pub code: String,
    /// Its name in itself.
    pub name: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    file: String,
}

#[derive(Clone)]
struct Current {
    code: String,
    texts: Arc<Vec<Value>>,
}

thread_local! {
    static CURRENT: ArcRwSignal<Current> = ArcRwSignal::new(Current { code: "en".into(), texts: Arc::default() });
    static LANGUAGES: RefCell<Vec<Language>> = const { RefCell::new(Vec::new()) };
}

fn current() -> ArcRwSignal<Current> {
    CURRENT.with(Clone::clone)
}

/// A text as a part of a view; it follows the language.
pub fn t(key: Key) -> impl Fn() -> String + Copy + Send + 'static {
    move || text(key)
}

/// A text, now. Inside a reactive closure it follows the language.
#[must_use]
pub fn text(key: Key) -> String {
    current().with(|c| match c.texts.get(usize::from(key.0)) {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    })
}

/// The text that is known by a name of the contract, for example an act of the audit trail.
#[must_use]
pub fn by_name(name: &str) -> Option<Key> {
    let found = texts::BY_NAME.binary_search_by_key(&name, |(name, _)| name).ok()?;
    texts::BY_NAME.get(found).map(|(_, key)| *key)
}

/// A text whose `{names}` are replaced.
#[must_use]
pub fn fill(key: Key, values: &[(&str, &str)]) -> String {
    replace(&text(key), values)
}

/// The form of a text that fits a number; `{count}` is the number.
#[must_use]
pub fn plural(key: Plural, count: i64, values: &[(&str, &str)]) -> String {
    let form = current().with(|c| match c.texts.get(usize::from(key.0)) {
        Some(Value::Object(forms)) => {
            let category = format::plural_category(count);
            forms
                .get(&category)
                .or_else(|| forms.get("other"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        }
        _ => String::new(),
    });
    replace(&replace(&form, values), &[("count", &format::number(count))])
}

fn replace(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The code of the language in use; reactive.
#[must_use]
pub fn language() -> String {
    current().with(|c| c.code.clone())
}

/// All languages.
#[must_use]
pub fn languages() -> Vec<Language> {
    LANGUAGES.with_borrow(Clone::clone)
}

fn boot(key: &str) -> JsValue {
    let get = |object: &JsValue, key: &str| js_sys::Reflect::get(object, &key.into()).unwrap_or_default();
    get(&get(&window(), "partnerCenter"), key)
}

/// Takes over the language that the start script chose, with the texts that it fetched.
/// False when there are no texts to be had.
pub async fn start() -> bool {
    let rows: js_sys::Array = boot("languages").unchecked_into();
    let list = rows.iter().map(|row| {
        let row: js_sys::Array = row.unchecked_into();
        let column = |n| row.get(n).as_string().unwrap_or_default();
        Language { code: column(0), name: column(1), direction: column(2), file: column(3) }
    });
    LANGUAGES.set(list.collect());
    let code = boot("language").as_string().unwrap_or_default();
    let fetched = JsFuture::from(boot("texts").unchecked_into::<js_sys::Promise>()).await;
    let texts = fetched.ok().and_then(|t| t.as_string()).and_then(|t| crate::json::parse_list(&t));
    match texts {
        Some(texts) => {
            put(&code, texts);
            true
        }
        None => choose(&code).await,
    }
}

fn put(code: &str, texts: Vec<Value>) {
    format::forget();
    current().set(Current { code: code.to_owned(), texts: Arc::new(texts) });
}

/// Fetches a language and switches to it. False when it cannot be had.
async fn choose(code: &str) -> bool {
    let Some(language) = languages().into_iter().find(|l| l.code == code) else { return false };
    let Some(texts) = crate::api::fetch_texts(&language.file).await else { return false };
    put(code, texts);
    if let Some(root) = document().document_element() {
        _ = root.set_attribute("lang", &language.code);
        _ = root.set_attribute("dir", &language.direction);
    }
    true
}

/// Shows moments in a time zone; in the browser's where it is empty or none that the browser knows.
pub fn set_zone(zone: &str) {
    if format::set_zone(zone) {
        current().update(|_| {});
    }
}

/// Switches the language and remembers it; the page stays as it is. `failed` is called when the texts
/// cannot be had.
pub fn switch(code: &str, failed: impl FnOnce() + 'static) {
    let code = code.to_owned();
    spawn(async move {
        if choose(&code).await {
            crate::ui::dom::store(crate::ui::dom::Keep::Long, "language", Some(&code));
        } else {
            failed();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn names_are_replaced_wherever_they_stand() {
        assert_eq!(replace("{a} of {b}, {a}", &[("a", "1"), ("b", "2")]), "1 of 2, 1");
        assert_eq!(replace("{a}", &[]), "{a}");
    }
}
