//! Assembles SQL whose parts depend on the request. Values never enter the text: they are
//! numbered `$1`, `$2` … and bound.

use contract::error::Code;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, any::AnyArguments};

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, or NULL.
    Text(Option<String>),
    /// A whole number, or NULL.
    Int(Option<i64>),
}

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        v.to_owned().into()
    }
}
impl From<String> for Value {
    /// PostgreSQL refuses the character NUL, and SQLite ends patterns at it: it becomes U+FFFD.
    fn from(v: String) -> Self {
        Self::Text(Some(if v.contains('\0') { v.replace('\0', "\u{fffd}") } else { v }))
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        v.clone().into()
    }
}
impl From<Option<String>> for Value {
    fn from(v: Option<String>) -> Self {
        Self::Text(v)
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(Some(v))
    }
}
impl From<Option<i64>> for Value {
    fn from(v: Option<i64>) -> Self {
        Self::Int(v)
    }
}

/// SQL in the making. Text comes from the program only (`&'static str`), values are bound.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    /// Where the placeholders begin.
    places: Vec<usize>,
    values: Vec<Value>,
}

impl Sql {
    /// Starts with a text.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Adds a text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a text and then the placeholder of a value.
    pub fn bind(&mut self, before: &'static str, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(before);
        self.places.push(self.text.len());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds a text, the placeholders of values between commas, and a closing bracket.
    pub fn any_of<V: Into<Value>>(
        &mut self,
        before: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        self.push(before);
        for (index, value) in values.into_iter().enumerate() {
            self.bind(if index == 0 { "" } else { ", " }, value);
        }
        self.push(")")
    }

    /// Adds `(…, …)` rows of placeholders, separated by commas.
    pub fn rows(&mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> &mut Self {
        for (index, row) in rows.into_iter().enumerate() {
            self.push(if index == 0 { "(" } else { ", (" });
            for (column, value) in row.into_iter().enumerate() {
                self.bind(if column == 0 { "" } else { ", " }, value);
            }
            self.push(")");
        }
        self
    }

    /// For statements of many values. SQLite looks a numbered placeholder up among all before it,
    /// so that they cost the square of their number: there they lose their numbers.
    #[must_use]
    pub fn many(mut self, connection: &AnyConnection) -> Self {
        if connection.backend_name() != "SQLite" {
            return self;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        let mut at = 0;
        for place in self.places.drain(..) {
            text.push_str(&rest[..place - at]);
            text.push('?');
            let numbered = &rest[place - at + 1..];
            rest = numbered.trim_start_matches(|c: char| c.is_ascii_digit());
            at = place + 1 + numbered.len() - rest.len();
        }
        text.push_str(rest);
        self.text = text;
        self
    }

    /// The query with its values bound.
    pub fn query(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text)).persistent(false);
        bind_all(query, self.values)
    }

    /// The query, kept prepared: for texts that come in few forms.
    pub fn prepared(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text));
        bind_all(query, self.values)
    }
}

/// Binds values in order.
fn bind_all(
    query: Query<'static, Any, AnyArguments>,
    values: Vec<Value>,
) -> Query<'static, Any, AnyArguments> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Int(number) => query.bind(number),
    })
}

/// Cursors of keyset paging: where a page begins and which way it reads.
pub mod cursor {
    use super::Code;

    /// A place in a list: the sort value and the id of a row, and whether to read towards the start.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Cursor {
        /// Whether the page lies before the row.
        pub backwards: bool,
        /// The sort value, as text.
        pub value: String,
        /// The row's id, where the sort value alone does not tell rows apart.
        pub id: String,
    }

    impl Cursor {
        /// The cursor as text for an address.
        #[must_use]
        pub fn encode(&self) -> String {
            let plain =
                format!("{}\u{1f}{}\u{1f}{}", if self.backwards { "p" } else { "n" }, self.value, self.id);
            hex::encode(plain)
        }

        /// Reads a cursor.
        ///
        /// # Errors
        /// `BadRequest` for anything that `encode` did not make.
        pub fn decode(text: &str) -> Result<Self, Code> {
            let bytes = hex::decode(text).map_err(|_| Code::BadRequest)?;
            let plain = String::from_utf8(bytes).map_err(|_| Code::BadRequest)?;
            let parts: Vec<&str> = plain.split('\u{1f}').collect();
            match parts.as_slice() {
                [way @ ("n" | "p"), value, id] => {
                    Ok(Self { backwards: *way == "p", value: (*value).to_owned(), id: (*id).to_owned() })
                }
                _ => Err(Code::BadRequest),
            }
        }
    }

    /// Cuts what was read (one row more than a page holds) to a page, in display order, and
    /// makes the cursors to both sides.
    pub fn page<T>(
        mut rows: Vec<T>,
        limit: usize,
        from: Option<&Cursor>,
        place: impl Fn(&T) -> (String, String),
    ) -> (Vec<T>, Option<String>, Option<String>) {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let backwards = from.is_some_and(|c| c.backwards);
        if backwards {
            rows.reverse();
        }
        let at = |row: Option<&T>, backwards| {
            row.map(|r| {
                let (value, id) = place(r);
                Cursor { backwards, value, id }.encode()
            })
        };
        let next = if backwards || more { at(rows.last(), false) } else { None };
        let has_previous = if backwards { more } else { from.is_some() };
        let previous = if has_previous { at(rows.first(), true) } else { None };
        (rows, next, previous)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn cursors_read_back_and_nonsense_is_refused() {
            let cursor = Cursor { backwards: true, value: "北京 \"x\"".into(), id: "c1".into() };
            assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
            for bad in ["", "zz", "6e", "6e1f", "ff"] {
                assert_eq!(Cursor::decode(bad), Err(Code::BadRequest), "{bad}");
            }
        }

        #[test]
        fn pages_join_without_gap_or_overlap() {
            let place = |n: &i32| (n.to_string(), String::new());
            let (rows, next, previous) = page(vec![1, 2, 3], 2, None, place);
            assert_eq!((rows, previous), (vec![1, 2], None));
            let after = Cursor::decode(&next.expect("more")).expect("a cursor");
            assert_eq!((after.value.as_str(), after.backwards), ("2", false));
            let (rows, next, previous) = page(vec![3], 2, Some(&after), place);
            assert_eq!((rows, next), (vec![3], None));
            let before = Cursor::decode(&previous.expect("a page before")).expect("a cursor");
            assert_eq!((before.value.as_str(), before.backwards), ("3", true));
            // Reading backwards from 3 finds 2, then 1, and shows 1, 2.
            let (rows, next, previous) = page(vec![2, 1], 2, Some(&before), place);
            assert_eq!((rows, previous), (vec![1, 2], None));
            assert!(next.is_some());
        }
    }
}
