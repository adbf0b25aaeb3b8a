//! A load on a local HTTP service: a few connections, each with one request after the other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// How many requests are under way at a time.
const CONNECTIONS: usize = 4;

/// A request, as it is written.
#[derive(Clone)]
pub(super) struct Request {
    address: String,
    text: String,
}

impl Request {
    /// A `POST` of a JSON text to a path of the service at `base`.
    pub(super) fn post(base: &str, path: &str, body: &str) -> Request {
        let address = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let text = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Request { address, text }
    }

    /// Sends it so often, one after the other.
    ///
    /// # Errors
    /// When an answer is not of success.
    pub(super) fn times(&self, times: u32) -> io::Result<()> {
        let mut connection = Connection::open(self)?;
        (0..times).try_for_each(|_| connection.ask(self))
    }

    /// Sends it again and again for so long, and returns how often it was answered in a second.
    ///
    /// # Errors
    /// When an answer is not of success.
    pub(super) fn repeat(&self, time: Duration) -> io::Result<Answered> {
        #[expect(clippy::disallowed_methods, reason = "a load is measured by the clock on the wall")]
        let begun = Instant::now();
        let work = || -> io::Result<u64> {
            let mut connection = Connection::open(self)?;
            let mut count = 0;
            while begun.elapsed() < time {
                connection.ask(self)?;
                count += 1;
            }
            Ok(count)
        };
        let requests = thread::scope(|scope| {
            let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
            let gone = |_panic| Err(io::Error::other("the load panicked"));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(gone)).sum::<io::Result<u64>>()
        })?;
        Ok(Answered { requests, seconds: begun.elapsed().as_secs_f64() })
    }
}

/// How many requests were answered in how long.
pub(super) struct Answered {
    pub(super) requests: u64,
    pub(super) seconds: f64,
}

struct Connection {
    reader: BufReader<TcpStream>,
    line: String,
}

impl Connection {
    fn open(request: &Request) -> io::Result<Connection> {
        let stream = TcpStream::connect(&request.address)?;
        stream.set_nodelay(true)?;
        Ok(Connection { reader: BufReader::new(stream), line: String::new() })
    }

    fn ask(&mut self, request: &Request) -> io::Result<()> {
        self.reader.get_mut().write_all(request.text.as_bytes())?;
        self.read_line()?;
        let status = self.line.trim().to_owned();
        let mut length = 0;
        loop {
            self.read_line()?;
            let Some((name, value)) = self.line.trim().split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        if status.split(' ').nth(1).is_some_and(|code| code.starts_with('2')) {
            return Ok(());
        }
        Err(io::Error::other(format!("{status}: {}", String::from_utf8_lossy(&body))))
    }

    fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        match self.reader.read_line(&mut self.line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A service that answers each connection with these texts, one for each request.
    fn served(answers: &'static [&'static str]) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "the service beside the load, in a test")]
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            for answer in answers {
                let mut line = String::new();
                while line != "\r\n" {
                    line.clear();
                    reader.read_line(&mut line).unwrap();
                }
                reader.read_exact(&mut [0; 2]).unwrap();
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        });
        base
    }

    #[test]
    fn answers_are_read_one_after_the_other_and_only_success_counts() {
        const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood";
        const BAD: &str = "HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\nbad";
        let request = Request::post(&served(&[GOOD, GOOD, BAD]), "/orders", "{}");
        let mut connection = Connection::open(&request).unwrap();
        assert!(connection.ask(&request).is_ok());
        assert!(connection.ask(&request).is_ok());
        assert_eq!(connection.ask(&request).unwrap_err().to_string(), "HTTP/1.1 409 Conflict: bad");
    }
}
