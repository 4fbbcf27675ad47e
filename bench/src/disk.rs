//! What the disk can do: the limit of everything that is durable.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a second one thread can append 4 KiB and sync them to the disk.
pub fn syncs_per_second(folder: &Path, length: Duration) -> anyhow::Result<f64> {
    let path = folder.join("sync-probe");
    let mut file = File::create(&path)?;
    let block = [0x5a_u8; 4096];
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < length {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
