//! The exporter.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use candor::Exporter;
use candor::model::{Code, Divergence, Run, Site};

use crate::schema;

/// Writes one JSON object per divergence and line.
///
/// At the end of the run by default, when every count is known. With [`JsonLines::live`], each new divergence at once with
/// a count of one, and at the end those once more that were found again: the last line about a finding stands.
pub struct JsonLines {
    out: Box<dyn Write + Send>,
    is_live: bool,
    /// The count with which each finding was last written.
    written: HashMap<(Code, &'static str, Site), u64>,
    errors: Errors,
}

/// The writes that failed. A copy stays readable after the exporter has been handed over.
///
/// ```
/// use candor_file::JsonLines;
///
/// let lines = JsonLines::stdout();
/// let errors = lines.errors();
/// // .. `lines` goes to `candor::builder().exporter(lines)`; when the run has ended:
/// assert_eq!(errors.count(), 0);
/// assert_eq!(errors.first(), None);
/// ```
#[derive(Clone, Default)]
pub struct Errors(Arc<Mutex<(u64, Option<String>)>>);

impl Errors {
    /// How many lines could not be written.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// What the first one failed with.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn keep(&self, result: io::Result<()>) -> bool {
        let Err(error) = result else { return true };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        kept.1.get_or_insert_with(|| error.to_string());
        false
    }
}

impl fmt::Debug for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errors").field("count", &self.count()).field("first", &self.first()).finish()
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines")
            .field("is_live", &self.is_live)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl JsonLines {
    /// Writes to standard output.
    #[must_use]
    pub fn stdout() -> JsonLines {
        JsonLines::to(io::stdout())
    }

    /// Writes to any writer; it is flushed after each line when live, and at the end.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> JsonLines {
        JsonLines {
            out: Box::new(writer),
            is_live: false,
            written: HashMap::new(),
            errors: Errors::default(),
        }
    }

    /// Writes to a new file; one that is there already is emptied.
    ///
    /// # Errors
    ///
    /// When the file cannot be created.
    pub fn create(path: impl AsRef<Path>) -> io::Result<JsonLines> {
        Ok(JsonLines::to(BufWriter::new(File::create(path)?)))
    }

    /// Writes each new divergence at once.
    #[must_use]
    pub fn live(self) -> JsonLines {
        JsonLines { is_live: true, ..self }
    }

    /// The writes that failed, now and later.
    #[must_use]
    pub fn errors(&self) -> Errors {
        self.errors.clone()
    }

    fn write(&mut self, divergence: &Divergence) {
        let line = serde_json::to_string(&schema::Divergence::from(divergence)).map_err(io::Error::from);
        let result = line.and_then(|line| self.out.write_all(format!("{line}\n").as_bytes()));
        if self.errors.keep(result) {
            self.written.insert(divergence.fingerprint(), divergence.count);
        }
    }

    fn flush(&mut self) {
        let result = self.out.flush();
        self.errors.keep(result);
    }
}

impl Exporter for JsonLines {
    fn divergence(&mut self, divergence: &Divergence) {
        if self.is_live {
            self.write(divergence);
            self.flush();
        }
    }

    fn finish(&mut self, run: &Run) {
        for divergence in &run.divergences {
            if self.written.get(&divergence.fingerprint()) != Some(&divergence.count) {
                self.write(divergence);
            }
        }
        self.flush();
    }
}
