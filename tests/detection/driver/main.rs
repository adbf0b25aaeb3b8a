//! Runs every program, bare and annotated, with its bug and with its repair, and holds what is found to what stands in the program.
//!
//! `docs/detection.md` shows the result; with `BLESS=1` its table is written anew.

#![expect(
    clippy::disallowed_methods,
    reason = "a test outside of candor is told by the environment to write its page"
)]

mod page;
mod program;

use program::{Program, State};

#[test]
fn what_is_found_is_what_the_programs_say() {
    let programs = Program::all();
    let rows: Vec<[State; 2]> =
        programs.iter().map(|program| ["bare", "annotated"].map(|mode| program.judge(mode))).collect();
    let table = page::table(&programs, &rows);
    println!("{table}");
    for (program, states) in programs.iter().zip(&rows) {
        for (mode, state) in ["bare", "annotated"].iter().zip(states) {
            state.details.iter().for_each(|line| println!("{} {mode}: {line}", program.name));
        }
    }
    let wrong: Vec<String> =
        programs.iter().zip(&rows).flat_map(|(program, states)| program.differences(states)).collect();
    assert!(wrong.is_empty(), "edit the programs' first lines, or mend the rules:\n{}", wrong.join("\n"));
    page::hold(&table);
}
