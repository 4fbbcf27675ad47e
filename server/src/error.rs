//! What a use case can fail with. `http::respond` turns it into the envelope of its family.

use contract::error::{Code, Fault, FieldFault};

/// A failure, with what the caller may know of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no.
    #[error("refused: {0:?}")]
    Refused(Code),
    /// A rule says no, with a number (tries left, seconds to wait).
    #[error("refused: {0:?} ({1})")]
    Counted(Code, i64),
    /// Somebody else changed it meanwhile.
    #[error("changed by {}", .0.by)]
    Changed(contract::error::Change),
    /// Fields are wrong.
    #[error("invalid fields: {0:?}")]
    Fields(Vec<FieldFault>),
    /// A parameter of a published operation breaks its rule: `CBC.0100`.
    #[error("parameter {} {}", .0.parameter, .0.reason)]
    Parameter(contract::bss::ParameterError),
    /// A published error of its own.
    #[error("published error {code}: {message}")]
    Published {
        /// The HTTP status.
        status: u16,
        /// The code.
        code: &'static str,
        /// What happened.
        message: &'static str,
    },
    /// The database is locked, full or gone: nothing was changed.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Something that should not happen; logged, never shown.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Wraps an unexpected failure.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, fault: Fault) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), fault }])
    }

    /// Refuses a content with faults.
    ///
    /// # Errors
    /// `InvalidFields` with all of them, where there are some.
    pub fn check(faults: Vec<(&'static str, Fault)>) -> Result<(), Self> {
        if faults.is_empty() {
            return Ok(());
        }
        let of = |(field, fault): (&str, Fault)| FieldFault { field: field.to_owned(), fault };
        Err(Self::Fields(faults.into_iter().map(of).collect()))
    }

    /// The code that the console's envelope carries.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(code) | Self::Counted(code, _) => *code,
            Self::Changed(_) => Code::Changed,
            Self::Fields(_) => Code::InvalidFields,
            Self::Parameter(_) | Self::Published { .. } => Code::BadRequest,
            Self::Unavailable(_) => Code::Unavailable,
            Self::Internal(_) => Code::Internal,
        }
    }
}

impl From<contract::bss::ParameterError> for Error {
    fn from(error: contract::bss::ParameterError) -> Self {
        Self::Parameter(error)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(code)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        let code =
            error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(|c| c.to_string());
        // SQLite: 5 busy, 6 locked, 8 read-only, 13 full, by primary code; PostgreSQL: classes 53 (resources), 57 (shutdown), 08.
        let sqlite = code.as_deref().and_then(|c| c.parse::<i64>().ok()).map(|c| c & 0xff);
        let postgres_class = code.as_deref().filter(|c| c.len() == 5).map(|c| c[..2].to_owned());
        let waiting =
            matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed);
        let busy =
            code.as_deref().is_some_and(|c| c.len() < 5) && matches!(sqlite, Some(5 | 6 | 8 | 10 | 13));
        let gone = matches!(postgres_class.as_deref(), Some("08" | "53" | "57" | "40"));
        if waiting || busy || gone { Self::Unavailable(text) } else { Self::Internal(text) }
    }
}
