//! The built console, health, and addresses that are none.

use crate::harness::{Answer, Wire, World, note, on_sqlite};
use contract::error::Code;
use serde_json::Value;
use server::app::App;
use server::clock::Clock;
use server::config::Settings;
use server::db::Db;
use server::seal::Seal;
use tower::ServiceExt;

async fn get(world: &World, target: &str) -> Answer<Value> {
    world.nobody().send(Wire::new("GET", target, "")).await
}

#[tokio::test]
async fn unknown_addresses_of_the_api_are_json() {
    on_sqlite(async |world: &World| {
        for target in ["/api/unknown", "/api/", "/api", "/api/customers/x/y/z", "/api/session/"] {
            for method in ["GET", "POST", "DELETE"] {
                let answer: Answer<Value> = world.nobody().send(Wire::new(method, target, "")).await;
                assert_eq!(answer.code(), Code::NotFound, "{method} {target}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn files_that_are_not_there_are_not_the_page() {
    on_sqlite(async |world: &World| {
        for target in [
            "/assets/none.js",
            "/.env",
            "/.git/config",
            "/index.php",
            "/favicon.none",
            "/console-0000000000000000.wasm",
            "/../../etc/passwd.txt",
            "/..%2f..%2fetc/passwd.txt",
            "/index.html.br",
            "/a/b/c.map",
            "/v1.0/x",
        ] {
            let answer = get(world, target).await;
            assert_eq!(answer.status, 404, "{target}: {}", answer.text);
            assert!(!answer.text.contains("<html"), "{target}");
        }
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"] {
            let answer: Answer<Value> = world.nobody().send(Wire::new(method, "/customers", "")).await;
            assert!(answer.status == 404 || answer.status == 405, "{method}: {}", answer.status);
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_is_there_for_every_address_of_the_console() {
    on_sqlite(async |world: &World| {
        let page = get(world, "/").await;
        if page.status == 404 {
            note("the program was built without the console: its page is not tested here");
            return;
        }
        assert!(page.header("content-type").starts_with("text/html"));
        assert_eq!(page.header("cache-control"), "no-cache");
        for deep in [
            "/customers",
            "/customers/0190000000010000000000000000c001",
            "/sign-in?next=%2Fcustomers",
            "/a/b/c",
        ] {
            assert_eq!(get(world, deep).await.text, page.text, "{deep}");
        }
        assert!(page.text.contains("<noscript>"));
        // Inline scripts are named by their hash in the policy; nothing else inline runs.
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
        assert!(policy.contains("require-trusted-types-for 'script'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains(" 'unsafe-eval'"), "{policy}");
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            assert_eq!(page.header(name), value, "{name}");
        }
        let inline = page.text.split("<script").skip(1).filter(|rest| {
            let (tag, body) = rest.split_once('>').expect("a whole tag");
            !tag.contains(" src=") && !body.starts_with("</script>")
        });
        assert_eq!(policy.matches("'sha256-").count(), inline.count(), "{policy}");
        // Names with a hash are kept for good, and come compressed.
        let name = page
            .text
            .split('"')
            .find(|part| part.ends_with(".js") && part.starts_with('/'))
            .expect("the app's script");
        let wire = Wire::new("GET", name, "").with("accept-encoding", "gzip, br;q=0.9");
        let script: Answer<Value> = world.nobody().send(wire.clone()).await;
        assert_eq!((script.status, script.header("content-encoding")), (200, "br"));
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(script.header("vary").contains("accept-encoding"));
        let known: Answer<Value> =
            world.nobody().send(wire.with("if-none-match", script.header("etag"))).await;
        assert_eq!((known.status, known.text.as_str()), (304, ""));
        let plain: Answer<Value> = world.nobody().send(Wire::new("GET", name, "")).await;
        assert_eq!(plain.header("content-encoding"), "");
    })
    .await;
}

#[tokio::test]
async fn ready_means_that_the_database_has_its_tables() {
    on_sqlite(async |world: &World| {
        assert_eq!(get(world, "/healthz").await.text, "ok\n");
        assert_eq!(get(world, "/readyz").await.text, "ready\n");
        let folder = tempfile::TempDir::new().expect("a folder");
        let db = Db::open(&format!("sqlite://{}?mode=rwc", folder.path().join("empty.db").display())).await;
        let app = App::new(db.expect("opens"), Clock::system(), Seal::new([1; 32]), Settings::default());
        let router = server::http::router(&app.expect("an application")).expect("mounted");
        let status = async |target: &str| {
            let request = http::Request::get(target).body(axum::body::Body::empty()).expect("a request");
            router.clone().oneshot(request).await.expect("an answer").status().as_u16()
        };
        assert_eq!(status("/healthz").await, 200);
        assert_eq!(status("/readyz").await, 503, "alive but not ready");
    })
    .await;
}
