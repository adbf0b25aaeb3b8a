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
use crate::batch::{Batch, Spans};
use crate::convert::Said;
use crate::duration::Durations;
use crate::exemplar::Exemplars;
use crate::post::{Post, Probe, Way};
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
    spans: Option<SpanExporter>,
    /// For spans that are encoded already, instead of the exporter.
    post: Option<Post>,
    logs: Option<LogExporter>,
    metrics: Option<MetricExporter>,
    pub(crate) answers: Answers,
    envelope: Envelope,
    /// With HTTP, everything runs on the thread that sends.
    runtime: Runtime,
}

/// The tries are made by the queue, which knows what is lost when they end.
fn once() -> RetryPolicy {
    RetryPolicy::disabled()
}

impl Transport {
    pub(crate) fn build(
        settings: &Settings,
        resource: &Resource,
        means: &Means,
    ) -> Result<Transport, BuildError> {
        let mut transport = if settings.is_grpc() {
            Transport::grpc(settings, means)?
        } else {
            Transport::http(settings, means)?
        };
        if let Some(spans) = &mut transport.spans {
            spans.set_resource(resource);
        }
        if let Some(logs) = &mut transport.logs {
            logs.set_resource(resource);
        }
        Ok(transport)
    }

    fn http(settings: &Settings, means: &Means) -> Result<Transport, BuildError> {
        let answers = Answers::default();
        let Signals { traces, logs, metrics } = settings.signals();
        let client = |signal| -> Result<Client, BuildError> {
            let body = match signal {
                "METRICS" if settings.counts_durations() => {
                    let exemplars = traces.then(|| Arc::clone(&means.exemplars));
                    Body::Metrics(Arc::clone(&means.durations), exemplars)
                }
                _ => Body::AsItIs,
            };
            let way = way(settings, signal)?;
            Ok(Client { way, post: OnceLock::new(), answers: answers.clone(), body })
        };
        macro_rules! exporter {
            ($exporter:ident, $client:expr, $path:literal) => {{
                let mut builder = $exporter::builder()
                    .with_http()
                    .with_protocol(Protocol::HttpBinary)
                    .with_retry_policy(once())
                    .with_http_client($client);
                if let Some(endpoint) = at(settings, $path) {
                    builder = builder.with_endpoint(endpoint);
                }
                builder.build()?
            }};
        }
        let runtime = runtime()?;
        let (mut spans, mut post) = (None, None);
        if traces && settings.encodes_spans() {
            let probe = Probe::default();
            let exporter = exporter!(SpanExporter, probe.clone(), "/v1/traces");
            post = Some(Post::like(&exporter, &probe, &runtime, &way(settings, "TRACES")?)?);
        } else if traces {
            spans = Some(exporter!(SpanExporter, client("TRACES")?, "/v1/traces"));
        }
        let logs = if logs { Some(exporter!(LogExporter, client("LOGS")?, "/v1/logs")) } else { None };
        let metrics =
            if metrics { Some(exporter!(MetricExporter, client("METRICS")?, "/v1/metrics")) } else { None };
        let envelope = means.envelope.clone();
        Ok(Transport { spans, post, logs, metrics, answers, envelope, runtime })
    }

    #[cfg(feature = "grpc")]
    fn grpc(settings: &Settings, means: &Means) -> Result<Transport, BuildError> {
        use opentelemetry_otlp::WithTonicConfig as _;
        if ["TRACES", "LOGS", "METRICS"].iter().any(|signal| settings.is_https(signal)) {
            return Err(BuildError::no_tls());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("candor-otlp-grpc")
            .enable_all()
            .build()
            .map_err(BuildError::thread)?;
        let entered = runtime.enter();
        let Signals { traces, logs, metrics } = settings.signals();
        macro_rules! exporter {
            ($exporter:ident) => {{
                let mut builder =
                    $exporter::builder().with_tonic().with_protocol(Protocol::Grpc).with_retry_policy(once());
                if let Some(endpoint) = &settings.endpoint {
                    builder = builder.with_endpoint(endpoint.clone());
                }
                builder.build()?
            }};
        }
        let transport = (
            if traces { Some(exporter!(SpanExporter)) } else { None },
            if logs { Some(exporter!(LogExporter)) } else { None },
            if metrics { Some(exporter!(MetricExporter)) } else { None },
        );
        drop(entered);
        let (spans, logs, metrics) = transport;
        let (answers, envelope) = (Answers::unread(), means.envelope.clone());
        Ok(Transport { spans, post: None, logs, metrics, answers, envelope, runtime })
    }

    #[cfg(not(feature = "grpc"))]
    fn grpc(_settings: &Settings, _means: &Means) -> Result<Transport, BuildError> {
        Err(BuildError::no_grpc())
    }

    /// Sends a batch, which is sealed by it if it is a body.
    pub(crate) fn send_spans(&self, batch: &mut Batch) -> OTelSdkResult {
        if let Spans::Open(body) = &mut batch.spans {
            batch.spans = Spans::Sealed(self.envelope.seal(std::mem::take(body)));
        }
        match (&batch.spans, &self.post, &self.spans) {
            (Spans::Sealed(body), Some(post), _) => {
                self.runtime.block_on(post.send(body.clone(), &self.answers))
            }
            (Spans::Data(spans), _, Some(exporter)) => self.runtime.block_on(exporter.export(spans.clone())),
            // Traces are switched off.
            _ => Ok(()),
        }
    }

    pub(crate) fn send_logs(&self, logs: &[Said], scope: &InstrumentationScope) -> OTelSdkResult {
        let Some(exporter) = &self.logs else { return Ok(()) };
        let batch: Vec<_> = logs.iter().map(|(_, record)| (record, scope)).collect();
        self.runtime.block_on(exporter.export(LogBatch::new(&batch)))
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

/// The address of a signal below that of the receiver, if the builder says one.
fn at(settings: &Settings, path: &str) -> Option<String> {
    settings.endpoint.as_ref().map(|base| format!("{}{path}", base.trim_end_matches('/')))
}

fn way(settings: &Settings, signal: &str) -> Result<Way, BuildError> {
    let (timeout, is_local) = (settings.request_timeout(signal), settings.is_local());
    let mut client = reqwest::Client::builder().timeout(timeout).no_proxy_if(is_local);
    if settings.is_https(signal) {
        client = tls::prepare(client, signal)?;
    }
    Ok(Way { client: client.build().map_err(BuildError::client)?, timeout, is_local })
}

/// Everything runs on the thread that waits.
fn runtime() -> Result<Runtime, BuildError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BuildError::thread)
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
