//! Gets the catalog of a binary, and puts what is made of it on disk.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candor_grafana::{Catalog, Page};
use clap::Args;

/// Where the catalog comes from.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The binary of the workspace to ask; the only one when there is one.
    #[arg(long)]
    bin: Option<String>,
    /// The package with the binary.
    #[arg(short, long)]
    package: Option<String>,
    /// The example to ask, instead of a binary.
    #[arg(long, conflicts_with = "bin")]
    example: Option<String>,
    /// A file with the catalog: what `CANDOR_CATALOG=FILE` makes a binary write.
    #[arg(long, conflicts_with_all = ["bin", "package", "example"])]
    catalog: Option<PathBuf>,
}

/// A catalog that could not be had.
#[derive(Debug)]
enum Unavailable {
    /// The file cannot be read.
    File(PathBuf, io::Error),
    /// Cargo could not run the binary.
    Cargo(String),
    /// The binary ran and wrote nothing.
    Silent,
    /// What it wrote is no catalog.
    Unreadable(Box<dyn Error>),
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::File(path, _) => write!(f, "failed to read the catalog `{}`", path.display()),
            Unavailable::Cargo(how) => write!(f, "failed to ask the binary for its catalog: `{how}` did not succeed"),
            Unavailable::Silent => f.write_str(
                "failed to get the catalog: the binary ended without writing it; call `candor::install()` or `builder().install()` \
                 at the start of its `main`",
            ),
            Unavailable::Unreadable(_) => f.write_str(
                "failed to understand the catalog: it was written by another version of candor; use the same version for both",
            ),
        }
    }
}

impl Error for Unavailable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Unavailable::File(_, cause) => Some(cause),
            Unavailable::Unreadable(cause) => Some(cause.as_ref()),
            Unavailable::Cargo(_) | Unavailable::Silent => None,
        }
    }
}

impl Source {
    /// Reads the file, or builds and asks the binary.
    pub(crate) fn catalog(&self) -> Result<Catalog, Box<dyn Error>> {
        let json = match &self.catalog {
            Some(path) => read(path)?,
            None => self.ask()?,
        };
        Ok(Catalog::read(&json).map_err(|cause| Unavailable::Unreadable(cause.into()))?)
    }

    fn ask(&self) -> Result<String, Unavailable> {
        let file = std::env::temp_dir().join(format!("candor-catalog-{}.json", std::process::id()));
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--quiet"]).env("CANDOR_CATALOG", &file).stdin(Stdio::null());
        for (flag, value) in
            [("--package", &self.package), ("--bin", &self.bin), ("--example", &self.example)]
        {
            if let Some(value) = value {
                cargo.args([flag, value]);
            }
        }
        // What the binary says itself is not ours to print.
        cargo.stdout(Stdio::null());
        let shown = format!("{cargo:?}").replace('"', "");
        let done = cargo.status().map_err(|_missing| Unavailable::Cargo(shown.clone()))?;
        if !done.success() {
            return Err(Unavailable::Cargo(shown));
        }
        if !file.exists() {
            return Err(Unavailable::Silent);
        }
        let json = read(&file)?;
        std::fs::remove_file(&file).map_err(|cause| Unavailable::File(file, cause))?;
        Ok(json)
    }
}

fn read(path: &Path) -> Result<String, Unavailable> {
    std::fs::read_to_string(path).map_err(|cause| Unavailable::File(path.to_owned(), cause))
}

/// Writes the pages below `folder`, and says which.
pub(crate) fn write(folder: &Path, pages: &[Page]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for page in pages {
        let path = folder.join(&page.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, &page.text)?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}
