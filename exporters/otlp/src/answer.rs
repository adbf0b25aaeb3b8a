//! The client that requests pass on their way: what a backend answers (whether it is worth another try, and how much of a
//! batch it did not take), and what is sent instead of what the SDK's exporters encode.

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use reqwest::StatusCode;

use crate::duration::Durations;
use crate::exemplar::{Exemplars, Taken};
use crate::post::{Post, Way};

/// What the last answer came to. Copies share it; one thread sends, so relaxed is enough.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    is_retryable: AtomicBool,
    rejected: AtomicU64,
    reason: Mutex<Option<String>>,
}

impl Answers {
    /// Why the last try failed, if the answer says more than the exporter does.
    pub(crate) fn take_reason(&self) -> Option<String> {
        self.0.reason.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn say(&self, reason: String) {
        *self.0.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    /// Whether the last failure was one of the way and not of the batch.
    pub(crate) fn is_retryable(&self) -> bool {
        self.0.is_retryable.load(Ordering::Relaxed)
    }

    /// How much of the last batch the backend did not take although it answered with success.
    pub(crate) fn take_rejected(&self) -> u64 {
        self.0.rejected.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn note(&self, is_retryable: bool, rejected: u64) {
        self.0.is_retryable.store(is_retryable, Ordering::Relaxed);
        self.0.rejected.store(rejected, Ordering::Relaxed);
    }
}

impl Answers {
    /// Reads an answer; returns whether the batch has arrived, but for what was not taken.
    pub(crate) fn read(&self, status: StatusCode, body: &[u8]) -> bool {
        // The statuses that the specification of OTLP/HTTP names as worth another try.
        self.note(matches!(status.as_u16(), 429 | 502 | 503 | 504), 0);
        if !status.is_success() {
            self.say(format!("the backend answered {status}"));
            return false;
        }
        let Some(rejected) = rejected(body) else {
            // Whoever answers this is no receiver of OTLP: nothing was confirmed.
            self.say(format!("the answer to status {} is none of OTLP", status.as_u16()));
            return false;
        };
        self.note(false, rejected);
        true
    }
}

/// A client that reads the answers as they pass, and changes bodies on their way.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) way: Way,
    /// All requests of an exporter have the same address and the same headers.
    pub(crate) post: OnceLock<Post>,
    pub(crate) answers: Answers,
    pub(crate) body: Body,
}

/// What becomes of the body that the SDK's exporter has encoded.
#[derive(Debug)]
pub(crate) enum Body {
    AsItIs,
    /// Metrics: durations get their counts, and series their exemplars, unless these would lead nowhere.
    Metrics(Arc<Durations>, Option<Arc<Exemplars>>),
}

impl Client {
    /// Sends it on its way.
    async fn go(&self, request: Request<Bytes>) -> Result<(StatusCode, Bytes), HttpError> {
        let (head, body) = request.into_parts();
        let post = match self.post.get() {
            Some(post) => post,
            None => {
                let request = Request::from_parts(head, Bytes::new()).try_into()?;
                self.post.get_or_init(|| Post::to(request, self.way.clone()))
            }
        };
        post.exchange(body).await
    }

    fn change(&self, body: Bytes) -> (Bytes, Taken) {
        match &self.body {
            Body::AsItIs => (body, Taken::default()),
            Body::Metrics(durations, exemplars) => {
                let body = durations.put_into(body);
                match exemplars {
                    Some(exemplars) => exemplars.put_into(body),
                    None => (body, Taken::default()),
                }
            }
        }
    }

    fn arrived(&self, taken: &Taken) {
        if let Body::Metrics(_, Some(exemplars)) = &self.body {
            exemplars.arrived(taken);
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.answers.note(true, 0);
        let (head, body) = request.into_parts();
        let (body, taken) = self.change(body);
        let sent = self.go(Request::from_parts(head, body)).await;
        let (mut status, answer) = sent.inspect_err(|error| self.answers.say(chain(error.as_ref())))?;
        if self.answers.read(status, &answer) {
            self.arrived(&taken);
        } else if status.is_success() {
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        let mut response = Response::new(answer);
        *response.status_mut() = status;
        Ok(response)
    }
}

/// An error with what caused it: that the certificate is a wrong one stands at the end.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut all: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let said = error.to_string();
        // Some repeat what caused them.
        if !all.iter().any(|before| before.contains(&said)) {
            all.push(said);
        }
        next = error.source();
    }
    all.join(": ")
}

/// What the answer says was not taken; `None` when it is no answer of OTLP. All signals answer in the same shape.
fn rejected(body: &[u8]) -> Option<u64> {
    let answer = ExportTraceServiceResponse::decode(body).ok()?;
    let rejected = answer.partial_success.map_or(0, |partial| partial.rejected_spans);
    Some(u64::try_from(rejected).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTracePartialSuccess;

    #[test]
    fn an_answer_says_what_was_not_taken() {
        let partial = ExportTracePartialSuccess { rejected_spans: 3, error_message: "full".to_owned() };
        let answer = ExportTraceServiceResponse { partial_success: Some(partial) };
        assert_eq!(rejected(&answer.encode_to_vec()), Some(3));
        assert_eq!(rejected(&[]), Some(0));
        assert_eq!(rejected(b"<html>It works!</html>"), None);
    }
}
