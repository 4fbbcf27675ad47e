//! The databases that tests run on. Tables and cast are made once and copied for each test.

use super::environment::postgres_url;
use super::fixture;
use super::world::{World, app};
use server::config::Settings;
use server::db::{Db, Engine};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Runs a test on every engine, each time in a world of its own.
pub async fn both(test: impl AsyncFn(&World)) {
    let engines: &[Engine] =
        if postgres_url().is_some() { &[Engine::Sqlite, Engine::Postgres] } else { &[Engine::Sqlite] };
    for engine in engines {
        let world = new_world(*engine).await;
        test(&world).await;
        world.end().await;
    }
}

/// Runs a test on SQLite only, for what does not depend on the engine.
pub async fn on_sqlite(test: impl AsyncFn(&World)) {
    let world = new_world(Engine::Sqlite).await;
    test(&world).await;
    world.end().await;
}

async fn new_world(engine: Engine) -> World {
    // Tells with a failing test where it failed.
    println!("--- on {engine:?}");
    let place = Place::copy_of_template(engine).await;
    World::open(engine, place, super::world::embedded()).await
}

/// Where a world's database is.
#[derive(Debug)]
pub enum Place {
    /// An SQLite file in a folder that goes with the test.
    Folder(TempDir),
    /// A database of its own on the test server.
    Database { admin: String, name: String },
}

impl Place {
    /// A database with tables and cast.
    pub async fn copy_of_template(engine: Engine) -> Self {
        static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
        static POSTGRES: OnceCell<String> = OnceCell::const_new();
        match engine {
            Engine::Sqlite => {
                let template = SQLITE.get_or_init(sqlite_template).await;
                let folder = folder();
                std::fs::copy(template, folder.path().join(FILE)).expect("the template is copied");
                Self::Folder(folder)
            }
            Engine::Postgres => {
                let admin = postgres_url().expect("asked for PostgreSQL only where there is one");
                let template = POSTGRES.get_or_init(|| postgres_template(&admin)).await;
                let name = database_name("test");
                run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                Self::Database { admin, name }
            }
        }
    }

    /// The URL of the database.
    pub fn url(&self) -> String {
        match self {
            Self::Folder(folder) => sqlite_url(&folder.path().join(FILE)),
            Self::Database { admin, name } => on_server(admin, name),
        }
    }

    /// Removes it. The pools must be closed.
    pub async fn remove(self) {
        if let Self::Database { admin, name } = self {
            run(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

const FILE: &str = "partner-center.db";

/// A folder in memory where the machine has one: the tests sync at every commit.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.expect("a folder for the test")
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

async fn sqlite_template() -> PathBuf {
    // Lives as long as the program, and must not keep connections of one test's runtime.
    let file = folder().keep().join(FILE);
    fill(&sqlite_url(&file)).await;
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let mut connection = AnyConnection::connect(&sqlite_url(&file)).await.expect("the template opens");
    sqlx::raw_sql(checkpoint).execute(&mut connection).await.expect("the log goes into the file");
    connection.close().await.expect("the template closes");
    file
}

async fn postgres_template(admin: &str) -> String {
    let name = database_name("template");
    sqlx::any::install_default_drivers();
    run(admin, &format!("CREATE DATABASE {name}")).await;
    fill(&on_server(admin, &name)).await;
    name
}

async fn fill(url: &str) {
    let db = Db::open(url).await.expect("the template's database opens");
    db.migrate().await.expect("the tables are made");
    let app = app(db, Settings::default());
    fixture::fill(&app).await;
    app.db.read().close().await;
}

/// Names that no other run of the tests has.
fn database_name(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("pc_{what}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The same server's other database.
fn on_server(admin: &str, name: &str) -> String {
    let (server, rest) = admin.rsplit_once('/').expect("postgres://server/database");
    let options = rest.split_once('?').map(|(_, o)| format!("?{o}")).unwrap_or_default();
    format!("{server}/{name}{options}")
}

async fn run(url: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("the PostgreSQL for tests answers");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("the superuser may");
    // The statement is done; how the connection ends does not matter.
    let _ = connection.close().await;
}
