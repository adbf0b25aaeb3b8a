//! Requests whose body is there already: to the address and with the headers that an exporter of the SDK would use.
//!
//! Where that is possible they go directly, else by a client that knows proxies, TLS and redirections.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use reqwest::StatusCode;

use crate::answer::{Answers, chain};
use crate::direct::Direct;
use crate::settings::BuildError;

/// Lets the runtime look at its connections, which it does only while somebody waits: one that the backend has closed in the
/// meantime is not to be used again. One turn asks the system, the next tells the connections.
pub(crate) async fn look() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

/// How much of an answer is read.
pub(crate) const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// How requests get to a backend.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    Http(Http),
    #[cfg(feature = "grpc")]
    Grpc(crate::grpc::Service),
}

/// A client, and what has to be known to do without it.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    pub(crate) timeout: Duration,
    pub(crate) is_local: bool,
}

/// A way to a backend, with a request that lacks its body.
#[derive(Debug)]
pub(crate) struct Post {
    direct: Option<Direct>,
    way: Way,
    request: reqwest::Request,
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
    /// For requests with the address and the headers of this one.
    pub(crate) fn to(request: reqwest::Request, way: Way) -> Post {
        let direct = match &way {
            Way::Http(http) => Direct::to(&request, http.timeout, http.is_local),
            #[cfg(feature = "grpc")]
            Way::Grpc(_) => None,
        };
        Post { direct, way, request }
    }

    /// As an exporter that was built with this probe has just sent nothing: it knows the variables, and so where to send, and
    /// with which headers.
    pub(crate) fn like(sent: OTelSdkResult, probe: &Probe, way: Way) -> Result<Post, BuildError> {
        let nothing =
            |()| BuildError::exporter(OTelSdkError::InternalFailure("no request was made".to_owned()));
        sent.map_err(BuildError::exporter)?;
        let made = probe.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let request = made.ok_or(()).map_err(nothing)?;
        Ok(Post::to(request.try_into().map_err(BuildError::client)?, way))
    }

    /// Sends a body and notes what is answered.
    pub(crate) async fn send(&self, body: Bytes, answers: &Answers) -> OTelSdkResult {
        answers.note(true, 0);
        match self.exchange(body).await {
            Ok((status, body)) if answers.read(status, &body) => Ok(()),
            Ok(_) => Err(OTelSdkError::InternalFailure(String::new())),
            Err(error) => {
                answers.say(chain(error.as_ref()));
                Err(OTelSdkError::InternalFailure(error.to_string()))
            }
        }
    }

    /// Sends a body and returns what is answered.
    pub(crate) async fn exchange(&self, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        look().await;
        if let Some(direct) = &self.direct {
            let (status, answer) = direct.exchange(body.clone()).await?;
            if !status.is_redirection() {
                return Ok((status, answer));
            }
        }
        match &self.way {
            Way::Http(http) => self.ask(&http.client, body).await,
            #[cfg(feature = "grpc")]
            Way::Grpc(service) => {
                let headers = self.request.headers().clone();
                Ok((StatusCode::OK, service.call(headers, body).await?))
            }
        }
    }

    async fn ask(&self, client: &reqwest::Client, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let mut request = self.request.try_clone().ok_or("a request cannot be sent twice")?;
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
