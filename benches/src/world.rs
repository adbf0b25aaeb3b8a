//! What is installed in the process of a case.

use std::cell::RefCell;
use std::fmt;
use std::hint::black_box;
use std::io;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use fastrace::collector::{Config, Reporter, SpanRecord};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_util::registry::{AtomicStorage, Registry};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::subject::floor;

/// What is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    /// Nothing.
    Bare,
    /// candor, installed once and taken off again.
    Idle,
    /// candor, without exporters.
    Candor,
    /// candor, with memory for the counters of ten thousand operations on each thread.
    Roomy,
    /// candor, which takes the time of some calls only.
    Sampled,
    /// candor, with an exporter that takes every finding and drops it.
    Exporting,
    /// candor, with an exporter that takes every operation and drops it.
    Keeping,
    /// `tracing_subscriber::Registry` with a layer that does nothing.
    Registry,
    /// candor, and the registry beside it: observed functions open spans.
    CandorRegistry,
    /// candor, and the registry with candor's layer.
    CandorLayer,
    /// candor, and the registry with a layer that looks at each event and does nothing with it.
    CandorLook,
    /// candor, and the registry with a layer that formats each event into a fixed buffer.
    CandorFormat,
    /// `tracing_subscriber::fmt`, a line for each span that closes, to a sink.
    Fmt,
    /// fastrace with a reporter that drops what it gets.
    Fastrace,
    /// A recorder for `metrics`: atomic cells in a registry.
    Metrics,
    /// `tracing-opentelemetry` over the SDK's batch processor, with an exporter that drops what it gets.
    Otel,
    /// hotpath, with its own thread and no report.
    Hotpath,
    /// emit, with an emitter that drops what it gets.
    Emit,
}

impl World {
    /// Installs it for the rest of the process.
    pub(crate) fn install(self) -> io::Result<()> {
        match self {
            // The compiler may not know that it is never on: it would leave the load out.
            World::Bare => floor::ON.store(black_box(false), Ordering::Relaxed),
            World::Idle => drop(candor::builder().quiet().install().map_err(io::Error::other)?),
            World::Candor => candor(candor::builder().quiet())?,
            World::Roomy => candor(candor::builder().quiet().memory(8 << 20, 64 << 20))?,
            World::Sampled => candor(candor::builder().quiet().sample_times())?,
            World::Exporting => candor(candor::builder().exporter(Nowhere))?,
            World::Keeping => candor(candor::builder().exporter(Everything))?,
            World::Registry => subscribe(tracing_subscriber::registry().with(Idle))?,
            World::CandorRegistry => {
                subscribe(tracing_subscriber::registry().with(Idle))?;
                candor(candor::builder().quiet())?;
            }
            World::CandorLayer => {
                subscribe(tracing_subscriber::registry().with(candor::layer()))?;
                candor(candor::builder().quiet())?;
            }
            World::CandorLook => {
                subscribe(tracing_subscriber::registry().with(Look))?;
                candor(candor::builder().quiet())?;
            }
            World::CandorFormat => {
                subscribe(tracing_subscriber::registry().with(Format))?;
                candor(candor::builder().quiet())?;
            }
            World::Fmt => {
                let fmt = tracing_subscriber::fmt().with_writer(io::sink).with_ansi(false);
                subscribe(fmt.with_span_events(FmtSpan::CLOSE).finish())?;
            }
            World::Fastrace => fastrace::set_reporter(Nowhere, Config::default()),
            World::Metrics => {
                metrics::set_global_recorder(Cells(Registry::atomic())).map_err(io::Error::other)?
            }
            World::Otel => otel()?,
            World::Hotpath => std::mem::forget(hotpath::HotpathGuardBuilder::new("benches").build()),
            World::Emit => {
                let emitter = emit::emitter::from_fn(|event| drop(black_box(event)));
                let _emit_until_the_end = emit::setup().emit_to(emitter).init();
            }
        }
        Ok(())
    }
}

fn candor(builder: candor::Builder) -> io::Result<()> {
    let guard = builder.install().map_err(io::Error::other)?;
    // The run lasts as long as the process, which ends without a report.
    std::mem::forget(guard);
    // The rate of the clock is measured over two milliseconds. They pass here, so that no case waits for them.
    thread::sleep(Duration::from_millis(3));
    black_box(candor::record::nanos(1));
    Ok(())
}

/// The usual way to export spans: bridge, SDK, batch processor.
fn otel() -> io::Result<()> {
    let provider = SdkTracerProvider::builder().with_batch_exporter(Nowhere).build();
    let bridge = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
    // The provider lasts as long as the process: dropping it ends its thread.
    std::mem::forget(provider);
    subscribe(tracing_subscriber::registry().with(bridge))
}

fn subscribe(subscriber: impl Subscriber + Send + Sync + for<'a> LookupSpan<'a>) -> io::Result<()> {
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)
}

/// A layer that does nothing. With it a span is removed when it closes; the registry alone keeps it.
struct Idle;

impl<S: Subscriber> tracing_subscriber::Layer<S> for Idle {}

/// A layer that looks at the values of each event: what nobody can go below who is to see a line.
struct Look;

impl<S: Subscriber> tracing_subscriber::Layer<S> for Look {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        event.record(&mut Blind);
    }
}

/// Looks at values, and does nothing with them.
struct Blind;

impl Visit for Blind {
    fn record_debug(&mut self, _field: &Field, value: &dyn fmt::Debug) {
        black_box(value);
    }
}

/// A layer that formats each event into a fixed buffer: what nobody can go below who is to read its text.
struct Format;

impl<S: Subscriber> tracing_subscriber::Layer<S> for Format {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        TEXT.with_borrow_mut(|text| {
            text.length = 0;
            event.record(text);
            black_box(&text.bytes);
        });
    }
}

thread_local! {
    static TEXT: RefCell<Text> = const { RefCell::new(Text { bytes: [0; 512], length: 0 }) };
}

/// A text of bounded length.
struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Visit for Text {
    fn record_debug(&mut self, _field: &Field, value: &dyn fmt::Debug) {
        // What does not fit is left out.
        let _full = fmt::Write::write_fmt(self, format_args!("{value:?}"));
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let end = self.length + more.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(more.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Takes what any of the contenders exports, and drops it.
#[derive(Debug)]
struct Nowhere;

impl candor::Exporter for Nowhere {
    fn divergence(&mut self, finding: &candor::Divergence) {
        black_box(finding);
    }

    fn finish(&mut self, run: &candor::Run) {
        black_box(run);
    }
}

/// Keeps every operation, and drops it. No tracer but candor is there.
struct Everything;

impl candor::Exporter for Everything {
    fn divergence(&mut self, finding: &candor::Divergence) {
        black_box(finding);
    }

    fn finish(&mut self, run: &candor::Run) {
        black_box(run);
    }

    fn keeps(&self) -> Option<Box<dyn candor::Keep>> {
        Some(Box::new(Everything))
    }

    fn briefs(&mut self, briefs: &[candor::model::Brief], timeline: &candor::Timeline) {
        black_box((briefs, timeline));
    }
}

impl candor::Keep for Everything {
    fn has_all(&self) -> bool {
        true
    }
}

impl SpanExporter for Nowhere {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        drop(black_box(batch));
        Ok(())
    }
}

impl Reporter for Nowhere {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        drop(spans);
    }
}

/// What every exporter for `metrics` does on the hot path: a look-up by key, and an atomic cell.
struct Cells(Registry<Key, AtomicStorage>);

impl Recorder for Cells {
    fn describe_counter(&self, _key: KeyName, _unit: Option<Unit>, _description: SharedString) {}
    fn describe_gauge(&self, _key: KeyName, _unit: Option<Unit>, _description: SharedString) {}
    fn describe_histogram(&self, _key: KeyName, _unit: Option<Unit>, _description: SharedString) {}

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        self.0.get_or_create_counter(key, |cell| Counter::from_arc(cell.clone()))
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        self.0.get_or_create_gauge(key, |cell| Gauge::from_arc(cell.clone()))
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        self.0.get_or_create_histogram(key, |cell| Histogram::from_arc(cell.clone()))
    }
}
