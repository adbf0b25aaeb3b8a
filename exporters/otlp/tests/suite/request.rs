//! One request of HTTP, as the receivers of the tests read it.

use std::io::BufRead;

/// What a client asked.
pub(crate) struct Asked {
    pub(crate) path: String,
    /// The lines of the head, in small letters.
    pub(crate) head: Vec<String>,
    pub(crate) body: Vec<u8>,
}

/// The next request; `None` when the client has gone, or was never let in.
pub(crate) fn read_request(stream: &mut impl BufRead) -> Option<Asked> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let path = first.split_whitespace().nth(1)?.to_owned();
    let mut length = 0;
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { path, head, body })
}
