//! A trace with its baggage that goes through three services, by the lines that `docs/otlp.md` shows for each: out by reqwest,
//! in by axum, out and in by tonic.

use axum::extract::Request as Asked;
use axum::middleware::{Next, from_fn};
use axum::response::Response as Answered;
use axum::routing::get;
use candor::observe;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::FutureExt as _;
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use tokio::net::TcpListener;
use tonic::metadata::MetadataMap;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};

use crate::process::{only, start};
use crate::program::install;
use crate::receiver::{Manner, Receiver};

type Fault = Box<dyn std::error::Error + Send + Sync>;

#[test]
fn a_trace_goes_through_services_of_axum_and_tonic_and_its_baggage_with_it() {
    let receiver = Receiver::start(Manner::Good);
    let child = start("carried", &receiver, &[("OTEL_TRACES_SAMPLER", "always_on")]);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let spans = receiver.spans();
    let (buy, checkout, reserve) = (only(&spans, "buy"), only(&spans, "checkout"), only(&spans, "reserve"));
    assert_eq!((&checkout.parent_span_id, &checkout.trace_id), (&buy.span_id, &buy.trace_id));
    assert_eq!((&reserve.parent_span_id, &reserve.trace_id), (&checkout.span_id, &buy.trace_id));
    assert!(said.contains("reserved for acme"), "{said}");
    // What was asked outside of any operation is in no trace of another one.
    assert_ne!(only(&spans, "stock").trace_id, buy.trace_id);
    assert!(only(&spans, "stock").parent_span_id.is_empty());
}

/// Three services in one process, which know each other by their addresses only.
pub(crate) fn program() {
    global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    let _guard = install();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let warehouse = warehouse().await.unwrap();
        let shop = shop(warehouse).await.unwrap();
        let acme = Context::current().with_baggage([KeyValue::new("tenant", "acme")]);
        buy(&format!("{shop}/checkout")).with_context(acme).await.unwrap();
        client().get(format!("{shop}/stock")).send().await.unwrap();
    });
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[observe]
async fn buy(url: &str) -> Result<(), Fault> {
    let mut request = client().get(url).build()?;
    global::get_text_map_propagator(|carrier| {
        carrier.inject_context(&candor_otlp::context(), &mut HeaderInjector(request.headers_mut()));
    });
    client().execute(request).await?.error_for_status()?;
    Ok(())
}

async fn shop(warehouse: Channel) -> Result<String, Fault> {
    let checkout = move || {
        let warehouse = warehouse.clone();
        async move { checkout(warehouse).await.unwrap() }
    };
    let routes = axum::Router::new().route("/checkout", get(checkout)).route("/stock", get(stock));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, routes.layer(from_fn(join))).await });
    Ok(format!("http://{address}"))
}

async fn join(request: Asked, next: Next) -> Answered {
    let context =
        global::get_text_map_propagator(|carrier| carrier.extract(&HeaderExtractor(request.headers())));
    next.run(request).with_context(context).await
}

#[observe]
async fn stock() {}

#[observe]
async fn checkout(warehouse: Channel) -> Result<(), Fault> {
    let mut warehouse = TraceServiceClient::with_interceptor(warehouse, go_on);
    warehouse.export(ExportTraceServiceRequest::default()).await?;
    Ok(())
}

fn go_on(mut request: tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status> {
    let mut headers = std::mem::take(request.metadata_mut()).into_headers();
    global::get_text_map_propagator(|carrier| {
        carrier.inject_context(&candor_otlp::context(), &mut HeaderInjector(&mut headers));
    });
    *request.metadata_mut() = MetadataMap::from_headers(headers);
    Ok(request)
}

/// Its only method stands for any other.
struct Warehouse;

#[tonic::async_trait]
impl TraceService for Warehouse {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let headers = request.metadata().clone().into_headers();
        let context = global::get_text_map_propagator(|carrier| carrier.extract(&HeaderExtractor(&headers)));
        reserve().with_context(context).await;
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

#[observe]
async fn reserve() {
    let tenant = Context::map_current(|context| context.baggage().get("tenant").map(ToString::to_string));
    println!("reserved for {}", tenant.unwrap_or_default());
}

async fn warehouse() -> Result<Channel, Fault> {
    let incoming = TcpIncoming::from(TcpListener::bind("127.0.0.1:0").await?);
    let address = incoming.local_addr()?;
    tokio::spawn(
        Server::builder().add_service(TraceServiceServer::new(Warehouse)).serve_with_incoming(incoming),
    );
    Ok(Channel::from_shared(format!("http://{address}"))?.connect().await?)
}
