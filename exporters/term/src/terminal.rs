//! The exporter.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anstream::AutoStream;
use candor::Exporter;
use candor::model::{Code, Divergence, Run, Site};

use crate::{Options, Style, diagnostic, summary};

/// Prints every divergence of a run when it ends, and a summary after them.
///
/// ```no_run
/// use candor_term::Terminal;
///
/// // Each new divergence at once, without its story; the summary at the end.
/// let terminal = Terminal::stderr().live().stories(false);
/// ```
pub struct Terminal {
    out: Box<dyn Write + Send>,
    options: Options,
    is_live: bool,
    /// What was printed while the run was going on.
    printed: HashSet<(Code, &'static str, Site)>,
    errors: Arc<AtomicU64>,
}

impl Terminal {
    /// Prints to standard error: the right place when standard output is the program's own.
    #[must_use]
    pub fn stderr() -> Terminal {
        let style = Style::detect(&io::stderr());
        Terminal::to(AutoStream::auto(io::stderr()), style)
    }

    /// Prints to standard output.
    #[must_use]
    pub fn stdout() -> Terminal {
        let style = Style::detect(&io::stdout());
        Terminal::to(AutoStream::auto(io::stdout()), style)
    }

    /// Prints to any writer in this style.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static, style: Style) -> Terminal {
        Terminal {
            out: Box::new(writer),
            options: Options::new(style),
            is_live: false,
            printed: HashSet::new(),
            errors: Arc::default(),
        }
    }

    /// Prints each new divergence at once; the end of the run then prints what is not yet known, and the summary.
    #[must_use]
    pub fn live(self) -> Terminal {
        Terminal { is_live: true, ..self }
    }

    /// Whether the story follows each divergence; it does unless told otherwise.
    #[must_use]
    pub fn stories(self, stories: bool) -> Terminal {
        Terminal { options: self.options.with_stories(stories), ..self }
    }

    /// How many writes failed. The counter stays readable after the exporter has been handed over.
    #[must_use]
    pub fn errors(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.errors)
    }

    fn print(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        if written.is_err() {
            self.errors.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Exporter for Terminal {
    fn divergence(&mut self, divergence: &Divergence) {
        if self.is_live && self.printed.insert(divergence.fingerprint()) {
            let text = diagnostic::render(divergence, &self.options);
            self.print(&format!("{text}\n"));
        }
    }

    fn finish(&mut self, run: &Run) {
        let fresh: Vec<&Divergence> =
            run.divergences.iter().filter(|found| !self.printed.contains(&found.fingerprint())).collect();
        let before = std::iter::once(None).chain(fresh.iter().map(Some));
        for (divergence, before) in fresh.iter().zip(before) {
            let is_told = before.is_some_and(|before| has_same_story(before, divergence));
            let text = if is_told {
                diagnostic::render(divergence, &self.options.clone().with_stories(false))
            } else {
                diagnostic::render(divergence, &self.options)
            };
            let above =
                if is_told && self.options.has_stories() { "\n  its story is the one above\n" } else { "" };
            self.print(&format!("{text}{above}\n"));
        }
        let text = summary::summary(run, self.options.style());
        self.print(&text);
    }
}

/// Whether both were found in the very same call.
fn has_same_story(one: &Divergence, other: &Divergence) -> bool {
    let story = &one.story;
    !story.lines.is_empty()
        && *story == other.story
        && (one.operation, &one.key, one.count) == (other.operation, &other.key, other.count)
}
