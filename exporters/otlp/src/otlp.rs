//! The exporter as candor knows it: converts what it is given and leaves the sending to its thread.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use candor::model::{Brief, Code, Divergence, Kept, Run, Site};
use candor::{Calibration, DURATION_BOUNDS, Exporter, Keep, Losses, Timeline};
use metrics::Recorder;
use metrics_opentelemetry::{OpenTelemetryMetrics, OpenTelemetryRecorder};
use opentelemetry::InstrumentationScope;
use opentelemetry::logs::{Logger as _, LoggerProvider as _};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};

use crate::batch::{Record, Said, Spans};
use crate::convert::{self, Log, SCOPE, Span};
use crate::delivery::Delivery;
use crate::duration::{Counting, DURATION};
use crate::env;
use crate::exemplar::Exemplars;
use crate::join::Keeper;
use crate::queue::{Load, Queue};
use crate::sampling::Sampling;
use crate::settings::{BuildError, Settings};
use crate::transport::Means;
use crate::wire::{Encoder, Envelope, write_log};

/// Sends operations, divergences, events and metrics by OTLP. Given to [`candor::Builder::exporter`].
///
/// With `OTEL_SDK_DISABLED=true` it is there and does nothing.
pub struct Otlp {
    /// `None` when it is disabled.
    on: Option<On>,
}

struct On {
    queue: Arc<Queue>,
    losses: Losses,
    exemplars: Arc<Exemplars>,
    forge: Forge,
    recorder: Counting,
    quill: Quill,
    sampling: Arc<Sampling>,
    slow: Option<Duration>,
    deadline: Duration,
    lines: bool,
    events: bool,
    /// How often each finding went out with its operation; what is more belongs to the process.
    told: HashMap<(Code, &'static str, Site), u64>,
    _meters: SdkMeterProvider,
}

impl Otlp {
    /// An exporter that is configured by the environment alone.
    ///
    /// # Errors
    /// As [`Settings::build`].
    pub fn from_env() -> Result<Otlp, BuildError> {
        Otlp::builder().build()
    }

    /// Chooses settings; what is not chosen is read from the environment.
    ///
    /// ```
    /// # fn main() -> Result<(), candor_otlp::BuildError> {
    /// use std::time::Duration;
    /// use candor_otlp::{Otlp, Sampling};
    ///
    /// let otlp = Otlp::builder()
    ///     .endpoint("http://localhost:4318")
    ///     .service("shop")
    ///     .slow(Duration::from_millis(500))
    ///     .sampling(Sampling::first(1))
    ///     .build()?;
    /// // candor::builder().exporter(otlp).install()
    /// # drop(otlp);
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Settings {
        Settings::new()
    }

    pub(crate) fn start(settings: Settings) -> Result<Otlp, BuildError> {
        if env::is_disabled() {
            return Ok(Otlp { on: None });
        }
        let losses = Losses::default();
        let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION")).build();
        let resource = settings.resource();
        let queue = Arc::new(Queue::new(settings.capacity, Settings::batch(), losses.clone()));
        let means = Means::new(Envelope::new(&resource, &scope));
        let forge = Forge::new(&settings, &means.envelope, &scope);
        let delivery = Delivery {
            queue: Arc::clone(&queue),
            losses: losses.clone(),
            scope: scope.clone(),
            resource: resource.clone(),
            means: means.clone(),
        };
        let (settings, started) = delivery.start(settings)?;
        let reader = Shared(Arc::new(ManualReader::builder().with_temporality(started.temporality).build()));
        let meters = SdkMeterProvider::builder().with_reader(reader.clone()).with_resource(resource).build();
        // The thread is waiting for it; if it is gone, nothing is sent, and that is counted at the end.
        let _waiting = started.metrics.send(Box::new(move |metrics| reader.collect(metrics)));
        let inner = OpenTelemetryRecorder::new(OpenTelemetryMetrics::new(meters.meter(SCOPE)));
        inner.set_histogram_bounds([DURATION].into_iter(), &DURATION_BOUNDS);
        let durations = settings.counts_durations().then_some(means.durations);
        Ok(Otlp {
            on: Some(On {
                queue,
                losses,
                exemplars: means.exemplars,
                forge,
                quill: Quill::new(&settings, scope),
                recorder: Counting { inner, durations },
                sampling: Arc::new(settings.sampling.or_else(env::sampling).unwrap_or_default()),
                slow: settings.slow,
                deadline: settings.deadline,
                lines: settings.lines,
                events: settings.events,
                told: HashMap::new(),
                _meters: meters,
            }),
        })
    }
}

impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otlp").field("is_disabled", &self.on.is_none()).finish_non_exhaustive()
    }
}

impl Exporter for Otlp {
    fn divergence(&mut self, _divergence: &Divergence) {}

    fn finish(&mut self, run: &Run) {
        let Some(on) = &mut self.on else { return };
        on.tell_the_rest(&run.divergences);
        on.queue.end(on.deadline);
    }

    fn keeps(&self) -> Option<Box<dyn Keep>> {
        let on = self.on.as_ref()?;
        let slow_ns = on.slow.map(|slow| u64::try_from(slow.as_nanos()).unwrap_or(u64::MAX));
        Some(Box::new(Keeper { sampling: Arc::clone(&on.sampling), slow_ns, events: on.events }))
    }

    fn operations(&mut self, kept: &[Kept], timeline: &Timeline) {
        let Some(on) = &mut self.on else { return };
        let calibration = timeline.calibration();
        let mut load = on.queue.load();
        let mut logs = Vec::new();
        on.exemplars.note(kept, calibration);
        for operation in kept {
            let mut put = |span: &Span<'_>| on.forge.put(span, calibration, &mut load, &on.queue);
            convert::each(operation, on.events, &mut fresh, &mut put);
            let mut say = |log: &Log<'_>| logs.push(on.quill.write(log));
            convert::each_log(operation, calibration, on.lines, &mut say);
            for found in &operation.divergences {
                *on.told.entry(found.fingerprint()).or_default() += found.count;
            }
        }
        on.queue.put(load, logs);
    }

    fn briefs(&mut self, briefs: &[Brief], timeline: &Timeline) {
        let Some(on) = &mut self.on else { return };
        let calibration = timeline.calibration();
        let mut load = on.queue.load();
        on.exemplars.note_briefs(briefs, calibration);
        for brief in briefs {
            on.forge.put(&Span::of_brief(brief), calibration, &mut load, &on.queue);
        }
        on.queue.put(load, Vec::new());
    }

    fn recorder(&self) -> Option<&dyn Recorder> {
        self.on.as_ref().map(|on| &on.recorder as &dyn Recorder)
    }

    fn published(&mut self) {
        if let Some(on) = &self.on {
            on.queue.metrics();
        }
    }

    fn losses(&self) -> Option<Losses> {
        self.on.as_ref().map(|on| on.losses.clone())
    }
}

/// What makes spans of operations.
enum Forge {
    Bytes(Encoder, Envelope),
    Data(InstrumentationScope),
}

impl Forge {
    fn new(settings: &Settings, envelope: &Envelope, scope: &InstrumentationScope) -> Forge {
        if settings.encodes("TRACES") {
            Forge::Bytes(Encoder::default(), envelope.clone())
        } else {
            Forge::Data(scope.clone())
        }
    }

    /// Puts a span where there is room for it, else counts it as lost.
    fn put(&mut self, span: &Span<'_>, calibration: Calibration, load: &mut Load, queue: &Queue) {
        let operation = span.alike.operation.name;
        let place = load.place(operation, |memory| match self {
            Forge::Bytes(_, envelope) => Spans::Open(envelope.open(memory)),
            Forge::Data(_) => Spans::Data(Vec::new()),
        });
        match (place, self) {
            (Some(Spans::Open(body)), Forge::Bytes(encoder, _)) => encoder.write(span, calibration, body),
            (Some(Spans::Data(all)), Forge::Data(scope)) => all.push(convert::data(span, scope, calibration)),
            _ => queue.lost_span(operation),
        }
    }
}

/// What makes log records.
enum Quill {
    /// With a sheet to write on, so that what waits takes no more memory than it needs.
    Bytes(Vec<u8>),
    Data(SdkLogger),
}

impl Quill {
    fn new(settings: &Settings, scope: InstrumentationScope) -> Quill {
        if settings.encodes("LOGS") {
            Quill::Bytes(Vec::new())
        } else {
            Quill::Data(SdkLoggerProvider::builder().build().logger_with_scope(scope))
        }
    }

    fn write(&mut self, log: &Log<'_>) -> Said {
        let record = match self {
            Quill::Bytes(sheet) => {
                sheet.clear();
                write_log(log, sheet);
                Record::Bytes { target: log.target(), bytes: sheet.as_slice().into() }
            }
            Quill::Data(logger) => Record::Data(Box::new(convert::log_data(log, logger.create_log_record()))),
        };
        (log.operation, record)
    }
}

/// A number for the span of a child.
fn fresh() -> u64 {
    u64::from_be_bytes(RandomIdGenerator::default().new_span_id().to_bytes())
}

impl On {
    /// Findings that belong to no exported operation: those of the whole run, and those outside of operations.
    #[expect(clippy::disallowed_methods, reason = "a finding of the run has the time at which the run ended")]
    fn tell_the_rest(&mut self, found: &[Divergence]) {
        let now = SystemTime::now();
        let mut logs = Vec::new();
        for finding in found {
            let told = self.told.get(&finding.fingerprint()).copied().unwrap_or(0);
            if finding.count > told {
                logs.push(self.quill.write(&Log::of_process(finding, finding.count - told, now)));
            }
        }
        self.queue.put_logs(logs);
    }
}

/// A reader that both the meters and the thread hold.
#[derive(Clone, Debug)]
pub(crate) struct Shared(pub(crate) Arc<ManualReader>);

impl MetricReader for Shared {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }
    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }
    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }
    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}
