//! What the reader's terminal can show, and the colours of the report.
//!
//! The only file of the crate that reads the environment.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anstream::ColorChoice;
use anstream::stream::RawStream;
use anstyle::{AnsiColor, Style as Paint};

/// The width when nothing is known about the terminal.
const WIDTH: usize = 100;
/// Below this, nothing would be left of a line of text.
const NARROWEST: usize = 40;

pub(crate) const BOLD: Paint = Paint::new().bold();
pub(crate) const DIM: Paint = Paint::new().dimmed();
pub(crate) const RED: Paint = AnsiColor::BrightRed.on_default().bold();
pub(crate) const YELLOW: Paint = AnsiColor::Yellow.on_default();
pub(crate) const WARNING: Paint = YELLOW.bold();
pub(crate) const GREEN: Paint = AnsiColor::Green.on_default();
pub(crate) const CYAN: Paint = AnsiColor::Cyan.on_default();
pub(crate) const BLUE: Paint = AnsiColor::BrightBlue.on_default().bold();

/// Colours and width.
///
/// ```
/// use candor_term::Style;
///
/// let style = Style::plain().with_width(80);
/// assert!(!style.is_coloured());
/// assert_eq!(style.width(), 80);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    colour: bool,
    width: usize,
}

impl Style {
    /// No colours, 100 columns.
    #[must_use]
    pub const fn plain() -> Style {
        Style { colour: false, width: WIDTH }
    }

    /// Colours (ANSI), 100 columns.
    #[must_use]
    pub const fn coloured() -> Style {
        Style { colour: true, width: WIDTH }
    }

    /// The same with this many columns, but never fewer than 40.
    #[must_use]
    pub const fn with_width(self, width: usize) -> Style {
        Style { width: if width < NARROWEST { NARROWEST } else { width }, ..self }
    }

    /// What this stream wants: colours only on a terminal, and not when `NO_COLOR` is set; the width of `COLUMNS`, of the
    /// terminal, or 100.
    #[must_use]
    pub fn detect(stream: &impl RawStream) -> Style {
        let colour = !matches!(AutoStream::choice(stream), ColorChoice::Never);
        let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let of_terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns.or_else(of_terminal).filter(|width| *width > 0).unwrap_or(WIDTH);
        Style { colour, width: WIDTH }.with_width(width)
    }

    /// Whether there are colours.
    #[must_use]
    pub const fn is_coloured(&self) -> bool {
        self.colour
    }

    /// How many columns a line may take.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// `text` in this colour, if there are colours.
    pub(crate) fn paint(&self, paint: Paint, text: impl Display) -> String {
        if self.colour && !paint.is_plain() { format!("{paint}{text}{paint:#}") } else { text.to_string() }
    }
}

/// How divergences are rendered.
///
/// ```
/// use candor_term::{Options, Style};
///
/// let options = Options::new(Style::plain().with_width(80)).with_stories(false);
/// assert_eq!(options.style().width(), 80);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    style: Style,
    stories: bool,
    roots: Vec<PathBuf>,
}

impl Options {
    /// Stories are told, and sources are looked for in the current folder and the package's (`CARGO_MANIFEST_DIR`), and
    /// in the folders around them.
    #[must_use]
    pub fn new(style: Style) -> Options {
        Options { style, stories: true, roots: roots() }
    }

    /// Whether the story follows each divergence.
    #[must_use]
    pub fn with_stories(self, stories: bool) -> Options {
        Options { stories, ..self }
    }

    /// Looks for sources in this folder before any other.
    #[must_use]
    pub fn with_root(mut self, folder: impl Into<PathBuf>) -> Options {
        self.roots.insert(0, folder.into());
        self
    }

    /// Colours and width.
    #[must_use]
    pub const fn style(&self) -> Style {
        self.style
    }

    pub(crate) const fn has_stories(&self) -> bool {
        self.stories
    }

    /// The folders in which sources are looked for, in order.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(PathBuf::as_path)
    }
}

/// `file!()` is relative to the workspace's root, which is the current folder or one around it.
fn roots() -> Vec<PathBuf> {
    let starts = [std::env::current_dir().ok(), variable("CARGO_MANIFEST_DIR").map(PathBuf::from)];
    let mut roots: Vec<PathBuf> = Vec::new();
    for folder in starts.iter().flatten().flat_map(|start| start.ancestors()) {
        if !roots.iter().any(|known| known == folder) {
            roots.push(folder.to_owned());
        }
    }
    roots
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment tells the width and the package; read once, at start"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
