//! What a whole service loses: the checkout of `examples/shop` over HTTP under load, bare, observed and instrumented.
//!
//! The shop's own code is compiled five times, and only what the word `candor` stands for differs: the library, or a
//! macro crate under its name that leaves functions as they are (with and without a subscriber, to which the shop's lines
//! go), counts and times their calls and nothing else, or puts `#[tracing::instrument(skip_all)]` on them. All run beside
//! each other, and the load goes to them in turn.

mod build;
mod count;
mod layout;

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use self::build::{BARE, CANDOR, CONTENDERS};
use self::count::Counts;
use self::layout::Layouts;
use super::load::Request;

/// How long and how often the load is sent.
#[derive(Debug, clap::Parser)]
pub(super) struct Options {
    /// How often all services are started anew, each linked in another order: where code and memory lie makes a process faster
    /// or slower for as long as it lives.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1000))]
    starts: u16,
    /// How often each of them gets the load then: the more often and the shorter, the less of what else the machine does comes
    /// to one of them alone.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// For how many milliseconds.
    #[arg(long, default_value_t = 40)]
    time: u64,
    /// How often candor is then switched off, on, on and off again in the same process, or on, off, off and on, for that time each: that
    /// leaves out what differs between two programs.
    #[arg(long, default_value_t = 4)]
    switches: usize,
    /// Count the instructions of an order instead, under valgrind, and what a processor would miss in its caches: that is stable
    /// on a busy machine.
    #[arg(long)]
    instructions: bool,
}

/// The bare service once more, which shows what one program differs from itself by.
const AGAIN: &str = "bare, in other orders";

/// The service with candor in it, which records nothing.
const OFF: &str = "candor, switched off";

/// Builds all of them, sends the load, and prints the table.
pub(super) fn run(root: &Path, options: &Options, out: &mut dyn Write) -> io::Result<bool> {
    let root = &root.canonicalize()?;
    let mut rows = Vec::new();
    let mut counts = Vec::new();
    for contender in &CONTENDERS {
        writeln!(out, "building the shop, {} ..", contender.name)?;
        out.flush()?;
        let built = build::build(root, contender)?;
        if options.instructions {
            counts.push((contender.name, Counts::of(&built.program, true)?));
            if contender.name == CANDOR {
                counts.push((OFF, Counts::of(&built.program, false)?));
            }
        } else {
            rows.push(Row { name: contender.name, layouts: built.layouts, starts: Vec::new() });
        }
    }
    if options.instructions {
        return print_counts(&counts, out);
    }
    let again = rows.iter().find(|row| row.name == BARE).map(|bare| Row { name: AGAIN, ..bare.clone() });
    rows.splice(1..1, again);
    let mut switched = Switched::default();
    for start in 0..options.starts {
        writeln!(out, "start {} of {} ..", start + 1, options.starts)?;
        out.flush()?;
        measure(&mut rows, start, options, &mut switched)?;
    }
    print(&rows, out)?;
    switched.print(out)?;
    Ok(true)
}

/// Starts all of them, each linked in an order that no other start has, and sends the load to them in turn.
fn measure(rows: &mut [Row], start: u16, options: &Options, switched: &mut Switched) -> io::Result<()> {
    let mut services = Vec::new();
    let mut placed: Vec<_> = (0_u64..).zip(rows.iter_mut()).collect();
    // In another order each time as well: whoever is first has the most memory to choose from.
    placed.sort_by_cached_key(|(place, _)| shuffled(&(start, place)));
    for (place, row) in placed {
        row.starts.push(Vec::new());
        let program = row.layouts.order(u64::from(start) * 100 + place)?;
        let service = Service::start(&program)?;
        // It runs; nobody starts it again.
        fs::remove_file(program)?;
        services.push((service, row));
    }
    for number in 0..options.rounds.max(1) {
        // In another order each time: whoever follows another one always, or itself, finds other things in the caches.
        services.sort_by_cached_key(|(_, row)| shuffled(&(start, number, row.name)));
        for (service, row) in &mut services {
            let round = service.round(Duration::from_millis(options.time))?;
            row.starts.last_mut().into_iter().for_each(|rounds| rounds.push(round));
        }
    }
    match services.iter_mut().find(|(_, row)| row.name == CANDOR) {
        Some((service, _)) => switched.measure(service, options, start),
        None => Ok(()),
    }
}

/// Where something that this is said of stands in an order that follows from it.
fn shuffled(said: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    said.hash(&mut hasher);
    hasher.finish()
}

/// One process with candor on, over the same process with candor off: of each start the middle one of the ratios within four rounds
/// one after the other, of which each has two.
#[derive(Default)]
struct Switched {
    answers: Vec<f64>,
    cpu: Vec<f64>,
}

impl Switched {
    fn measure(&mut self, service: &mut Service, options: &Options, start: u16) -> io::Result<()> {
        // It has waited for the others. What still differs at the beginning is that of either in turn.
        let is_first = !start.is_multiple_of(2);
        service.switch(is_first)?;
        service.order.repeat(Duration::from_millis(options.time))?;
        let (mut answers, mut cpu) = (Vec::new(), Vec::new());
        for _ in 0..options.switches {
            let mut sums = [Round::NONE; 2];
            for is_on in [is_first, !is_first, !is_first, is_first] {
                service.switch(is_on)?;
                // Whoever is called for the first time since then learns what holds.
                service.order.repeat(Duration::from_millis(3))?;
                let round = service.round(Duration::from_millis(options.time))?;
                let [off, on] = &mut sums;
                if is_on { on } else { off }.add(round);
            }
            let [off, on] = sums;
            answers.push(on.answers / off.answers);
            cpu.push(on.cpu / off.cpu);
        }
        service.switch(true)?;
        if !answers.is_empty() {
            self.answers.push(Between::of(answers).middle);
            self.cpu.push(Between::of(cpu).middle);
        }
        Ok(())
    }

    fn print(self, out: &mut dyn Write) -> io::Result<()> {
        if self.answers.is_empty() {
            return Ok(());
        }
        let [answers, cpu] = [self.answers, self.cpu].map(|ratios| Between::of(ratios).to_string());
        writeln!(
            out,
            "\ncandor switched on, over itself switched off in the same process: {answers} orders a second, {cpu} CPU for an order"
        )
    }
}

/// What was measured of one contender.
#[derive(Clone)]
struct Row {
    name: &'static str,
    layouts: Layouts,
    /// The rounds of each start.
    starts: Vec<Vec<Round>>,
}

/// One round: answers in a second, and microseconds of processor time for each.
#[derive(Clone, Copy)]
struct Round {
    answers: f64,
    cpu: f64,
}

impl Round {
    const NONE: Round = Round { answers: 0.0, cpu: 0.0 };

    fn add(&mut self, other: Round) {
        self.answers += other.answers;
        self.cpu += other.cpu;
    }
}

impl Row {
    fn rounds(&self) -> impl Iterator<Item = &Round> {
        self.starts.iter().flatten()
    }

    fn best(&self) -> f64 {
        self.rounds().map(|round| round.answers).fold(0.0, f64::max)
    }

    fn least_cpu(&self) -> f64 {
        self.rounds().map(|round| round.cpu).fold(f64::MAX, f64::min)
    }

    /// For each start and each of these bare services, the middle one of the ratios to that one in the same round, by which what else
    /// the machine does is divided out. Not to what several have on average: rounds are disturbed to one side only, and an average
    /// has more of that than the middle one.
    fn beside(&self, bare: &[&Row], of: fn(&Round) -> f64) -> Between {
        let middle = |(own, bare): (&Vec<Round>, &Vec<Round>)| {
            let ratios = own.iter().zip(bare).map(|(own, bare)| of(own) / of(bare));
            Between::of(ratios.collect()).middle
        };
        let all = bare.iter().flat_map(|bare| self.starts.iter().zip(&bare.starts).map(middle));
        Between::by(bare.len(), all.collect())
    }
}

/// The middle one of some numbers, and between which of them the middle one of all such numbers lies in 19 cases of 20,
/// however they are distributed.
struct Between {
    low: f64,
    middle: f64,
    high: f64,
}

impl Between {
    fn of(numbers: Vec<f64>) -> Between {
        Between::by(1, numbers)
    }

    /// The same of numbers of which always so many hang together, and are no more proof than one of them.
    fn by(together: usize, mut numbers: Vec<f64>) -> Between {
        numbers.sort_by(f64::total_cmp);
        let count = numbers.len();
        let at = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
        let aside = aside(count / together.max(1)) * together;
        let middle = f64::midpoint(at(count.saturating_sub(1) / 2), at(count / 2));
        Between { low: at(aside), middle, high: at(count.saturating_sub(aside + 1)) }
    }
}

/// How many of so many numbers are left out at each end, so that the middle one of all such numbers lies between the others in
/// 19 cases of 20: how many lie below it is a matter of tossing a coin so many times.
#[expect(clippy::cast_precision_loss, reason = "a number of numbers")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between 0 and that number"
)]
fn aside(count: usize) -> usize {
    let all = count as f64;
    if count > 1000 {
        // There is no number for how unlikely a single case is. So many tosses are distributed normally.
        return (1.96_f64.mul_add(-all.sqrt(), all - 1.0) / 2.0) as usize;
    }
    // How likely it is that exactly so many lie below it, and that no more do.
    let (mut exactly, mut below, mut number) = (0.5_f64.powf(all), 0.0, 0_usize);
    while 2.0 * (below + exactly) <= 0.05 {
        below += exactly;
        exactly *= (all - number as f64) / (number as f64 + 1.0);
        number += 1;
    }
    number.saturating_sub(1)
}

/// As percents over the bare service.
impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, middle, high] = [self.low, self.middle, self.high].map(|ratio| (ratio - 1.0) * 100.0);
        write!(f, "{middle:+.1} % ({low:+.1} to {high:+.1})")
    }
}

fn print_counts(counts: &[(&str, Counts)], out: &mut dyn Write) -> io::Result<bool> {
    let Some((_, bare)) = counts.first() else { return Ok(true) };
    writeln!(out, "\n{}", Counts::head())?;
    for (name, own) in counts {
        writeln!(out, "| {name} |{}", own.over(*bare))?;
    }
    Ok(true)
}

fn print(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let bare: Vec<&Row> = rows.iter().filter(|row| [BARE, AGAIN].contains(&row.name)).collect();
    writeln!(out, "\n| service | orders a second, most | over bare | CPU for an order, least | over bare |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for row in rows {
        let (name, best, least) = (row.name, row.best(), row.least_cpu());
        let [answers, cpu] = match name {
            BARE => [const { String::new() }; 2],
            _ => {
                // One of them is held against the other one, and all else against both.
                let bare = if name == AGAIN { bare.get(..1).unwrap_or_default() } else { &bare };
                let beside = |of| row.beside(bare, of).to_string();
                [beside(|round| round.answers), beside(|round| round.cpu)]
            }
        };
        writeln!(out, "| {name} | {best:.0} | {answers} | {least:.1} µs | {cpu} |")?;
    }
    writeln!(
        out,
        "\n\"Over bare\": of each start the middle one of the ratios within one round, to each of the bare services, and of those the middle \
         one, with where it lies in 19 cases of 20. Goals: throughput -1 %, CPU +2 %."
    )
}

/// A shop that runs, with stock for all orders to come. Dropping it ends it.
struct Service {
    child: Child,
    /// What it says, a line at a time.
    said: BufReader<ChildStdout>,
    order: Request,
}

impl Service {
    fn start(program: &Path) -> io::Result<Service> {
        let service = Service::open(&mut Command::new(program))?;
        // The first answers open connections and meet every function for the first time.
        service.order.repeat(Duration::from_millis(200))?;
        Ok(service)
    }

    fn open(command: &mut Command) -> io::Result<Service> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut said = BufReader::new(stdout);
        let mut base = String::new();
        said.read_line(&mut base)?;
        let base = base.trim();
        let order = r#"{"customer":1,"card":"4111-1111","lines":[{"sku":100,"qty":1}]}"#;
        let service = Service { child, said, order: Request::post(base, "/orders", order) };
        let stock = r#"{"delta":1000000000,"reason":"a load is coming"}"#;
        Request::post(base, "/stock/100/adjust", stock).times(1)?;
        Ok(service)
    }

    /// Switches recording, and waits until that holds.
    fn switch(&mut self, is_on: bool) -> io::Result<()> {
        let word = if is_on { "on\n" } else { "off\n" };
        let stdin = self.child.stdin.as_mut().ok_or_else(|| io::Error::other("no input"))?;
        stdin.write_all(word.as_bytes())?;
        self.said.read_line(&mut String::new()).map(drop)
    }

    /// Sends the load for so long.
    #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
    fn round(&self, time: Duration) -> io::Result<Round> {
        let before = self.processor_time()?;
        let answered = self.order.repeat(time)?;
        let cpu = self.processor_time()? - before;
        let requests = answered.requests.max(1) as f64;
        Ok(Round { answers: requests / answered.seconds, cpu: cpu * 1e6 / requests })
    }

    /// Seconds that all its threads have run.
    fn processor_time(&self) -> io::Result<f64> {
        let mut sum = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            let ns = text.split(' ').next().unwrap_or_default().parse::<f64>();
            sum += ns.map_err(io::Error::other)? / 1e9;
        }
        Ok(sum)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended by itself, or it ends now.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_held_against_each_bare_one_in_the_same_round_of_the_same_start() {
        let row = |starts: [[f64; 3]; 2]| {
            let rounds = |answers: [f64; 3]| answers.map(|answers| Round { answers, cpu: 1.0 }).to_vec();
            Row { name: "", layouts: Layouts::none(), starts: starts.map(rounds).to_vec() }
        };
        let bare = row([[100.0, 10.0, 1.0], [1000.0, 200.0, 500.0]]);
        let again = row([[200.0, 20.0, 2.0], [500.0, 100.0, 250.0]]);
        let own = row([[100.0, 15.0, 4.0], [1000.0, 200.0, 100.0]]);
        // 1.5 and 1 to the one, 0.75 and 2 to the other one.
        for (bare, low, middle, high) in [
            (&[&bare] as &[_], 1.0, 1.25, 1.5),
            (&[&again], 0.75, 1.375, 2.0),
            (&[&bare, &again], 0.75, 1.25, 2.0),
        ] {
            let beside = own.beside(bare, |round| round.answers);
            assert_eq!([beside.low, beside.middle, beside.high], [low, middle, high]);
        }
    }

    /// Two numbers for each start are no more proof than one.
    #[test]
    fn of_numbers_that_hang_together_as_many_more_are_left_out() {
        let numbers: Vec<f64> = (1..=34).map(f64::from).collect();
        let between = Between::by(2, numbers);
        assert_eq!([between.low, between.middle, between.high], [9.0, 17.5, 26.0]);
    }

    #[test]
    fn the_middle_lies_between_numbers_that_follow_from_how_many_there_are() {
        let of = |count: u32| Between::of((1..=count).rev().map(f64::from).collect());
        // As the tables of the sign test have it.
        for (count, low, middle, high) in [
            (1, 1.0, 1.0, 1.0),
            (4, 1.0, 2.5, 4.0),
            (17, 5.0, 9.0, 13.0),
            (25, 8.0, 13.0, 18.0),
            (100, 40.0, 50.5, 61.0),
            (1000, 469.0, 500.5, 532.0),
            (2000, 956.0, 1000.5, 1045.0),
        ] {
            let between = of(count);
            assert_eq!([between.low, between.middle, between.high], [low, middle, high], "of {count}");
        }
        let between = Between { low: 0.99, middle: 1.0, high: 1.021 };
        assert_eq!(between.to_string(), "+0.0 % (-1.0 to +2.1)");
    }
}
