//! Finding text anywhere in a field, fast also for two Chinese characters, which a trigram
//! index cannot serve (design/security.md, finding 4). Every two neighbouring characters make
//! a token; a text that is looked for becomes the phrase of its own tokens.

use super::{Engine, Sql};

/// The tokens of a text that is stored. The last character also stands alone, with `z0`.
#[must_use]
pub fn grams(text: &str) -> String {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let mut out = String::with_capacity(chars.len() * 10);
    for (index, &first) in chars.iter().enumerate() {
        let second = chars.get(index + 1).copied().unwrap_or(0);
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&token(first, second));
    }
    out
}

/// The beginning of the statement that adds places and their tokens to the index.
#[must_use]
pub fn insert_into(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "INSERT INTO customer_grams (rowid, grams) VALUES ",
        Engine::Postgres => "INSERT INTO customer_grams (seq, grams) VALUES ",
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
    match engine {
        // CROSS JOIN keeps the full-text index as the outer loop, which reads in rowid order.
        Engine::Sqlite => sql
            .push(" FROM customer_grams g CROSS JOIN customers c ON c.seq = g.rowid")
            .bind(" WHERE g.customer_grams MATCH ", phrase(needle))
            .bind(" AND g.rowid BETWEEN ", range.0)
            .bind(" AND ", range.1),
        Engine::Postgres => sql
            .push(" FROM customers c JOIN customer_grams g ON g.seq = c.seq WHERE ")
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
            .bind("SELECT 1 AS one FROM customer_grams WHERE customer_grams MATCH ", phrase(needle))
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

fn token(first: u32, second: u32) -> String {
    // Only ASCII letters and digits: no tokeniser splits or folds it.
    format!("{first:x}z{second:x}")
}

fn query_tokens(needle: &str) -> Vec<String> {
    let chars: Vec<u32> = needle.chars().map(u32::from).collect();
    chars.windows(2).map(|pair| token(pair[0], pair[1])).collect()
}

/// An FTS5 phrase; one character alone is the beginning of a token.
fn phrase(needle: &str) -> String {
    let tokens = query_tokens(needle);
    match needle.chars().next() {
        Some(only) if tokens.is_empty() => format!("{:x}z*", u32::from(only)),
        _ => format!("\"{}\"", tokens.join(" ")),
    }
}

/// The tokens for an array comparison; none for one character, where LIKE does the work.
fn words(needle: &str) -> String {
    query_tokens(needle).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_make_tokens() {
        assert_eq!(grams("北京云"), "5317z4eac 4eacz4e91 4e91z0");
        assert_eq!(grams(""), "");
        assert_eq!(phrase("北京"), "\"5317z4eac\"");
        assert_eq!(phrase("北"), "5317z*");
        assert_eq!(phrase("a\"b"), "\"61z22 22z62\"");
    }

    #[test]
    fn needles_are_folded_and_patterns_escaped() {
        assert_eq!(needle("  ACME\u{7} "), Some("acme".into()));
        assert_eq!(needle(" \n "), None);
        assert_eq!(like("50%_\\"), "%50\\%\\_\\\\%");
    }
}
