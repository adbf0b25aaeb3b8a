//! The settings of an exporter, and why one could not be made.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use opentelemetry_sdk::Resource;

use crate::env;
use crate::otlp::Otlp;
use crate::sampling::Sampling;
use crate::transport::TIMEOUT;

/// How many spans, and how many log records, wait at most: the default of `OTEL_BSP_MAX_QUEUE_SIZE`.
const CAPACITY: usize = 2_048;
/// How many are sent at once: the default of `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
const BATCH: usize = 512;

/// Settings of an exporter. Made by [`Otlp::builder`]; what is said here wins over the environment.
#[derive(Debug)]
#[must_use = "nothing is sent until `.build()` and `candor::builder().exporter(..)`"]
pub struct Settings {
    pub(crate) endpoint: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Duration,
    pub(crate) sampling: Option<Sampling>,
    pub(crate) slow: Option<Duration>,
    pub(crate) service: Option<String>,
    pub(crate) capacity: usize,
    pub(crate) lines: bool,
    pub(crate) events: bool,
    grpc: Option<bool>,
}

/// Where a receiver of gRPC is when nothing is said.
const GRPC: &str = "http://localhost:4317";

/// Which signals are on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signals {
    pub(crate) traces: bool,
    pub(crate) logs: bool,
    pub(crate) metrics: bool,
}

impl Settings {
    pub(crate) fn new() -> Settings {
        Settings {
            endpoint: None,
            timeout: None,
            deadline: Duration::from_secs(4),
            sampling: None,
            slow: None,
            service: None,
            capacity: env::number("OTEL_BSP_MAX_QUEUE_SIZE").unwrap_or(CAPACITY),
            lines: false,
            events: true,
            grpc: None,
        }
    }

    /// Where to send: the base of `/v1/traces` and its like for HTTP, the whole address for gRPC.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Settings {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// How long one request may take; 10 seconds unless the environment says otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Settings {
        self.timeout = Some(timeout);
        self
    }

    /// How long the end of a run waits for what is left; at most 4 seconds unless said otherwise. It should be shorter than
    /// [`candor::Builder::deadline`].
    pub fn deadline(mut self, deadline: Duration) -> Settings {
        self.deadline = deadline;
        self
    }

    /// Which healthy operations are exported besides those that always are.
    pub fn sampling(mut self, sampling: Sampling) -> Settings {
        self.sampling = Some(sampling);
        self
    }

    /// Exports operations that took this long or longer.
    pub fn slow(mut self, slow: Duration) -> Settings {
        self.slow = Some(slow);
        self
    }

    /// The name of the service; `OTEL_SERVICE_NAME` unless said otherwise.
    pub fn service(mut self, name: impl Into<String>) -> Settings {
        self.service = Some(name.into());
        self
    }

    /// How many spans, and how many log records, wait at most before they are lost.
    pub fn capacity(mut self, capacity: usize) -> Settings {
        self.capacity = capacity.max(1);
        self
    }

    /// Whether the events of the domain are told in the span of their operation too, where Jaeger and Tempo show them; they
    /// are, unless said otherwise. Log records they are in any case.
    pub fn span_events(mut self, events: bool) -> Settings {
        self.events = events;
        self
    }

    /// Sends the log lines of exported operations as log records too. They are events of the span in any case; leave this off
    /// when another exporter sends the log, or each line arrives twice.
    pub fn log_lines(mut self, lines: bool) -> Settings {
        self.lines = lines;
        self
    }

    /// Uses gRPC, on a private runtime with one thread.
    #[cfg(feature = "grpc")]
    pub fn grpc(mut self) -> Settings {
        self.grpc = Some(true);
        self
    }

    /// Makes the exporter and starts its thread.
    ///
    /// # Errors
    /// Fails when an endpoint cannot be read, when gRPC is asked for and the feature is off, or when the thread cannot start.
    pub fn build(self) -> Result<Otlp, BuildError> {
        Otlp::start(self)
    }

    pub(crate) fn batch() -> usize {
        env::number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE").unwrap_or(BATCH)
    }

    pub(crate) fn signals(&self) -> Signals {
        Signals {
            traces: env::is_exported("TRACES"),
            logs: env::is_exported("LOGS"),
            metrics: env::is_exported("METRICS"),
        }
    }

    /// Whether a signal goes by gRPC.
    pub(crate) fn is_grpc(&self, signal: &str) -> bool {
        self.grpc.unwrap_or_else(|| env::protocol(signal).is_some_and(|protocol| protocol == "grpc"))
    }

    /// Whether a signal is encoded here. The SDK's exporters do it where they are to compress as well.
    pub(crate) fn encodes(&self, signal: &str) -> bool {
        !env::is_compressed(signal)
    }

    /// Where a signal goes, if not where the exporter of HTTP finds by itself. By gRPC it is the address alone, for which the
    /// scheme may be left out.
    pub(crate) fn endpoint_of(&self, signal: &str, path: &str) -> Option<String> {
        if !self.is_grpc(signal) {
            return self.endpoint.as_ref().map(|base| format!("{}{path}", base.trim_end_matches('/')));
        }
        let endpoint = self.endpoint.clone().or_else(|| env::endpoint_of(signal));
        Some(match endpoint {
            Some(endpoint) if endpoint.contains("://") => endpoint,
            Some(endpoint) => format!("http://{endpoint}"),
            None => GRPC.to_owned(),
        })
    }

    /// Whether requests of metrics pass in a form in which counts can be set.
    pub(crate) fn counts_durations(&self) -> bool {
        !env::is_compressed("METRICS")
    }

    /// How long one request of a signal may take.
    pub(crate) fn request_timeout(&self, signal: &str) -> Duration {
        let own = || env::number(&format!("OTEL_EXPORTER_OTLP_{signal}_TIMEOUT"));
        let millis = || own().or_else(|| env::number("OTEL_EXPORTER_OTLP_TIMEOUT"));
        let said = || millis().map(|millis| Duration::from_millis(millis as u64));
        self.timeout.or_else(said).unwrap_or(TIMEOUT)
    }

    /// Whether the receiver is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let endpoint = self.endpoint.clone().or_else(env::endpoint);
        endpoint.is_none_or(|endpoint| {
            ["//localhost", "//127.", "//[::1]"].iter().any(|host| endpoint.contains(host))
        })
    }

    /// Whether a signal goes by `https`.
    pub(crate) fn is_https(&self, signal: &str) -> bool {
        let endpoint = self.endpoint.clone().or_else(|| env::endpoint_of(signal));
        endpoint.is_some_and(|endpoint| endpoint.trim_start().to_ascii_lowercase().starts_with("https:"))
    }

    pub(crate) fn resource(&self) -> Resource {
        let builder = Resource::builder();
        match &self.service {
            Some(name) => builder.with_service_name(name.clone()).build(),
            None => builder.build(),
        }
    }
}

/// Why an exporter could not be made.
#[derive(Debug)]
pub struct BuildError {
    what: What,
    source: Option<Box<dyn Error + Send + Sync>>,
}

#[derive(Debug)]
enum What {
    Exporter,
    Client,
    Thread,
    NoGrpc,
    NoTls,
    /// A file that a variable names.
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "read by TLS only"))]
    File {
        variable: String,
        path: String,
    },
}

impl BuildError {
    pub(crate) fn exporter(source: impl Error + Send + Sync + 'static) -> BuildError {
        BuildError { what: What::Exporter, source: Some(Box::new(source)) }
    }

    pub(crate) fn client(source: reqwest::Error) -> BuildError {
        BuildError { what: What::Client, source: Some(Box::new(source)) }
    }

    pub(crate) fn thread(source: io::Error) -> BuildError {
        BuildError { what: What::Thread, source: Some(Box::new(source)) }
    }

    #[cfg_attr(
        all(feature = "tls", not(feature = "grpc")),
        expect(dead_code, reason = "only without TLS, or by gRPC, can it be missing")
    )]
    pub(crate) fn no_tls() -> BuildError {
        BuildError { what: What::NoTls, source: None }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn file(
        (variable, path): (String, String),
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> BuildError {
        BuildError { what: What::File { variable, path }, source: Some(source.into()) }
    }

    #[cfg_attr(feature = "grpc", expect(dead_code, reason = "only without gRPC can it be missing"))]
    pub(crate) fn no_grpc() -> BuildError {
        BuildError { what: What::NoGrpc, source: None }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.what {
            What::File { variable, path } => {
                return write!(f, "failed to read {path}, which `{variable}` names: it has to be a file in PEM format");
            }
            What::Exporter => "failed to make the OTLP exporter: check its endpoint and the `OTEL_EXPORTER_OTLP_*` variables",
            What::Client => "failed to make the HTTP client",
            What::NoTls => {
                "failed to use `https`: turn on the feature `tls` of `candor-otlp` and use `http/protobuf`, or send to a Collector near by with `http`"
            }
            What::Thread => "failed to start the thread that sends",
            What::NoGrpc => {
                "failed to use gRPC: turn on the feature `grpc` of `candor-otlp`, or set `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`"
            }
        })
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
