//! Pages of a list that is ordered by a time and an id, newest first, with how many rows there are.

use super::cursor::{Cursor, page};
use super::{Db, Sql};
use crate::error::Error;
use contract::error::Code;
use contract::page::{COUNT_CAP, Page, Total, page_size};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Such a list in SQL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest {
    /// `SELECT … FROM …`, without conditions.
    pub(crate) select: &'static str,
    /// `SELECT COUNT(*) FROM (SELECT 1 AS one FROM …`, as far.
    pub(crate) count: &'static str,
    /// ` AND (time, id)`.
    pub(crate) place: &'static str,
    /// ` ORDER BY time, id`, and the other way round.
    pub(crate) order: [&'static str; 2],
}

impl Newest {
    /// The page of a cursor. `filter` adds the conditions, beginning with `WHERE`; `place` says where a row stands: its
    /// time and its id.
    ///
    /// # Errors
    /// A database that does not answer; `BadRequest` for a cursor that is none.
    pub(crate) async fn page<T>(
        &self,
        db: &Db,
        (cursor, limit): (Option<&str>, Option<u32>),
        filter: impl Fn(&mut Sql),
        read: impl Fn(&AnyRow) -> Result<T, Error>,
        place: impl Fn(&T) -> (i64, String),
    ) -> Result<Page<T>, Error> {
        let from = cursor.map(Cursor::decode).transpose()?;
        let limit = page_size(limit);
        let backwards = from.as_ref().is_some_and(|c| c.backwards);
        let mut sql = Sql::new(self.select);
        filter(&mut sql);
        if let Some(cursor) = &from {
            let at: i64 = cursor.value.parse().map_err(|_| Code::BadRequest)?;
            sql.push(self.place)
                .bind(if backwards { " > (" } else { " < (" }, at)
                .bind(", ", &cursor.id)
                .push(")");
        }
        sql.push(self.order[usize::from(!backwards)]).bind(" LIMIT ", i64::from(limit) + 1);
        let rows = sql.prepared().fetch_all(db.read()).await?;
        let found = rows.iter().map(read).collect::<Result<Vec<_>, Error>>()?;
        let mut count = Sql::new(self.count);
        filter(&mut count);
        count.bind(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
        let counted: i64 = count.prepared().fetch_one(db.read()).await?.try_get(0)?;
        let (items, next, previous) = page(found, limit as usize, from.as_ref(), |one| {
            let (at, id) = place(one);
            (at.to_string(), id)
        });
        Ok(Page { items, next, previous, total: Total::capped(counted) })
    }
}
