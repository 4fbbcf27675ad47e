//! Figures for Prometheus.

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, TextEncoder,
};

/// The server's figures.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    /// Movements of money that were posted.
    pub movements: IntCounter,
}

impl Metrics {
    /// Fresh figures.
    ///
    /// # Errors
    /// Names that Prometheus refuses.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("partner_center_requests_total", "Requests answered"),
            &["route", "status"],
        )?;
        let options = HistogramOpts::new("partner_center_request_seconds", "Time to answer")
            .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        let seconds = HistogramVec::new(options, &["route"])?;
        let movements = IntCounter::new("partner_center_movements_total", "Movements of money posted")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(movements.clone()))?;
        Ok(Self { registry, requests, seconds, movements })
    }

    /// Notes an answered request. The route is the pattern, never the path: paths hold ids.
    pub fn answered(&self, route: &str, status: u16, seconds: f64) {
        self.requests.with_label_values(&[route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[route]).observe(seconds);
    }

    /// The figures in Prometheus' text form.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        // Writing to memory does not fail; a broken figure is left out.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}
