//! A receiver of OTLP by HTTP that can be as bad as real ones are. It counts the spans that it confirmed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::e2e::Outcome;

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Manner {
    /// As it should.
    Good,
    /// As it should, after a while.
    Slow(Duration),
    /// With this status.
    Status(u16),
    /// With success and something that is no answer of OTLP.
    Garbage,
    /// It accepts and never answers.
    Hung,
    /// It reads the request and closes the connection.
    Rude,
}

/// The identifiers of all spans that were confirmed. Copies share them.
#[derive(Clone, Default)]
pub(super) struct Confirmed(Arc<Mutex<BTreeSet<Vec<u8>>>>);

impl Confirmed {
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn add(&self, request: &[u8]) {
        // A request has resources, they have scopes, those have spans, and these have identifiers.
        let ids = [1, 2, 2, 2].iter().fold(vec![request], |level, number| {
            level.into_iter().flat_map(|bytes| fields(bytes, *number)).collect()
        });
        let ids = ids.into_iter().map(<[u8]>::to_vec);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
    }
}

/// One that runs until it is dropped.
pub(super) struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
}

struct Shared {
    manner: Manner,
    confirmed: Confirmed,
    is_closed: AtomicBool,
    /// What is open, to be cut off when it ends.
    streams: Mutex<Vec<TcpStream>>,
}

impl Receiver {
    pub(super) fn start(address: &str, manner: Manner, confirmed: Confirmed) -> Outcome<Receiver> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            manner,
            confirmed,
            is_closed: AtomicBool::default(),
            streams: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        let accepting = aside(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if own.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                own.serve_aside(stream);
            }
        });
        Ok(Receiver { address, shared, accepting: Some(accepting) })
    }

    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        for stream in self.shared.streams.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // One that the other side has closed is what is wanted.
            drop(stream.shutdown(Shutdown::Both));
        }
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

impl Shared {
    fn serve_aside(self: &Arc<Self>, stream: TcpStream) {
        let Ok(copy) = stream.try_clone() else { return };
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        let own = Arc::clone(self);
        // A connection that breaks is what some of these are for.
        aside(move || drop(own.serve(stream)));
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some((path, body)) = request(&mut reader)? {
            let (status, answer) = match self.manner {
                Manner::Good => (200, ""),
                Manner::Slow(time) => {
                    pause(time);
                    (200, "")
                }
                Manner::Status(status) => (status, ""),
                Manner::Garbage => (200, "<html>It works!</html>"),
                // Until the client goes away.
                Manner::Hung => return reader.read_to_end(&mut Vec::new()).map(drop),
                Manner::Rude => return stream.shutdown(Shutdown::Both),
            };
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
            stream.write_all(head.as_bytes())?;
            if matches!(self.manner, Manner::Good | Manner::Slow(_)) && path == "/v1/traces" {
                self.confirmed.add(&body);
            }
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a chore is no library code; a server has threads of its own")]
fn aside(work: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::spawn(work)
}

fn pause(time: Duration) {
    thread::sleep(time);
}

/// The path and the body of the next request.
fn request(reader: &mut impl BufRead) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first.split_whitespace().nth(1).unwrap_or_default().to_owned(), body)))
}

/// The fields of a message of Protocol Buffers that have this number and are messages or bytes themselves.
fn fields(mut bytes: &[u8], number: u64) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while let Some(tag) = varint(&mut bytes) {
        let skip = match tag & 7 {
            0 => varint(&mut bytes).map(|_| 0),
            1 => Some(8),
            2 => varint(&mut bytes).and_then(|length| usize::try_from(length).ok()),
            5 => Some(4),
            _ => None,
        };
        let Some((field, rest)) = skip.and_then(|length| bytes.split_at_checked(length)) else { return all };
        if tag >> 3 == number && tag & 7 == 2 {
            all.push(field);
        }
        bytes = rest;
    }
    all
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message or bytes in a field of this number.
    fn field(number: u8, inside: &[u8]) -> Vec<u8> {
        let mut all = vec![number << 3 | 2, u8::try_from(inside.len()).unwrap()];
        all.extend(inside);
        all
    }

    #[test]
    fn spans_are_counted_by_their_identifiers() {
        let span = |id: u8| {
            // The trace, the span, a fixed number and a small one.
            let mut span = [field(1, &[9; 16]), field(2, &[id; 8])].concat();
            span.extend([7 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0, 6 << 3, 0x81, 0x01]);
            field(2, &span)
        };
        let request = |ids: &[u8]| {
            let spans: Vec<u8> = ids.iter().flat_map(|id| span(*id)).collect();
            field(1, &field(2, &spans))
        };
        let confirmed = Confirmed::default();
        confirmed.add(&request(&[1, 2]));
        confirmed.add(&request(&[2, 3]));
        assert_eq!(confirmed.len(), 3);
        confirmed.add(b"\xff\xff\xff no message");
        assert_eq!(confirmed.len(), 3);
    }
}
