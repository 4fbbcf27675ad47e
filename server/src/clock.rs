//! The only place that asks the time. Tests hand in a clock that they move.

use contract::time::{Time, from_millis};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A source of the current time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Milliseconds added to the machine's time.
    shift: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// Milliseconds since 1970.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    pub fn millis(&self) -> i64 {
        chrono::Utc::now().timestamp_millis() + self.shift.load(Ordering::Relaxed)
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Time {
        from_millis(self.millis())
    }

    /// Moves this clock, and every copy of it, into the future. For tests.
    pub fn advance(&self, by: std::time::Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.shift.fetch_add(millis, Ordering::Relaxed);
    }
}
