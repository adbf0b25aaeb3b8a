//! The cases: what is called, in which world, and beside what it is read.

use std::hint::black_box;
use std::io;

use crate::subject::asynchronous::{self, block_on};
use crate::subject::{floor, neighbour, observed, scale};
use crate::world::World;

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its name in the table and in the JSON file.
    pub(crate) name: &'static str,
    /// What is installed.
    pub(crate) world: World,
    /// The case with the same work and nothing around it.
    pub(crate) bare: &'static str,
    /// Makes so many calls.
    pub(crate) calls: fn(u64),
}

/// The case of this name.
pub(crate) fn named(name: &str) -> io::Result<&'static Case> {
    let found = CASES.iter().find(|case| case.name == name);
    found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("there is no case `{name}`")))
}

/// What a row is compared with besides the bare call.
pub(crate) const INSTRUMENT: &str = "instrument, Registry";

const BARE: &str = "bare";
const STEPS: &str = "bare, 3 steps";
const READY: &str = "bare async, ready";
const YIELD: &str = "bare async, yield";

#[inline(always)]
fn repeat<T>(calls: u64, call: impl Fn(u64) -> T) {
    for x in 0..calls {
        black_box(call(black_box(x)));
    }
}

macro_rules! cases {
    ($($name:expr, $world:ident, $bare:expr, |$x:ident| $call:expr;)+) => {
        &[$(Case {
            name: $name,
            world: World::$world,
            bare: $bare,
            calls: |calls| repeat(calls, |$x| $call),
        },)+ TRACED, MANY, MANY_SHARED, MANY_COUNTERS, DEPTH_10, DEPTH_100]
    };
}

/// A trace of a hundred calls: what a root costs is shared by them.
const TRACED: Case = Case {
    name: "fastrace, root of 100",
    world: World::Fastrace,
    bare: BARE,
    calls: |calls| {
        for _ in 0..calls.div_ceil(100) {
            neighbour::rooted(|| repeat(100, neighbour::trace));
        }
    },
};

/// Ten thousand operations in turn, one call each.
const MANY: Case = Case {
    name: "candor on, 10,000 operations",
    world: World::Roomy,
    bare: BARE,
    calls: |calls| repeat(calls, scale::call),
};

/// The same in the memory that there is by default: nearly all of them are counted in counters that threads share.
const MANY_SHARED: Case = Case {
    name: "candor on, 10,000 operations, shared",
    world: World::Candor,
    bare: BARE,
    calls: |calls| repeat(calls, scale::call),
};

/// What ten thousand lines of memory in turn cost by themselves.
const MANY_COUNTERS: Case = Case {
    name: "floor: 10,000 counters",
    world: World::Bare,
    bare: BARE,
    calls: |calls| repeat(calls, scale::count),
};

/// Calls that are nested ten deep.
const DEPTH_10: Case = Case {
    name: "candor on, depth 10",
    world: World::Candor,
    bare: BARE,
    calls: |calls| repeat(calls.div_ceil(10), |_| scale::down(9)),
};

/// Calls that are nested a hundred deep.
const DEPTH_100: Case = Case {
    name: "candor on, depth 100",
    world: World::Candor,
    bare: BARE,
    calls: |calls| repeat(calls.div_ceil(100), |_| scale::down(99)),
};

/// All cases, in the order of the table.
pub(crate) const CASES: &[Case] = cases! {
    BARE, Bare, BARE, |x| floor::bare(x);
    STEPS, Bare, STEPS, |x| floor::three_steps(x);
    READY, Bare, READY, |x| block_on(asynchronous::bare_ready(x));
    YIELD, Bare, YIELD, |x| block_on(asynchronous::bare_yield(x));
    "floor: relaxed load", Bare, BARE, |x| floor::load(x);
    "floor: two relaxed loads", Bare, BARE, |x| floor::two_loads(x);
    "floor: a look at each of 3 steps", Bare, STEPS, |x| floor::three_looks(x);
    "floor: two rdtsc", Bare, BARE, |x| floor::two_reads(x);
    "candor off", Bare, BARE, |x| observed::plain(x);
    "candor off, two exits", Bare, BARE, |x| observed::returning(x);
    "candor off, 3 probes", Bare, STEPS, |x| observed::three_probes(x);
    "candor off, declared", Bare, BARE, |x| observed::declared(x);
    "candor off, async ready", Bare, READY, |x| block_on(asynchronous::ready(x));
    "candor off, async yield", Bare, YIELD, |x| block_on(asynchronous::yields(x));
    "candor idle", Idle, BARE, |x| observed::plain(x);
    "candor on", Candor, BARE, |x| observed::plain(x);
    "candor sampled", Sampled, BARE, |x| observed::plain(x);
    "candor sampled, declared", Sampled, BARE, |x| observed::declared(x);
    "candor sampled, async ready", Sampled, READY, |x| block_on(asynchronous::ready(x));
    "candor on, two exits", Candor, BARE, |x| observed::returning(x);
    "candor on, 3 probes", Candor, STEPS, |x| observed::three_probes(x);
    "candor on, declared", Candor, BARE, |x| observed::declared(x);
    "candor on, key", Candor, BARE, |x| observed::keyed(x);
    "candor on, key, limit and event", Candor, BARE, |x| observed::limited(x);
    "candor on, child in parent", Candor, BARE, |x| observed::parent(x);
    "candor on, async ready", Candor, READY, |x| block_on(asynchronous::ready(x));
    "candor on, async yield", Candor, YIELD, |x| block_on(asynchronous::yields(x));
    "candor on, failing", Candor, BARE, |x| observed::failing(x);
    "candor on, failing in failing", Candor, BARE, |x| observed::passing(x);
    "candor on, one divergence", Candor, BARE, |x| observed::diverging(x);
    "candor on, exporting, healthy", Exporting, BARE, |x| observed::plain(x);
    "candor on, exporting everything", Keeping, BARE, |x| observed::plain(x);
    "candor on, exporting, one divergence", Exporting, BARE, |x| observed::diverging(x);
    "candor on, Registry", CandorRegistry, BARE, |x| observed::plain(x);
    "candor on, Registry, info!", CandorRegistry, BARE, |x| observed::logging(x);
    "candor on, Registry, warn!", CandorRegistry, BARE, |x| observed::warning(x);
    "candor on, layer", CandorLayer, BARE, |x| observed::plain(x);
    "candor on, layer, info!", CandorLayer, BARE, |x| observed::logging(x);
    "candor on, layer, warn!", CandorLayer, BARE, |x| observed::warning(x);
    "candor on, Registry, 8 × debug!", CandorRegistry, BARE, |x| observed::logging_eight(x);
    "candor on, layer, 8 × debug!", CandorLayer, BARE, |x| observed::logging_eight(x);
    "candor on, Registry, info! outside", CandorRegistry, BARE, |x| observed::logging_outside(x);
    "candor on, layer, info! outside", CandorLayer, BARE, |x| observed::logging_outside(x);
    "candor on, layer, info! with values", CandorLayer, BARE, |x| observed::counting(x);
    "candor on, layer, info! of success", CandorLayer, BARE, |x| observed::boasting(x);
    "candor on, Registry, info! with values", CandorRegistry, BARE, |x| observed::counting(x);
    "candor on, layer, error! in a failure", CandorLayer, BARE, |x| observed::alarming(x);
    "candor on, Registry, error! in a failure", CandorRegistry, BARE, |x| observed::alarming(x);
    "candor on, layer, info! with numbers", CandorLayer, BARE, |x| observed::tallying(x);
    "candor on, Registry, info! with numbers", CandorRegistry, BARE, |x| observed::tallying(x);
    "floor: layer that looks, info!", CandorLook, BARE, |x| observed::logging(x);
    "floor: layer that formats, info!", CandorFormat, BARE, |x| observed::logging(x);
    "floor: layer that looks, info! with values", CandorLook, BARE, |x| observed::counting(x);
    "floor: layer that formats, info! with values", CandorFormat, BARE, |x| observed::counting(x);
    "instrument, no subscriber", Bare, BARE, |x| neighbour::span(x);
    INSTRUMENT, Registry, BARE, |x| neighbour::span(x);
    "instrument, Registry, info!", Registry, BARE, |x| neighbour::span_logging(x);
    "instrument, Registry, async ready", Registry, READY, |x| block_on(asynchronous::span_ready(x));
    "instrument, Registry, async yield", Registry, YIELD, |x| block_on(asynchronous::span_yield(x));
    "instrument, fmt to a sink", Fmt, BARE, |x| neighbour::span(x);
    "tracing-opentelemetry, batch", Otel, BARE, |x| neighbour::span(x);
    "autometrics", Bare, BARE, |x| neighbour::auto(x);
    "hotpath", Hotpath, BARE, |x| neighbour::hot(x);
    "emit", Emit, BARE, |x| neighbour::emitted(x);
    "metrics counter", Metrics, BARE, |x| neighbour::counted(x);
    "metrics histogram", Metrics, BARE, |x| neighbour::measured(x);
    "fastrace, no reporter", Bare, BARE, |x| neighbour::trace(x);
    "fastrace, root of 1", Fastrace, BARE, |x| neighbour::rooted(|| neighbour::trace(x));
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_for_one_case() {
        for case in CASES {
            assert_eq!(CASES.iter().filter(|other| other.name == case.name).count(), 1, "{}", case.name);
            assert!(named(case.bare).is_ok(), "{}: there is no `{}`", case.name, case.bare);
        }
        assert!(named(INSTRUMENT).is_ok());
    }

    #[test]
    fn every_case_can_be_called() {
        for case in CASES {
            (case.calls)(3);
        }
    }
}
