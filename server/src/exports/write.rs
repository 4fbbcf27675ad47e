//! Writing a file: rows in, pieces of bytes out, never the whole file in memory.

use super::cells::Cell;
use crate::error::Error;
use axum::body::Body;
use axum::response::Response;
use contract::exports::Format;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use std::io::Read as _;

/// Rows of a sheet without its heading: a workbook's own limit.
const SHEET_ROWS: u32 = 1_048_575;
/// Numbers with more digits lose some in a spreadsheet: they are written as text.
const EXACT: i64 = 1_000_000_000_000_000;

/// A file in the making.
pub(super) enum Writer {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Xlsx(Box<Book>),
}

/// A workbook in the making: its rows go to a file of the system until it is whole.
pub(super) struct Book {
    book: Workbook,
    titles: Vec<String>,
    sheets: usize,
    row: u32,
    /// How amounts look, by their decimal places.
    styles: Vec<Style>,
}

/// A small CSV file as an answer.
///
/// # Errors
/// A file that cannot be written.
pub(crate) fn csv_file(
    name: &str,
    titles: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Response, Error> {
    let titles: Vec<String> = titles.iter().map(|t| (*t).to_owned()).collect();
    let mut writer = Writer::new(contract::exports::Format::Csv, &titles)?;
    for row in rows {
        writer.row(&row.into_iter().map(Cell::Text).collect::<Vec<_>>())?;
    }
    let mut response = Response::new(Body::from(writer.take()?.1));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

impl Writer {
    /// Begins with the headings.
    pub(super) fn new(format: Format, titles: &[String]) -> Result<Self, Error> {
        let titles: Vec<String> = titles.iter().map(|t| harmless(t)).collect();
        match format {
            Format::Csv => {
                // The mark tells spreadsheets that it is UTF-8.
                let mut csv = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .from_writer("\u{feff}".as_bytes().to_vec());
                csv.write_record(&titles).map_err(|e| Error::internal(&e))?;
                Ok(Self::Csv(Box::new(csv)))
            }
            Format::Xlsx => {
                let mut book = Box::new(Book {
                    book: Workbook::new(),
                    titles,
                    sheets: 0,
                    row: 0,
                    styles: (0..4).map(decimals).collect(),
                });
                book.sheet().map_err(|e| Error::internal(&e))?;
                Ok(Self::Xlsx(book))
            }
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => csv.write_record(cells.iter().map(plain)).map_err(|e| Error::internal(&e)),
            Self::Xlsx(book) => book.row(cells).map_err(|e| Error::internal(&e)),
        }
    }

    /// What is written so far and may go on its way; a workbook comes whole at the end.
    pub(super) fn take(self) -> Result<(Self, Vec<u8>), Error> {
        match self {
            Self::Csv(csv) => {
                let bytes = csv.into_inner().map_err(|e| Error::internal(e.error()))?;
                let next =
                    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
                Ok((Self::Csv(Box::new(next)), bytes))
            }
            book @ Self::Xlsx(_) => Ok((book, Vec::new())),
        }
    }

    /// Ends the file. Gives its last pieces, each of at most `size` bytes.
    pub(super) fn finish(self, size: usize, mut give: impl FnMut(Vec<u8>)) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => {
                let bytes = csv.into_inner().map_err(|e| Error::internal(e.error()))?;
                bytes.chunks(size).for_each(|piece| give(piece.to_vec()));
            }
            Self::Xlsx(mut book) => {
                let mut file = tempfile::tempfile().map_err(|e| Error::internal(&e))?;
                book.book.save_to_writer(&mut file).map_err(|e| Error::internal(&e))?;
                std::io::Seek::rewind(&mut file).map_err(|e| Error::internal(&e))?;
                loop {
                    let mut piece = Vec::with_capacity(size);
                    file.by_ref()
                        .take(size as u64)
                        .read_to_end(&mut piece)
                        .map_err(|e| Error::internal(&e))?;
                    if piece.is_empty() {
                        break;
                    }
                    give(piece);
                }
            }
        }
        Ok(())
    }
}

impl Book {
    fn sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory();
        let bold = Style::new().set_bold();
        for (column, title) in (0_u16..).zip(&self.titles) {
            sheet.write_string_with_format(0, column, title, &bold)?;
            sheet.set_column_width(column, 18)?;
        }
        self.sheets += 1;
        self.row = 0;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.row == SHEET_ROWS {
            self.sheet()?;
        }
        self.row += 1;
        let row = self.row;
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Money(money) if money.minor.abs() < EXACT => {
                    let style =
                        self.styles.get(money.currency.decimals() as usize).unwrap_or(&self.styles[2]);
                    let amount = Decimal::new(money.minor, money.currency.decimals());
                    sheet.write_with_format(row, column, amount, style)?;
                }
                Cell::Decimal(number) if number.mantissa().abs() < i128::from(EXACT) => {
                    sheet.write(row, column, *number)?;
                }
                other => {
                    sheet.write_string(row, column, plain(other))?;
                }
            }
        }
        Ok(())
    }
}

fn decimals(places: usize) -> Style {
    Style::new().set_num_format(if places == 0 {
        "0".to_owned()
    } else {
        format!("0.{}", "0".repeat(places))
    })
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        // A minus sign before digits is a number to every program.
        Cell::Money(money) => money.decimal(),
        Cell::Decimal(number) => number.to_string(),
        Cell::Time(time) => contract::time::to_bss(*time),
        Cell::Empty => String::new(),
    }
}

/// A text that no spreadsheet takes for a formula (design/security.md, check 56).
fn harmless(text: &str) -> String {
    const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::money::{Currency, Money};

    fn file(format: Format, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut writer = Writer::new(format, &["A".into(), "=B".into()]).expect("a file");
        let mut bytes = Vec::new();
        for row in rows {
            writer.row(row).expect("a row");
            let (next, piece) = writer.take().expect("a piece");
            bytes.extend(piece);
            writer = next;
        }
        writer.finish(7, |piece| bytes.extend(piece)).expect("the end");
        bytes
    }

    #[test]
    fn csv_is_marked_quoted_and_harmless() {
        let money = Cell::Money(Money::new(-123_456, Currency::CNY));
        let rows = [
            vec![Cell::Text("8".into()), Cell::Decimal(Decimal::new(-8, 7))],
            vec![Cell::Text("=1+1".into()), money],
            vec![Cell::Text("a\"b,c\r\nd".into()), Cell::Empty],
            vec![Cell::Text("＠x".into()), Cell::Time(contract::time::from_millis(0))],
        ];
        let text = String::from_utf8(file(Format::Csv, &rows)).expect("UTF-8");
        assert_eq!(
            text,
            "\u{feff}A,'=B\r\n8,-0.0000008\r\n'=1+1,-1234.56\r\n\"a\"\"b,c\r\nd\",\r\n'＠x,1970-01-01T00:00:00Z\r\n"
        );
    }

    #[test]
    fn a_workbook_is_a_zip_archive_that_comes_whole() {
        let money = Cell::Money(Money::new(150, Currency::CNY));
        let bytes = file(Format::Xlsx, &[vec![Cell::Text("北京".into()), money]]);
        assert!(bytes.starts_with(b"PK\x03\x04"), "{} bytes", bytes.len());
    }
}
