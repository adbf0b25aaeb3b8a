//! `cargo candor show FILE`: a file of candor-file as if the run had just ended.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use candor::Exporter as _;
use candor::model::Run;
use candor_file::schema;
use candor_term::Terminal;
use clap::Args;

use crate::Outcome;
use crate::restore::Restore;

/// Show a file of JSON lines, as `candor-file` writes them, with the source around each place.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The file; `-` is standard input.
    file: PathBuf,
    /// Leave out the stories.
    #[arg(long)]
    no_stories: bool,
}

/// A file that cannot be shown.
#[derive(Debug)]
struct Unreadable {
    file: PathBuf,
    cause: Box<dyn Error>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to show `{}`", self.file.display())
    }
}

impl Error for Unreadable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

impl Show {
    pub(crate) fn run(&self) -> Outcome {
        let run = self.read().map_err(|cause| Unreadable { file: self.file.clone(), cause })?;
        let mut terminal = Terminal::stdout().stories(!self.no_stories);
        let errors = terminal.errors();
        terminal.finish(&run);
        match errors.load(Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(io::Error::from(io::ErrorKind::BrokenPipe).into()),
        }
    }

    fn read(&self) -> Result<Run, Box<dyn Error>> {
        let found = if self.file == Path::new("-") {
            lines(io::stdin().lock())?
        } else {
            lines(BufReader::new(File::open(&self.file)?))?
        };
        let mut restore = Restore::default();
        let mut run = Run::default();
        run.divergences = found.into_iter().map(|one| restore.divergence(one)).collect::<Result<_, _>>()?;
        run.divergences.sort_by_key(|one| one.level);
        Ok(run)
    }
}

fn lines(input: impl BufRead) -> Result<Vec<schema::Divergence>, candor_file::ReadError> {
    candor_file::read(input)
}
