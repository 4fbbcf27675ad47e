//! Reads files of rows: CSV in UTF-8 with commas, semicolons or tabs, and the first sheet of a workbook.

use crate::error::Error;
use calamine::{Data, Reader, Xlsx};
use contract::error::{Code, Fault};
use contract::imports::{MAX_COLUMNS, MAX_ROWS};
use std::io::{self, Cursor, Read};
use zip::ZipArchive;

/// The longest text of a cell that is kept.
const MAX_CELL: usize = 500;
/// Bytes of a workbook without compression.
const MAX_UNPACKED: u64 = 50 << 20;

/// The rows of a file, headings first; every row has as many cells as the headings.
pub(crate) fn rows(name: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = if bytes.starts_with(b"PK") || name.to_ascii_lowercase().ends_with(".xlsx") {
        workbook(bytes)?
    } else {
        lines(bytes)?
    };
    let width = rows.first().map_or(0, Vec::len);
    if width == 0 || width > MAX_COLUMNS || rows.len() < 2 {
        return Err(invalid());
    }
    for row in &mut rows {
        // What stands beside the table would be lost without a word.
        if row.iter().skip(width).any(|cell| !is_blank(cell)) {
            return Err(invalid());
        }
        row.resize(width, String::new());
    }
    Ok(rows)
}

fn invalid() -> Error {
    Error::field("content", Fault::Invalid)
}

fn is_blank(cell: &str) -> bool {
    cell.trim().is_empty()
}

/// Adds a row that has anything in it; too many are refused.
fn add(rows: &mut Vec<Vec<String>>, row: Vec<String>) -> Result<(), Error> {
    if row.iter().all(|cell| is_blank(cell)) {
        return Ok(());
    }
    if rows.len() > MAX_ROWS {
        return Err(Code::TooMuch.into());
    }
    rows.push(row);
    Ok(())
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
    for record in reader.records() {
        add(&mut rows, record.map_err(|_| invalid())?.iter().map(plain).collect())?;
    }
    Ok(rows)
}

/// A cell's text, not too long, without what databases cannot hold, and without the mark by which our own
/// files keep spreadsheets from reading it as a formula.
fn plain(cell: &str) -> String {
    let text = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    };
    text.chars().filter(|c| *c != '\0').take(MAX_CELL).collect()
}

/// Unpacks a workbook to nowhere, and refuses one that is far larger than it looks. What its parts say of
/// their own size is not believed.
fn weigh(bytes: &[u8]) -> Result<(), Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| invalid())?;
    let mut left = MAX_UNPACKED;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| invalid())?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| invalid())?;
        left = left.checked_sub(size).ok_or(Code::TooMuch)?;
    }
    Ok(())
}

fn workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, Error> {
    weigh(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| invalid())?;
    let sheet = book.sheet_names().into_iter().next().ok_or_else(invalid)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|_| invalid())?;
    let (mut rows, mut row, mut at) = (Vec::new(), Vec::new(), 0);
    // Cell by cell: the range that a sheet says to have may be the whole of what a sheet can have.
    while let Some(cell) = cells.next_cell().map_err(|_| invalid())? {
        let (line, column) = cell.get_position();
        if line != at {
            add(&mut rows, std::mem::take(&mut row))?;
            at = line;
        }
        let text = text_of(&cell.get_value().clone().into());
        let column = usize::try_from(column).map_err(|_| invalid())?;
        if is_blank(&text) {
            continue;
        }
        if column >= MAX_COLUMNS {
            return Err(invalid());
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(place) = row.get_mut(column) {
            *place = text;
        }
    }
    add(&mut rows, row)?;
    Ok(rows)
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
        // Rows without anything do not count, and hide none of those after them.
        let gaps = format!("a,b\n{}1,2\n", ",\n".repeat(MAX_ROWS + 10));
        assert_eq!(read(&gaps).expect("rows").len(), 2);
        // What stands beside the table is not dropped in silence.
        assert!(read("a,b\n1,2,3\n").is_err());
        assert_eq!(read("a,b\n1,2,\n").expect("rows")[1], ["1", "2"]);
        assert_eq!(read("a\n1\u{0}2\n").expect("rows")[1], ["12"]);
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

    #[test]
    fn a_workbook_that_only_looks_small_is_refused() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "a").expect("written");
        // A cell at the far end: the range between is larger than any memory.
        sheet.write(1_048_575, 0, "1").expect("written");
        let bytes = book.save_to_buffer().expect("a workbook");
        assert_eq!(rows("a.xlsx", &bytes).expect("rows"), [["a"], ["1"]]);
        let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
        bomb.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).expect("begun");
        io::copy(&mut io::repeat(b'a').take(MAX_UNPACKED + 1), &mut bomb).expect("written");
        let bytes = bomb.finish().expect("an archive").into_inner();
        assert!(bytes.len() < 1 << 20);
        assert!(matches!(rows("a.xlsx", &bytes), Err(Error::Refused(Code::TooMuch))));
    }
}
