//! A load on a local HTTP service: a few connections, each with one request after the other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
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

    /// Sends it again and again for so long, and returns how often it was answered in a second. The load never sleeps: a client
    /// that does has to be woken by the service, the more often the slower that is, and what is measured would be that as well.
    ///
    /// # Errors
    /// When an answer is not of success.
    pub(super) fn repeat(&self, time: Duration) -> io::Result<Answered> {
        #[expect(clippy::disallowed_methods, reason = "a load is measured by the clock on the wall")]
        let begun = Instant::now();
        let mut asked = (0..CONNECTIONS).map(|_| Asked::open(self)).collect::<io::Result<Vec<_>>>()?;
        let mut requests = 0;
        while !asked.is_empty() {
            let mut waiting = Vec::with_capacity(asked.len());
            for mut one in asked {
                let is_answered = one.is_answered()?;
                requests += u64::from(is_answered);
                if is_answered && begun.elapsed() >= time {
                    continue;
                }
                if is_answered {
                    one.ask(self)?;
                }
                waiting.push(one);
            }
            asked = waiting;
            std::hint::spin_loop();
        }
        Ok(Answered { requests, seconds: begun.elapsed().as_secs_f64() })
    }
}

/// How many requests were answered in how long.
pub(super) struct Answered {
    pub(super) requests: u64,
    pub(super) seconds: f64,
}

/// A connection on which an answer is awaited, without ever waiting for it.
struct Asked {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Asked {
    fn open(request: &Request) -> io::Result<Asked> {
        let stream = TcpStream::connect(&request.address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut asked = Asked { stream, answer: Vec::new() };
        asked.ask(request)?;
        Ok(asked)
    }

    /// A request is far shorter than what the system takes at once.
    fn ask(&mut self, request: &Request) -> io::Result<()> {
        self.answer.clear();
        self.stream.write_all(request.text.as_bytes())
    }

    /// Whether the answer is there as a whole.
    fn is_answered(&mut self) -> io::Result<bool> {
        let mut part = [0; 4096];
        match self.stream.read(&mut part) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                self.answer.extend(part.iter().take(length));
                is_whole(&self.answer)
            }
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(cause) => Err(cause),
        }
    }
}

/// Whether this is an answer with all of its body; an error if it is none of success.
fn is_whole(answer: &[u8]) -> io::Result<bool> {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(false) };
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    if body.len() < length.unwrap_or(0) {
        return Ok(false);
    }
    succeeded(head.lines().next().unwrap_or_default(), body).map(|()| true)
}

/// An error unless this is the status of success.
fn succeeded(status: &str, body: &str) -> io::Result<()> {
    if status.split(' ').nth(1).is_some_and(|code| code.starts_with('2')) {
        return Ok(());
    }
    Err(io::Error::other(format!("{status}: {body}")))
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
        succeeded(&status, &String::from_utf8_lossy(&body))
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
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A service that answers this to whatever it is asked, on any connection.
    fn served_often(answer: &'static str) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serve = move |stream: TcpStream| {
            let mut part = [0; 4096];
            while (&stream).read(&mut part).is_ok_and(|length| length > 0) {
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        };
        #[expect(clippy::disallowed_methods, reason = "the service beside the load, in a test")]
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || serve(stream.unwrap()));
            }
        });
        base
    }

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
    fn an_answer_is_whole_with_its_body_and_only_success_is_one() {
        let whole = |text: &str| is_whole(text.as_bytes()).map_err(|cause| cause.to_string());
        assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoo"), Ok(false));
        assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"), Ok(false));
        assert_eq!(whole("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"), Ok(true));
        assert_eq!(whole("HTTP/1.1 204 No Content\r\n\r\n"), Ok(true));
        let bad = "HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\nbad";
        assert_eq!(whole(bad), Err("HTTP/1.1 409 Conflict: bad".to_owned()));
    }

    #[test]
    fn a_load_counts_what_was_answered_and_ends_when_its_time_is_over() {
        let answers = &["HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"; 1];
        let base = served_often(answers[0]);
        let answered = Request::post(&base, "/orders", "{}").repeat(Duration::from_millis(1)).unwrap();
        assert!(answered.requests >= CONNECTIONS as u64 && answered.seconds >= 0.001);
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
