//! The exporters of `opentelemetry-otlp`, and the runtime in which their futures are waited for.
//!
//! They know the standard variables, addresses, headers and the like. Spans that are encoded already travel in a request of
//! theirs: the client puts them in.

use std::sync::Arc;
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

use crate::answer::{Answers, Body, Client, Outgoing};
use crate::batch::{Batch, Spans};
use crate::convert::Said;
use crate::exemplar::Exemplars;
use crate::settings::{BuildError, Settings, Signals};
use crate::tls;
use crate::wire::Envelope;

/// One exporter for each signal that is on. Built and dropped on the thread that sends.
pub(crate) struct Transport {
    spans: Option<SpanExporter>,
    logs: Option<LogExporter>,
    metrics: Option<MetricExporter>,
    pub(crate) answers: Answers,
    outgoing: Outgoing,
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
        exemplars: &Arc<Exemplars>,
        envelope: Envelope,
    ) -> Result<Transport, BuildError> {
        let mut transport = if settings.is_grpc() {
            Transport::grpc(settings, envelope)?
        } else {
            Transport::http(settings, exemplars, envelope)?
        };
        if let Some(spans) = &mut transport.spans {
            spans.set_resource(resource);
        }
        if let Some(logs) = &mut transport.logs {
            logs.set_resource(resource);
        }
        Ok(transport)
    }

    fn http(
        settings: &Settings,
        exemplars: &Arc<Exemplars>,
        envelope: Envelope,
    ) -> Result<Transport, BuildError> {
        let answers = Answers::default();
        let outgoing = Outgoing::default();
        let Signals { traces, logs, metrics } = settings.signals();
        let client = |signal| -> Result<Client, BuildError> {
            let timeout = settings.request_timeout(signal);
            let mut inner = reqwest::Client::builder().timeout(timeout).no_proxy_if(settings.is_local());
            if settings.is_https(signal) {
                inner = tls::prepare(inner, signal)?;
            }
            let body = match signal {
                "TRACES" => Body::Instead(outgoing.clone()),
                // Without traces they would lead nowhere.
                "METRICS" if traces => Body::WithExemplars(Arc::clone(exemplars)),
                _ => Body::AsItIs,
            };
            let inner = inner.build().map_err(BuildError::client)?;
            Ok(Client { inner, answers: answers.clone(), body })
        };
        let at =
            |path| settings.endpoint.as_ref().map(|base| format!("{}{path}", base.trim_end_matches('/')));
        macro_rules! exporter {
            ($exporter:ident, $signal:literal, $path:literal) => {{
                let mut builder = $exporter::builder()
                    .with_http()
                    .with_protocol(Protocol::HttpBinary)
                    .with_retry_policy(once())
                    .with_http_client(client($signal)?);
                if let Some(endpoint) = at($path) {
                    builder = builder.with_endpoint(endpoint);
                }
                builder.build()?
            }};
        }
        Ok(Transport {
            spans: if traces { Some(exporter!(SpanExporter, "TRACES", "/v1/traces")) } else { None },
            logs: if logs { Some(exporter!(LogExporter, "LOGS", "/v1/logs")) } else { None },
            metrics: if metrics { Some(exporter!(MetricExporter, "METRICS", "/v1/metrics")) } else { None },
            answers,
            outgoing: outgoing.clone(),
            envelope,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(BuildError::thread)?,
        })
    }

    #[cfg(feature = "grpc")]
    fn grpc(settings: &Settings, envelope: Envelope) -> Result<Transport, BuildError> {
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
        let (answers, outgoing) = (Answers::unread(), Outgoing::default());
        Ok(Transport { spans, logs, metrics, answers, outgoing, envelope, runtime })
    }

    #[cfg(not(feature = "grpc"))]
    fn grpc(_settings: &Settings, _envelope: Envelope) -> Result<Transport, BuildError> {
        Err(BuildError::no_grpc())
    }

    /// Sends a batch, which is sealed by it if it is a body.
    pub(crate) fn send_spans(&self, batch: &mut Batch) -> OTelSdkResult {
        let Some(exporter) = &self.spans else { return Ok(()) };
        if let Spans::Open(body) = &mut batch.spans {
            batch.spans = Spans::Sealed(self.envelope.seal(std::mem::take(body)));
        }
        let data = match &batch.spans {
            Spans::Sealed(body) => {
                self.outgoing.set(body.clone());
                Vec::new()
            }
            Spans::Data(spans) => spans.clone(),
            Spans::Open(_) => return Ok(()),
        };
        self.runtime.block_on(exporter.export(data))
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
