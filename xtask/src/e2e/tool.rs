//! The backends and what else judges by rules of its own, as programs: built once, by the Go module proxy and npm, into a
//! cache outside the clone.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Outcome, ask};

/// A program, the module it is in, and how it is built.
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    recipe: Recipe,
}

enum Recipe {
    /// A program of a module that builds as a dependency.
    Package { package: &'static str },
    /// A program of a module that replaces others: it builds only as the main module.
    Copy { module: &'static str, package: &'static str, tags: &'static str },
    /// A Collector made of parts.
    Collector,
    /// A program of one file, written here, around a module.
    Source { module: &'static str, text: &'static str },
    /// Packages of npm, with a script that uses them.
    Npm { packages: &'static [&'static str], text: &'static str },
}

/// Jaeger v2 is part of the module of v1.
pub(super) const JAEGER: Tool = Tool {
    name: "jaeger",
    version: "v1.76.0",
    recipe: Recipe::Package { package: "github.com/jaegertracing/jaeger/cmd/jaeger" },
};
pub(super) const PROMETHEUS: Tool = prometheus("prometheus", "./cmd/prometheus");
pub(super) const PROMTOOL: Tool = prometheus("promtool", "./cmd/promtool");
pub(super) const COLLECTOR: Tool = Tool { name: "otelcol", version: "v0.160.0", recipe: Recipe::Collector };
/// A store of logs with a query language, which takes OTLP.
pub(super) const LOGS: Tool = Tool {
    name: "victoria-logs",
    version: "v1.52.1",
    recipe: Recipe::Copy {
        module: "github.com/VictoriaMetrics/VictoriaLogs",
        package: "./app/victoria-logs",
        tags: "netgo",
    },
};
/// The loader of Docker Compose.
pub(super) const COMPOSE: Tool = Tool {
    name: "compose-go",
    version: "v2.16.2",
    recipe: Recipe::Package { package: "github.com/compose-spec/compose-go/v2/cmd" },
};
/// Grafana's own types of dashboards, panels and queries.
pub(super) const DASHBOARDS: Tool = Tool {
    name: "grafana-foundation-sdk",
    version: "v0.0.22",
    recipe: Recipe::Source {
        module: "github.com/grafana/grafana-foundation-sdk/go",
        text: include_str!("dashboards.go"),
    },
};
/// Grafana's grammars of the queries of Tempo and Loki.
pub(super) const GRAMMARS: Tool = Tool {
    name: "lezer",
    version: "traceql-1.0.0-logql-0.4.2",
    recipe: Recipe::Npm {
        packages: &["@grafana/lezer-traceql@1.0.0", "@grafana/lezer-logql@0.4.2", "@lezer/lr@1.4.10"],
        text: include_str!("queries.mjs"),
    },
};

/// Version 3.14 of the program.
const fn prometheus(name: &'static str, package: &'static str) -> Tool {
    let recipe =
        Recipe::Copy { module: "github.com/prometheus/prometheus", package, tags: "remove_all_sd,netgo" };
    Tool { name, version: "v0.314.0", recipe }
}

const ALL: [&Tool; 8] =
    [&JAEGER, &PROMETHEUS, &PROMTOOL, &COLLECTOR, &LOGS, &COMPOSE, &DASHBOARDS, &GRAMMARS];

/// Where built programs are kept: `CANDOR_E2E_CACHE`, else `candor-e2e` in the user's folder of caches.
#[expect(clippy::disallowed_methods, reason = "a chore is no library code")]
pub(super) fn cache() -> PathBuf {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = || var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|home| home.join(".cache")));
    var("CANDOR_E2E_CACHE").unwrap_or_else(|| caches().unwrap_or_else(std::env::temp_dir).join("candor-e2e"))
}

impl Tool {
    pub(super) fn path(&self, cache: &Path) -> PathBuf {
        cache.join(format!("{}-{}", self.name, self.version))
    }
}

/// What has not been built yet.
pub(super) fn missing(cache: &Path) -> Vec<&'static str> {
    ALL.iter().filter(|tool| !tool.path(cache).exists()).map(|tool| tool.name).collect()
}

/// The program that would build what is missing, if it is not there.
pub(super) fn builder_missing(cache: &Path) -> Option<&'static str> {
    let needed = |tool: &&&Tool| !tool.path(cache).exists();
    let builder = |tool: &&Tool| if matches!(tool.recipe, Recipe::Npm { .. }) { "npm" } else { "go" };
    let runs = |program: &&str| {
        let version = if *program == "npm" { "--version" } else { "version" };
        let mut command = Command::new(program);
        command.arg(version).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    ALL.iter().filter(needed).map(builder).find(|program| !runs(program))
}

/// Builds what is missing. After `patience` no further one is begun.
pub(super) fn build(cache: &Path, patience: Option<Duration>, out: &mut dyn Write) -> Outcome<()> {
    std::fs::create_dir_all(cache)?;
    // As long as this is open: two that build at a time would remove what the other one has half made.
    let alone = File::create(cache.join("building"))?;
    match alone.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) if patience.is_none() => {
            writeln!(out, "== waiting for another one that is building them")?;
            out.flush()?;
            alone.lock()?;
        }
        Err(TryLockError::WouldBlock) => return Err("another one is building them".into()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let started = ask::now();
    for tool in ALL.iter().filter(|tool| !tool.path(cache).exists()) {
        if patience.is_some_and(|patience| started.elapsed() > patience) {
            return Err(format!("{} is not built yet, and there is no more time for it", tool.name).into());
        }
        writeln!(out, "== building {} {}: it takes minutes, once", tool.name, tool.version)?;
        out.flush()?;
        // With the version, and without what a build that was cut off has half made: what is compiled is kept elsewhere.
        let work = cache.join("build").join(format!("{}-{}", tool.name, tool.version));
        let made = work.join("made");
        for half in [&made, &cache.join("build").join(PASSING)] {
            if half.is_dir() {
                std::fs::remove_dir_all(half)?;
            }
        }
        std::fs::create_dir_all(&work)?;
        let begun = ask::now();
        tool.make(&work, &made)?;
        // In one step, so that a build that was cut off leaves no program behind.
        std::fs::rename(&made, tool.path(cache))?;
        writeln!(out, "== built in {} seconds", begun.elapsed().as_secs())?;
    }
    // Gigabytes that nobody needs once everything is built.
    let work = cache.join("build");
    if work.exists() {
        std::fs::remove_dir_all(work)?;
    }
    Ok(())
}

impl Tool {
    fn make(&self, work: &Path, made: &Path) -> Outcome<()> {
        let made = made.to_string_lossy();
        match &self.recipe {
            Recipe::Package { package } => {
                begin(work, "e2e")?;
                // Without the version, Go would take the newest one.
                go(work, &["get", &format!("{package}@{}", self.version)])?;
                go(work, &["build", "-o", &made, package])
            }
            Recipe::Copy { module, package, tags } => {
                let source = work.join("source");
                copy(&downloaded(work, module, self.version)?, &source)?;
                go(&source, &["build", "-tags", tags, "-o", &made, package])
            }
            Recipe::Collector => self.assemble(work, &made),
            Recipe::Source { module, text } => {
                std::fs::write(work.join("main.go"), text)?;
                begin(work, "e2e")?;
                go(work, &["get", &format!("{module}@{}", self.version)])?;
                go(work, &["mod", "tidy"])?;
                go(work, &["build", "-o", &made, "."])
            }
            Recipe::Npm { packages, text } => {
                std::fs::create_dir_all(&*made)?;
                std::fs::write(Path::new(&*made).join("package.json"), "{\"private\": true}\n")?;
                std::fs::write(Path::new(&*made).join(SCRIPT), text)?;
                let fixed = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
                let mut npm = Command::new("npm");
                npm.args(fixed).args(*packages).current_dir(&*made).stdin(Stdio::null());
                run("npm", npm, "Node.js, whose packages have the grammars")
            }
        }
    }

    /// The builder writes the sources; the modules are added here, because its own tidying also wants those of tests.
    fn assemble(&self, work: &Path, made: &str) -> Outcome<()> {
        let version = self.version;
        let manifest = include_str!("collector-parts.yaml").replace("VERSION", version);
        std::fs::write(work.join("parts.yaml"), manifest)?;
        let builder = format!("go.opentelemetry.io/collector/cmd/builder@{version}");
        go(work, &["run", &builder, "--config", "parts.yaml", "--skip-get-modules", "--skip-compilation"])?;
        let source = work.join("source");
        begin(&source, "otelcol")?;
        for part in PARTS {
            go(&source, &["get", &format!("{part}@{version}")])?;
        }
        go(&source, &["build", "-mod=mod", "-o", made, "."])
    }
}

/// The script among packages of npm.
pub(super) const SCRIPT: &str = "script.mjs";

/// The modules of the Collector that set the versions of all others.
const PARTS: [&str; 4] = [
    "go.opentelemetry.io/collector/otelcol",
    "go.opentelemetry.io/collector/receiver/otlpreceiver",
    "go.opentelemetry.io/collector/exporter/otlphttpexporter",
    "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter",
];

/// An empty main module.
fn begin(folder: &Path, name: &str) -> Outcome<()> {
    if folder.join("go.mod").exists() { Ok(()) } else { go(folder, &["mod", "init", name]) }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut go = Command::new("go");
    go.args(arguments).current_dir(folder).stdin(Stdio::null());
    go.envs([
        ("CGO_ENABLED", "0"),
        ("GOTOOLCHAIN", "local"),
        ("GOWORK", "off"),
        // Without optimization: nothing is measured of them, and they are built in two thirds of the time.
        ("GOFLAGS", "-buildvcs=false '-gcflags=all=-N -l'"),
    ]);
    // What is compiled stays among what is built here, and goes with it.
    if let Some(build) = folder.ancestors().find(|above| above.ends_with("build")) {
        let passing = build.join(PASSING);
        // Where it cannot be made, Go says so.
        drop(std::fs::create_dir_all(&passing));
        go.env("GOCACHE", build.join("compiled")).env("GOTMPDIR", passing);
    }
    go
}

/// Among what is built: what Go needs in passing, and leaves behind when it is cut off.
const PASSING: &str = "passing";

fn go(folder: &Path, arguments: &[&str]) -> Outcome<()> {
    run(&format!("go {}", arguments.join(" ")), command(folder, arguments), "Go, which builds the backends")
}

fn run(shown: &str, mut command: Command, needed: &str) -> Outcome<()> {
    let output = command
        .output()
        .map_err(|missing| format!("failed to run `{shown}`: {missing}; install {needed}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{shown}` ended with {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr))
        .into())
}

/// The folder of a module in Go's cache.
fn downloaded(work: &Path, module: &str, version: &str) -> Outcome<PathBuf> {
    let output = command(work, &["mod", "download", "-json", &format!("{module}@{version}")]).output()?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    match answer.get("Dir").and_then(serde_json::Value::as_str) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Err(format!("failed to download {module}@{version}: {answer}").into()),
    }
}

/// Copies a folder of Go's cache, which is read-only, and leaves the copy writable.
fn copy(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::write(&target, std::fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
