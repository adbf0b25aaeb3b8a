//! The way of gRPC: a request as the exporters of HTTP make it, sent as a call of the receiver's service. Both have the same
//! messages, so whatever is put into a body on its way by HTTP is put into it by gRPC too.

use std::error::Error as _;

use http::HeaderMap;
use http::uri::PathAndQuery;
use opentelemetry_http::{Bytes, HttpError};
use prost::bytes::{Buf as _, BufMut as _};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::answer::{Answers, chain};
use crate::settings::{BuildError, Settings};

/// A connection to the service of one signal; it is opened by the first call.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    channel: Channel,
    path: PathAndQuery,
    answers: Answers,
}

impl Service {
    /// Has to be called inside of the runtime in which the calls are made.
    pub(crate) fn new(settings: &Settings, signal: &str, answers: Answers) -> Result<Service, BuildError> {
        if settings.is_https(signal) {
            return Err(BuildError::no_tls());
        }
        let endpoint = settings.endpoint_of(signal, "").unwrap_or_default();
        let timeout = settings.request_timeout(signal);
        let endpoint = Endpoint::from_shared(endpoint).map_err(BuildError::exporter)?;
        let channel = endpoint.timeout(timeout).connect_timeout(timeout).connect_lazy();
        let path = match signal {
            "TRACES" => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "LOGS" => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            _ => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        };
        Ok(Service { channel, path: PathAndQuery::from_static(path), answers })
    }

    /// Sends a body with the headers that it would have by HTTP, and returns the body of the answer. It notes whether a
    /// failure is worth another try.
    pub(crate) async fn call(&self, headers: HeaderMap, body: Bytes) -> Result<Bytes, HttpError> {
        self.send(headers, body).await.map_err(|status| {
            self.answers.note(is_retryable(&status), 0);
            reason(&status).into()
        })
    }

    async fn send(&self, mut headers: HeaderMap, body: Bytes) -> Result<Bytes, Status> {
        if headers.contains_key(http::header::CONTENT_ENCODING) {
            return Err(Status::unimplemented("by gRPC nothing is compressed"));
        }
        // They are about the request by HTTP.
        for own in [http::header::CONTENT_TYPE, http::header::CONTENT_LENGTH, http::header::USER_AGENT] {
            headers.remove(own);
        }
        let mut request = Request::new(body);
        *request.metadata_mut() = MetadataMap::from_headers(headers);
        let mut grpc = Grpc::new(self.channel.clone());
        grpc.ready().await.map_err(|error| Status::from_error(error.into()))?;
        Ok(grpc.unary(request, self.path.clone(), Raw).await?.into_inner())
    }
}

/// Whether the specification of OTLP/gRPC names the answer as worth another try. That a receiver is out of something is
/// worth one only if it says when, and this is not read.
fn is_retryable(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss
    )
}

/// Why a call failed: what broke on the way, or what the receiver answered.
fn reason(status: &Status) -> String {
    match status.source() {
        Some(source) => chain(source),
        None => format!("the backend answered {:?}: {}", status.code(), status.message()),
    }
}

/// Messages are encoded already.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }
    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_way_is_worth_another_try_and_a_refusal_is_not() {
        assert!(is_retryable(&Status::unavailable("restarting")));
        assert!(!is_retryable(&Status::invalid_argument("no such field")));
        assert!(!is_retryable(&Status::resource_exhausted("quota")));
        assert_eq!(
            reason(&Status::permission_denied("no such tenant")),
            "the backend answered PermissionDenied: no such tenant"
        );
    }
}
