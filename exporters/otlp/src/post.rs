//! Requests whose body is there already: to the address and with the headers that an exporter of the SDK would use.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SpanExporter as _;
use reqwest::StatusCode;
use tokio::runtime::Runtime;

use crate::answer::{Answers, Way, chain, look};
use crate::settings::BuildError;

/// How much of an answer is read.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// A client with a request that lacks its body.
#[derive(Debug)]
pub(crate) struct Post {
    way: Way,
    request: reqwest::Request,
    answers: Answers,
}

/// Takes what it is to send and sends nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe(Arc<Mutex<Option<Request<Bytes>>>>);

#[async_trait::async_trait]
impl HttpClient for Probe {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Ok(Response::new(Bytes::new()))
    }
}

impl Post {
    /// Asks an exporter that was built with this probe where it would send, and with which headers: it knows the variables.
    pub(crate) fn like(
        exporter: &SpanExporter,
        probe: &Probe,
        runtime: &Runtime,
        way: Way,
        answers: Answers,
    ) -> Result<Post, BuildError> {
        let nothing =
            |_error| BuildError::exporter(OTelSdkError::InternalFailure("no request was made".to_owned()));
        runtime.block_on(exporter.export(Vec::new())).map_err(BuildError::exporter)?;
        let made = probe.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let request = made.ok_or(()).map_err(nothing)?.try_into().map_err(BuildError::client)?;
        Ok(Post { way, request, answers })
    }

    /// Sends a body and notes what is answered.
    pub(crate) async fn send(&self, body: Bytes) -> OTelSdkResult {
        self.answers.note(true, 0);
        match self.exchange(body).await {
            Ok((status, body)) if self.answers.read(status, &body) => Ok(()),
            Ok(_) => Err(OTelSdkError::InternalFailure(String::new())),
            Err(error) => Err(OTelSdkError::InternalFailure(error.to_string())),
        }
    }

    async fn exchange(&self, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        match &self.way {
            Way::Http(client) => {
                look().await;
                let asked = self.ask(client, body).await;
                asked.inspect_err(|error| self.answers.say(chain(error.as_ref())))
            }
            #[cfg(feature = "grpc")]
            Way::Grpc(service) => {
                let headers = self.request.headers().clone();
                Ok((StatusCode::OK, service.call(headers, body, &self.answers).await?))
            }
        }
    }

    async fn ask(&self, client: &reqwest::Client, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let mut request = reqwest::Request::new(self.request.method().clone(), self.request.url().clone());
        *request.headers_mut() = self.request.headers().clone();
        *request.body_mut() = Some(body.into());
        let mut response = client.execute(request).await?;
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if answer.len() + chunk.len() > LONGEST_ANSWER {
                return Err("the answer is too long".into());
            }
            answer.extend_from_slice(&chunk);
        }
        Ok((response.status(), answer.into()))
    }
}
