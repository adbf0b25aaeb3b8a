//! Who is compared, and how each is set up as its documentation says.

use std::io;
use std::time::Duration;

use candor_otlp::{Otlp, Sampling};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::subject;

/// A way to export operations.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    /// How many of the calls are to arrive as spans.
    pub(crate) exports: Exports,
    /// Between bursts: long enough for one to be sent on a busy machine.
    pub(crate) pause: Duration,
    pub(crate) call: fn(u64) -> Result<u64, subject::Odd>,
    /// Installs it, and returns what sends the rest.
    pub(crate) install: fn(&str) -> io::Result<Finish>,
}

/// How many of the calls are to arrive as spans.
#[derive(Clone, Copy)]
pub(crate) enum Exports {
    None,
    /// One in so many.
    Share(u64),
    All,
}

impl Exports {
    /// How many spans these calls are.
    pub(crate) fn of(self, calls: u64) -> u64 {
        match self {
            Exports::None => 0,
            // The rule spreads its choice evenly and begins with a chosen one.
            Exports::Share(each) => calls.div_ceil(each),
            Exports::All => calls,
        }
    }
}

/// Sends what is left.
pub(crate) type Finish = Box<dyn FnOnce() -> io::Result<()>>;

/// The row of ours that the goal speaks of.
pub(crate) const EVERYTHING: &str = "candor-otlp, everything";
/// The row that it is compared with.
pub(crate) const NEIGHBOUR: &str = "tracing-opentelemetry, batch";

/// A span is soon sent; a divergence with its story, as a span and as a log record, is not.
const SHORT: Duration = Duration::from_millis(15);
const LONG: Duration = Duration::from_millis(100);

/// The contenders, the bare call first.
pub(crate) const ALL: &[Contender] = &[
    Contender {
        name: "bare",
        exports: Exports::None,
        pause: SHORT,
        call: subject::bare,
        install: |_| Ok(Box::new(|| Ok(()))),
    },
    Contender {
        name: "candor, nothing exported",
        exports: Exports::None,
        pause: SHORT,
        call: subject::observed,
        install: quiet,
    },
    Contender {
        name: "candor-otlp, divergent ones only, healthy",
        exports: Exports::None,
        pause: SHORT,
        call: subject::observed,
        install: |endpoint| exporting(endpoint, Sampling::none()),
    },
    Contender {
        name: "candor-otlp, divergent ones only, all diverge",
        exports: Exports::All,
        pause: LONG,
        call: subject::diverging,
        install: |endpoint| exporting(endpoint, Sampling::none()),
    },
    // One in a hundred is exported whole, so the receiver is not asked for each call.
    Contender {
        name: "candor-otlp, divergent ones and 1 % of the others",
        exports: Exports::Share(100),
        pause: SHORT,
        call: subject::observed,
        install: |endpoint| exporting(endpoint, Sampling::ratio(0.01)),
    },
    Contender {
        name: EVERYTHING,
        exports: Exports::All,
        pause: SHORT,
        call: subject::observed,
        install: |endpoint| exporting(endpoint, Sampling::all()),
    },
    Contender {
        name: NEIGHBOUR,
        exports: Exports::All,
        pause: SHORT,
        call: subject::instrumented,
        install: bridged,
    },
];

impl Contender {
    /// The contender of this name.
    pub(crate) fn named(name: &str) -> io::Result<&'static Contender> {
        let found = ALL.iter().find(|contender| contender.name == name);
        found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("there is no `{name}`")))
    }
}

fn finish(guard: candor::Guard) -> Finish {
    Box::new(move || {
        let lost: u64 = guard.finish().unsent.iter().map(|unsent| unsent.count).sum();
        if lost > 0 {
            return Err(io::Error::other(format!("{lost} were not delivered")));
        }
        Ok(())
    })
}

fn quiet(_endpoint: &str) -> io::Result<Finish> {
    Ok(finish(candor::builder().quiet().install().map_err(io::Error::other)?))
}

fn exporting(endpoint: &str, sampling: Sampling) -> io::Result<Finish> {
    let otlp = Otlp::builder().endpoint(endpoint).sampling(sampling).build().map_err(io::Error::other)?;
    Ok(finish(candor::builder().exporter(otlp).install().map_err(io::Error::other)?))
}

fn bridged(endpoint: &str) -> io::Result<Finish> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()
        .map_err(io::Error::other)?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let bridge = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
    let subscriber = tracing_subscriber::registry().with(bridge);
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
    Ok(Box::new(move || provider.shutdown().map_err(io::Error::other)))
}
