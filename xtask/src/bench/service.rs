//! What a whole service loses: the checkout of `examples/shop` over HTTP under load, bare, observed and instrumented.
//!
//! The shop's own code is compiled three times, and only what the word `candor` stands for differs: the library, or a
//! macro crate under its name that leaves functions as they are or puts `#[tracing::instrument(skip_all)]` on them. All
//! three run beside each other, and the load goes to them in turn.

use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::load::Request;

/// How long and how often the load is sent.
#[derive(Debug, clap::Parser)]
pub(super) struct Options {
    /// How often all services are started anew: where a process lies in memory makes it faster or slower for as long as it
    /// lives.
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=1000))]
    starts: u16,
    /// How often each of them gets the load then.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// For how many milliseconds.
    #[arg(long, default_value_t = 250)]
    time: u64,
    /// Count the instructions of an order instead, under valgrind: that is stable on a busy machine.
    #[arg(long)]
    instructions: bool,
}

const BARE: &str = "bare";

/// The bare service once more, which shows what two processes of one program differ by.
const AGAIN: &str = "bare, a second process of it";

/// A way to compile the shop.
struct Contender {
    name: &'static str,
    package: &'static str,
    /// The attribute that stands in for `#[observe]`; nothing where candor is the library.
    attribute: Option<&'static str>,
    /// What the program installs at its start.
    install: &'static str,
}

const CONTENDERS: [Contender; 3] = [
    Contender { name: BARE, package: "bare", attribute: Some(""), install: "" },
    Contender {
        name: "candor, with its layer",
        package: "observe",
        attribute: None,
        install: "tracing_subscriber::registry().with(candor::layer()).init();\n    \
                  std::mem::forget(candor::builder().quiet().install().unwrap());",
    },
    Contender {
        name: "`#[instrument]`, Registry with a layer that does nothing",
        package: "instrument",
        attribute: Some("#[::tracing::instrument(skip_all)]"),
        install: "tracing_subscriber::registry().with(Idle).init();",
    },
];

/// The modules of the shop that make its service.
const MODULES: [&str; 9] = ["app", "buggy", "error", "event", "fixed", "model", "route", "service", "world"];

/// Builds the three, sends the load, and prints the table.
pub(super) fn run(root: &Path, options: &Options, out: &mut dyn Write) -> io::Result<bool> {
    let root = &root.canonicalize()?;
    let mut rows = Vec::new();
    for contender in &CONTENDERS {
        writeln!(out, "building the shop, {} ..", contender.name)?;
        out.flush()?;
        let program = build(root, contender)?;
        if options.instructions {
            let count = instructions(&program)?;
            writeln!(out, "{}: {count:.0} instructions for an order", contender.name)?;
            continue;
        }
        rows.push(Row { name: contender.name, program, starts: Vec::new() });
    }
    if options.instructions {
        return Ok(true);
    }
    let again = rows.iter().find(|row| row.name == BARE).map(|bare| Row { name: AGAIN, ..bare.clone() });
    rows.splice(1..1, again);
    for start in 0..options.starts {
        writeln!(out, "start {} of {} ..", start + 1, options.starts)?;
        out.flush()?;
        measure(&mut rows, options)?;
    }
    print(&rows, out)?;
    Ok(true)
}

/// Starts all of them, and sends the load to them in turn.
fn measure(rows: &mut [Row], options: &Options) -> io::Result<()> {
    let mut services = Vec::new();
    for row in rows.iter_mut() {
        row.starts.push(Vec::new());
        services.push((Service::start(&row.program)?, row));
    }
    for _ in 0..options.rounds.max(1) {
        for (service, row) in &mut services {
            let round = service.round(Duration::from_millis(options.time))?;
            row.starts.last_mut().into_iter().for_each(|rounds| rounds.push(round));
        }
        // Whoever was last is first: what the machine does slowly comes to all.
        services.reverse();
    }
    Ok(())
}

/// What was measured of one contender.
#[derive(Clone)]
struct Row {
    name: &'static str,
    program: PathBuf,
    /// The rounds of each start.
    starts: Vec<Vec<Round>>,
}

/// One round: answers in a second, and microseconds of processor time for each.
#[derive(Clone, Copy)]
struct Round {
    answers: f64,
    cpu: f64,
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

    /// For each start, the middle one of the ratios to the bare service in the same round, by which what else the machine does
    /// is divided out.
    fn beside(&self, bare: &Row, of: fn(&Round) -> f64) -> Between {
        let start = |(own, bare): (&Vec<Round>, &Vec<Round>)| {
            let ratios = own.iter().zip(bare).map(|(own, bare)| of(own) / of(bare));
            Between::of(ratios.collect()).middle
        };
        Between::of(self.starts.iter().zip(&bare.starts).map(start).collect())
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
    fn of(mut numbers: Vec<f64>) -> Between {
        numbers.sort_by(f64::total_cmp);
        let count = numbers.len();
        let at = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
        let aside = aside(count);
        Between { low: at(aside), middle: at(count / 2), high: at(count.saturating_sub(aside + 1)) }
    }
}

/// How many of so many numbers are left out at each end, so that the middle one of all such numbers lies between the others in
/// 19 cases of 20: how many lie below it is a matter of tossing a coin so many times.
#[expect(clippy::cast_precision_loss, reason = "a number of numbers")]
fn aside(count: usize) -> usize {
    let all = count as f64;
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

fn print(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let Some(bare) = rows.first() else { return Ok(()) };
    writeln!(out, "\n| service | orders a second, most | over bare | CPU for an order, least | over bare |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for row in rows {
        let (name, best, least) = (row.name, row.best(), row.least_cpu());
        let [answers, cpu] = match name {
            BARE => [const { String::new() }; 2],
            _ => [
                row.beside(bare, |round| round.answers).to_string(),
                row.beside(bare, |round| round.cpu).to_string(),
            ],
        };
        writeln!(out, "| {name} | {best:.0} | {answers} | {least:.1} µs | {cpu} |")?;
    }
    writeln!(
        out,
        "\n\"Over bare\": of each start the middle one of the ratios within one round, and of those the middle one, with where it \
         lies in 19 cases of 20. Goals: throughput -1 %, CPU +2 %."
    )
}

/// A shop that runs, with stock for all orders to come. Dropping it ends it.
struct Service {
    child: Child,
    order: Request,
}

/// How many orders a count begins with, which are those that meet everything for the first time, and with which it ends.
const FEW: u32 = 100;
const MANY: u32 = 500;

/// The instructions of one order, on all threads.
fn instructions(program: &Path) -> io::Result<f64> {
    let counted = |orders: u32| {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
        let service = Service::open(valgrind.stderr(Stdio::piped()))?;
        service.order.times(orders)?;
        service.finish()
    };
    let (few, many) = (counted(FEW)?, counted(MANY)?);
    Ok((many - few) / f64::from(MANY - FEW))
}

impl Service {
    fn start(program: &Path) -> io::Result<Service> {
        let service = Service::open(&mut Command::new(program))?;
        // The first answers open connections and meet every function for the first time.
        service.order.repeat(Duration::from_millis(500))?;
        Ok(service)
    }

    fn open(command: &mut Command) -> io::Result<Service> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut base = String::new();
        BufReader::new(stdout).read_line(&mut base)?;
        let base = base.trim();
        let order = r#"{"customer":1,"card":"4111-1111","lines":[{"sku":100,"qty":1}]}"#;
        let service = Service { child, order: Request::post(base, "/orders", order) };
        let stock = r#"{"delta":1000000000,"reason":"a load is coming"}"#;
        Request::post(base, "/stock/100/adjust", stock).times(1)?;
        Ok(service)
    }

    /// Lets it end by itself, and reads what valgrind has counted.
    fn finish(mut self) -> io::Result<f64> {
        drop(self.child.stdin.take());
        let mut text = String::new();
        if let Some(stderr) = &mut self.child.stderr {
            stderr.read_to_string(&mut text)?;
        }
        let count = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
        count.ok_or_else(|| io::Error::other(format!("callgrind counted nothing:\n{text}")))
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

/// Writes the program of a contender under `target/bench/service`, and builds it in release.
fn build(root: &Path, contender: &Contender) -> io::Result<PathBuf> {
    let all = root.join("target/bench/service");
    let folder = all.join(contender.package);
    fs::create_dir_all(folder.join("src"))?;
    for module in MODULES {
        copy(&root.join("examples/shop/src"), &folder.join("src"), module)?;
    }
    let modules: String = MODULES.iter().map(|module| format!("mod {module};\n")).collect();
    let main = MAIN.replace("MODULES", &modules).replace("INSTALL", contender.install);
    fs::write(folder.join("src/main.rs"), main)?;
    let candor = match contender.attribute {
        None => root.join("core"),
        Some(attribute) => {
            // Not within the package: it is no part of its workspace.
            let stand_in = all.join(format!("candor_{}", contender.package));
            write_stand_in(&stand_in, attribute)?;
            stand_in
        }
    };
    let name = format!("shop_{}", contender.package);
    let manifest = MANIFEST.replace("NAME", &name).replace("CANDOR", &candor.to_string_lossy());
    let shared = fs::read_to_string(root.join("Cargo.toml"))?;
    let (_, dependencies) = shared
        .split_once("[workspace.dependencies]")
        .and_then(|(before, rest)| Some((before, rest.split("\n[").next()?)))
        .ok_or_else(|| io::Error::other("the workspace names no dependencies"))?;
    let foreign =
        dependencies.lines().filter(|line| !line.contains("path = ")).collect::<Vec<_>>().join("\n");
    fs::write(folder.join("Cargo.toml"), manifest.replace("SHARED", &foreign))?;
    // The versions of the workspace, as far as they go: what the gate has fetched is enough.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let target = all.join("build");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "--target-dir"]).arg(&target).current_dir(&folder);
    let output = cargo.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{name} does not compile:\n{said}")));
    }
    Ok(target.join("release").join(name))
}

/// Copies a module, be it a file or a folder.
fn copy(from: &Path, to: &Path, module: &str) -> io::Result<()> {
    let file = format!("{module}.rs");
    if from.join(&file).exists() {
        fs::copy(from.join(&file), to.join(&file))?;
        return Ok(());
    }
    fs::create_dir_all(to.join(module))?;
    for entry in fs::read_dir(from.join(module))? {
        let path = entry?.path();
        if let Some(name) = path.file_name() {
            fs::copy(&path, to.join(module).join(name))?;
        }
    }
    Ok(())
}

/// A crate of the name `candor` in which every word of it is there and means nothing but the attribute.
fn write_stand_in(folder: &Path, attribute: &str) -> io::Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    let manifest = "[package]\nname = \"candor\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
                    [lib]\nproc-macro = true\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), STAND_IN.replace("ATTRIBUTE", attribute))
}

const STAND_IN: &str = include_str!("service/candor.rs.in");
const MAIN: &str = include_str!("service/main.rs.in");
const MANIFEST: &str = include_str!("service/Cargo.toml.in");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_lies_between_numbers_that_follow_from_how_many_there_are() {
        let of = |count: u32| Between::of((1..=count).rev().map(f64::from).collect());
        // As the tables of the sign test have it.
        for (count, low, middle, high) in [(1, 1, 1, 1), (17, 5, 9, 13), (25, 8, 13, 18), (100, 40, 51, 61)] {
            let between = of(count);
            let wanted = [low, middle, high].map(f64::from);
            assert_eq!([between.low, between.middle, between.high], wanted, "of {count}");
        }
        let between = Between { low: 0.99, middle: 1.0, high: 1.021 };
        assert_eq!(between.to_string(), "+0.0 % (-1.0 to +2.1)");
    }

    /// The modules that are copied are those of the shop, but for what drives it and what reports.
    #[test]
    fn the_service_is_the_shop() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let main = fs::read_to_string(root.join("examples/shop/src/main.rs")).unwrap();
        let modules = main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let left_out = ["bugs", "drive", "journey", "report", "truth"];
        let served: Vec<&str> = modules.filter(|module| !left_out.contains(module)).collect();
        assert_eq!(served, MODULES);
    }

    #[test]
    fn the_programs_are_rust() {
        for contender in &CONTENDERS {
            let main = MAIN.replace("MODULES", "").replace("INSTALL", contender.install);
            assert!(syn::parse_file(&main).is_ok(), "{main}");
            let stand_in = STAND_IN.replace("ATTRIBUTE", contender.attribute.unwrap_or_default());
            assert!(syn::parse_file(&stand_in).is_ok(), "{stand_in}");
        }
    }
}
