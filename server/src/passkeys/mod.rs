//! Passkeys (WebAuthn): added and removed, and their answers taken: to sign in alone, as the second step, to prove a
//! change, to confirm a sensitive call (docs/decisions/0017-passkeys.md).

mod cbor;
mod challenge;
mod handlers;
mod options;
mod setup;
mod sign_in;
mod site;
pub(crate) mod store;
mod take;
mod verify;

pub use handlers::mount;
pub(crate) use options::for_person;
pub use site::Site;
pub use store::clean;
pub(crate) use take::{Refused, take};

/// What an answer is asked for. An answer to one thing serves no other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Adding a passkey, in a session of a person.
    Add {
        /// The person.
        person: &'a str,
        /// The session: what began in one does not end in another.
        session: &'a str,
    },
    /// A change of what a person signs in with.
    Proof {
        /// The person.
        person: &'a str,
    },
    /// A second step that is due.
    Step {
        /// The hash of its token.
        token_hash: &'a str,
    },
    /// Signing in alone; whose passkey answers is not known before.
    SignIn,
    /// A sensitive call: its challenge, and the hash of what the code for it is bound to.
    Confirm {
        /// The hash.
        act: &'a str,
    },
}

impl Purpose<'_> {
    /// The parts by which purposes are told apart.
    fn parts(&self) -> [&str; 3] {
        match self {
            Self::Add { person, session } => ["add", person, session],
            Self::Proof { person } => ["proof", person, ""],
            Self::Step { token_hash } => ["step", token_hash, ""],
            Self::SignIn => ["sign_in", "", ""],
            Self::Confirm { act } => ["confirm", act, ""],
        }
    }
}
