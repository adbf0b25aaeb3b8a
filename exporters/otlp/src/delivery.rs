//! The thread that sends. It alone talks to the backend, so nobody else can be held up by it.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use candor::Losses;
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use crate::queue::{Fate, METRIC, Order, Queue};
use crate::settings::{BuildError, Settings};
use crate::transport::{Means, Transport};

/// The first pause before another try, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Reads all metrics at this moment.
pub(crate) type ReadMetrics = Box<dyn Fn(&mut ResourceMetrics) -> OTelSdkResult + Send>;

/// What the thread works with.
pub(crate) struct Delivery {
    pub(crate) queue: Arc<Queue>,
    pub(crate) losses: Losses,
    pub(crate) scope: InstrumentationScope,
    pub(crate) resource: Resource,
    pub(crate) means: Means,
}

/// A started thread: the temporality that its metrics are to have, and where to hand what reads them.
pub(crate) struct Started {
    pub(crate) temporality: Temporality,
    pub(crate) metrics: Sender<ReadMetrics>,
}

impl Delivery {
    /// Starts the thread. The client is made and dropped there: its runtime may be neither inside another.
    pub(crate) fn start(self, settings: Settings) -> Result<(Settings, Started), BuildError> {
        let (made, wait) = mpsc::channel();
        let (metrics, take) = mpsc::channel::<ReadMetrics>();
        let body = move || {
            let built = Transport::build(&settings, &self.resource, &self.means);
            let transport = match built {
                Ok(transport) => transport,
                Err(error) => {
                    // Whoever builds waits for this.
                    let _waited = made.send(Err(error));
                    return;
                }
            };
            let _waited = made.send(Ok((settings, transport.temporality())));
            if let Ok(read) = take.recv() {
                self.run(&transport, &read);
            }
            self.queue.ended();
        };
        thread::Builder::new().name("candor-otlp".to_owned()).spawn(body).map_err(BuildError::thread)?;
        let gone = |_gone| BuildError::thread(std::io::Error::other("the thread ended at once"));
        let (settings, temporality) = wait.recv().map_err(gone)??;
        Ok((settings, Started { temporality, metrics }))
    }

    fn run(&self, transport: &Transport, read: &ReadMetrics) {
        let mut pause = PAUSE.0;
        loop {
            let fate = match self.queue.next() {
                Order::End => return,
                Order::Metrics => self.metrics(transport, read),
                Order::Spans(mut batch) => {
                    let fate = self.fate(transport, &transport.send_spans(&mut batch), "span");
                    let again = matches!(fate, Fate::Again);
                    self.queue.spans_done(batch, fate);
                    again
                }
                Order::Logs(logs) => {
                    let fate = self.fate(transport, &transport.send_logs(&logs, &self.scope), "log");
                    let again = matches!(fate, Fate::Again);
                    self.queue.logs_done(logs, fate);
                    again
                }
            };
            if fate {
                self.queue.pause(pause);
                pause = (pause * 2).min(PAUSE.1);
            } else {
                pause = PAUSE.0;
            }
        }
    }

    fn fate(&self, transport: &Transport, sent: &OTelSdkResult, kind: &'static str) -> Fate {
        match sent {
            Ok(()) => {
                // The answer does not say whose they were.
                self.losses.count("", kind, transport.answers.take_rejected());
                Fate::Arrived
            }
            Err(error) => {
                let reason = transport.answers.take_reason();
                self.losses.because(reason.unwrap_or_else(|| error.to_string()));
                if transport.answers.is_retryable() { Fate::Again } else { Fate::Refused }
            }
        }
    }

    /// Sends metrics; the next ones contain these, so there is no second try. Returns whether the way was closed.
    fn metrics(&self, transport: &Transport, read: &ReadMetrics) -> bool {
        let mut metrics = ResourceMetrics::default();
        let sent = read(&mut metrics).and_then(|()| transport.send_metrics(&metrics));
        let fate = self.fate(transport, &sent, METRIC);
        if !matches!(fate, Fate::Arrived) {
            self.losses.count("", METRIC, 1);
        }
        matches!(fate, Fate::Again)
    }
}
