//! Times: UTC inside, GMT+8 in bills. A time on the console's wire is RFC 3339 text.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::Deref;

/// A moment, in UTC. On the wire `2026-11-21T03:40:00Z`, with `.123` where it has milliseconds.
///
/// It reads that one form by itself: chrono's reader of any form is a good part of a small app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Time(pub DateTime<Utc>);

/// A calendar day that belongs to no zone, such as a day of a bill. On the wire `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Day(pub NaiveDate);

impl Deref for Time {
    type Target = DateTime<Utc>;
    fn deref(&self) -> &DateTime<Utc> {
        &self.0
    }
}

impl Time {
    /// Reads the wire's form; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let (clock, millis) = match clock.split_once('.') {
            None => (clock, 0),
            Some((clock, fraction)) => (clock, number(fraction, 3)?),
        };
        let mut parts = clock.split(':').map(|part| number(part, 2));
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let time = Day::read(day)?.0.and_hms_milli_opt(hour, minute, second, millis)?;
        parts.next().is_none().then(|| Self(time.and_utc()))
    }
}

impl Day {
    /// Reads the wire's form; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = i32::try_from(number(parts.next()?, 4)?).ok()?;
        let (month, day) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
        parts.next().is_none().then(|| NaiveDate::from_ymd_opt(year, month, day).map(Self))?
    }

    /// The moment at which the day begins in UTC.
    #[must_use]
    pub fn begin(self) -> Time {
        Time(self.0.and_time(chrono::NaiveTime::MIN).and_utc())
    }
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a time"))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::read(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a day"))
    }
}

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
    Time(DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH))
}

/// A moment as the published API writes it.
#[must_use]
pub fn to_bss(time: Time) -> String {
    time.format(BSS).to_string()
}

/// Reads a moment in the published API's form; `None` for anything else.
#[must_use]
pub fn from_bss(text: &str) -> Option<Time> {
    NaiveDateTime::parse_from_str(text, BSS).ok().map(|t| Time(t.and_utc()))
}

/// A moment in GMT+8 to the minute, as mails tell it.
#[must_use]
pub fn bill_minute(time: Time) -> String {
    (time.0 + chrono::Duration::hours(8)).format("%Y-%m-%d %H:%M").to_string()
}

/// The day in GMT+8 that a moment belongs to in bills (capability 56).
#[must_use]
pub fn bill_day(time: Time) -> Day {
    Day((time.0 + chrono::Duration::hours(8)).date_naive())
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
    fn the_wire_has_one_form_of_times_and_days() {
        for millis in [0, 1_793_462_400_000, 1_793_462_400_123, -1, 253_402_300_799_999] {
            let json = serde_json::to_string(&from_millis(millis)).expect("a text");
            assert_eq!(serde_json::from_str::<Time>(&json).ok(), Some(from_millis(millis)), "{json}");
        }
        for bad in [
            "",
            "Z",
            "T",
            "2026-11-21T03:40:00",
            "2026-11-21T03:40:00+08:00",
            "2026-11-21 03:40:00Z",
            "2026-11-21T3:40:00Z",
            "2026-11-21T03:40:00.1Z",
            "2026-11-21T03:40:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-+1T00:00:00Z",
        ] {
            assert_eq!(Time::read(bad), None, "{bad}");
        }
        assert_eq!(Day::read("2024-02-29").map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        for bad in ["", "2026-11", "2026-11-31", "2026-11-21-", "26-11-21", "2026-1-21", "２026-11-21"] {
            assert_eq!(Day::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bill_day_begins_at_16_utc() {
        let before = from_bss("2026-11-30T15:59:59Z").map(bill_day);
        let after = from_bss("2026-11-30T16:00:00Z").map(bill_day);
        assert_eq!(before, Day::read("2026-11-30"));
        assert_eq!(after, Day::read("2026-12-01"));
    }
}
