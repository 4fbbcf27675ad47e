//! A text as a QR code, drawn as one SVG path: the console only places it.

use crate::error::Error;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Empty squares around the code, as its standard asks.
const EDGE: i32 = 4;

/// The dark squares as a path, and the squares in a line with the edge.
pub(crate) fn path(text: &str) -> Result<(String, i64), Error> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|e| Error::internal(&e))?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or(0);
            if run > 0 {
                // Writing into a text cannot fail.
                _ = write!(path, "M{} {}h{run}v1h-{run}z", x + EDGE, y + EDGE);
            }
            x += run.max(1);
        }
    }
    Ok((path, i64::from(code.size() + 2 * EDGE)))
}
