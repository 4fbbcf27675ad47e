//! Pages of a list: keyset cursors instead of offsets, and totals that say when they are capped.

use serde::{Deserialize, Serialize};

/// The most rows that are counted exactly under a filter; above it a total says "more than".
pub const COUNT_CAP: i64 = 10_000;
/// As [`COUNT_CAP`], where a search has to find each of them.
pub const SEARCH_CAP: i64 = 5_000;
/// Rows a page may have; the first is the default.
pub const PAGE_SIZES: [u32; 3] = [25, 50, 100];

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the following page, absent on the last.
    pub next: Option<String>,
    /// The cursor of the page before, absent on the first.
    pub previous: Option<String>,
    /// How many rows the filter matches in all.
    pub total: Total,
}

impl<T> Page<T> {
    /// The same page of something else made of each row.
    #[must_use]
    pub fn map<U>(self, of: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, next, previous, total } = self;
        Page { items: items.into_iter().map(of).collect(), next, previous, total }
    }
}

/// A count that may be capped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Total {
    /// The number of rows, or the cap.
    pub count: i64,
    /// Whether there are more than `count`.
    pub more: bool,
}

impl Total {
    /// A total from a count that stopped one above the cap.
    #[must_use]
    pub fn capped(counted: i64) -> Self {
        Self::capped_at(counted, COUNT_CAP)
    }

    /// A total from a count that stopped one above a lower cap.
    #[must_use]
    pub fn capped_at(counted: i64, cap: i64) -> Self {
        Self { count: counted.min(cap), more: counted > cap }
    }

    /// An exact total.
    #[must_use]
    pub fn exact(count: i64) -> Self {
        Self { count, more: false }
    }
}

/// The nearest allowed page size to what was asked for.
#[must_use]
pub fn page_size(asked: Option<u32>) -> u32 {
    asked.filter(|n| PAGE_SIZES.contains(n)).unwrap_or(PAGE_SIZES[0])
}
