//! Writes divergences as JSON lines, and reads them back.
//!
//! [`JsonLines`] is the exporter, [`schema`] the versioned format (`candor/1`), [`read`] its reader. A line has everything
//! that a report shows, the story included, so that a file is enough to render, compare or count findings later:
//! `cargo candor show FILE` prints one as if the run had just ended.
//!
//! A write that fails is counted and its first cause kept; see [`JsonLines::errors`].
//!
//! # Example
//!
//! ```
//! use candor::Exporter as _;
//! use candor::model::{Code, Divergence, Run, Site};
//! use candor_file::{JsonLines, read};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let site = Site { file: "src/order.rs", line: 31, column: 5, function: "place_order" };
//! let mut run = Run::default();
//! run.divergences.push(Divergence::new(Code::C101, "place_order", site));
//!
//! # let path = std::env::temp_dir().join(format!("candor-file-{}.jsonl", std::process::id()));
//! // A program says `candor::builder().exporter(lines)`, and the guard finishes it.
//! let mut lines = JsonLines::create(&path)?;
//! lines.finish(&run);
//!
//! let found = read(std::io::BufReader::new(std::fs::File::open(&path)?))?;
//! assert_eq!((found[0].code.as_str(), found[0].site.line), ("C101", 31));
//! # std::fs::remove_file(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! **Invariant:** no other exporter is used here, and nothing is written anywhere but to the given writer.

mod lines;
mod read;
pub mod schema;

pub use lines::{Errors, JsonLines};
pub use read::{ReadError, read};

#[cfg(test)]
mod tests;
