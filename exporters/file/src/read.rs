//! Reads JSON lines back.

use std::fmt;
use std::io::{self, BufRead};

use crate::schema::{Divergence, SCHEMA};

/// Why a file could not be read: a line, from 1, and what is wrong with it.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The input failed.
    Io(usize, io::Error),
    /// The line is not a divergence.
    Json(usize, serde_json::Error),
    /// The line is of another version of the schema.
    Schema(usize, String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(line, _) => write!(f, "failed to read line {line}"),
            ReadError::Json(line, _) => write!(f, "failed to read line {line} as a divergence"),
            ReadError::Schema(line, found) => {
                write!(
                    f,
                    "failed to read line {line}: its schema is `{found}`, and `{SCHEMA}` is what can be read"
                )
            }
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::Io(_, error) => Some(error),
            ReadError::Json(_, error) => Some(error),
            ReadError::Schema(..) => None,
        }
    }
}

/// The part of a line that every version has.
#[derive(serde::Deserialize)]
struct Versioned {
    schema: String,
}

/// Reads every divergence. Of lines about the same finding the last one stands, in the place of the first; empty lines
/// are passed over.
///
/// ```
/// use candor_file::read;
///
/// assert_eq!(read("\n\n".as_bytes()).map(|found| found.len()).ok(), Some(0));
/// let error = read("{\"schema\":\"candor/9\"}".as_bytes()).map_err(|error| error.to_string());
/// assert_eq!(
///     error.err().as_deref(),
///     Some("failed to read line 1: its schema is `candor/9`, and `candor/1` is what can be read")
/// );
/// ```
///
/// # Errors
///
/// The first line that cannot be read.
pub fn read(input: impl BufRead) -> Result<Vec<Divergence>, ReadError> {
    let mut found: Vec<Divergence> = Vec::new();
    for (line, text) in (1..).zip(input.lines()) {
        let text = text.map_err(|error| ReadError::Io(line, error))?;
        if text.trim().is_empty() {
            continue;
        }
        let divergence = parse(line, &text)?;
        match found.iter_mut().find(|known| known.is_same(&divergence)) {
            Some(known) => *known = divergence,
            None => found.push(divergence),
        }
    }
    Ok(found)
}

fn parse(line: usize, text: &str) -> Result<Divergence, ReadError> {
    let version: Versioned = serde_json::from_str(text).map_err(|error| ReadError::Json(line, error))?;
    if version.schema != SCHEMA {
        return Err(ReadError::Schema(line, version.schema));
    }
    serde_json::from_str(text).map_err(|error| ReadError::Json(line, error))
}
