//! What customers consumed: bill files in the FOCUS 1.0 form come in, sums by service and day go out, and the lines
//! that make them up. Not the partner's bill (capability 54).

mod bss;
mod exact;
mod focus;
mod handlers;
pub mod import;
pub(crate) mod lines;
mod published;
mod store;
mod summary;
mod sums;

pub use focus::COLUMNS as FOCUS_COLUMNS;
pub use handlers::mount;
pub(crate) use sums::store::fill;
pub use sums::verify;
