//! Places in the source.

use std::fmt;

/// A place in the user's source. Lines and columns count from one, as rustc prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Site {
    /// The file, as `file!()` names it: relative to the workspace root.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The function that contains the place.
    pub function: &'static str,
}

impl Site {
    /// A place that is not known.
    pub const UNKNOWN: Site = Site { file: "", line: 0, column: 0, function: "" };

    /// Whether the place is known.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.line != 0
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_known() {
            write!(f, "{}:{}:{}", self.file, self.line, self.column)
        } else {
            f.write_str("unknown place")
        }
    }
}

/// How control leaves an operation at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Exit {
    /// Not an exit: a statement in the middle of the body.
    Statement,
    /// The value of the body's last expression.
    Tail,
    /// A `return`.
    Return,
    /// A `?` that met an `Err` or a `None`.
    Question,
    /// An `.await`: where a dropped future was suspended.
    Await,
}

impl Exit {
    /// The exit whose name begins with this letter.
    #[must_use]
    pub(crate) const fn of(letter: char) -> Exit {
        match letter {
            't' => Exit::Tail,
            'r' => Exit::Return,
            'q' => Exit::Question,
            'a' => Exit::Await,
            _ => Exit::Statement,
        }
    }
}

/// The position of a running operation in its own source; one static each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The place.
    pub site: Site,
    /// What stands there.
    pub exit: Exit,
}

impl Spot {
    /// A position that is not known.
    pub const UNKNOWN: Spot = Spot { site: Site::UNKNOWN, exit: Exit::Statement };
}
