//! Prints divergences the way rustc prints its diagnostics, each with the story of the call, and ends with a summary of
//! the run: what was found, activity next to outcomes, and where to look first.
//!
//! [`Terminal`] is the exporter; [`render`] and [`summary`] are its two halves, for callers with a place of their own to
//! print to. The source is read when a report is rendered: it is looked for in the current folder and the package's, and
//! in the folders around them; where it is not found, the place is named without it.
//!
//! Colours appear only on a terminal, and not when `NO_COLOR` is set. From 60 columns on nothing is wider
//! than the terminal, except a piece of code to copy, which is never broken. Text from the run cannot steer the terminal: control characters are made visible.
//!
//! # Example
//!
//! ```
//! use candor::Exporter as _;
//! use candor::model::{Code, Divergence, Run, Site};
//! use candor_term::{Style, Terminal};
//!
//! let site = Site { file: "src/order.rs", line: 31, column: 5, function: "place_order" };
//! let mut run = Run::default();
//! run.divergences.push(Divergence::new(Code::C101, "place_order", site));
//!
//! // A program says `candor::builder().exporter(Terminal::stderr())`, and the guard finishes it.
//! let mut terminal = Terminal::to(Vec::new(), Style::plain());
//! terminal.finish(&run);
//! assert_eq!(terminal.errors().load(std::sync::atomic::Ordering::Relaxed), 0);
//! ```
//!
//! **Invariant:** no other exporter is used here, and nothing is written anywhere but to the given writer.

mod diagnostic;
mod source;
mod span;
mod story;
mod style;
mod summary;
mod table;
mod terminal;
mod text;

pub use diagnostic::render;
pub use style::{Options, Style};
pub use summary::summary;
pub use terminal::Terminal;

#[cfg(test)]
mod tests;
