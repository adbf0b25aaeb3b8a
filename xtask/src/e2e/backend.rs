//! The backends, running on free ports of the loopback. They end with the value that holds them.

use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use serde_json::Value;

use super::telemetry::Telemetry;
use super::{Outcome, ask, tool};
use crate::hold;

/// A folder for one run; it goes when the run ends.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Outcome<Folder> {
        let all = std::env::temp_dir();
        sweep(&all)?;
        let path = all.join(format!("{PREFIX}{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

/// In front of the number of the process that has the folder.
const PREFIX: &str = "candor-e2e-";

/// Removes the folders of runs that were killed.
fn sweep(all: &Path) -> Outcome<()> {
    for entry in std::fs::read_dir(all)? {
        let entry = entry?;
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse().ok());
        let is_over = |process| kill(Pid::from_raw(process), None) == Err(Errno::ESRCH);
        if process.is_some_and(is_over) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder of temporary files, where it does no harm.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A process that ends with this value.
struct Running(Child);

impl Running {
    fn start(program: &Path, arguments: &[String], log: &Path) -> Outcome<Running> {
        let log = File::create(log)?;
        // No backend outlives a run that is killed.
        let mut command = hold::command(program)?;
        command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Running(
            command.spawn().map_err(|error| format!("failed to start {}: {error}", program.display()))?,
        ))
    }

    /// Asks it to end, and waits.
    fn end(mut self) -> Outcome<()> {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        if asked.success() {
            self.0.wait()?;
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        if self.0.kill().is_ok() {
            drop(self.0.wait());
        }
    }
}

/// Everything that runs, and where it is asked.
pub(super) struct Backends {
    /// Where the shop sends to.
    pub(super) otlp: String,
    /// The same by gRPC.
    pub(super) grpc: String,
    pub(super) jaeger: String,
    pub(super) prometheus: String,
    pub(super) logs: String,
    folder: PathBuf,
    collector: std::cell::RefCell<Option<Running>>,
    _others: [Running; 3],
}

/// Ports that were free a moment ago.
fn ports<const N: usize>() -> Outcome<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

pub(super) fn start(cache: &Path, folder: &Path, graf: &Path, out: &mut dyn Write) -> Outcome<Backends> {
    let [jaeger_in, jaeger_ui, jaeger_grpc, prometheus, collector, grpc, logs] = ports()?;
    let fill = |template: &str| {
        template
            .replace("JAEGER_IN", &jaeger_in.to_string())
            .replace("JAEGER_UI", &jaeger_ui.to_string())
            .replace("JAEGER_GRPC", &jaeger_grpc.to_string())
            .replace("PROMETHEUS", &prometheus.to_string())
            .replace("COLLECTOR", &collector.to_string())
            .replace("GRPC_IN", &grpc.to_string())
            .replace("LOGS_IN", &logs.to_string())
            .replace("FOLDER", &folder.display().to_string())
    };
    let config = |name: &str, template: &str| -> Outcome<PathBuf> {
        let path = folder.join(name);
        std::fs::write(&path, fill(template))?;
        Ok(path)
    };
    let jaeger_config = config("jaeger.yaml", include_str!("jaeger.yaml"))?;
    let collector_config = config("collector.yaml", include_str!("collector.yaml"))?;
    // The generated configuration, evaluated more often than anybody would outside of a test.
    let generated = graf.join("prometheus/prometheus.yml");
    let often =
        std::fs::read_to_string(&generated)?.replace("evaluation_interval: 15s", "evaluation_interval: 1s");
    std::fs::write(&generated, often)?;
    let of = |path: &Path| format!("--config={}", path.display());
    let log = |name: &str| folder.join(format!("{name}.log"));
    let others = [
        Running::start(&tool::JAEGER.path(cache), &[of(&jaeger_config)], &log("jaeger"))?,
        Running::start(
            &tool::PROMETHEUS.path(cache),
            &[
                format!("--config.file={}", generated.display()),
                format!("--storage.tsdb.path={}", folder.join("tsdb").display()),
                format!("--web.listen-address=127.0.0.1:{prometheus}"),
                "--web.enable-otlp-receiver".to_owned(),
                "--enable-feature=exemplar-storage,created-timestamp-zero-ingestion".to_owned(),
            ],
            &log("prometheus"),
        )?,
        Running::start(
            &tool::LOGS.path(cache),
            &[
                format!("-httpListenAddr=127.0.0.1:{logs}"),
                format!("-storageDataPath={}", folder.join("logs").display()),
            ],
            &log("victoria-logs"),
        )?,
    ];
    let running = Running::start(&tool::COLLECTOR.path(cache), &[of(&collector_config)], &log("collector"))?;
    let backends = Backends {
        otlp: format!("http://127.0.0.1:{collector}"),
        grpc: format!("http://127.0.0.1:{grpc}"),
        jaeger: format!("http://127.0.0.1:{jaeger_ui}"),
        prometheus: format!("http://127.0.0.1:{prometheus}"),
        logs: format!("http://127.0.0.1:{logs}"),
        folder: folder.to_owned(),
        collector: std::cell::RefCell::new(Some(running)),
        _others: others,
    };
    backends.wait(out)?;
    Ok(backends)
}

impl Backends {
    fn wait(&self, out: &mut dyn Write) -> Outcome<()> {
        ask::until("the start of Jaeger", || ask::json(&format!("{}/api/services", self.jaeger)).map(Some))?;
        ask::until("the start of Prometheus", || {
            ask::text(&format!("{}/-/ready", self.prometheus)).map(Some)
        })?;
        ask::until("the start of the store of logs", || {
            ask::text(&format!("{}/health", self.logs)).map(Some)
        })?;
        let address = self.otlp.trim_start_matches("http://").to_owned();
        ask::until("the start of the Collector", || Ok(std::net::TcpStream::connect(&address).map(Some)?))?;
        writeln!(out, "== Jaeger, Prometheus, VictoriaLogs and the Collector run")?;
        Ok(())
    }

    /// Whether Jaeger has this span, by their identifiers as others tell them.
    pub(super) fn has_span(&self, trace: &str, span: &str) -> Outcome<bool> {
        let url = format!("{}/api/traces/{trace}", self.jaeger);
        let Ok(answer) = ask::json(&url) else { return Ok(false) };
        let spans = answer.pointer("/data/0/spans").and_then(Value::as_array);
        Ok(spans.is_some_and(|all| all.iter().any(|own| own.get("spanID").is_some_and(|id| id == span))))
    }

    /// Ends the Collector, so that its files are whole, and reads them.
    pub(super) fn end_collector(&self) -> Outcome<Telemetry> {
        if let Some(collector) = self.collector.borrow_mut().take() {
            collector.end()?;
        }
        Telemetry::read(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_of_a_run_that_is_over_goes() {
        let mut over = Command::new("true").spawn().unwrap();
        over.wait().unwrap();
        let all = std::env::temp_dir().join(format!("candor-sweep-{}", std::process::id()));
        let folders = [over.id(), std::process::id()].map(|process| all.join(format!("{PREFIX}{process}")));
        folders.iter().for_each(|folder| std::fs::create_dir_all(folder.join("tsdb")).unwrap());
        sweep(&all).unwrap();
        let left = folders.map(|folder| folder.exists());
        std::fs::remove_dir_all(all).unwrap();
        assert_eq!(left, [false, true]);
    }
}
