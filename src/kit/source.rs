//! What a table shows, with the type of its rows forgotten: one copy of tables, pagers and selections serves
//! all lists.

use crate::i18n::texts::Key;
use crate::kit::load::{Load, Machine};
use crate::kit::table::{Cell, Column};
use crate::ui::rows::Bit;
use contract::page::{Page, Total};
use std::sync::Arc;

/// A column of whatever rows.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Which it is, in files and settings.
    pub key: &'static str,
    /// Its heading.
    pub title: Key,
    /// How it is set.
    pub set: Cell,
    /// The values of `?sort=` for upwards and downwards, where the server can sort by it.
    pub sort: Option<(&'static str, &'static str)>,
}

/// A page of whatever rows.
#[derive(Debug, Clone)]
pub struct SourcePage {
    /// The rows' ids.
    pub ids: Vec<String>,
    /// How many rows there are in all.
    pub total: Total,
    /// The cursors of the pages after and before.
    pub next: Option<String>,
    /// See `next`.
    pub previous: Option<String>,
}

type Cells = dyn Fn(&[usize]) -> Vec<Vec<Bit>> + Send + Sync;

/// Rows that are loaded, of whatever type.
#[derive(Clone)]
pub struct Source {
    /// The load.
    pub load: Machine,
    /// All columns.
    pub heads: Arc<[Head]>,
    page: Arc<dyn Fn() -> Option<SourcePage> + Send + Sync>,
    cells: Arc<Cells>,
}

impl Source {
    /// The rows of a load.
    pub fn new<R: Send + Sync + 'static>(
        rows: Load<Page<R>>,
        columns: &'static [Column<R>],
        id: fn(&R) -> String,
    ) -> Self {
        let heads = columns.iter().map(|c| Head { key: c.key, title: c.title, set: c.set, sort: c.sort });
        let page = move || {
            rows.get().map(|page| SourcePage {
                ids: page.items.iter().map(id).collect(),
                total: page.total,
                next: page.next.clone(),
                previous: page.previous.clone(),
            })
        };
        let cells = move |shown: &[usize]| {
            let Some(page) = rows.get() else { return Vec::new() };
            let row = |item: &R| shown.iter().filter_map(|at| Some((columns.get(*at)?.cell)(item))).collect();
            page.items.iter().map(row).collect()
        };
        Self { load: rows.machine(), heads: heads.collect(), page: Arc::new(page), cells: Arc::new(cells) }
    }

    /// The page that is loaded; reactive.
    #[must_use]
    pub fn page(&self) -> Option<SourcePage> {
        (self.page)()
    }

    /// The cells of its rows in these columns.
    #[must_use]
    pub fn cells(&self, shown: &[usize]) -> Vec<Vec<Bit>> {
        (self.cells)(shown)
    }
}
