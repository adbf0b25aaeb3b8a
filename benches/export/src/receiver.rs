//! Takes whatever is sent by OTLP/HTTP, counts the spans, and keeps nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

/// A receiver that listens.
pub(crate) struct Receiver {
    address: SocketAddr,
    spans: Arc<AtomicU64>,
}

impl Receiver {
    /// Listens on a local port, a thread for each connection.
    pub(crate) fn start() -> io::Result<Receiver> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let receiver = Receiver { address: listener.local_addr()?, spans: Arc::default() };
        let spans = Arc::clone(&receiver.spans);
        beside(move || {
            for connection in listener.incoming().flatten() {
                let spans = Arc::clone(&spans);
                // A connection that breaks off has nothing more to say.
                beside(move || drop(serve(&connection, &spans)));
            }
        });
        Ok(receiver)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many spans have arrived. Relaxed: whoever sent them has ended.
    pub(crate) fn spans(&self) -> u64 {
        self.spans.load(Ordering::Relaxed)
    }
}

#[expect(clippy::disallowed_methods, reason = "it is not candor that starts a thread here")]
fn beside(work: impl FnOnce() + Send + 'static) {
    thread::spawn(work);
}

fn serve(connection: &TcpStream, spans: &AtomicU64) -> io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut answer = connection;
    while let Some((path, length)) = head(&mut reader)? {
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        if path.ends_with("/v1/traces") {
            spans.fetch_add(count(&body)?, Ordering::Relaxed);
        }
        answer.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n",
        )?;
    }
    Ok(())
}

/// The path and the length of the next request; nothing when there is none.
fn head(reader: &mut impl BufRead) -> io::Result<Option<(String, usize)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { return Ok(Some((path, length))) };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
}

fn count(body: &[u8]) -> io::Result<u64> {
    let request = ExportTraceServiceRequest::decode(body).map_err(io::Error::other)?;
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    Ok(scopes.map(|scope| scope.spans.len() as u64).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_one_after_the_other() {
        let text =
            "POST /v1/traces HTTP/1.1\r\nContent-Length: 0\r\nHost: here\r\n\r\nGET /x HTTP/1.1\r\n\r\n";
        let mut reader = text.as_bytes();
        assert_eq!(head(&mut reader).unwrap(), Some(("/v1/traces".to_owned(), 0)));
        assert_eq!(head(&mut reader).unwrap(), Some(("/x".to_owned(), 0)));
        assert_eq!(head(&mut reader).unwrap(), None);
    }
}
