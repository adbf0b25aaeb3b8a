//! What a whole service loses: the checkout of `examples/shop` over HTTP under load, bare, observed and instrumented.
//!
//! The shop's own code is compiled three times, and only what the word `candor` stands for differs: the library, or a
//! macro crate under its name that leaves functions as they are or puts `#[tracing::instrument(skip_all)]` on them. All
//! three run beside each other, and the load goes to them in turn.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::load::Request;

/// How long and how often the load is sent.
#[derive(Debug, clap::Parser)]
pub(super) struct Options {
    /// How often each service gets the load.
    #[arg(long, default_value_t = 31)]
    rounds: usize,
    /// For how many seconds.
    #[arg(long, default_value_t = 1)]
    seconds: u64,
    /// Count the instructions of an order instead, under valgrind: that is stable on a busy machine.
    #[arg(long)]
    instructions: bool,
}

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
    Contender { name: "bare", package: "bare", attribute: Some(""), install: "" },
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
        rows.push(Row { contender, service: Service::start(&program)?, rounds: Vec::new() });
    }
    let rounds = if options.instructions { 0 } else { options.rounds.max(1) };
    for round in 0..rounds {
        writeln!(out, "round {} of {rounds} ..", round + 1)?;
        out.flush()?;
        let time = Duration::from_secs(options.seconds);
        rows.iter_mut().try_for_each(|row| row.measure(time))?;
        // Whoever was last is first: what the machine does slowly comes to all.
        rows.reverse();
    }
    rows.sort_by_key(|row| CONTENDERS.iter().position(|contender| contender.name == row.contender.name));
    if !options.instructions {
        print(&rows, out)?;
    }
    Ok(true)
}

/// What was measured of one contender.
struct Row {
    contender: &'static Contender,
    service: Service,
    rounds: Vec<Round>,
}

/// One round: answers in a second, and microseconds of processor time for each.
struct Round {
    answers: f64,
    cpu: f64,
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
    fn measure(&mut self, time: Duration) -> io::Result<()> {
        let before = self.service.processor_time()?;
        let answered = self.service.order.repeat(time)?;
        let cpu = self.service.processor_time()? - before;
        let requests = answered.requests.max(1) as f64;
        self.rounds.push(Round { answers: requests / answered.seconds, cpu: cpu * 1e6 / requests });
        Ok(())
    }

    fn best(&self) -> f64 {
        self.rounds.iter().map(|round| round.answers).fold(0.0, f64::max)
    }

    fn least_cpu(&self) -> f64 {
        self.rounds.iter().map(|round| round.cpu).fold(f64::MAX, f64::min)
    }

    /// The middle one of the ratios to the bare service in the same round, by which what else the machine does is divided out.
    fn beside(&self, bare: &Row, of: fn(&Round) -> f64) -> f64 {
        let pairs = self.rounds.iter().zip(&bare.rounds);
        let mut ratios: Vec<f64> = pairs.map(|(own, bare)| of(own) / of(bare)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn print(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let Some(bare) = rows.first() else { return Ok(()) };
    writeln!(out, "\n| service | orders a second, most | over bare | CPU for an order, least | over bare |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for row in rows {
        let percent = |ratio: f64| format!("{:+.1} %", (ratio - 1.0) * 100.0);
        let (answers, cpu) = (row.beside(bare, |round| round.answers), row.beside(bare, |round| round.cpu));
        let (name, best, least) = (row.contender.name, row.best(), row.least_cpu());
        writeln!(out, "| {name} | {best:.0} | {} | {least:.1} µs | {} |", percent(answers), percent(cpu))?;
    }
    writeln!(
        out,
        "\n\"Over bare\" is the middle one of the ratios within one round. Goals: throughput -1 %, CPU +2 %."
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
