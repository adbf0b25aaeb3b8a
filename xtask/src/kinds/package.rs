//! Scratch packages under `target/kinds`: one for each contender and edition, each kind an example of it, and one program
//! that runs them all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::contender::Contender;
use super::kind::Kind;

/// The packages of one contender in one edition.
pub(super) struct Package<'a> {
    pub(super) contender: &'a Contender,
    pub(super) edition: &'static str,
    root: &'a Path,
    folder: PathBuf,
}

impl<'a> Package<'a> {
    /// Writes the package: a manifest, and each kind as an example.
    pub(super) fn write(
        root: &'a Path,
        contender: &'a Contender,
        edition: &'static str,
        kinds: &[&Kind],
    ) -> io::Result<Package<'a>> {
        let folder = root.join(format!("target/kinds/{}_{edition}", contender.package));
        for stale in ["examples", "src"] {
            let stale = folder.join(stale);
            if stale.exists() {
                fs::remove_dir_all(&stale)?;
            }
            fs::create_dir_all(&stale)?;
        }
        let package = Package { contender, edition, root, folder };
        fs::write(package.folder.join("Cargo.toml"), package.manifest())?;
        // The versions of the workspace, as far as they go: what the gate has fetched is enough.
        fs::copy(root.join("Cargo.lock"), package.folder.join("Cargo.lock"))?;
        fs::write(package.folder.join("src/lib.rs"), "")?;
        for kind in kinds {
            let example = package.folder.join(format!("examples/{}.rs", kind.name));
            fs::write(example, kind.with(contender.attribute))?;
        }
        Ok(package)
    }

    fn manifest(&self) -> String {
        let Package { contender, edition, .. } = self;
        let (package, dependencies) = (contender.package, contender.dependencies(self.root));
        format!(
            "[package]\nname = \"{package}_{edition}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\npublish = false\n\
             \n[dependencies]\nasync-trait = \"0.1\"\n{dependencies}\n\n[profile.dev]\ndebug = 0\nincremental = false\n\n[workspace]\n"
        )
    }

    /// Compiles every kind as far as its errors, and returns cargo's messages.
    pub(super) fn check(&self) -> io::Result<Output> {
        self.cargo(&["check", "--examples", "--keep-going", "--message-format=json"])
    }

    /// Writes one program with these kinds as its modules, and runs it.
    pub(super) fn run(&self, kinds: &[&Kind]) -> io::Result<Output> {
        let mut main = String::from(PROLOGUE);
        let observed =
            if self.contender.observes() { "candor::testing::codes(work)" } else { "{ work(); Vec::new() }" };
        main.push_str(&format!("fn observed(work: fn()) -> Vec<&'static str> {{\n    {observed}\n}}\n\n"));
        main.push_str("fn main() {\n    std::panic::set_hook(Box::new(|panic| eprintln!(\"{panic}\")));\n");
        for kind in kinds {
            let module = self.folder.join(format!("src/{}.rs", kind.name));
            let text = kind.with(self.contender.attribute);
            fs::write(module, format!("{text}\npub(crate) fn run_kind() {{\n    let _ = main();\n}}\n"))?;
            main.push_str(&format!("    run(\"{}\", {}::run_kind);\n", kind.name, kind.name));
        }
        if self.contender.observes() {
            main.push_str(WATCHED);
        }
        main.push_str("}\n\n");
        for kind in kinds {
            main.push_str(&format!("#[allow(warnings)]\nmod {};\n", kind.name));
        }
        fs::write(self.folder.join("src/main.rs"), main)?;
        self.cargo(&["run", "--quiet"])
    }

    fn cargo(&self, words: &[&str]) -> io::Result<Output> {
        let mut cargo = Command::new("cargo");
        cargo.args(words).arg("--target-dir").arg(self.root.join("target/kinds/build"));
        cargo.current_dir(&self.folder).stdin(Stdio::null()).output()
    }
}

/// Every operation that the binary declares, by its kind.
const WATCHED: &str = r#"
    for operation in candor::catalog().operations {
        println!("watched {}", operation.target.split("::").nth(1).unwrap_or_default());
    }
"#;

/// Each kind is run twice: with nothing installed, and in a scope.
const PROLOGUE: &str = r#"
fn run(name: &str, kind: fn()) {
    let idle = std::panic::catch_unwind(kind).is_ok();
    let found = std::panic::catch_unwind(|| observed(kind));
    match found {
        Ok(found) if idle && found.is_empty() => println!("ran {name}"),
        Ok(found) if idle => println!("said {name} {}", found.join(" ")),
        _ => println!("failed {name}"),
    }
}

"#;
