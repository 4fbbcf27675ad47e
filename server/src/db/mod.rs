//! The database: SQLite by default, PostgreSQL when configured, one SQL text for both.
//! What differs between the two sits in `sqlite.rs` and `postgres.rs` and nowhere else.

mod newest;
mod postgres;
mod rows;
pub mod search;
mod sql;
mod sqlite;

pub(crate) use newest::Newest;
pub use rows::{insert_rows, insert_rows_returning};
pub use sql::{Sql, Value, cursor};

use crate::error::Error;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{Any, AnyPool, Connection, Transaction};
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Which database is behind the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one: one writer at a time.
    Sqlite,
    /// A server: many writers, row locks.
    Postgres,
}

/// An open transaction.
pub type Tx = Transaction<'static, Any>;

/// The pools, and what they lead to.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    read: AnyPool,
    write: AnyPool,
}

impl Db {
    /// Opens the database and sets its durability; does not create tables.
    ///
    /// # Errors
    /// A URL of another database, or one that cannot be opened.
    pub async fn open(url: &str) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let engine = if url.starts_with("sqlite:") { Engine::Sqlite } else { Engine::Postgres };
        let options = AnyPoolOptions::new().acquire_timeout(Duration::from_secs(30));
        let (read, write) = match engine {
            Engine::Sqlite => {
                // An open file needs no question whether it still answers.
                let options = options.test_before_acquire(false);
                // One connection writes, first come first served: SQLite's own lock is not fair.
                let write = options
                    .clone()
                    .max_connections(1)
                    .after_connect(|c, _| Box::pin(sqlite::prepare(c)))
                    // On a full disk SQLite rolls back by itself, and the driver goes on believing
                    // in an open transaction: such a connection is replaced.
                    .before_acquire(|c, _| Box::pin(async move { Ok(!c.is_in_transaction()) }));
                let write = write.connect(url).await?;
                let read = options
                    .max_connections(sqlite::readers())
                    .after_connect(|c, _| Box::pin(sqlite::prepare(c)));
                (read.connect(url).await?, write)
            }
            Engine::Postgres => {
                let pool = options.max_connections(16).connect(url).await?;
                (pool.clone(), pool)
            }
        };
        Ok(Self { engine, read, write })
    }

    /// Creates or upgrades the tables.
    ///
    /// # Errors
    /// A migration that fails, or a database that a newer version has upgraded.
    pub async fn migrate(&self) -> Result<(), Error> {
        MIGRATIONS.run(&self.write).await.map_err(|e| Error::internal(&e))?;
        let statements = match self.engine {
            Engine::Sqlite => sqlite::SCHEMA,
            Engine::Postgres => postgres::SCHEMA,
        };
        for statement in statements {
            sqlx::raw_sql(*statement).execute(&self.write).await?;
        }
        search::fill(self).await?;
        crate::consumption::fill(self).await
    }

    /// Whether every migration that this program knows has run.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn is_migrated(&self) -> Result<bool, Error> {
        let known = i64::try_from(MIGRATIONS.iter().count()).unwrap_or(i64::MAX);
        let run = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM _sqlx_migrations WHERE version > 0")
            .fetch_one(&self.read)
            .await;
        Ok(run.is_ok_and(|n| n >= known))
    }

    /// Closes all connections. On SQLite the last one writes its log into the database's file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Which database it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The pool for reading.
    #[must_use]
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Begins a transaction that writes. On SQLite there is one at a time, in order of asking.
    ///
    /// # Errors
    /// A database that is locked by another program for too long, or does not answer.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(match self.engine {
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.write.begin().await?,
        })
    }

    /// Commits. An I/O error here may have committed or not, so the process ends and the
    /// caller's key decides on retry (design/security.md, finding 2).
    ///
    /// # Errors
    /// A commit that certainly did not happen.
    pub async fn commit(&self, tx: Tx) -> Result<(), Error> {
        match tx.commit().await {
            Ok(()) => Ok(()),
            Err(error) => {
                if self.engine == Engine::Sqlite && sqlite::is_io_error(&error) {
                    tracing::error!(%error, "commit.unknown_outcome: stopping, retries are safe");
                    std::process::exit(74);
                }
                Err(error.into())
            }
        }
    }

    /// What to append to a SELECT that locks its rows.
    #[must_use]
    pub fn for_update(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE",
        }
    }
}
