//! Makes of each program what is compiled: bare and annotated, with its bug and with its repair, each line where it stood.
//!
//! Must not do more than a search and replace would: what is judged is the program as it was written.
//!
//! - `//-` at the end of a line: only in the program with the bug. `//+`: only in the repaired one.
//! - `//@ ` before a line: only in the annotated program. `//@ observe(..)` stands above a function, with its words.
//! - Every other function is under `#[observe]`, down to the line `// ---`: what follows is the world around the program.

#![expect(clippy::disallowed_methods, reason = "a build script is told where to write by the environment")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const BEGINNINGS: [&str; 5] = ["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(crate) fn "];

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=programs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut modules = String::new();
    let mut arms = String::new();
    for name in names()? {
        let text = std::fs::read_to_string(Path::new("programs").join(format!("{name}.rs.in")))?;
        let variants: &[&str] =
            if text.contains("\n//! buggy:") { &["buggy", "fixed"] } else { &["healthy"] };
        for mode in ["bare", "annotated"] {
            for variant in variants {
                let module = format!("{name}_{mode}_{variant}");
                let file = out.join(format!("{module}.rs"));
                std::fs::write(&file, program(&text, mode == "annotated", variant))?;
                writeln!(modules, "#[path = {file:?}]\nmod {module};").expect("a string takes all");
                writeln!(arms, "\"{name} {mode} {variant}\" => {module}::run(),")
                    .expect("a string takes all");
            }
        }
    }
    let all = format!(
        "{modules}\nfn program(name: &str) -> Option<(bool, bool)> {{ Some(match name {{ {arms} _ => return None }}) }}\n"
    );
    std::fs::write(out.join("programs.rs"), all)
}

fn names() -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir("programs")? {
        let name = entry?.file_name().into_string().expect("names are plain");
        names.extend(name.strip_suffix(".rs.in").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn program(text: &str, annotated: bool, variant: &str) -> String {
    let mut made = String::new();
    let (mut world, mut has_words) = (false, false);
    for line in text.lines() {
        world |= line.starts_with("// ---");
        let left_out = if variant == "fixed" { "//-" } else { "//+" };
        let code = line.trim_start();
        let observed = BEGINNINGS.iter().any(|beginning| code.starts_with(beginning)) && !code.ends_with(';');
        if line.ends_with(left_out) {
            // An empty line in its place: the others stay where they are.
        } else if let Some(words) = code.strip_prefix("//@ observe(") {
            if annotated {
                has_words = true;
                write!(made, "#[candor::observe({words}]").expect("a string takes all");
            }
        } else if let Some(code) = code.strip_prefix("//@ ") {
            made.push_str(if annotated { code } else { "" });
        } else {
            if observed && !world && !std::mem::take(&mut has_words) {
                made.push_str("#[candor::observe] ");
            }
            made.push_str(line);
        }
        made.push('\n');
    }
    made
}
