//! A connection without anything around it: for a backend that is reached by plain `http` and without a proxy, which is the
//! usual Collector near by. A request comes seldom and finds its code cold, so what it runs through is most of what it costs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use opentelemetry_http::{Bytes, HttpError, Request};
use reqwest::header::{HOST, HeaderValue};
use reqwest::{StatusCode, Url};
use tokio::net::TcpStream;

use crate::env;
use crate::post::LONGEST_ANSWER;

/// A connection that is kept between requests.
pub(crate) struct Direct {
    /// Without a body, to a path.
    head: Request<()>,
    host: String,
    port: u16,
    timeout: Duration,
    open: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

impl Direct {
    /// Goes where the request goes, if that can be reached without more.
    pub(crate) fn to(request: &reqwest::Request, timeout: Duration, is_local: bool) -> Option<Direct> {
        let url = request.url();
        let is_plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
        if !is_plain || !is_local && env::has_proxy() {
            return None;
        }
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let mut head = Request::builder().method(request.method()).uri(path(url)).body(()).ok()?;
        *head.headers_mut() = request.headers().clone();
        let named = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        head.headers_mut().insert(HOST, HeaderValue::from_str(&named).ok()?);
        // An address of IPv6 stands in brackets.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Some(Direct { head, host, port, timeout, open: Mutex::default() })
    }

    /// Sends a body and returns what is answered.
    pub(crate) async fn exchange(&self, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let late = |_elapsed| format!("no answer within {:?}", self.timeout);
        tokio::time::timeout(self.timeout, self.talk(body)).await.map_err(late)?
    }

    async fn talk(&self, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let kept = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut connection = match kept {
            Some(kept) if kept.is_ready() => kept,
            _ => self.connect().await?,
        };
        let response = connection.send_request(self.head.clone().map(|()| Full::new(body))).await?;
        let status = response.status();
        let answer = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await?.to_bytes();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok((status, answer))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, HttpError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Whoever waits for the answer is told of its end.
        tokio::spawn(async { drop(connection.await) });
        Ok(sender)
    }
}

fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
