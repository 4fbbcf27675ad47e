//! Times: UTC inside, GMT+8 in bills. A time on the console's wire is RFC 3339 text.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// A moment, in UTC.
pub type Time = DateTime<Utc>;

/// The format of times in the published API: `yyyy-MM-dd'T'HH:mm:ss'Z'` (product/api.md).
const BSS: &str = "%Y-%m-%dT%H:%M:%SZ";

/// Milliseconds since 1970, as the database stores a moment.
#[must_use]
pub fn to_millis(time: Time) -> i64 {
    time.timestamp_millis()
}

/// A moment from milliseconds since 1970. Values outside chrono's range become the epoch.
#[must_use]
pub fn from_millis(millis: i64) -> Time {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A moment as the published API writes it.
#[must_use]
pub fn to_bss(time: Time) -> String {
    time.format(BSS).to_string()
}

/// Reads a moment in the published API's form; `None` for anything else.
#[must_use]
pub fn from_bss(text: &str) -> Option<Time> {
    NaiveDateTime::parse_from_str(text, BSS).ok().map(|t| t.and_utc())
}

/// The day in GMT+8 that a moment belongs to in bills (capability 56).
#[must_use]
pub fn bill_day(time: Time) -> NaiveDate {
    (time + chrono::Duration::hours(8)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bss_times_round_trip_and_refuse_other_forms() {
        let text = "2026-11-21T03:40:00Z";
        assert_eq!(from_bss(text).map(to_bss).as_deref(), Some(text));
        for bad in
            ["", "2026-11-21", "2026-11-21 03:40:00", "2026-13-01T00:00:00Z", "2026-11-21T03:40:00+08:00"]
        {
            assert_eq!(from_bss(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bill_day_begins_at_16_utc() {
        let before = from_bss("2026-11-30T15:59:59Z").map(bill_day);
        let after = from_bss("2026-11-30T16:00:00Z").map(bill_day);
        assert_eq!(before, NaiveDate::from_ymd_opt(2026, 11, 30));
        assert_eq!(after, NaiveDate::from_ymd_opt(2026, 12, 1));
    }
}
