//! The real program as a process: the official SDK against it, crashes, full disks, locks, its
//! command line.

mod cli;
mod crash;
mod disk;
mod lock;
mod logs;
mod sdk;
mod shutdown;
