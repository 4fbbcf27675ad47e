//! A full disk: a clear answer and nothing half-done; with room again, everything works again.

use crate::harness::process::{DEMO_ADMIN, Installation};
use crate::harness::{client_token, note};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A small disk of its own.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// None where this user may not mount one.
    fn mount() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs"])
            .arg(folder.path())
            .output();
        match done {
            Ok(output) if output.status.success() => Some(Self { folder }),
            _ => {
                note("no small disk can be mounted here (it takes root): the full-disk test is skipped");
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A process that still ends must not keep it: lazily.
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

/// Fills the disk to the last byte.
fn fill(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("filler");
    let mut file = File::create(&path).expect("a file");
    for size in [1 << 16, 1 << 9, 1] {
        let block = vec![0_u8; size];
        while file.write_all(&block).is_ok() {}
    }
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_clearly_and_passes() {
    let Some(disk) = SmallDisk::mount() else { return };
    let installation = Installation::demo_in(disk.folder.path());
    let mut running = installation.serve();
    let program = running.program(DEMO_ADMIN);
    let customers = program.customers().await;
    let (status, text) =
        program.appropriate(&customers[0], "1.00", &client_token()).await.expect("an answer");
    assert_eq!(status, 200, "{text}");

    let filler = fill(disk.folder.path());
    let mut done = 0;
    let mut refused = Vec::new();
    for n in 0..60 {
        // Some may still fit into what the log has already taken.
        let token = client_token();
        let customer = &customers[n % customers.len()];
        let (status, text) = program.appropriate(customer, "1.00", &token).await.expect("an answer");
        match status {
            200 => done += 1,
            503 => {
                assert!(text.contains("CBC.0999") && text.contains("nothing was changed"), "{text}");
                refused.push((token, customer.clone()));
            }
            _ => panic!("{status} {text}"),
        }
    }
    println!("{done} still fitted, {} were refused", refused.len());
    assert!(!refused.is_empty(), "the disk was full");
    assert!(running.ended().is_none(), "the server lives");
    // Reading works all the while.
    assert!(!program.balance(&customers[0]).await.is_empty());

    std::fs::remove_file(filler).expect("room again");
    for (token, customer) in &refused {
        let (status, text) = program.appropriate(customer, "1.00", token).await.expect("an answer");
        assert_eq!(status, 200, "{text}");
    }
    running.terminate();
    assert!(running.wait(std::time::Duration::from_secs(20)).success());
    let db = installation.db().await;
    let moved: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM ledger_transfers WHERE actor LIKE '%DEMOXINGHE%'")
            .fetch_one(db.read())
            .await
            .expect("the database answers");
    assert_eq!(moved, 61, "each order once: 1 before, 60 around the full disk");
    db.read().close().await;
    installation.assert_verified();
}
