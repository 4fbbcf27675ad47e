//! Reads files of rows: CSV in UTF-8 with commas, semicolons or tabs, and the first sheet of a workbook.

use crate::error::Error;
use calamine::{Data, Reader, Xlsx};
use contract::error::{Code, Fault};
use contract::imports::{MAX_COLUMNS, MAX_ROWS};
use std::io::Cursor;

/// The longest text of a cell that is kept.
const MAX_CELL: usize = 500;

/// The rows of a file, headings first; every row has as many cells as the headings.
pub(super) fn rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    let rows = if bytes.starts_with(b"PK") || name.to_ascii_lowercase().ends_with(".xlsx") {
        workbook(bytes)?
    } else {
        lines(bytes)?
    };
    let mut rows = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let mut kept: Vec<Vec<String>> = rows.by_ref().take(MAX_ROWS + 1).collect();
    if rows.next().is_some() {
        return Err(Code::TooMuch.into());
    }
    let width = kept.first().map_or(0, Vec::len);
    if width == 0 || width > MAX_COLUMNS || kept.len() < 2 {
        return Err(invalid());
    }
    for row in &mut kept {
        row.resize(width, String::new());
        for cell in row {
            if cell.chars().count() > MAX_CELL {
                *cell = cell.chars().take(MAX_CELL).collect();
            }
        }
    }
    Ok(kept)
}

fn invalid() -> Error {
    Error::field("content", Fault::Invalid)
}

fn lines(bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid())?.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or("");
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|d| {
        // Of equals the comma, which is the last that max_by_key keeps only if it comes last.
        (first.bytes().filter(|b| b == d).count(), *d == b',')
    });
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(most.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(MAX_ROWS + 2) {
        let record = record.map_err(|_| invalid())?;
        rows.push(record.iter().map(plain).collect());
    }
    Ok(rows)
}

/// A cell without the mark by which our own files keep spreadsheets from reading it as a formula.
fn plain(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

fn workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| invalid())?;
    let sheet = book.worksheet_range_at(0).ok_or_else(invalid)?.map_err(|_| invalid())?;
    Ok(sheet.rows().take(MAX_ROWS + 2).map(|row| row.iter().map(text_of).collect()).collect())
}

fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => plain(text),
        // The shortest text that is this number: what the person typed.
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, Error> {
        rows("a.csv", text.as_bytes())
    }

    #[test]
    fn files_are_read_with_any_usual_delimiter() {
        for text in ["\u{feff}a,b\r\n1,\"x, y\"\r\n", "a;b\n1;x, y\n", "a\tb\n\n1\tx, y"] {
            let rows = read(text).expect("rows");
            assert_eq!(rows, [["a", "b"], ["1", "x, y"]], "{text:?}");
        }
        assert_eq!(read("a,b\n1\n").expect("rows")[1], ["1", ""]);
        assert_eq!(read("a\n'=1\n").expect("rows")[1], ["=1"]);
    }

    #[test]
    fn what_is_no_file_of_rows_is_refused() {
        for bad in [&b""[..], b"a,b\n", b"\xff\xfe1", b"PK\x03\x04nonsense"] {
            assert!(rows("a.csv", bad).is_err(), "{bad:?}");
        }
        let long = format!("a\n{}", "1\n".repeat(MAX_ROWS + 1));
        assert!(matches!(read(&long), Err(Error::Refused(Code::TooMuch))));
    }

    #[test]
    fn a_workbook_is_read_as_it_looks() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, title) in ["customer", "amount"].iter().enumerate() {
            sheet.write(0, column as u16, *title).expect("written");
        }
        sheet.write(1, 0, "hwc1").expect("written");
        sheet.write(1, 1, 1234.5).expect("written");
        let bytes = book.save_to_buffer().expect("a workbook");
        assert_eq!(rows("a.xlsx", &bytes).expect("rows")[1], ["hwc1", "1234.5"]);
    }
}
