//! The shop as a service, compiled as each contender has it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::layout::Layouts;

/// A way to compile the shop.
pub(super) struct Contender {
    pub(super) name: &'static str,
    package: &'static str,
    /// What stands in for candor; nothing where it is the library.
    stand_in: Option<StandIn>,
    /// What the program installs at its start.
    install: &'static str,
    /// How it switches recording `on`.
    switch: &'static str,
}

/// What the words of candor mean where it is not there.
struct StandIn {
    /// The attribute that stands in for `#[observe]`.
    attribute: &'static str,
    /// What the body of such a function begins with.
    begin: &'static str,
    /// What stands in for `emit!`.
    emit: &'static str,
}

const NOTHING: StandIn = StandIn { attribute: "", begin: "", emit: "()" };

/// What whoever writes lines has: a subscriber, if with nobody who reads them.
const IDLE: &str = "tracing_subscriber::registry().with(Idle).init();";

pub(super) const BARE: &str = "bare";
pub(super) const CANDOR: &str = "candor, with its layer";

pub(super) const CONTENDERS: [Contender; 5] = [
    Contender { name: BARE, package: "bare", stand_in: Some(NOTHING), install: "", switch: "" },
    Contender {
        name: CANDOR,
        package: "observe",
        stand_in: None,
        install: "tracing_subscriber::registry().with(candor::layer()).init();\n    \
                  std::mem::forget(candor::builder().quiet().install().unwrap());",
        switch: "candor::record::set_on(on);",
    },
    Contender {
        name: "bare, Registry with a layer that does nothing",
        package: "subscribed",
        stand_in: Some(NOTHING),
        install: IDLE,
        switch: "",
    },
    Contender {
        name: "floor: counts of calls and events and two reads of the time stamp for a call, nothing else",
        package: "floor",
        stand_in: Some(StandIn {
            begin: "static __COUNTED: crate::floor::Counted = crate::floor::Counted::new(); let __call = __COUNTED.begin();",
            emit: "{ static __SAID: crate::floor::Said = crate::floor::Said::new(); __SAID.count() }",
            ..NOTHING
        }),
        install: "",
        switch: "",
    },
    Contender {
        name: "`#[instrument]`, Registry with a layer that does nothing",
        package: "instrument",
        stand_in: Some(StandIn { attribute: "#[::tracing::instrument(skip_all)]", ..NOTHING }),
        install: IDLE,
        switch: "",
    },
];

/// The modules of the shop that make its service.
const MODULES: [&str; 9] = ["app", "buggy", "error", "event", "fixed", "model", "route", "service", "world"];

/// Where everything of this bench is put.
const FOLDER: &str = "target/bench/service";

/// The program of a contender, as it was linked.
pub(super) struct Built {
    pub(super) program: PathBuf,
    pub(super) layouts: Layouts,
}

/// Writes the program of a contender, and builds it in release.
pub(super) fn build(root: &Path, contender: &Contender) -> io::Result<Built> {
    let folder = write(root, contender)?;
    let all = root.join(FOLDER);
    let target = all.join("build");
    let name = format!("shop_{}", contender.package);
    let mut cargo = Command::new("cargo");
    cargo.args(["rustc", "--release", "--quiet", "--target-dir"]).arg(&target).current_dir(&folder);
    // What it is linked from stays, to be linked again.
    cargo.args(["--", "-Csave-temps", "--print=link-args"]);
    let output = cargo.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{name} does not compile:\n{said}")));
    }
    let layouts = Layouts::of(&String::from_utf8_lossy(&output.stdout), &all.join("order").join(&name))?;
    Ok(Built { program: target.join("release").join(name), layouts })
}

/// Writes the package of a contender, and says where it is.
fn write(root: &Path, contender: &Contender) -> io::Result<PathBuf> {
    let all = root.join(FOLDER);
    let folder = all.join(contender.package);
    fs::create_dir_all(folder.join("src"))?;
    for module in MODULES {
        copy(&root.join("examples/shop/src"), &folder.join("src"), module)?;
    }
    let modules: String = MODULES.iter().map(|module| format!("mod {module};\n")).collect();
    let main = MAIN
        .replace("MODULES", &modules)
        .replace("INSTALL", contender.install)
        .replace("SWITCH", contender.switch);
    fs::write(folder.join("src/main.rs"), main)?;
    fs::write(folder.join("src/floor.rs"), FLOOR)?;
    let candor = match &contender.stand_in {
        None => root.join("core"),
        Some(words) => {
            // Not within the package: it is no part of its workspace.
            let stand_in = all.join(format!("candor_{}", contender.package));
            write_stand_in(&stand_in, words)?;
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
    Ok(folder)
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

/// A crate of the name `candor` in which every word of it is there and means nothing but this.
fn write_stand_in(folder: &Path, words: &StandIn) -> io::Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    let manifest = "[package]\nname = \"candor\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
                    [lib]\nproc-macro = true\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), stand_in(words))
}

fn stand_in(words: &StandIn) -> String {
    STAND_IN.replace("ATTRIBUTE", words.attribute).replace("BEGIN", words.begin).replace("EMIT", words.emit)
}

const STAND_IN: &str = include_str!("candor.rs.in");
const MAIN: &str = include_str!("main.rs.in");
const FLOOR: &str = include_str!("floor.rs.in");
const MANIFEST: &str = include_str!("Cargo.toml.in");

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
            let main = MAIN
                .replace("MODULES", "")
                .replace("INSTALL", contender.install)
                .replace("SWITCH", contender.switch);
            assert!(syn::parse_file(&main).is_ok(), "{main}");
            let stand_in = stand_in(contender.stand_in.as_ref().unwrap_or(&NOTHING));
            assert!(syn::parse_file(&stand_in).is_ok(), "{stand_in}");
        }
    }
}
