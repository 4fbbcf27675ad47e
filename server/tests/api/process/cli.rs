//! The command line: what an installation needs before anybody can sign in, and what it reports.

use crate::harness::process::{Installation, assert_ok, text};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The part of a line after a label.
fn after<'a>(text: &'a str, label: &str) -> &'a str {
    let line = text.lines().find(|l| l.starts_with(label)).unwrap_or_else(|| panic!("{label} in {text}"));
    line[label.len()..].trim()
}

#[test]
fn migrate_and_verify_say_what_they_did() {
    let installation = Installation::empty();
    for _ in 0..2 {
        let output = installation.run(&["migrate"]);
        assert_ok(&output);
        assert_eq!(text(&output), "the tables are up to date\n");
    }
    installation.assert_verified();
    let output = installation.run(&["verify"]);
    assert_eq!(
        text(&output),
        "0 accounts, 0 transfers, 0 entries, 0 audit entries, 0 consumption lines\nOK\n"
    );
    assert!(!installation.run(&["nonsense"]).status.success());
    assert!(!installation.run(&[]).status.success());
    for help in [&["--help"][..], &["serve", "--help"], &["import", "focus", "--help"], &["--version"]] {
        assert_ok(&installation.run(help));
    }
}

#[tokio::test]
async fn verify_exits_with_1_and_says_what_differs() {
    let installation = Installation::demo();
    installation.assert_verified();
    let db = installation.db().await;
    sqlx::query("UPDATE ledger_accounts SET posted = posted + 1, available = available + 1 WHERE account_id = 'p-d0a1000000004c0e9f10000000000002-CNY'")
        .execute(db.read())
        .await
        .expect("past the program");
    let output = installation.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("DIFFERS  I2 a balance must be the sum of its entries"),
        "{}",
        text(&output)
    );
    assert!(text(&output).contains("DIFFERS  I4"), "{}", text(&output));
    assert!(!text(&output).contains("OK\n"));
    // The trails alone are as they were, until an entry is changed.
    let output = installation.run(&["verify", "--audit"]);
    assert_ok(&output);
    assert!(text(&output).starts_with("d0a1000000004c0e9f10000000000001  "), "{}", text(&output));
    sqlx::query("DROP TRIGGER audit_keep").execute(db.read()).await.expect("past the program");
    sqlx::query("UPDATE audit_entries SET actor = 'nobody' WHERE seq = 1 AND partner_id = 'd0a1000000004c0e9f10000000000001'")
        .execute(db.read())
        .await
        .expect("past the program");
    let output = installation.run(&["verify", "--audit"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("entry 1 does not follow"), "{}", text(&output));
}

#[test]
fn the_demo_tells_its_accounts_and_is_made_once() {
    let installation = Installation::demo();
    let output = installation.run(&["demo", "accounts", "--json"]);
    assert_ok(&output);
    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = list.as_array().expect("a list");
    assert!(list.len() >= 8, "{list:?}");
    for one in list {
        let mut names: Vec<&str> = one.as_object().expect("an object").keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["access_key", "domain_id", "email", "partner", "partner_kind", "password", "role", "secret_key"]
        );
        assert_eq!(one["access_key"].is_null(), one["secret_key"].is_null());
        assert!(
            ["distributor", "reseller", "solution_provider"]
                .contains(&one["partner_kind"].as_str().expect("a word"))
        );
    }
    let has = |kind: &str, role: &str| list.iter().any(|a| a["partner_kind"] == kind && a["role"] == role);
    assert!(
        has("distributor", "admin")
            && has("distributor", "operator")
            && has("distributor", "customer_manager")
    );
    assert!(has("reseller", "admin") && has("solution_provider", "admin"));
    assert_ok(&installation.run(&["demo", "accounts"]));
    // Not over what is there.
    let again = installation.run(&["demo", "--customers", "100"]);
    assert!(!again.status.success());
    assert!(said(&again).contains("has partners already"), "{}", said(&again));
    for bad in ["99", "1000001", "x", "-1"] {
        assert!(!Installation::empty().run(&["demo", "--customers", bad]).status.success(), "{bad}");
    }
}

#[tokio::test]
async fn partners_people_and_keys_are_made_and_disabled() {
    let installation = Installation::empty();
    let partner = text(&installation.run(&["partner", "add", "--name", "新伙伴", "--kind", "distributor"]));
    let partner = partner.trim();
    assert_eq!(partner.len(), 32);
    for wrong in [
        &["partner", "add", "--name", "x", "--kind", "king"][..],
        &["partner", "add", "--name", "x", "--kind", "reseller"],
        &["partner", "add", "--name", "x", "--kind", "distributor", "--distributor", partner],
        &["partner", "add", "--name", "x", "--kind", "distributor", "--currency", "yuan"],
        &["partner", "fund", "--partner", "nobody", "--amount", "1"],
        &["partner", "fund", "--partner", partner, "--amount", "0.001"],
        &["partner", "fund", "--partner", partner, "--amount=-1"],
        &["user", "add", "--partner", "nobody", "--email", "a@b.example", "--name", "a"],
        &["user", "add", "--partner", partner, "--email", "a@b.example", "--name", "a", "--role", "king"],
        &["user", "disable", "--email", "nobody@b.example"],
        &["access-key", "add", "--email", "nobody@b.example"],
        &["access-key", "disable", "NOKEY"],
    ] {
        let output = installation.run(wrong);
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(said(&output).starts_with("partner-center: "), "{wrong:?}: {}", said(&output));
        assert_eq!(said(&output).lines().count(), 1, "{wrong:?}: {}", said(&output));
    }
    assert_ok(&installation.run(&[
        "partner",
        "fund",
        "--partner",
        partner,
        "--amount",
        "1234.50",
        "--memo",
        "首款",
    ]));
    assert!(text(&installation.run(&["partner", "list"])).contains("新伙伴"));

    let add = ["user", "add", "--partner", partner, "--email", "Chief@New.example", "--name", "老板"];
    let made = installation.run(&add);
    assert_ok(&made);
    let password = after(&text(&made), "password, shown once:").to_owned();
    assert_eq!(installation.run(&add).status.code(), Some(1), "the address is taken");
    let typed = [
        "user",
        "add",
        "--partner",
        partner,
        "--email",
        "typed@new.example",
        "--name",
        "打字",
        "--role",
        "finance",
        "--password-stdin",
    ];
    assert_ok(&installation.run_with(&typed, "a long enough password\n"));
    let short = [
        "user",
        "add",
        "--partner",
        partner,
        "--email",
        "short@new.example",
        "--name",
        "短",
        "--password-stdin",
    ];
    assert_eq!(installation.run_with(&short, "short\n").status.code(), Some(1));

    let key = text(&installation.run(&["access-key", "add", "--email", "chief@new.example", "--name", "ci"]));
    let (access, secret) =
        (after(&key, "access key:").to_owned(), after(&key, "secret key, shown once:").to_owned());
    assert_eq!((access.len(), secret.len()), (20, 40));
    assert_eq!(after(&key, "domain id:"), partner);

    let running = installation.serve();
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let sign_in = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        let answer = http.post(format!("{}/api/session", running.address)).json(&body).send().await;
        answer.expect("an answer").status().as_u16()
    };
    assert_eq!(sign_in("chief@new.example", &password).await, 200);
    assert_eq!(sign_in("typed@new.example", "a long enough password").await, 200);
    let leaked = |text: String| Box::leak(text.into_boxed_str()) as &'static str;
    let program = running.program(crate::harness::process::DemoKey {
        access: leaked(access.clone()),
        secret: leaked(secret),
        domain: leaked(partner.to_owned()),
    });
    let own = program.json("GET", "/v2/accounts/partner-accounts/balances", "").await;
    assert_eq!(own["account_balances"][0]["amount"].to_string(), "1234.5");

    // Disabled while the server runs: with the next request.
    assert_ok(&installation.run(&["access-key", "disable", &access]));
    let (status, _) =
        program.send("GET", "/v2/accounts/partner-accounts/balances", "", None).await.expect("an answer");
    assert_eq!(status, 401);
    assert_eq!(installation.run(&["access-key", "disable", &access]).status.code(), Some(1), "once");
    assert_ok(&installation.run(&["user", "disable", "--email", "Chief@new.example"]));
    assert_eq!(sign_in("chief@new.example", &password).await, 401);
    drop(running);
    installation.assert_verified();
    // Nothing secret lies in the database in clear.
    let file = std::fs::read(installation.data.join("partner-center.db")).expect("the database");
    let holds = |needle: &str| file.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(!holds(&password) && !holds("a long enough password"));
    assert!(holds("新伙伴"), "this way of looking finds things");
}

#[test]
fn a_bill_file_comes_in_by_command_and_bad_rows_go_to_a_file() {
    let installation = Installation::demo();
    let partner = "d0a1000000004c0e9f10000000000002";
    let file = installation.data.join("bill.csv");
    let header = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ListCost,ProviderName,RegionId,ResourceId,ServiceName,SubAccountId,SubAccountName";
    let row = |cost: &str, account: &str| {
        format!("{cost},CNY,Usage,2026-10-05 00:00:00,{cost},Cloud,r,res,Svc,{account},名")
    };
    let content =
        [header.to_owned(), row("1.5", "new1"), row("x", "new1"), row("2", "new2"), row("3", "")].join("\n");
    std::fs::write(&file, content).expect("a file");
    let path = file.to_str().expect("a path");
    let import = |more: &[&str]| {
        let arguments = [&["import", "focus", path, "--partner", partner][..], more].concat();
        installation.run(&arguments)
    };
    let output = import(&["--create-customers"]);
    assert_ok(&output);
    assert!(text(&output).contains("2 customers made"), "{}", text(&output));
    assert!(text(&output).contains("4 rows: 2 added, 0 known before, 2 refused"), "{}", text(&output));
    let refused = std::fs::read_to_string(installation.data.join("refused.csv")).expect("refused rows");
    assert_eq!(refused, "line,reason\n3,BilledCost is not a number: x\n5,SubAccountId is empty\n");
    let elsewhere = installation.data.join("elsewhere.csv");
    let output = import(&["--refused", elsewhere.to_str().expect("a path")]);
    assert_ok(&output);
    assert!(text(&output).contains("4 rows: 0 added, 2 known before, 2 refused"), "{}", text(&output));
    assert!(elsewhere.is_file());
    for wrong in [
        &["import", "focus", "/nowhere.csv", "--partner", partner][..],
        &["import", "focus", path, "--partner", "nobody"],
        &["import", "focus", "/dev/null", "--partner", partner],
    ] {
        let output = installation.run(wrong);
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert_eq!(said(&output).lines().count(), 1, "{wrong:?}: {}", said(&output));
    }
    installation.assert_verified();
}

#[test]
fn secrets_are_for_their_owner_only() {
    let installation = Installation::demo();
    let key = installation.data.join("secret.key");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("the owner may");
    let output = installation.run(&["serve", "--port", "0"]);
    assert_eq!(output.status.code(), Some(1), "start is refused");
    assert!(said(&output).contains("others may read it"), "{}", said(&output));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("the owner may");
    std::fs::write(&key, "not a key").expect("a file");
    let output = installation.run(&["serve", "--port", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("64 hexadecimal digits") || said(&output).contains("secret.key"),
        "{}",
        said(&output)
    );
}

#[tokio::test]
async fn a_lost_second_step_is_taken_off_from_the_command_line() {
    let installation = Installation::demo();
    let rescue = |email: &str| installation.run(&["user", "rescue-second-step", "--email", email]);
    assert!(!rescue("nobody@xinghe.example").status.success());
    let none = rescue("finance@xinghe.example");
    assert!(!none.status.success(), "{}", text(&none));
    let db = installation.db().await;
    let one = async |sql: &'static str| -> i64 {
        sqlx::query_scalar(sql).fetch_one(db.read()).await.expect("a number")
    };
    for sql in [
        "INSERT INTO totps (person_id, sealed_secret, confirmed_at, last_step, created_at) SELECT person_id, 'x', 1, 0, 1 FROM people WHERE email = 'finance@xinghe.example'",
        "INSERT INTO recovery_codes (person_id, code_hash, created_at) SELECT person_id, 'x', 1 FROM people WHERE email = 'finance@xinghe.example'",
        "INSERT INTO passkeys (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, created_at) SELECT 'p', person_id, 'c', 'a0', 0, '', 'Laptop', 1 FROM people WHERE email = 'finance@xinghe.example'",
    ] {
        sqlx::query(sql).execute(db.read()).await.expect("past the program");
    }
    assert_ok(&rescue("finance@xinghe.example"));
    assert_eq!(one("SELECT (SELECT COUNT(*) FROM totps) + (SELECT COUNT(*) FROM recovery_codes) + (SELECT COUNT(*) FROM passkeys)").await, 0);
    // The trail of each partner of the person tells.
    assert_eq!(one("SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.totp_off'").await, 2);
    assert_eq!(one("SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.passkey_removed'").await, 2);
    // The person is told by the server that runs, or by the next one.
    let mail = "SELECT COUNT(*) FROM messages WHERE receiver = 'finance@xinghe.example' AND subject = '两步验证已被解除' AND state = 'waiting'";
    assert_eq!(one(mail).await, 1);
    // Somebody with passkeys only has a second step as well.
    sqlx::query("INSERT INTO passkeys (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, created_at) SELECT 'p', person_id, 'c', 'a0', 0, '', 'Laptop', 1 FROM people WHERE email = 'operator@xinghe.example'")
        .execute(db.read())
        .await
        .expect("past the program");
    assert_ok(&rescue("operator@xinghe.example"));
    assert_eq!(one("SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.passkey_removed'").await, 3);
    assert_eq!(one("SELECT COUNT(*) FROM audit_entries WHERE action = 'identity.totp_off'").await, 2);
    installation.assert_verified();
}

#[tokio::test]
async fn a_required_single_sign_on_is_lifted_from_the_command_line() {
    let installation = Installation::demo();
    let db = installation.db().await;
    let partner: String =
        sqlx::query_scalar("SELECT partner_id FROM members WHERE email = 'admin@lanfan.example'")
            .fetch_one(db.read())
            .await
            .expect("a partner");
    let lift = || installation.run(&["partner", "lift-sso", "--partner", &partner]);
    assert!(!lift().status.success(), "there is nothing to lift");
    sqlx::query("INSERT INTO sso_providers (partner_id, name, issuer, client_id, sealed_secret, domains, metadata, discovered_at, round, enabled, required, version) VALUES ($1, 'lanfan', 'i', 'c', 's', ' ', '{}', 1, 1, 1, 1, 4)")
        .bind(&partner)
        .execute(db.read())
        .await
        .expect("past the program");
    assert_ok(&lift());
    let now: (i64, i64, i64) = sqlx::query_as("SELECT enabled, required, version FROM sso_providers")
        .fetch_one(db.read())
        .await
        .expect("the provider");
    assert_eq!(now, (1, 0, 5), "the provider stays as it is set up");
    let told: String =
        sqlx::query_scalar("SELECT detail FROM audit_entries WHERE action = 'partner.sso_used'")
            .fetch_one(db.read())
            .await
            .expect("an entry");
    assert_eq!(told, r#"{"required":{"after":false,"before":true}}"#);
    installation.assert_verified();
}

#[tokio::test]
async fn the_operator_decides_on_reports() {
    let installation = Installation::demo();
    let db = installation.db().await;
    let insert = |id: &str| {
        format!(
            "INSERT INTO prospects (partner_id, prospect_id, name, core, contact, phone, email, memo, search_text, state, reporter_id, reporter, reported_at, held_until) VALUES ('d0a1000000004c0e9f10000000000001', '{id}', '样例{id}', '样例', '', '', 'a@b.example', '', '', 'reviewing', 'u', '林薇', 0, 9000000000000)"
        )
    };
    for id in ["p1", "p2"] {
        sqlx::query(sqlx::AssertSqlSafe(insert(id))).execute(db.read()).await.expect("past the program");
    }
    let partner = "d0a1000000004c0e9f10000000000001";
    let listed = text(&installation.run(&["reports", "list"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("p1  1970-01-01  样例p1  林薇"), "{listed}");
    assert_ok(&installation.run(&["reports", "accept", "--partner", partner, "p1"]));
    assert_ok(&installation.run(&["reports", "reject", "--partner", partner, "--reason", "同一客户", "p2"]));
    for id in ["p1", "p3"] {
        let output = installation.run(&["reports", "accept", "--partner", partner, id]);
        assert!(!output.status.success() && said(&output).contains("no such report"), "{}", said(&output));
    }
    assert!(text(&installation.run(&["reports", "list"])).is_empty());
    installation.assert_verified();
}
