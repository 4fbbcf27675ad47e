//! Files that a person chooses in this browser.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// The file that was chosen in a field.
#[must_use]
pub fn chosen(field: &HtmlInputElement) -> Option<File> {
    field.files()?.get(0)
}

/// What is in a file, in base64; `None` where it cannot be read (it was moved or changed meanwhile).
pub async fn base64(file: &File) -> Option<String> {
    let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
    let bytes = js_sys::Uint8Array::new(bytes.unchecked_ref()).to_vec();
    // The browser's own encoder takes a text whose characters are the bytes.
    let text: String = bytes.into_iter().map(char::from).collect();
    web_sys::window()?.btoa(&text).ok()
}
