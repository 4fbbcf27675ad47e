//! Who may lead to whom (ARCHITECTURE.md, invariants). Reads the sources as text: a rule here is
//! a sentence there.

use std::fs;
use std::path::{Path, PathBuf};

/// Files of a rule, and what must not stand in them.
struct Rule {
    sentence: &'static str,
    folder: &'static str,
    applies: fn(&str) -> bool,
    forbidden: &'static [&'static str],
}

fn named(path: &str, names: &[&str]) -> bool {
    names.iter().any(|n| path.ends_with(n))
}

const RULES: &[Rule] = &[
    Rule {
        sentence: "a handler, a service and a command hold no SQL",
        folder: "server/src",
        applies: |p| {
            named(p, &["/handlers.rs", "/bss.rs", "/service.rs"])
                || p.contains("/http/")
                || p.contains("/cli/")
        },
        forbidden: &["sqlx::", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"],
    },
    Rule {
        sentence: "a store and the ledger know nothing of HTTP",
        folder: "server/src",
        applies: |p| {
            named(p, &["/store.rs", "/service.rs", "/movement.rs", "/desk.rs"])
                || p.contains("/ledger/")
                || p.contains("/db/")
        },
        forbidden: &["crate::http", "axum::", "http::"],
    },
    Rule {
        sentence: "only the database module vouches for assembled SQL",
        folder: "server/src",
        applies: |p| !p.contains("/db/"),
        forbidden: &["AssertSqlSafe", "QueryBuilder"],
    },
    Rule {
        sentence: "only clock.rs asks the time, only config.rs reads the environment",
        folder: "server/src",
        applies: |p| !named(p, &["/clock.rs", "/config.rs"]),
        forbidden: &["Utc::now", "SystemTime::now", "env::var"],
    },
    Rule {
        sentence: "the contract has no I/O, no clock, no framework",
        folder: "contract/src",
        applies: |_| true,
        forbidden: &["std::fs", "std::net", "Utc::now", "leptos", "axum", "sqlx", "rand::"],
    },
    Rule {
        sentence: "money is never a float",
        folder: "contract/src",
        applies: |_| true,
        forbidden: &["f64", "f32"],
    },
    Rule {
        sentence: "money is never a float",
        folder: "server/src",
        applies: |p| !p.contains("/http/"),
        forbidden: &["f64", "f32"],
    },
    Rule {
        sentence: "ui knows no API and no business word",
        folder: "src/ui",
        applies: |_| true,
        forbidden: &["crate::api", "crate::kit", "crate::pages", "crate::session", "contract::"],
    },
    Rule {
        sentence: "the kit knows no page",
        folder: "src/kit",
        applies: |_| true,
        forbidden: &["crate::pages"],
    },
    Rule {
        sentence: "effects and memos take leave of the signals that they read",
        folder: "src",
        applies: |p| !named(p, &["src/ui/prelude.rs", "src/ui/follow.rs", "src/ui/signals.rs"]),
        forbidden: &["RenderEffect", "Effect::new", "Memo::new"],
    },
    Rule {
        sentence: "only src/api.rs talks to the network",
        folder: "src",
        applies: |p| !named(p, &["src/api.rs", "src/i18n/mod.rs"]),
        forbidden: &["fetch_with", "RequestInit", "gloo_net", "XmlHttpRequest"],
    },
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file: without comments and without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let text = text.split("#[cfg(test)]").next().unwrap_or("");
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

#[test]
fn layers_only_look_down() {
    let mut broken = Vec::new();
    for rule in RULES {
        let mut files = Vec::new();
        sources(&root().join(rule.folder), &mut files);
        assert!(!files.is_empty(), "no sources in {}", rule.folder);
        for file in files {
            let name = file.strip_prefix(root()).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            if !(rule.applies)(&name) || name.ends_with("/tests.rs") {
                continue;
            }
            let code = code(&file);
            for word in rule.forbidden.iter().filter(|w| code.contains(*w)) {
                broken.push(format!("{}: {name} has {word}", rule.sentence));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_business_table_begins_with_its_partner() {
    const NOT_A_PARTNERS: [&str; 19] = [
        "partners",
        "prospect_claims",
        "customer_accounts",
        "customer_sessions",
        "customer_consents",
        "customer_log",
        "people",
        "sessions",
        "throttles",
        "access_keys",
        "api_tokens",
        "reset_asks",
        "password_resets",
        "totps",
        "recovery_codes",
        "sign_ins",
        "passkeys",
        "passkey_answers",
        "sso_attempts",
    ];
    let migrations = root().join("server/migrations");
    for entry in fs::read_dir(migrations).expect("the migrations").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a migration");
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once(" (").expect("a table has columns");
            let body = rest.split(");").next().unwrap_or("");
            let keyed = body.contains("PRIMARY KEY (partner_id")
                || body.contains("partner_id  TEXT   NOT NULL PRIMARY KEY");
            assert!(
                keyed || NOT_A_PARTNERS.contains(&name),
                "{name}: the key does not begin with partner_id"
            );
            for line in body.lines().filter(|l| !l.trim().is_empty() && !l.contains("PRIMARY KEY (")) {
                let types = line.split_whitespace().nth(1).unwrap_or("").trim_end_matches(',');
                assert!(matches!(types, "TEXT" | "BIGINT"), "{name}: TEXT and BIGINT only, not {line}");
            }
        }
    }
}
