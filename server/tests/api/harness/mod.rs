//! What the tests are written with: worlds with a small cast, people and programs as typed
//! clients, the oracle, and the real program as a process.

mod answer;
pub mod bills;
mod client;
mod engines;
mod environment;
pub mod fixture;
mod moves;
mod oracle;
pub mod passkey;
pub mod process;
mod wire;
mod world;

pub use answer::Answer;
pub use client::{Auth, Client, client_token, code_in};
pub use engines::{both, on_sqlite};
pub use environment::{focus_sample, note, python};
pub use moves::{Standing, challenge, confirm, done, fresh_key, hold, move_now, standing};
pub use oracle::{assert_sound, problems};
pub use wire::{Wire, sign};
pub use world::{Server, World, delivering, embedded};
