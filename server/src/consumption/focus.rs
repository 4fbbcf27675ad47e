//! A row of a FOCUS 1.0 file: its columns by name, its values checked.

use chrono::{DateTime, NaiveDateTime, Utc};
use contract::money::Currency;
use contract::time::{Time, bill_day};
use csv::StringRecord;
use rust_decimal::Decimal;
use std::str::FromStr;

/// The columns that are read, by their names in the specification.
pub const COLUMNS: [&str; 11] = [
    "BilledCost",
    "BillingCurrency",
    "ChargeCategory",
    "ChargePeriodStart",
    "ListCost",
    "ProviderName",
    "RegionId",
    "ResourceId",
    "ServiceName",
    "SubAccountId",
    "SubAccountName",
];

/// The most that a row may cost, in whole units: as much as one movement of money may move
/// (`contract::money::MAX_MINOR`), so that sums of many rows stay far from the end of a database's numbers.
const MOST: Decimal = Decimal::from_parts(1_215_752_192, 23, 0, false, 0);

/// Where the columns stand in a file.
#[derive(Debug, Clone)]
pub(super) struct Header([usize; COLUMNS.len()]);

impl Header {
    /// Finds the columns by name, in any order.
    ///
    /// # Errors
    /// The column that is not there.
    pub(super) fn read(names: &StringRecord) -> Result<Self, String> {
        let mut places = [0; COLUMNS.len()];
        for (place, wanted) in places.iter_mut().zip(COLUMNS) {
            let found = names.iter().position(|name| name.trim_start_matches('\u{feff}').trim() == wanted);
            *place = found.ok_or_else(|| format!("the column {wanted} is missing"))?;
        }
        Ok(Self(places))
    }

    fn value<'a>(&self, record: &'a StringRecord, column: usize) -> Option<&'a str> {
        record.get(self.0[column]).map(str::trim).filter(|v| !v.is_empty() && *v != "NULL")
    }
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) account: String,
    pub(super) account_name: String,
    /// `yyyy-MM-dd` in GMT+8.
    pub(super) day: String,
    pub(super) provider: String,
    pub(super) service: String,
    pub(super) resource: String,
    pub(super) region: String,
    pub(super) category: String,
    pub(super) currency: Currency,
    pub(super) cost: Decimal,
    pub(super) list_cost: Decimal,
}

/// Reads a row.
///
/// # Errors
/// Why it cannot be taken.
pub(super) fn read(header: &Header, record: &StringRecord) -> Result<Row, String> {
    let needed =
        |column: usize| header.value(record, column).ok_or_else(|| format!("{} is empty", COLUMNS[column]));
    let optional = |column: usize| header.value(record, column).unwrap_or("").to_owned();
    let decimal = |column: usize| {
        let text = needed(column)?;
        let number = Decimal::from_str(text)
            .or_else(|_| Decimal::from_scientific(text))
            .map_err(|_| format!("{} is not a number: {text}", COLUMNS[column]))?;
        if number.abs() > MOST {
            return Err(format!("{} is too large: {text}", COLUMNS[column]));
        }
        Ok(number)
    };
    let currency = needed(1)?;
    let start = needed(3)?;
    let start = moment(start).ok_or_else(|| format!("ChargePeriodStart is not a time: {start}"))?;
    Ok(Row {
        cost: decimal(0)?,
        currency: Currency::parse(currency)
            .ok_or_else(|| format!("BillingCurrency is not a currency: {currency}"))?,
        category: needed(2)?.to_owned(),
        day: bill_day(Time(start)).to_string(),
        list_cost: match header.value(record, 4) {
            Some(_) => decimal(4)?,
            None => Decimal::ZERO,
        },
        provider: needed(5)?.to_owned(),
        region: optional(6),
        resource: optional(7),
        service: needed(8)?.to_owned(),
        account: needed(9)?.to_owned(),
        account_name: optional(10),
    })
}

/// A time as files have it: `2024-09-18 22:00:00` or RFC 3339, UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .map(|t| t.and_utc())
        .or_else(|_| DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc)))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header::read(&StringRecord::from(COLUMNS.to_vec())).expect("all columns")
    }

    fn row(change: impl Fn(&mut Vec<&'static str>)) -> Result<Row, String> {
        let mut values = vec![
            "0.00000080000",
            "USD",
            "Usage",
            "2024-09-18 22:00:00",
            "0.5",
            "AWS",
            "us-west-2",
            "NULL",
            "Queue",
            "517",
            "NULL",
        ];
        change(&mut values);
        read(&header(), &StringRecord::from(values))
    }

    #[test]
    fn a_row_is_read_exactly_in_gmt8() {
        let row = row(|_| ()).expect("a good row");
        assert_eq!(row.cost.to_string(), "0.00000080000");
        assert_eq!(row.day, "2024-09-19");
        assert_eq!((row.resource.as_str(), row.account_name.as_str()), ("", ""));
    }

    #[test]
    fn bad_rows_say_why() {
        for (column, value, reason) in [
            (0, "x", "BilledCost is not a number: x"),
            (0, "NULL", "BilledCost is empty"),
            (1, "dollar", "BillingCurrency is not a currency: dollar"),
            (3, "yesterday", "ChargePeriodStart is not a time: yesterday"),
            (9, "", "SubAccountId is empty"),
            (0, "100000000000.01", "BilledCost is too large: 100000000000.01"),
            (4, "-1e12", "ListCost is too large: -1e12"),
        ] {
            assert_eq!(row(|v| v[column] = value), Err(reason.to_owned()));
        }
    }

    #[test]
    fn a_row_may_cost_what_a_movement_may_move() {
        assert_eq!(MOST, Decimal::new(contract::money::MAX_MINOR, 2));
        assert_eq!(row(|v| v[0] = "-100000000000").map(|row| row.cost), Ok(-MOST));
    }

    #[test]
    fn a_missing_column_is_named() {
        let names = StringRecord::from(COLUMNS[1..].to_vec());
        assert_eq!(Header::read(&names).err().as_deref(), Some("the column BilledCost is missing"));
    }
}
