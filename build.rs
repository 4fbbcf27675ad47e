//! Makes the texts of the console from `locales/<language>/<area>.json`, in two turns of one program.
//!
//! As Cargo's build script it checks the texts and writes the Rust constants for them (`$OUT_DIR/texts.rs`):
//! a key that is missing in a language, or whose placeholders differ, fails the build.
//! As Trunk's `pre_build` hook (compiled by hand, see Trunk.toml) it writes what the browser downloads into
//! `target/generated`: one file of texts a language, one stylesheet, and the start script that knows the
//! names of the text files. No dependencies, so that the hook takes a second.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The language of a person who asks for none that we have.
const DEFAULT_LANGUAGE: &str = "zh";
/// The plural forms that `Intl.PluralRules` can name.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// Stylesheets in the order of their layers; a folder stands for its files by name.
const STYLES: [&str; 6] = [
    "style/tokens.css",
    "style/base.css",
    "style/layout.css",
    "style/components",
    "style/pages",
    "style/utilities.css",
];

/// A text: one form, or one a plural category.
#[derive(Clone)]
enum Text {
    One(String),
    Plural(BTreeMap<String, String>),
}

/// The texts of a language by area and key.
type Texts = BTreeMap<(String, String), Text>;

fn main() {
    let languages = read_languages(Path::new("locales"));
    check(&languages);
    match env::var_os("OUT_DIR") {
        Some(out) => {
            println!("cargo::rerun-if-changed=locales");
            println!("cargo::rerun-if-changed=build.rs");
            // What takes the program apart (scripts/split) has to know what leads to what.
            if env::var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|target| target == "wasm32") {
                println!("cargo::rustc-link-arg-bins=--emit-relocs");
            }
            let all = languages.values().next().unwrap_or_else(|| stop("no languages in locales/"));
            write(&PathBuf::from(out).join("texts.rs"), &constants(all));
        }
        None => write_assets(&languages, Path::new("target/generated")),
    }
}

fn stop(message: &str) -> ! {
    eprintln!("error: {message}");
    std::process::exit(1)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| stop(&format!("{}: {e}", path.display())))
}

fn write(path: &Path, text: &str) {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).unwrap_or_else(|e| stop(&format!("{}: {e}", folder.display())));
    }
    // An unchanged file keeps its time, so that nothing is built again for it.
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap_or_else(|e| stop(&format!("{}: {e}", path.display())));
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|e| stop(&format!("{}: {e}", folder.display())));
    let mut paths: Vec<_> = listing.flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read_languages(folder: &Path) -> BTreeMap<String, Texts> {
    let languages = entries(folder).into_iter().filter(|p| p.is_dir());
    languages.map(|language| (stem(&language), read_language(&language))).collect()
}

fn read_language(folder: &Path) -> Texts {
    let mut texts = Texts::new();
    for file in entries(folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "json")) {
        for (key, text) in flat_json(&file) {
            let form = key.rsplit_once('_').filter(|(_, form)| PLURAL_FORMS.contains(form));
            let Some((base, form)) = form else {
                texts.insert((stem(&file), key), Text::One(text));
                continue;
            };
            let entry =
                texts.entry((stem(&file), base.to_owned())).or_insert_with(|| Text::Plural(BTreeMap::new()));
            match entry {
                Text::Plural(forms) => _ = forms.insert(form.to_owned(), text),
                Text::One(_) => {
                    stop(&format!("{}: {base} is there with and without plural forms", file.display()))
                }
            }
        }
    }
    texts
}

/// Reads `{"key": "text", …}`: all that a file of texts may hold.
fn flat_json(path: &Path) -> Vec<(String, String)> {
    let source = read(path);
    let bad = |what: &str| -> ! { stop(&format!("{}: {what}", path.display())) };
    let mut strings = Vec::new();
    let mut shape = String::new();
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let mut text = String::new();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some('n') => text.push('\n'),
                            Some(c @ ('"' | '\\' | '/')) => text.push(c),
                            Some('u') => {
                                let hex: String = chars.by_ref().take(4).collect();
                                let code = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                                text.push(code.unwrap_or_else(|| bad("a bad \\u escape")));
                            }
                            _ => bad("an unknown escape"),
                        },
                        Some(c) => text.push(c),
                        None => bad("a text does not end"),
                    }
                }
                strings.push(text);
                shape.push('s');
            }
            c if c.is_whitespace() => {}
            c => shape.push(c),
        }
    }
    let expected = format!("{{{}}}", vec!["s:s"; strings.len() / 2].join(","));
    if shape != expected {
        bad("not a flat object of texts");
    }
    let mut pairs = Vec::new();
    let mut strings = strings.into_iter();
    while let (Some(key), Some(text)) = (strings.next(), strings.next()) {
        if !key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.')) {
            bad(&format!("the key {key} is not in snake_case"));
        }
        if pairs.iter().any(|(k, _)| *k == key) {
            bad(&format!("the key {key} is there twice"));
        }
        pairs.push((key, text));
    }
    pairs
}

/// The `{names}` in a text.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

/// The form of a text that every language must have.
fn main_form(text: &Text) -> Option<&String> {
    match text {
        Text::One(text) => Some(text),
        Text::Plural(forms) => forms.get("other"),
    }
}

fn check(languages: &BTreeMap<String, Texts>) {
    let keys: BTreeSet<_> = languages.values().flat_map(|texts| texts.keys()).collect();
    let mut faults = Vec::new();
    for (area, key) in keys {
        let mut expected: Option<BTreeSet<&str>> = None;
        for (language, texts) in languages {
            let name = format!("{language}/{area}.json: {key}");
            let Some(text) = texts.get(&(area.clone(), key.clone())) else {
                faults.push(format!("{name} is missing"));
                continue;
            };
            let Some(form) = main_form(text).filter(|t| !t.is_empty()) else {
                faults.push(format!("{name} has no text (plural texts need {key}_other)"));
                continue;
            };
            let found = placeholders(form);
            if *expected.get_or_insert_with(|| found.clone()) != found {
                faults.push(format!("{name} has other placeholders than in other languages"));
            }
            if let Text::Plural(forms) = text
                && forms.values().any(|f| !placeholders(f).is_subset(&found))
            {
                faults.push(format!("{name} has a plural form with a placeholder that {key}_other has not"));
            }
        }
    }
    if !languages.contains_key(DEFAULT_LANGUAGE) {
        faults.push(format!("locales/{DEFAULT_LANGUAGE} is missing"));
    }
    if !faults.is_empty() {
        stop(&faults.join("\nerror: "));
    }
}

/// The constants: a module an area, a `Key` or `Plural` a text. The number is the text's place in the file.
/// Texts whose keys have a dot are looked up by their key: `BY_NAME` lists them in order.
fn constants(texts: &Texts) -> String {
    let mut out = String::new();
    let mut open = None;
    let mut named = String::new();
    for (place, ((area, key), text)) in texts.iter().enumerate() {
        // The language about itself: for the start script, not for the code.
        if area == "language" {
            continue;
        }
        if key.contains('.') {
            _ = write!(named, "(\"{key}\", Key({place})), ");
            continue;
        }
        if open != Some(area) {
            if open.is_some() {
                out.push_str("}\n");
            }
            _ = writeln!(out, "/// Texts of `locales/*/{area}.json`.\npub mod {area} {{");
            open = Some(area);
        }
        let kind = if matches!(text, Text::One(_)) { "Key" } else { "Plural" };
        let sample = main_form(text).map(String::as_str).unwrap_or_default().replace('\n', " ");
        _ = writeln!(
            out,
            "/// {sample}\npub const {}: super::{kind} = super::{kind}({place});",
            key.to_uppercase()
        );
    }
    if open.is_some() {
        out.push_str("}\n");
    }
    _ = writeln!(
        out,
        "/// Texts that are looked up by their key.\npub const BY_NAME: &[(&str, Key)] = &[{named}];"
    );
    out
}

fn write_assets(languages: &BTreeMap<String, Texts>, folder: &Path) {
    let texts_folder = folder.join("texts");
    // Files of earlier texts have other names; they must not be copied along.
    _ = fs::remove_dir_all(&texts_folder);
    let mut list = Vec::new();
    for (language, texts) in languages {
        let file = json_array(texts);
        let name = format!("{language}.{:016x}.json", fingerprint(&file));
        write(&texts_folder.join(&name), &file);
        let own = |key: &str| {
            let text = texts.get(&("language".to_owned(), key.to_owned())).and_then(main_form);
            json_text(text.unwrap_or_else(|| stop(&format!("{language}/language.json needs {key}"))))
        };
        let row = format!(
            "[{},{},{},{}]",
            json_text(language),
            own("name"),
            own("direction"),
            json_text(&format!("/texts/{name}"))
        );
        // The default comes first: the start script falls back on it.
        list.insert(if language == DEFAULT_LANGUAGE { 0 } else { list.len() }, row);
    }
    let start = read(Path::new("public/boot.js")).replace("/* languages */", &list.join(","));
    write(&folder.join("boot.js"), &start);
    write(&folder.join("console.css"), &stylesheet());
}

fn stylesheet() -> String {
    let files = STYLES
        .iter()
        .map(Path::new)
        .flat_map(|path| if path.is_dir() { entries(path) } else { vec![path.into()] });
    files.map(|file| squeeze(&read(&file))).collect()
}

/// Takes comments, indentation and line ends out of a stylesheet.
fn squeeze(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    // A space stays where a line ends inside a value or selector.
    let joined = out.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.replace(" { ", "{").replace(" } ", "}").replace(" }", "}").replace("; ", ";").replace(";}", "}")
        + "\n"
}

fn json_array(texts: &Texts) -> String {
    let rows: Vec<_> = texts
        .values()
        .map(|text| match text {
            Text::One(text) => json_text(text),
            Text::Plural(forms) => {
                let forms: Vec<_> =
                    forms.iter().map(|(f, t)| format!("{}:{}", json_text(f), json_text(t))).collect();
                format!("{{{}}}", forms.join(","))
            }
        })
        .collect();
    format!("[{}]", rows.join(",\n"))
}

fn json_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// FNV-1a: names a file by its content. Not for secrets.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
