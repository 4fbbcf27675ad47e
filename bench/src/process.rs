//! Programs that the benchmark starts, and never leaves behind.

use anyhow::{Context, bail};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How long a program may take to end after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program. Dropped, it is told to end, and waited for.
#[derive(Debug)]
pub struct Running {
    /// The program.
    pub child: Child,
    ended: bool,
}

impl Running {
    /// Starts a program.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        Ok(Self { child, ended: false })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                self.ended = true;
                return Ok(status);
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.ended = true;
        Ok(())
    }

    /// A figure of `/proc/PID/status`, in kB.
    pub fn status_kb(&self, name: &str) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|l| l.split_whitespace().next()).context("no such figure")?;
        Ok(number.parse()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // The standard library can only SIGKILL, which would leave PostgreSQL's children behind.
        let told = Command::new("kill").arg("-TERM").arg(self.pid().to_string()).status();
        let end = Instant::now() + PATIENCE;
        while told.is_ok() && Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end and answers what it wrote to standard output.
pub async fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut running =
        Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let out = running.child.stdout.take().map(read_all);
    let err = running.child.stderr.take().map(read_all);
    let status = running.ended().await?;
    let text = |reader: Option<JoinHandle<String>>| async move {
        match reader {
            Some(reader) => reader.await.unwrap_or_default(),
            None => String::new(),
        }
    };
    let (out, err) = (text(out).await, text(err).await);
    if !status.success() {
        bail!("{name} ended with {status}: {}{}", out.trim(), err.trim());
    }
    Ok(out)
}

/// Runs a program to its end; what it writes is shown.
pub async fn shown(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    // Standard output is kept for the table.
    let mut running = Running::start(command.stdin(Stdio::null()).stdout(std::io::stderr()))?;
    let status = running.ended().await?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The machine's load averages.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// Copies a file, sharing its blocks where the file system can.
pub async fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    output(Command::new("cp").arg("--reflink=auto").arg(from).arg(to)).await.map(drop)
}
