//! The published partner API (product/api.md), group by group: names, types and limits
//! exactly as the official SDK has them.

pub mod accounts;
mod amount;
pub mod basics;
pub mod consumption;
pub mod customers;

pub use amount::{Amount, Exact};

use crate::api::Operation;
use serde::{Deserialize, Serialize};

/// The error body of the published API (product/errors.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BssError {
    /// `CBC.…` or `APIGW.…`.
    pub error_code: String,
    /// What happened.
    pub error_msg: String,
}

/// A broken rule of a request: the parameter, and what is wrong. Becomes `CBC.0100`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The parameter's name.
    pub parameter: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The operations of the published API.
#[must_use]
pub fn operations() -> Vec<Operation> {
    [customers::operations(), accounts::operations(), basics::operations(), consumption::operations()]
        .concat()
}

/// The default page size of the published lists.
pub const DEFAULT_LIMIT: i64 = 10;
/// The largest page size of the published lists.
pub const MAX_LIMIT: i64 = 100;

/// Checks `offset` and `limit`: from 0, and 1 to 100; 0 and 10 where absent.
///
/// # Errors
/// The parameter that is out of range.
pub fn paging(offset: Option<i64>, limit: Option<i64>) -> Result<(i64, i64), ParameterError> {
    let offset = offset.unwrap_or(0);
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(0..=i64::from(i32::MAX)).contains(&offset) {
        return Err(ParameterError { parameter: "offset", reason: "must be 0 or more" });
    }
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ParameterError { parameter: "limit", reason: "must be 1 to 100" });
    }
    Ok((offset, limit))
}

/// A filter where absent, null and empty all mean "no filter"; longer than `max` is refused.
///
/// # Errors
/// A value that is too long.
pub fn filter<'a>(
    parameter: &'static str,
    value: Option<&'a str>,
    max: usize,
) -> Result<Option<&'a str>, ParameterError> {
    match value {
        None | Some("") => Ok(None),
        Some(text) if text.chars().count() > max => Err(ParameterError { parameter, reason: "is too long" }),
        Some(text) => Ok(Some(text)),
    }
}

/// A required text of 1 to `max` characters.
///
/// # Errors
/// A value that is missing or too long.
pub fn required<'a>(
    parameter: &'static str,
    value: Option<&'a str>,
    max: usize,
) -> Result<&'a str, ParameterError> {
    filter(parameter, value, max)?.ok_or(ParameterError { parameter, reason: "is required" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_has_the_published_limits() {
        assert_eq!(paging(None, None), Ok((0, 10)));
        assert_eq!(paging(Some(5), Some(100)), Ok((5, 100)));
        assert!(paging(Some(-1), None).is_err());
        assert!(paging(None, Some(0)).is_err());
        assert!(paging(None, Some(101)).is_err());
    }
}
