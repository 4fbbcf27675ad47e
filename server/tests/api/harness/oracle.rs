//! The oracle: what must hold after everything (design/security.md, invariants I1 to I7).

use super::world::Server;

/// What the server's own verification reports; nothing is right.
pub async fn problems(server: &Server) -> Vec<String> {
    let books = server::ledger::verify::verify(&server.app.db).await.expect("the books can be read");
    let (_, chain) = server::audit::store::verify(&server.app.db).await.expect("the trail can be read");
    let consumed = server::consumption::verify::verify(&server.app.db).await.expect("the lines can be read");
    books.problems.into_iter().chain(chain).chain(consumed.problems).collect()
}

/// Everything must be sound: books and chains, money conserved, each key one movement, and one
/// audit entry and one event for each movement.
#[track_caller]
pub fn assert_sound(server: &Server) -> impl Future<Output = ()> + '_ {
    let caller = std::panic::Location::caller();
    async move {
        let problems = problems(server).await;
        assert!(problems.is_empty(), "{caller}: {problems:#?}");
        let same = [
            // I4, past the server's own sums: what partners and customers have is what came in.
            (
                "money conserved",
                "SELECT COALESCE(CAST(SUM(posted) AS BIGINT), 0) FROM ledger_accounts WHERE kind <> 'outside'",
                "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM ledger_transfers WHERE kind = 'RECHARGE'",
            ),
            // I5
            (
                "each key one movement",
                "SELECT COUNT(transfer_id) FROM requests",
                "SELECT COUNT(DISTINCT transfer_id) FROM requests",
            ),
            (
                "an entry for each movement",
                "SELECT COUNT(*) FROM audit_entries WHERE action IN ('funds.appropriate', 'funds.reclaim', 'funds.returned')",
                "SELECT COUNT(*) FROM ledger_transfers WHERE phase IN ('single', 'post') AND kind <> 'RECHARGE'",
            ),
            (
                "an entry for each hold",
                "SELECT COUNT(*) FROM audit_entries WHERE action = 'funds.hold'",
                "SELECT COUNT(*) FROM ledger_transfers WHERE phase = 'pending'",
            ),
            (
                "an entry for each end of a hold",
                "SELECT COUNT(*) FROM audit_entries WHERE action IN ('funds.void', 'funds.expire')",
                "SELECT COUNT(*) FROM ledger_transfers WHERE phase IN ('void', 'expire')",
            ),
            ("an event for each entry", "SELECT COUNT(*) FROM audit_entries", "SELECT COUNT(*) FROM events"),
        ];
        for (what, left, right) in same {
            assert_eq!(server.number(left).await, server.number(right).await, "{caller}: {what}");
        }
    }
}
