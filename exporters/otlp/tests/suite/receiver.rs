//! A receiver of OTLP/HTTP in the test process, which can be as bad as real ones are.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use super::request::{Asked, read_request};

/// How the receiver answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// As it should.
    Good,
    /// With this status.
    Status(u16),
    /// With success and something that is no answer of OTLP.
    Garbage,
    /// With success, saying that it took all but so many.
    Partial(i64),
    /// It accepts and never answers.
    Hung,
    /// It takes its time.
    Slow(Duration),
    /// It closes the connection.
    Rude,
}

#[derive(Default)]
struct Seen {
    spans: Vec<Span>,
    logs: Vec<LogRecord>,
    metrics: Vec<Metric>,
    resources: Vec<Resource>,
    heads: Vec<Vec<String>>,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
    manner: Mutex<Manner>,
    requests: AtomicUsize,
    closed: AtomicBool,
}

/// A running receiver; it ends when it is dropped.
pub(crate) struct Receiver {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<thread::JoinHandle<()>>,
}

impl Receiver {
    pub(crate) fn start(manner: Manner) -> Receiver {
        Receiver::at("127.0.0.1:0", manner)
    }

    pub(crate) fn at(address: &str, manner: Manner) -> Receiver {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            changed: Condvar::new(),
            manner: Mutex::new(manner),
            requests: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        });
        let own = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if own.closed.load(Ordering::SeqCst) {
                    return;
                }
                let own = Arc::clone(&own);
                thread::spawn(move || own.serve(stream));
            }
        });
        Receiver { shared, address, accepting: Some(accepting) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        self.shared.seen.lock().unwrap().spans.clone()
    }

    pub(crate) fn logs(&self) -> Vec<LogRecord> {
        self.shared.seen.lock().unwrap().logs.clone()
    }

    pub(crate) fn metrics(&self) -> Vec<Metric> {
        self.shared.seen.lock().unwrap().metrics.clone()
    }

    pub(crate) fn resources(&self) -> Vec<Resource> {
        self.shared.seen.lock().unwrap().resources.clone()
    }

    /// The lines of the head of each request.
    pub(crate) fn heads(&self) -> Vec<Vec<String>> {
        self.shared.seen.lock().unwrap().heads.clone()
    }

    /// Waits until a request has come, however it was answered.
    pub(crate) fn wait_for_request(&self) {
        let seen = self.shared.seen.lock().unwrap();
        let none = |_: &mut Seen| self.shared.requests.load(Ordering::SeqCst) == 0;
        drop(self.shared.changed.wait_timeout_while(seen, Duration::from_secs(20), none).unwrap());
        assert!(self.requests() > 0, "no request came");
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _woken = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            accepting.join().unwrap();
        }
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        while !self.closed.load(Ordering::SeqCst)
            && let Some(asked) = read_request(&mut reader)
        {
            let manner = *self.manner.lock().unwrap();
            if matches!(manner, Manner::Good | Manner::Partial(_) | Manner::Slow(_)) {
                self.keep(&asked);
            }
            self.requests.fetch_add(1, Ordering::SeqCst);
            drop(self.seen.lock().unwrap());
            self.changed.notify_all();
            let (status, answer) = match manner {
                Manner::Good => (200, Vec::new()),
                Manner::Status(status) => (status, Vec::new()),
                Manner::Garbage => (200, b"<html>It works!</html>".to_vec()),
                Manner::Partial(rejected) => {
                    let partial = ExportTracePartialSuccess {
                        rejected_spans: rejected,
                        error_message: "full".to_owned(),
                    };
                    (200, ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec())
                }
                Manner::Slow(time) => {
                    thread::sleep(time);
                    (200, Vec::new())
                }
                Manner::Hung => {
                    // Until the client goes away.
                    let mut rest = Vec::new();
                    let _gone = reader.read_to_end(&mut rest);
                    return;
                }
                Manner::Rude => return,
            };
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len());
            if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&answer)).is_err() {
                return;
            }
        }
    }

    fn keep(&self, Asked { path, head, body }: &Asked) {
        let mut seen = self.seen.lock().unwrap();
        seen.heads.push(head.clone());
        let body = body.as_slice();
        match path.as_str() {
            "/v1/traces" => {
                for resource in ExportTraceServiceRequest::decode(body).unwrap().resource_spans {
                    seen.resources.extend(resource.resource);
                    seen.spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
                }
            }
            "/v1/logs" => {
                for resource in ExportLogsServiceRequest::decode(body).unwrap().resource_logs {
                    seen.resources.extend(resource.resource);
                    seen.logs.extend(resource.scope_logs.into_iter().flat_map(|scope| scope.log_records));
                }
            }
            "/v1/metrics" => {
                for resource in ExportMetricsServiceRequest::decode(body).unwrap().resource_metrics {
                    seen.resources.extend(resource.resource);
                    seen.metrics.extend(resource.scope_metrics.into_iter().flat_map(|scope| scope.metrics));
                }
            }
            other => panic!("{other} is no path of OTLP"),
        }
    }
}

/// An attribute as text; empty when it is not there.
pub(crate) fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|own| own.key == key).and_then(|own| own.value.as_ref());
    found.map(text).unwrap_or_default()
}

fn text(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(v)) => v.clone(),
        Some(Value::IntValue(v)) => v.to_string(),
        Some(Value::BoolValue(v)) => v.to_string(),
        Some(Value::DoubleValue(v)) => v.to_string(),
        Some(Value::ArrayValue(all)) => all.values.iter().map(text).collect::<Vec<_>>().join(","),
        other => format!("{other:?}"),
    }
}
