//! The settings that `./dev test` hands to the tests. The only place here that reads the environment.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

/// A superuser's connection to a PostgreSQL for tests.
pub fn postgres_url() -> Option<String> {
    let found = read("TEST_POSTGRES_URL");
    if found.is_none() {
        note("TEST_POSTGRES_URL is not set: the PostgreSQL half of the API tests is skipped");
    }
    found
}

/// A Python that has the official SDK and `aiosmtpd`.
pub fn python() -> Option<String> {
    let found = read("TEST_PYTHON");
    if found.is_none() {
        note("TEST_PYTHON is not set: the tests with the official SDK and with a mail server are skipped");
    }
    found
}

/// A real FOCUS bill file.
pub fn focus_sample() -> Option<PathBuf> {
    let found = read("FOCUS_SAMPLE").map(PathBuf::from).filter(|path| path.is_file());
    if found.is_none() {
        note("FOCUS_SAMPLE names no file: the tests with a real bill file are skipped");
    }
    found
}

/// Says something once, past the test runner's capturing.
pub fn note(text: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().expect("no test panics while it says something");
    if said.insert(text.to_owned()) {
        // Nobody to tell where standard error is closed.
        let _ = writeln!(std::io::stderr(), "NOTE: {text}");
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own settings, read in this one place")]
fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
