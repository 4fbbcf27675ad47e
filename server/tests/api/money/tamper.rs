//! What was written cannot be changed unnoticed: triggers refuse, and `verify` tells.

use crate::harness::fixture::{RESELLER, RESELLERS_SHOP, SHOP};
use crate::harness::{World, assert_sound, both, confirm, done, fresh_key, hold, move_now, problems};
use server::db::Engine;

/// Something of everything: posted at once, with a code, held, given up.
async fn some_history(world: &World) {
    let (person, admin) = (world.reseller().await, world.admin().await);
    for amount in ["10", "20.50", "3"] {
        done(&move_now(&person, RESELLERS_SHOP, amount, &fresh_key()).await);
    }
    let key = fresh_key();
    hold(&admin, SHOP, "7", &key).await;
    done(&confirm(&admin, SHOP, "7", &key, &admin.newest_code().await).await);
    hold(&admin, SHOP, "8", &fresh_key()).await;
    assert_sound(world).await;
}

#[tokio::test]
async fn transfers_entries_and_the_trail_refuse_change_and_removal() {
    both(async |world: &World| {
        some_history(world).await;
        for table in ["ledger_transfers", "ledger_entries", "audit_entries"] {
            for sql in [format!("UPDATE {table} SET at = at + 1"), format!("DELETE FROM {table}")] {
                let said = world.change(&sql).await.expect_err("it must be refused");
                assert!(said.contains("append-only"), "{sql}: {said}");
            }
        }
        assert_sound(world).await;
    })
    .await;
}

async fn drop_triggers(world: &World) {
    let triggers = match world.engine {
        Engine::Sqlite => vec![
            "DROP TRIGGER transfers_keep",
            "DROP TRIGGER transfers_stay",
            "DROP TRIGGER entries_keep",
            "DROP TRIGGER entries_stay",
            "DROP TRIGGER audit_keep",
            "DROP TRIGGER audit_stay",
        ],
        Engine::Postgres => vec![
            "DROP TRIGGER transfers_keep ON ledger_transfers",
            "DROP TRIGGER entries_keep ON ledger_entries",
            "DROP TRIGGER audit_keep ON audit_entries",
        ],
    };
    for sql in triggers {
        world.change(sql).await.expect("whoever owns the database can do this");
    }
}

/// Each change, how it is undone, and what the verification must say.
fn tamperings() -> Vec<(String, String, &'static str)> {
    let account = format!("account_id = 'c-{RESELLERS_SHOP}-CNY'");
    let own = format!("account_id = 'p-{RESELLER}-CNY'");
    let change = |table: &str, set: &str, back: &str, place: &str| {
        (
            format!("UPDATE {table} SET {set} WHERE {place}"),
            format!("UPDATE {table} SET {back} WHERE {place}"),
        )
    };
    let cases = [
        // An entry's amount, its running balance, both sides of a transfer.
        (
            change(
                "ledger_entries",
                "amount = amount + 1",
                "amount = amount - 1",
                &format!("{account} AND entry = 2"),
            ),
            "I1",
        ),
        (
            change(
                "ledger_entries",
                "balance_after = balance_after + 1",
                "balance_after = balance_after - 1",
                &format!("{account} AND entry = 3"),
            ),
            "each entry's balance must follow",
        ),
        (change("ledger_accounts", "posted = posted + 100", "posted = posted - 100", &account), "I2"),
        (change("ledger_accounts", "available = available + 1", "available = available - 1", &own), "I2"),
        (change("ledger_accounts", "held = held + 1", "held = held - 1", &own), "held"),
        (change("ledger_accounts", "entries = entries + 1", "entries = entries - 1", &own), "I2"),
        (
            change(
                "ledger_transfers",
                "amount = amount + 1",
                "amount = amount - 1",
                "amount IN (1000, 1001) AND phase = 'single'",
            ),
            "of its amount",
        ),
        (
            change("ledger_transfers", "phase = 'void'", "phase = 'post'", "phase IN ('post', 'void')"),
            "an entry must belong to a transfer that moves",
        ),
        (
            change(
                "ledger_open_holds",
                "transfer_id = transfer_id || 'x'",
                "transfer_id = substr(transfer_id, 1, 32)",
                "1 = 1",
            ),
            "pending transfer must be open or ended",
        ),
        (
            change("audit_entries", "detail = detail || ' '", "detail = rtrim(detail)", "seq = 2"),
            "does not follow from the one before",
        ),
        (
            change("audit_entries", "actor = actor || '!'", "actor = rtrim(actor, '!')", "seq = 1"),
            "does not follow from the one before",
        ),
        (change("audit_entries", "at = at + 1", "at = at - 1", "seq = 1"), "does not follow"),
        (change("audit_heads", "seq = seq + 1", "seq = seq - 1", "seq > 0"), "the chain ends at"),
        (
            change(
                "audit_heads",
                "partner_id = partner_id || 'x'",
                "partner_id = rtrim(partner_id, 'x')",
                "1 = 1",
            ),
            "belong to no chain",
        ),
    ];
    cases.into_iter().map(|((there, back), told)| (there, back, told)).collect()
}

#[tokio::test]
async fn every_change_past_the_server_is_reported() {
    both(async |world: &World| {
        some_history(world).await;
        drop_triggers(world).await;
        for (there, back, told) in tamperings() {
            let rows = world.change(&there).await.unwrap_or_else(|e| panic!("{there}: {e}"));
            assert!(rows > 0, "{there} must change something");
            let found = problems(world).await;
            assert!(found.iter().any(|p| p.contains(told)), "{there}: {found:#?}");
            world.change(&back).await.unwrap_or_else(|e| panic!("{back}: {e}"));
            assert_eq!(problems(world).await, Vec::<String>::new(), "undone by {back}");
        }
    })
    .await;
}

#[tokio::test]
async fn removal_past_the_server_is_reported() {
    for (sql, told) in [
        ("DELETE FROM ledger_entries WHERE entry = 2", "I1"),
        (
            "DELETE FROM ledger_transfers WHERE phase = 'single' AND kind <> 'RECHARGE'",
            "an entry must belong",
        ),
        ("DELETE FROM ledger_open_holds", "pending transfer must be open or ended"),
        ("DELETE FROM ledger_accounts WHERE kind = 'customer'", "must"),
        // The end of the chain is what a careless eye would not miss.
        ("DELETE FROM audit_entries WHERE seq = 3", "the chain"),
        ("DELETE FROM audit_entries WHERE seq = 1", "does not follow"),
        ("DELETE FROM audit_heads", "belong to no chain"),
    ] {
        both(async |world: &World| {
            some_history(world).await;
            drop_triggers(world).await;
            assert!(world.change(sql).await.expect("past the server") > 0, "{sql}");
            let found = problems(world).await;
            assert!(found.iter().any(|p| p.contains(told)), "{sql}: {found:#?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_balanced_forgery_is_reported_by_its_missing_account_sums() {
    both(async |world: &World| {
        some_history(world).await;
        // Money moved by hand between two accounts, both sides: balances differ from entries.
        let give = format!("UPDATE ledger_accounts SET posted = posted + 100, available = available + 100 WHERE account_id = 'c-{RESELLERS_SHOP}-CNY'");
        let take = format!("UPDATE ledger_accounts SET posted = posted - 100, available = available - 100 WHERE account_id = 'p-{RESELLER}-CNY'");
        for sql in [give, take] {
            assert_eq!(world.change(&sql).await, Ok(1));
        }
        let found = problems(world).await;
        assert_eq!(found.iter().filter(|p| p.starts_with("I2 a balance must be")).count(), 2, "{found:#?}");
        let mut overdrawn = format!("UPDATE ledger_accounts SET posted = -1, available = -1 WHERE account_id = 'p-{RESELLER}-CNY'");
        overdrawn.push(' ');
        assert_eq!(world.change(&overdrawn).await, Ok(1));
        assert!(problems(world).await.iter().any(|p| p.starts_with("I3")));
    })
    .await;
}
