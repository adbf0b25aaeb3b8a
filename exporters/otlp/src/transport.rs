//! The exporters of `opentelemetry-otlp`, and the runtime in which their futures are waited for.
//!
//! They know the standard variables, addresses, headers and the like. Spans that are encoded already go where they would have
//! been sent.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, Protocol, RetryPolicy, SpanExporter,
    WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter as _};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter as _;
use opentelemetry_sdk::trace::SpanExporter as _;

use tokio::runtime::Runtime;

use crate::answer::{Answers, Body, Client};
use crate::batch::{Batch, Record, Said, Spans};
use crate::duration::Durations;
use crate::exemplar::Exemplars;
use crate::post::{Http, Post, Probe, Way};
use crate::settings::{BuildError, Settings, Signals};
use crate::tls;
use crate::wire::Envelope;

/// What is put into requests on their way.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) exemplars: Arc<Exemplars>,
    pub(crate) durations: Arc<Durations>,
    pub(crate) envelope: Envelope,
}

impl Means {
    pub(crate) fn new(envelope: Envelope) -> Means {
        Means { exemplars: Arc::default(), durations: Arc::default(), envelope }
    }
}

/// One exporter for each signal that is on. Built and dropped on the thread that sends.
pub(crate) struct Transport {
    spans: Outlet<SpanExporter>,
    logs: Outlet<LogExporter>,
    metrics: Option<MetricExporter>,
    pub(crate) answers: Answers,
    envelope: Envelope,
    runtime: Runtime,
}

/// How a signal leaves.
enum Outlet<E> {
    /// It is switched off.
    Closed,
    /// It is encoded already.
    Bytes(Box<Post>),
    /// By an exporter that encodes.
    Data(E),
}

/// The tries are made by the queue, which knows what is lost when they end.
fn once() -> RetryPolicy {
    RetryPolicy::disabled()
}

/// An exporter of the SDK, which hands its requests to this client.
macro_rules! exporter {
    ($exporter:ident, $client:expr, $settings:expr, $signal:literal, $path:literal) => {{
        let mut builder = $exporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(once())
            .with_http_client($client);
        if let Some(endpoint) = $settings.endpoint_of($signal, $path) {
            builder = builder.with_endpoint(endpoint);
        }
        builder.build()?
    }};
}

impl Transport {
    pub(crate) fn build(
        settings: &Settings,
        resource: &Resource,
        means: &Means,
    ) -> Result<Transport, BuildError> {
        let mut transport = Transport::open(settings, means)?;
        if let Outlet::Data(spans) = &mut transport.spans {
            spans.set_resource(resource);
        }
        if let Outlet::Data(logs) = &mut transport.logs {
            logs.set_resource(resource);
        }
        Ok(transport)
    }

    fn open(settings: &Settings, means: &Means) -> Result<Transport, BuildError> {
        let answers = Answers::default();
        let Signals { traces, logs, metrics } = settings.signals();
        let runtime = runtime(settings)?;
        let entered = runtime.enter();
        let client = |signal| client(settings, means, &answers, signal);
        let way = |signal| way(settings, signal, &answers);
        let probe = Probe::default();
        let spans = if !traces {
            Outlet::Closed
        } else if settings.encodes("TRACES") {
            let exporter = exporter!(SpanExporter, probe.clone(), settings, "TRACES", "/v1/traces");
            let sent = runtime.block_on(exporter.export(Vec::new()));
            Outlet::Bytes(Box::new(Post::like(sent, &probe, way("TRACES")?)?))
        } else {
            Outlet::Data(exporter!(SpanExporter, client("TRACES")?, settings, "TRACES", "/v1/traces"))
        };
        let logs = if !logs {
            Outlet::Closed
        } else if settings.encodes("LOGS") {
            let exporter = exporter!(LogExporter, probe.clone(), settings, "LOGS", "/v1/logs");
            let sent = runtime.block_on(exporter.export(LogBatch::new(&[])));
            Outlet::Bytes(Box::new(Post::like(sent, &probe, way("LOGS")?)?))
        } else {
            Outlet::Data(exporter!(LogExporter, client("LOGS")?, settings, "LOGS", "/v1/logs"))
        };
        let mut told = None;
        if metrics {
            told = Some(exporter!(MetricExporter, client("METRICS")?, settings, "METRICS", "/v1/metrics"));
        }
        drop(entered);
        let (metrics, envelope) = (told, means.envelope.clone());
        Ok(Transport { spans, logs, metrics, answers, envelope, runtime })
    }

    /// Sends a batch, which is sealed by it if it is a body.
    pub(crate) fn send_spans(&self, batch: &mut Batch) -> OTelSdkResult {
        if let Spans::Open(body) = &mut batch.spans {
            batch.spans = Spans::Sealed(self.envelope.seal(std::mem::take(body)));
        }
        match (&batch.spans, &self.spans) {
            (Spans::Sealed(body), Outlet::Bytes(post)) => {
                self.runtime.block_on(post.send(body.clone(), &self.answers))
            }
            (Spans::Data(spans), Outlet::Data(exporter)) => {
                self.runtime.block_on(exporter.export(spans.clone()))
            }
            // Traces are switched off.
            _ => Ok(()),
        }
    }

    pub(crate) fn send_logs(&self, logs: &[Said], scope: &InstrumentationScope) -> OTelSdkResult {
        match &self.logs {
            Outlet::Closed => Ok(()),
            Outlet::Bytes(post) => {
                let written = logs.iter().filter_map(|(_, record)| match record {
                    Record::Bytes { target, bytes } => Some((*target, &**bytes)),
                    Record::Data(_) => None,
                });
                let body = self.envelope.of_logs(written);
                self.runtime.block_on(post.send(body, &self.answers))
            }
            Outlet::Data(exporter) => {
                let data = logs.iter().filter_map(|(_, record)| match record {
                    Record::Data(record) => Some((&**record, scope)),
                    Record::Bytes { .. } => None,
                });
                let batch: Vec<_> = data.collect();
                self.runtime.block_on(exporter.export(LogBatch::new(&batch)))
            }
        }
    }

    pub(crate) fn send_metrics(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let Some(exporter) = &self.metrics else { return Ok(()) };
        self.runtime.block_on(exporter.export(metrics))
    }

    /// The temporality that the environment asks for.
    pub(crate) fn temporality(&self) -> opentelemetry_sdk::metrics::Temporality {
        self.metrics.as_ref().map_or_else(Default::default, |metrics| metrics.temporality())
    }
}

/// With HTTP, everything runs on the thread that sends. A connection of gRPC wants somebody who looks after it between two calls.
fn runtime(settings: &Settings) -> Result<Runtime, BuildError> {
    #[cfg(feature = "grpc")]
    if ["TRACES", "LOGS", "METRICS"].iter().any(|signal| settings.is_grpc(signal)) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(1).thread_name("candor-otlp-grpc");
        return runtime.enable_all().build().map_err(BuildError::thread);
    }
    let _by_http = settings;
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BuildError::thread)
}

/// The client of a signal, and what it changes in its requests.
fn client(settings: &Settings, means: &Means, answers: &Answers, signal: &str) -> Result<Client, BuildError> {
    let body = match signal {
        "METRICS" if settings.counts_durations() => {
            // Without traces they would lead nowhere.
            let exemplars = settings.signals().traces.then(|| Arc::clone(&means.exemplars));
            Body::Metrics(Arc::clone(&means.durations), exemplars)
        }
        _ => Body::AsItIs,
    };
    let way = way(settings, signal, answers)?;
    Ok(Client { way, post: OnceLock::new(), answers: answers.clone(), body })
}

/// How the requests of a signal get to the backend.
fn way(settings: &Settings, signal: &str, answers: &Answers) -> Result<Way, BuildError> {
    if settings.is_grpc(signal) {
        return by_grpc(settings, signal, answers);
    }
    let (timeout, is_local) = (settings.request_timeout(signal), settings.is_local());
    let mut client = reqwest::Client::builder().timeout(timeout).no_proxy_if(is_local);
    if settings.is_https(signal) {
        client = tls::prepare(client, signal)?;
    }
    Ok(Way::Http(Http { client: client.build().map_err(BuildError::client)?, timeout, is_local }))
}

#[cfg(feature = "grpc")]
fn by_grpc(settings: &Settings, signal: &str, answers: &Answers) -> Result<Way, BuildError> {
    Ok(Way::Grpc(crate::grpc::Service::new(settings, signal, answers.clone())?))
}

#[cfg(not(feature = "grpc"))]
fn by_grpc(_settings: &Settings, _signal: &str, _answers: &Answers) -> Result<Way, BuildError> {
    Err(BuildError::no_grpc())
}

trait NoProxy {
    /// A receiver on this machine is not reached through a proxy.
    fn no_proxy_if(self, is_local: bool) -> Self;
}

impl NoProxy for reqwest::ClientBuilder {
    fn no_proxy_if(self, is_local: bool) -> Self {
        if is_local { self.no_proxy() } else { self }
    }
}

impl From<ExporterBuildError> for BuildError {
    fn from(source: ExporterBuildError) -> BuildError {
        BuildError::exporter(source)
    }
}

/// What an export may take when nothing is said: the default of the specification.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
