//! What an order takes as valgrind counts it, which is stable on a busy machine: its instructions, and what a processor would
//! have missed that has nothing at hand but the caches of its core.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Service;

/// How many orders a count begins with, which are those that meet everything for the first time, and with which it ends.
const FEW: u32 = 100;
const MANY: u32 = 500;

/// The caches of a core that are simulated: as the processors of these years have them, for code and for data.
const CACHES: [&str; 5] =
    ["--cache-sim=yes", "--branch-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,8,64"];

/// Of one order, on all threads.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    instructions: f64,
    /// Lines of code, and of data, that were not in the first cache.
    code: f64,
    data: f64,
    /// Lines of both that were not in the second one either.
    beyond: f64,
    /// Branches that went where they were not expected to.
    branches: f64,
}

impl Counts {
    const NAMES: [&str; 5] = [
        "instructions",
        "lines of code missed",
        "lines of data missed",
        "lines missed in the second cache",
        "branches mispredicted",
    ];

    /// Counts orders of a program, with what it records switched on or off.
    pub(super) fn of(program: &Path, is_on: bool) -> io::Result<Counts> {
        let (few, many) = (Counts::of_all(program, is_on, FEW)?, Counts::of_all(program, is_on, MANY)?);
        let of_one = |few: f64, many: f64| (many - few) / f64::from(MANY - FEW);
        Ok(Counts {
            instructions: of_one(few.instructions, many.instructions),
            code: of_one(few.code, many.code),
            data: of_one(few.data, many.data),
            beyond: of_one(few.beyond, many.beyond),
            branches: of_one(few.branches, many.branches),
        })
    }

    fn of_all(program: &Path, is_on: bool, orders: u32) -> io::Result<Counts> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).args(CACHES).arg(program);
        let mut service = Service::open(valgrind.stderr(Stdio::piped()))?;
        if !is_on {
            service.switch(false)?;
        }
        service.order.times(orders)?;
        Counts::read(&service.finish()?)
    }

    /// What valgrind says at its end: a line with the names of what it counts, and one with the numbers.
    fn read(said: &str) -> io::Result<Counts> {
        let words = |name: &str| {
            let (_, rest) = said.lines().find_map(|line| line.split_once(name))?;
            Some(rest.trim_start_matches([' ', ':']).split_whitespace())
        };
        let counted = || -> Option<Counts> {
            let mut counts = Counts::default();
            for (name, number) in words("Events")?.zip(words("Collected")?) {
                let number: f64 = number.parse().ok()?;
                match name {
                    "Ir" => counts.instructions = number,
                    "I1mr" => counts.code = number,
                    "D1mr" | "D1mw" => counts.data += number,
                    "ILmr" | "DLmr" | "DLmw" => counts.beyond += number,
                    "Bcm" | "Bim" => counts.branches += number,
                    _ => {}
                }
            }
            (counts.instructions > 0.0).then_some(counts)
        };
        counted().ok_or_else(|| io::Error::other(format!("callgrind counted nothing:\n{said}")))
    }

    fn all(self) -> [f64; 5] {
        [self.instructions, self.code, self.data, self.beyond, self.branches]
    }

    /// The first lines of a table of some.
    pub(super) fn head() -> String {
        format!(
            "| service, an order | {} |\n|---|{}",
            Counts::NAMES.join(" | "),
            "---|".repeat(Counts::NAMES.len())
        )
    }

    /// The same beside the bare service.
    pub(super) fn over(self, bare: Counts) -> Over {
        Over { own: self, bare }
    }
}

/// What one service takes, and how much more than another one.
pub(super) struct Over {
    own: Counts,
    bare: Counts,
}

/// As the cells of a line of the table.
impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (own, bare) in self.own.all().into_iter().zip(self.bare.all()) {
            let more = own - bare;
            write!(f, " {own:.0} ({more:+.0}, {:+.2} %) |", more / bare * 100.0)?;
        }
        Ok(())
    }
}

/// Lets a service end by itself, and reads what valgrind says.
impl Service {
    fn finish(mut self) -> io::Result<String> {
        drop(self.child.stdin.take());
        let mut text = String::new();
        if let Some(stderr) = &mut self.child.stderr {
            stderr.read_to_string(&mut text)?;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "==1== Command: shop\n==1== \n\
        ==1== Events    : Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim\n\
        ==1== Collected : 1000 300 200 50 12 3 4 2 1 90 7 5 2\n==1== \n";

    #[test]
    fn what_valgrind_says_is_read_by_the_names_of_what_it_counts() {
        let counts = Counts::read(SAID).unwrap();
        assert_eq!(counts.all(), [1000.0, 50.0, 15.0, 7.0, 9.0]);
        let bare = Counts { instructions: 800.0, code: 50.0, data: 10.0, beyond: 7.0, branches: 10.0 };
        assert_eq!(
            counts.over(bare).to_string(),
            " 1000 (+200, +25.00 %) | 50 (+0, +0.00 %) | 15 (+5, +50.00 %) | 7 (+0, +0.00 %) | 9 (-1, -10.00 %) |"
        );
    }

    #[test]
    fn what_is_no_count_is_an_error_that_says_what_was_read() {
        let said = "valgrind: shop: command not found";
        assert!(Counts::read(said).err().is_some_and(|error| error.to_string().contains(said)));
        // It was cut off before it had counted.
        assert!(Counts::read("Events : Ir\nCollected : x").is_err());
    }
}
