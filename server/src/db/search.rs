//! Finding text anywhere in a field, fast also for two Chinese characters, which a trigram
//! index cannot serve (design/security.md, finding 4). A text becomes tokens, and a text that is
//! looked for the phrase of its own tokens:
//! - every two neighbouring characters;
//! - every four in a row, since the pairs of a longer text are often in nearly every name;
//! - every character by itself.

use super::{Db, Engine, Sql, insert_rows};
use crate::error::Error;
use sqlx::Row;
use std::collections::BTreeSet;

/// How many characters make a long token.
const RUN: usize = 4;
/// A token that nobody looks for, so that no phrase goes on over a gap.
const GAP: &str = "x";

/// The tokens of a text that is stored.
#[must_use]
pub fn grams(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens: Vec<String> = chars.windows(2).map(token).collect();
    // Line ends stand between the fields, and in no needle.
    for run in chars.split(|c| c.is_control()).filter(|run| run.len() >= RUN) {
        tokens.push(GAP.into());
        tokens.extend(run.windows(RUN).map(token));
    }
    tokens.push(GAP.into());
    let alone: BTreeSet<char> = chars.iter().copied().filter(|c| !c.is_control()).collect();
    tokens.extend(alone.iter().map(|c| token(std::slice::from_ref(c))));
    tokens.join(" ")
}

/// Fills an index that is empty while there are customers: one of an older program.
///
/// # Errors
/// A database that refuses.
pub(super) async fn fill(db: &Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let place = match db.engine() {
        Engine::Sqlite => "SELECT rowid FROM customer_search LIMIT 1",
        Engine::Postgres => "SELECT seq FROM customer_search LIMIT 1",
    };
    if sqlx::query(place).fetch_optional(&mut *tx).await?.is_some() {
        return Ok(());
    }
    let mut last = i64::MIN;
    loop {
        let mut sql = Sql::new("SELECT seq, search_text FROM customers");
        sql.bind(" WHERE seq > ", last).push(" ORDER BY seq LIMIT 5000");
        let rows = sql.prepared().fetch_all(&mut *tx).await?;
        let Some(end) = rows.last() else { break };
        last = end.try_get(0)?;
        let tokens = rows
            .iter()
            .map(|r| Ok(vec![r.try_get::<i64, _>(0)?.into(), grams(r.try_get(1)?).into()]))
            .collect::<Result<Vec<_>, Error>>()?;
        // Two servers may start at once; SQLite lets one of them write at a time.
        let twice = if db.engine() == Engine::Postgres { " ON CONFLICT DO NOTHING" } else { "" };
        insert_rows(&mut tx, insert_into(db.engine()), tokens, twice).await?;
    }
    db.commit(tx).await
}

/// The beginning of the statement that adds places and their tokens to the index.
#[must_use]
pub fn insert_into(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "INSERT INTO customer_search (rowid, grams) VALUES ",
        Engine::Postgres => "INSERT INTO customer_search (seq, grams) VALUES ",
    }
}

/// A needle as it is compared: trimmed, lower case; `None` where nothing is left.
#[must_use]
pub fn needle(text: &str) -> Option<String> {
    let text: String = text.trim().to_lowercase().chars().filter(|c| !c.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

/// A needle as a pattern for `LIKE … ESCAPE '\'`.
#[must_use]
pub fn like(needle: &str) -> String {
    let escaped = needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Adds `FROM` the search index, as `g`, joined to customers, as `c`, where the needle is in
/// one of `c`'s searched fields and `g.seq_column` lies in the partner's range.
/// The rows come in the order of `c.seq` when asked for in that order.
pub fn from_matching(sql: &mut Sql, engine: Engine, needle: &str, range: (i64, i64)) {
    from_hits(
        sql,
        engine,
        " FROM customer_search g CROSS JOIN customers c ON c.seq = g.rowid",
        needle,
        range,
    );
}

/// As [`from_matching`], where no other columns of `c` are used than seq, sort name, id, association
/// and manager: those are read from an index alone.
pub fn from_matching_briefly(sql: &mut Sql, engine: Engine, needle: &str, range: (i64, i64)) {
    let tables =
        " FROM customer_search g CROSS JOIN customers c INDEXED BY customers_by_search ON c.seq = g.rowid";
    from_hits(sql, engine, tables, needle, range);
}

/// `tables` for SQLite.
fn from_hits(sql: &mut Sql, engine: Engine, tables: &'static str, needle: &str, range: (i64, i64)) {
    match engine {
        // CROSS JOIN keeps the full-text index as the outer loop, which reads in rowid order.
        Engine::Sqlite => sql
            .push(tables)
            .bind(" WHERE g.customer_search MATCH ", phrase(needle))
            .bind(" AND g.rowid BETWEEN ", range.0)
            .bind(" AND ", range.1),
        Engine::Postgres => sql
            .push(" FROM customers c JOIN customer_search g ON g.seq = c.seq WHERE ")
            .bind("string_to_array(g.grams, ' ') @> string_to_array(", words(needle))
            .bind(", ' ') AND c.search_text LIKE ", like(needle))
            .bind(" ESCAPE '\\' AND c.seq BETWEEN ", range.0)
            .bind(" AND ", range.1),
    };
}

/// Adds a query of at most `cap` matching places, to be counted.
pub fn matching_places(sql: &mut Sql, engine: Engine, needle: &str, range: (i64, i64), cap: i64) {
    match engine {
        Engine::Sqlite => sql
            .bind("SELECT 1 AS one FROM customer_search WHERE customer_search MATCH ", phrase(needle))
            .bind(" AND rowid BETWEEN ", range.0)
            .bind(" AND ", range.1)
            .bind(" LIMIT ", cap),
        Engine::Postgres => {
            sql.push("SELECT 1 AS one");
            from_matching(sql, engine, needle, range);
            sql.bind(" LIMIT ", cap)
        }
    };
}

/// The column that orders matching rows by association: the index's own where it has one.
#[must_use]
pub fn order_column(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "g.rowid",
        Engine::Postgres => "c.seq",
    }
}

/// Only ASCII letters and digits: no tokeniser splits or folds it. Tokens of one, two and four
/// characters differ in their number of `z`.
fn token(chars: &[char]) -> String {
    let codes: Vec<String> = chars.iter().map(|c| format!("{:x}", u32::from(*c))).collect();
    codes.join("z")
}

fn query_tokens(needle: &str) -> Vec<String> {
    let chars: Vec<char> = needle.chars().collect();
    let width = match chars.len() {
        0 | 1 => 1,
        RUN.. => RUN,
        _ => 2,
    };
    chars.windows(width).map(token).collect()
}

/// An FTS5 phrase.
fn phrase(needle: &str) -> String {
    format!("\"{}\"", query_tokens(needle).join(" "))
}

/// The tokens for an array comparison.
fn words(needle: &str) -> String {
    query_tokens(needle).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_make_tokens() {
        assert_eq!(grams("北京云"), "5317z4eac 4eacz4e91 x 4e91 4eac 5317");
        assert_eq!(
            grams("云ab01c\nd"),
            "4e91z61 61z62 62z30 30z31 31z63 63za az64 x 4e91z61z62z30 61z62z30z31 62z30z31z63 x 30 31 61 62 63 64 4e91"
        );
        assert_eq!(phrase("北京"), "\"5317z4eac\"");
        assert_eq!(phrase("北"), "\"5317\"");
        assert_eq!(phrase("a\"b"), "\"61z22 22z62\"");
        assert_eq!(phrase("hwc01"), "\"68z77z63z30 77z63z30z31\"");
        assert_eq!(phrase("云hw"), "\"4e91z68 68z77\"");
    }

    /// Whatever stands in a text is found by its tokens, one after the other.
    #[test]
    fn every_part_of_a_text_is_found() {
        for text in ["北京云帆科技有限公司\nhwc0_0001234\n重点客户", "a", "ab", "abcd", "a-b_c 云x9\nabcde"]
        {
            let stored = format!(" {} ", grams(text));
            let chars: Vec<char> = text.chars().collect();
            for from in 0..chars.len() {
                for to in from + 1..=chars.len() {
                    let part: String = chars[from..to].iter().collect();
                    if !part.contains('\n') {
                        assert!(stored.contains(&format!(" {} ", words(&part))), "{part:?} in {text:?}");
                    }
                }
            }
            assert!(!stored.contains(&format!(" {} ", words("nowhere"))));
        }
    }

    #[test]
    fn needles_are_folded_and_patterns_escaped() {
        assert_eq!(needle("  ACME\u{7} "), Some("acme".into()));
        assert_eq!(needle(" \n "), None);
        assert_eq!(like("50%_\\"), "%50\\%\\_\\\\%");
    }
}
