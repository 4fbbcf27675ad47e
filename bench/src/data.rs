//! Demo data, made once and kept, and copies of it that runs may write to.

use crate::process;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, UNIX_EPOCH};

const DATABASE: &str = "partner-center.db";
const SECRET: &str = "secret.key";

/// Where the benchmark keeps its data; what belongs to this run is removed at its end.
#[derive(Debug)]
pub struct Work {
    binary: PathBuf,
    root: PathBuf,
    run: PathBuf,
}

/// How the kept demo data came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The program that made it: its size and time.
    build: (u64, u64),
    /// How long that took, in seconds.
    pub seconds: f64,
    /// How busy the machine was.
    pub load: String,
}

impl Work {
    /// Prepares the folders beside the program, and removes what runs left that were killed.
    pub fn new(binary: &Path) -> anyhow::Result<Self> {
        let binary = binary.canonicalize().with_context(|| format!("no server at {}", binary.display()))?;
        let target = binary.ancestors().nth(2).context("the program is in no target folder")?;
        let root = target.join("bench-data");
        std::fs::create_dir_all(&root)?;
        for entry in std::fs::read_dir(&root)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.strip_prefix("run-").is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        let run = root.join(format!("run-{}", std::process::id()));
        std::fs::create_dir_all(&run)?;
        Ok(Self { binary, root, run })
    }

    /// A folder of this run.
    pub fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.run.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The server program on a data folder, deaf to the caller's own settings.
    pub fn command(&self, data: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PARTNER_CENTER_") || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.arg("--data-dir").arg(data);
        command
    }

    /// Makes demo data, unless this build of the program already has.
    pub async fn demo(&self, customers: u32) -> anyhow::Result<(PathBuf, Made)> {
        let kept = self.root.join(customers.to_string());
        let note = kept.join("made.json");
        let about = std::fs::metadata(&self.binary)?;
        let build = (about.len(), about.modified()?.duration_since(UNIX_EPOCH)?.as_secs());
        if let Some(made) = read_note(&note).filter(|made| made.build == build) {
            return Ok((kept, made));
        }
        eprintln!("Making demo data with {customers} customers");
        // Made aside: an interrupted run leaves nothing that looks complete.
        let aside = self.folder("demo")?;
        let (load, started) = (process::load_average(), Instant::now());
        process::shown(self.command(&aside).arg("demo").arg("--customers").arg(customers.to_string()))
            .await?;
        let made = Made { build, seconds: started.elapsed().as_secs_f64(), load };
        std::fs::write(aside.join("made.json"), serde_json::to_vec(&made)?)?;
        if kept.exists() {
            std::fs::remove_dir_all(&kept)?;
        }
        std::fs::rename(&aside, &kept)?;
        Ok((kept, made))
    }

    /// Copies kept demo data into a folder of this run.
    pub async fn copy(&self, kept: &Path, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder(name)?;
        for file in [DATABASE, SECRET] {
            process::copy(&kept.join(file), &folder.join(file)).await?;
        }
        Ok(folder)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Anything left is removed by the next run.
        let _ = std::fs::remove_dir_all(&self.run);
    }
}

fn read_note(note: &Path) -> Option<Made> {
    serde_json::from_slice(&std::fs::read(note).ok()?).ok()
}

/// The size of a data folder's database in MB.
pub fn size_mb(data: &Path) -> anyhow::Result<f64> {
    Ok(std::fs::metadata(data.join(DATABASE))?.len() as f64 / 1e6)
}
