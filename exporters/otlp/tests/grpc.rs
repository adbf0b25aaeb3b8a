//! By gRPC: the same arrives as by HTTP, exemplars too, and answers are read as well.
#![expect(
    clippy::unwrap_used,
    clippy::unused_result_ok,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect, starts a process, and observes errors that are swallowed on purpose"
)]

#[path = "suite/kept.rs"]
mod kept;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use candor::model::{Run, Unsent};
use candor::{Exporter as _, Timeline, observe};
use candor_otlp::{Otlp, Settings};
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, metric::Data};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::runtime::Runtime;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

/// What a receiver has seen, and how it answers.
#[derive(Default)]
struct Seen {
    spans: Vec<Span>,
    logs: usize,
    exemplars: Vec<Exemplar>,
    tries: usize,
    tenants: Vec<String>,
    refuses: Option<Code>,
    rejected: i64,
}

#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Seen>>);

impl Receiver {
    /// Refuses, or lets it in.
    fn meet(&self) -> Result<std::sync::MutexGuard<'_, Seen>, Box<Status>> {
        let mut seen = self.0.lock().unwrap();
        seen.tries += 1;
        match seen.refuses {
            Some(code) => Err(Box::new(Status::new(code, "as the test wants it"))),
            None => Ok(seen),
        }
    }
}

#[tonic::async_trait]
impl TraceService for Receiver {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut seen = self.meet().map_err(|status| *status)?;
        let tenant = request.metadata().get("x-tenant").map(|tenant| tenant.to_str().unwrap().to_owned());
        seen.tenants.extend(tenant);
        let scopes =
            request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        seen.spans.extend(scopes.flat_map(|scope| scope.spans));
        let partial_success = (seen.rejected > 0).then(|| ExportTracePartialSuccess {
            rejected_spans: seen.rejected,
            error_message: "full".to_owned(),
        });
        Ok(Response::new(ExportTraceServiceResponse { partial_success }))
    }
}

#[tonic::async_trait]
impl LogsService for Receiver {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let mut seen = self.meet().map_err(|status| *status)?;
        let scopes = request.into_inner().resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        seen.logs += scopes.map(|scope| scope.log_records.len()).sum::<usize>();
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Receiver {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let mut seen = self.meet().map_err(|status| *status)?;
        let scopes = request.into_inner().resource_metrics.into_iter().flat_map(|own| own.scope_metrics);
        for metric in scopes.flat_map(|scope| scope.metrics) {
            if let ("candor.divergences", Some(Data::Sum(sum))) = (metric.name.as_str(), metric.data) {
                seen.exemplars.extend(sum.data_points.into_iter().flat_map(|point| point.exemplars));
            }
        }
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

/// A receiver that runs as long as the runtime is held.
fn receiver(seen: Seen) -> (Runtime, Receiver, String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = Receiver(Arc::new(Mutex::new(seen)));
    let own = receiver.clone();
    let address = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let services = Server::builder()
            .add_service(TraceServiceServer::new(own.clone()))
            .add_service(LogsServiceServer::new(own.clone()))
            .add_service(MetricsServiceServer::new(own));
        tokio::spawn(services.serve_with_incoming(TcpIncoming::from(listener)));
        address
    });
    (runtime, receiver, address.to_string())
}

fn settings(endpoint: &str) -> Settings {
    Otlp::builder().endpoint(endpoint).grpc().deadline(Duration::from_millis(600))
}

/// Hands over three operations and ends; returns what was lost, and why.
fn run(endpoint: &str) -> (Vec<Unsent>, Option<String>) {
    let mut otlp = settings(endpoint).build().unwrap();
    let losses = otlp.losses().unwrap();
    let kept: Vec<_> = (0..3).map(kept::diverged).collect();
    otlp.operations(&kept, &Timeline::default());
    otlp.finish(&Run::default());
    (losses.list(), losses.reason())
}

fn spans_lost(lost: &[Unsent]) -> u64 {
    lost.iter().filter(|own| own.kind == "span").map(|own| own.count).sum()
}

#[test]
fn everything_arrives_once() {
    let (_runtime, receiver, address) = receiver(Seen::default());
    // The scheme may be left out.
    assert_eq!(run(&address), (Vec::new(), None));
    let seen = receiver.0.lock().unwrap();
    assert_eq!((seen.spans.len(), seen.logs), (6, 6));
}

#[test]
fn a_refusal_is_final_and_told() {
    let (_runtime, receiver, address) =
        receiver(Seen { refuses: Some(Code::InvalidArgument), ..Seen::default() });
    let (lost, reason) = run(&address);
    assert_eq!(spans_lost(&lost), 6);
    assert_eq!(reason.as_deref(), Some("the backend answered InvalidArgument: as the test wants it"));
    assert_eq!(receiver.0.lock().unwrap().tries, 2, "one for the spans and one for the logs");
}

#[test]
fn a_receiver_that_is_not_available_is_asked_again() {
    let (_runtime, receiver, address) =
        receiver(Seen { refuses: Some(Code::Unavailable), ..Seen::default() });
    assert_eq!(spans_lost(&run(&address).0), 6);
    assert!(receiver.0.lock().unwrap().tries > 2);
}

#[test]
fn what_a_receiver_did_not_take_is_counted() {
    let (_runtime, _receiver, address) = receiver(Seen { rejected: 4, ..Seen::default() });
    assert_eq!(spans_lost(&run(&address).0), 4);
}

#[test]
fn one_that_is_not_there_loses_what_it_was_sent_and_says_why() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let (lost, reason) = run(&address);
    assert_eq!(spans_lost(&lost), 6);
    assert!(reason.as_ref().unwrap().contains("refused"), "{reason:?}");
}

/// Where the process that the next test starts sends to.
const ENDPOINT: &str = "CANDOR_TEST_ENDPOINT";

#[test]
fn headers_go_as_metadata() {
    if let Ok(endpoint) = std::env::var(ENDPOINT) {
        assert_eq!(run(&endpoint), (Vec::new(), None));
        return;
    }
    let (_runtime, receiver, address) = receiver(Seen::default());
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "headers_go_as_metadata"])
        .env(ENDPOINT, address)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=acme")
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(receiver.0.lock().unwrap().tenants, ["acme"]);
}

#[observe]
fn send_mail() -> Result<(), String> {
    Err("mail server is down".to_owned())
}

/// Drops the error of the mail: C101.
#[observe]
fn place_order() {
    send_mail().ok();
}

#[test]
fn metrics_lead_to_the_trace_of_what_diverged() {
    let (_runtime, receiver, address) = receiver(Seen::default());
    let guard = candor::builder().exporter(settings(&address).build().unwrap()).install().unwrap();
    place_order();
    assert_eq!(guard.finish().unsent, []);
    let seen = receiver.0.lock().unwrap();
    let order = seen.spans.iter().find(|span| span.name == "place_order").unwrap();
    let leads = |own: &&Exemplar| own.trace_id == order.trace_id && own.span_id == order.span_id;
    assert_eq!(seen.exemplars.iter().filter(leads).count(), 1, "{:?}", seen.exemplars);
}
