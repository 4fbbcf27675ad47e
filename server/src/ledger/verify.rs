//! Recomputes the books: every balance from its entries, every transfer's two sides, every hold
//! (design/security.md, the oracle: I1, I2, I3, I4, I5).

use crate::db::Db;
use crate::error::Error;
use sqlx::Row;

/// A check: what it is about, and SQL whose rows are the differences.
struct Check {
    name: &'static str,
    sql: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        name: "I1 a transfer's entries must sum to zero",
        sql: "SELECT transfer_partner_id || '/' || transfer_id FROM ledger_entries GROUP BY transfer_partner_id, transfer_id HAVING SUM(amount) <> 0 OR COUNT(*) <> 2",
    },
    Check {
        name: "I1 a transfer that moves must have its entries, of its amount",
        sql: "SELECT t.partner_id || '/' || t.transfer_id FROM ledger_transfers t LEFT JOIN ledger_entries d ON d.transfer_partner_id = t.partner_id AND d.transfer_id = t.transfer_id AND d.partner_id = t.debit_partner_id AND d.account_id = t.debit_account_id LEFT JOIN ledger_entries c ON c.transfer_partner_id = t.partner_id AND c.transfer_id = t.transfer_id AND c.partner_id = t.credit_partner_id AND c.account_id = t.credit_account_id WHERE t.phase IN ('single', 'post') AND (d.amount IS NULL OR c.amount IS NULL OR d.amount <> -t.amount OR c.amount <> t.amount)",
    },
    Check {
        name: "I1 an entry must belong to a transfer that moves",
        sql: "SELECT e.partner_id || '/' || e.account_id || '/' || CAST(e.entry AS TEXT) FROM ledger_entries e LEFT JOIN ledger_transfers t ON t.partner_id = e.transfer_partner_id AND t.transfer_id = e.transfer_id AND t.phase IN ('single', 'post') WHERE t.transfer_id IS NULL",
    },
    Check {
        name: "I2 a balance must be the sum of its entries",
        sql: "SELECT a.partner_id || '/' || a.account_id FROM ledger_accounts a LEFT JOIN (SELECT partner_id, account_id, SUM(amount) AS total, COUNT(*) AS entries FROM ledger_entries GROUP BY partner_id, account_id) e ON e.partner_id = a.partner_id AND e.account_id = a.account_id WHERE a.posted <> COALESCE(e.total, 0) OR a.entries <> COALESCE(e.entries, 0) OR a.available <> a.posted - a.held",
    },
    Check {
        name: "I2 each entry's balance must follow from the one before",
        sql: "SELECT e.partner_id || '/' || e.account_id || '/' || CAST(e.entry AS TEXT) FROM ledger_entries e LEFT JOIN ledger_entries b ON b.partner_id = e.partner_id AND b.account_id = e.account_id AND b.entry = e.entry - 1 WHERE e.balance_after <> COALESCE(b.balance_after, 0) + e.amount OR (e.entry > 1 AND b.entry IS NULL)",
    },
    Check {
        name: "I2 what is held must be what open holds hold",
        sql: "SELECT a.partner_id || '/' || a.account_id FROM ledger_accounts a LEFT JOIN (SELECT t.debit_partner_id, t.debit_account_id, SUM(t.amount) AS total FROM ledger_open_holds h JOIN ledger_transfers t ON t.partner_id = h.partner_id AND t.transfer_id = h.transfer_id GROUP BY t.debit_partner_id, t.debit_account_id) o ON o.debit_partner_id = a.partner_id AND o.debit_account_id = a.account_id WHERE a.held <> COALESCE(o.total, 0)",
    },
    Check {
        name: "I2 a pending transfer must be open or ended, not both",
        sql: "SELECT t.partner_id || '/' || t.transfer_id FROM ledger_transfers t LEFT JOIN ledger_open_holds h ON h.partner_id = t.partner_id AND h.transfer_id = t.transfer_id LEFT JOIN ledger_transfers e ON e.partner_id = t.partner_id AND e.pending_id = t.transfer_id WHERE t.phase = 'pending' AND (h.transfer_id IS NULL) = (e.transfer_id IS NULL)",
    },
    Check {
        name: "I3 no account but the outside may be below zero, or hold more than it has",
        sql: "SELECT partner_id || '/' || account_id FROM ledger_accounts WHERE kind <> 'outside' AND (posted < 0 OR held < 0 OR available < 0)",
    },
    Check {
        name: "I4 all accounts of a currency must sum to zero",
        sql: "SELECT currency FROM ledger_accounts GROUP BY currency HAVING SUM(posted) <> 0",
    },
    Check {
        name: "I5 a caller's key must lead to a transfer that is there",
        sql: "SELECT r.partner_id || '/' || r.request_key FROM requests r LEFT JOIN ledger_transfers t ON t.partner_id = r.partner_id AND t.transfer_id = r.transfer_id WHERE r.transfer_id IS NOT NULL AND t.transfer_id IS NULL",
    },
    Check {
        name: "every resale customer must have an account",
        sql: "SELECT c.partner_id || '/' || c.customer_id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM ledger_accounts a JOIN partners p ON p.partner_id = c.partner_id AND a.partner_id = c.partner_id AND a.account_id = 'c-' || c.customer_id || '-' || p.currency)",
    },
];

/// What a verification found.
#[derive(Debug, Default)]
pub struct Report {
    /// How many accounts were recomputed.
    pub accounts: i64,
    /// How many transfers.
    pub transfers: i64,
    /// How many entries.
    pub entries: i64,
    /// What differs, a line each; at most 20 a check.
    pub problems: Vec<String>,
}

/// Recomputes everything.
///
/// # Errors
/// A database that does not answer.
pub async fn verify(db: &Db) -> Result<Report, Error> {
    let mut report = Report::default();
    for check in CHECKS {
        let rows = sqlx::query(check.sql).fetch_all(db.read()).await?;
        for row in rows.iter().take(20) {
            report.problems.push(format!("{}: {}", check.name, row.try_get::<String, _>(0)?));
        }
        if rows.len() > 20 {
            report.problems.push(format!("{}: and {} more", check.name, rows.len() - 20));
        }
    }
    let count = async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(db.read()).await;
    report.accounts = count("SELECT COUNT(*) FROM ledger_accounts").await?;
    report.transfers = count("SELECT COUNT(*) FROM ledger_transfers").await?;
    report.entries = count("SELECT COUNT(*) FROM ledger_entries").await?;
    Ok(report)
}
