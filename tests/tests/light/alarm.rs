//! Lines that are errors by their level: where the call fails they are not even read, and anywhere else they are what they were.

use candor::{observe, recovered};

use super::{alone_and_within, fails, layered};

/// A call that has said its line before, and failed.
const WELL: u64 = 0;

#[observe]
fn prints(x: u64) -> Result<u64, String> {
    tracing::error!("the printer is on fire");
    match x {
        1 => return Ok(7),
        2 => {
            let _dropped = fails("the tray is empty");
        }
        3 => {
            let _dropped = fails("the printer is on fire");
        }
        4 => (0..20).for_each(|_| tracing::error!("it burns")),
        5 => tracing::error!(tray = 3, "the tray as well"),
        6 => {
            if let Err(error) = fails("the printer is on fire") {
                recovered!(error, "there is another printer");
            }
            return Ok(7);
        }
        7 => {
            tracing::info!("looked at it");
            return Ok(8);
        }
        8 => {
            let _dropped = paints();
            return Ok(9);
        }
        9 => tracing::info!("the page was printed"),
        _ => {}
    }
    Err("no paper".to_owned())
}

#[observe]
fn paints() -> Result<u64, String> {
    tracing::error!("no ink");
    Err("the ink is gone".to_owned())
}

fn calls(x: u64) {
    let _ends = prints(x).is_ok();
}

fn found(x: u64) -> Vec<Vec<String>> {
    layered(|| alone_and_within("prints", calls, x, WELL))
}

/// The heads of what is found.
fn heads(x: u64) -> Vec<String> {
    found(x).iter().map(|found| found.first().cloned().unwrap_or_default()).collect()
}

#[test]
fn a_call_that_fails_has_said_so() {
    for x in [WELL, 4, 5] {
        assert_eq!(heads(x), Vec::<String>::new(), "{x}");
    }
}

#[test]
fn a_call_that_fulfils_has_not_accounted_for_it() {
    for x in [1, 7] {
        let found = found(x);
        let [found] = found.as_slice() else { panic!("{x}: {found:?}") };
        assert!(found[0].contains("an error was logged, \"the printer is on fire\""), "{found:?}");
        assert_eq!(found[1], "ERROR logged \"the printer is on fire\"");
        let story: Vec<_> = found.iter().filter(|line| line.contains(" Log ")).collect();
        assert!(story[0].contains("ERROR the printer is on fire"), "{story:?}");
        assert_eq!(story.len(), if x == 7 { 2 } else { 1 }, "{story:?}");
    }
}

#[test]
fn what_is_lost_besides_is_found_beside_it() {
    for x in [2, 3] {
        assert_eq!(heads(x), Vec::<String>::new(), "it fails all the same");
    }
    let child = heads(8);
    assert!(child.len() == 2 && child[0].contains("the ink is gone"), "{child:?}");
    assert!(child[1].contains("the printer is on fire"), "{child:?}");
}

#[test]
fn an_error_that_is_recovered_closes_the_line_that_tells_of_it() {
    assert_eq!(heads(6), Vec::<String>::new());
}

#[test]
fn words_of_success_in_a_call_that_fails_are_found_beside_it() {
    let boasts = heads(9);
    assert!(boasts.len() == 1 && boasts[0].starts_with("C111"), "{boasts:?}");
}
