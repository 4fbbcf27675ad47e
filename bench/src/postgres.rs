//! A private PostgreSQL for pgbench: the reference for durable writes on the same disk.

use crate::data::Work;
use crate::process::{self, Running};
use anyhow::{Context, bail};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::time::sleep;

/// What the reference runs with. Durable, as PostgreSQL is unless told otherwise.
const SETTINGS: [&str; 5] =
    ["listen_addresses=", "shared_buffers=1GB", "synchronous_commit=on", "fsync=on", "max_connections=64"];

/// A running PostgreSQL with pgbench's tables. It ends, and its folder goes, when it is dropped.
#[derive(Debug)]
pub struct Postgres {
    _running: Running,
    programs: PathBuf,
    folder: Folder,
}

/// A folder that goes when it is dropped.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // In /var/tmp nothing that is left does harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Postgres {
    /// Makes and starts it.
    pub async fn start(work: &Work) -> anyhow::Result<Self> {
        let programs = programs()?;
        // A socket's path may have 107 characters, so the folder is not in the run's.
        let folder = Folder(PathBuf::from(format!("/var/tmp/pc-bench-{}", std::process::id())));
        std::fs::create_dir_all(&folder.0)?;
        let user = postgres_user()?;
        if let Some((uid, gid)) = user {
            chown(&folder.0, Some(uid), Some(gid))?;
        }
        let data = folder.0.join("data");
        process::output(
            as_user(&programs.join("initdb"), user, &folder.0)
                .args(["-U", "postgres", "-A", "trust", "-D"])
                .arg(&data),
        )
        .await?;
        let mut server = as_user(&programs.join("postgres"), user, &folder.0);
        server.arg("-D").arg(&data).arg("-k").arg(&folder.0);
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let log = std::fs::File::create(work.folder("postgres")?.join("log"))?;
        let running = Running::start(server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))?;
        let postgres = Self { _running: running, programs, folder };
        postgres.wait().await?;
        process::output(postgres.program("pgbench").args(["-i", "-q", "-s", "10", "postgres"])).await?;
        Ok(postgres)
    }

    /// Transactions a second of pgbench's TPC-B.
    pub async fn tpc_b(&self, clients: usize, length: Duration) -> anyhow::Result<f64> {
        let mut pgbench = self.program("pgbench");
        pgbench.args([
            "-n",
            "-j",
            "2",
            "-c",
            &clients.to_string(),
            "-T",
            &length.as_secs().to_string(),
            "postgres",
        ]);
        let said = process::output(&mut pgbench).await?;
        let tps = said.lines().find_map(|l| l.strip_prefix("tps = ")?.split(' ').next());
        Ok(tps.with_context(|| format!("pgbench said: {said}"))?.parse()?)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.arg("-h").arg(&self.folder.0).args(["-U", "postgres"]);
        command
    }

    async fn wait(&self) -> anyhow::Result<()> {
        for _ in 0..300 {
            if process::output(&mut self.program("pg_isready")).await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        bail!("PostgreSQL does not start")
    }
}

/// The folder of PostgreSQL's programs; Debian keeps them out of PATH.
fn programs() -> anyhow::Result<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "pgbench"].iter().all(|p| folder.join(p).exists());
    versions.into_iter().find(complete).context("PostgreSQL (initdb, postgres, pgbench) is not installed")
}

/// PostgreSQL refuses to run as root: then the user that its package made.
fn postgres_user() -> anyhow::Result<Option<(u32, u32)>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let uid = status.lines().find_map(|l| l.strip_prefix("Uid:")?.split_whitespace().nth(1));
    if uid != Some("0") {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|l| l.starts_with("postgres:")).context("no user postgres")?;
    let mut parts = line.split(':').skip(2);
    let (uid, gid) = parts.next().zip(parts.next()).context("/etc/passwd cannot be read")?;
    Ok(Some((uid.parse()?, gid.parse()?)))
}

fn as_user(program: &Path, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    // The other user may not be allowed to stand in our folder.
    command.current_dir(folder);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}
