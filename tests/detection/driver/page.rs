//! The table, and the page that shows it.

use std::fmt::Write as _;
use std::path::Path;

use crate::program::{Program, State};

const BEGIN: &str = "<!-- What follows is written by the test; BLESS=1 writes it anew. -->\n";

/// What is found of each program, in numbers and in lines.
pub fn table(programs: &[Program], rows: &[[State; 2]]) -> String {
    let mut table = numbers(programs, rows);
    table += "\n| Program | What it is | Bare | Annotated |\n|---|---|---|---|\n";
    for (program, states) in programs.iter().zip(rows) {
        let kind = match (program.is_buggy, program.needs_intent) {
            (false, _) => "Healthy. ",
            (true, true) => "Needs intent. ",
            (true, false) => "",
        };
        let [bare, annotated] = states.each_ref().map(|state| match &state.code {
            Some(code) => state.text.replacen("found", code, 1),
            None => state.text.clone(),
        });
        writeln!(table, "| `{}` | {kind}{} | {bare} | {annotated} |", program.name, program.title).unwrap();
    }
    let mut reasons = String::new();
    for program in programs {
        for (mode, state, reason) in program.reasons() {
            writeln!(reasons, "- `{}`, {mode}, {state}: {reason}", program.name).unwrap();
        }
    }
    if reasons.is_empty() {
        table
    } else {
        format!("{table}\nWhat is not as it should be, and why:\n\n{reasons}")
    }
}

fn numbers(programs: &[Program], rows: &[[State; 2]]) -> String {
    let mut text = String::from("| | Bare | Annotated |\n|---|---|---|\n");
    let mut row = |what: &str, is_of: &dyn Fn(&Program) -> bool, count: &dyn Fn(&State) -> bool| {
        let of: Vec<&[State; 2]> =
            programs.iter().zip(rows).filter(|(program, _)| is_of(program)).map(|(_, row)| row).collect();
        let [bare, annotated] = [0, 1].map(|mode| of.iter().filter(|states| count(&states[mode])).count());
        writeln!(text, "| {what} | {bare} of {} | {annotated} of {} |", of.len(), of.len()).unwrap();
    };
    row("Bugs found that the code shows", &|p| p.is_buggy && !p.needs_intent, &|state| state.code.is_some());
    row("Bugs found that need intent", &|p| p.needs_intent, &|state| state.code.is_some());
    row("Repaired programs with a false finding", &|p| p.is_buggy, &|state| state.noise > 0);
    row("Healthy programs with a false finding", &|p| !p.is_buggy, &|state| state.noise > 0);
    text
}

/// Compares the page with the table, or writes it.
pub fn hold(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/detection.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (words, old) = page.split_once(BEGIN).expect("the page has a place for the table");
    let new = format!("\n{table}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{words}{BEGIN}{new}")).unwrap();
    } else {
        assert!(old == new, "docs/detection.md shows another state: run this test with BLESS=1");
    }
}
