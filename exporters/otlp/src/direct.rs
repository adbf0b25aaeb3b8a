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
use tokio::net::{TcpStream, lookup_host};

use crate::env;
use crate::post::LONGEST_ANSWER;

type Connection = SendRequest<Full<Bytes>>;

/// A backend, with a connection that is kept between requests.
#[derive(Debug)]
pub(crate) struct Direct {
    /// Without a body, to a path.
    head: Request<()>,
    host: String,
    port: u16,
    timeout: Duration,
    open: Mutex<Option<Connection>>,
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
        let late = |_elapsed| format!("operation timed out after {:?}", self.timeout);
        tokio::time::timeout(self.timeout, self.talk(body)).await.map_err(late)?
    }

    async fn talk(&self, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let kept = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(kept) = kept.filter(SendRequest::is_ready) {
            match self.ask(kept, body.clone()).await {
                // It was closed before anything was sent.
                Err(error) if error.downcast_ref().is_some_and(hyper::Error::is_canceled) => {}
                answer => return answer,
            }
        }
        self.ask(self.connect().await?, body).await
    }

    /// Sends a request by this connection, and keeps it for the next one.
    async fn ask(&self, mut connection: Connection, body: Bytes) -> Result<(StatusCode, Bytes), HttpError> {
        let response = connection.send_request(self.head.clone().map(|()| Full::new(body))).await?;
        let status = response.status();
        let answer = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await?.to_bytes();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok((status, answer))
    }

    async fn connect(&self) -> Result<Connection, HttpError> {
        let unknown = |error| format!("dns error: {error}");
        let found = lookup_host((self.host.as_str(), self.port)).await.map_err(unknown)?;
        let stream = TcpStream::connect(found.collect::<Vec<_>>().as_slice()).await?;
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

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::post::look;

    fn request(url: &str) -> reqwest::Request {
        reqwest::Request::new(reqwest::Method::POST, url.parse().unwrap())
    }

    fn direct(url: &str) -> Option<Direct> {
        Direct::to(&request(url), Duration::from_secs(5), true)
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn only_plain_http_without_a_name_goes_directly() {
        assert!(direct("http://collector:4318/v1/traces").is_some());
        assert!(direct("https://collector:4318/v1/traces").is_none());
        assert!(direct("http://me:secret@collector:4318/v1/traces").is_none());
    }

    #[test]
    fn a_request_has_the_path_and_names_the_host() {
        let one = direct("http://[::1]:4318/v1/traces?key=1").unwrap();
        assert_eq!(one.head.uri(), "/v1/traces?key=1");
        assert_eq!(one.head.headers().get(HOST).unwrap(), "[::1]:4318");
        assert_eq!((one.host.as_str(), one.port), ("::1", 4318));
        let usual = direct("http://collector/v1/traces").unwrap();
        assert_eq!(usual.head.headers().get(HOST).unwrap(), "collector");
        assert_eq!(usual.port, 80);
    }

    /// Answers so many requests on each connection, in pieces. It closes each when it is told to, and tells that it has.
    #[expect(clippy::disallowed_methods, reason = "it is not candor that starts a thread here")]
    fn backend(connections: usize, requests: usize) -> (String, impl Fn()) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let ((close, closing), (tell, told)) = (mpsc::channel(), mpsc::channel());
        thread::spawn(move || {
            for stream in listener.incoming().take(connections) {
                let mut stream = stream.unwrap();
                for _ in 0..requests {
                    let mut read = Vec::new();
                    while !read.ends_with(b"spans") {
                        let mut some = [0; 256];
                        let count = stream.read(&mut some).unwrap();
                        assert!(count > 0, "{}", String::from_utf8_lossy(&read));
                        read.extend_from_slice(&some[..count]);
                    }
                    let answer = b"HTTP/1.1 202 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
                    stream.write_all(answer).unwrap();
                }
                closing.recv().unwrap();
                drop(stream);
                tell.send(()).unwrap();
            }
        });
        let end = move || {
            close.send(()).unwrap();
            told.recv().unwrap();
        };
        (url, end)
    }

    fn send(runtime: &tokio::runtime::Runtime, direct: &Direct) -> (u16, Bytes) {
        let exchange = async {
            look().await;
            direct.exchange(Bytes::from_static(b"spans")).await
        };
        let (status, answer) = runtime.block_on(exchange).unwrap();
        (status.as_u16(), answer)
    }

    #[test]
    fn a_connection_is_used_again() {
        let (url, close) = backend(1, 3);
        let (direct, runtime) = (direct(&url).unwrap(), runtime());
        for _ in 0..3 {
            assert_eq!(send(&runtime, &direct), (202, Bytes::from_static(b"abc")));
        }
        close();
    }

    #[test]
    fn a_connection_that_was_closed_meanwhile_is_not_used_again() {
        let (url, close) = backend(4, 1);
        let (direct, runtime) = (direct(&url).unwrap(), runtime());
        for _ in 0..4 {
            assert_eq!(send(&runtime, &direct).0, 202);
            close();
        }
    }
}
