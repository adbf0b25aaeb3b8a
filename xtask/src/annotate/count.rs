//! How many instructions the compiler takes for the library of a crate, under valgrind: a count that a busy machine does not move.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::build::Copy;

/// Where the wrapper writes to, by an environment variable that cargo hands on.
const COUNTED: &str = "CANDOR_COUNTED";

/// Stands between cargo and the compiler, for the crate alone: its dependencies are none of the workspace. A script of the build
/// and what asks the compiler for its version pass through.
const WRAPPER: &str = r#"#!/bin/sh
case " $* " in
*" --crate-type lib "*) ;;
*) exec "$@" ;;
esac
shift
exec valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file="$CANDOR_COUNTED" 'RUSTC' "$@"
"#;

/// Counts what the compiler does.
pub(super) struct Counter {
    wrapper: PathBuf,
    counted: PathBuf,
}

impl Counter {
    /// Writes the wrapper below `home`.
    ///
    /// # Errors
    /// When valgrind or the compiler is not there, or a file cannot be written.
    pub(super) fn new(home: &Path) -> io::Result<Counter> {
        said("valgrind", &["--version"]).map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("valgrind counts the instructions, and it does not start: {error}"),
            )
        })?;
        // What stands on the path may be a program that starts the compiler, which would be counted with it.
        let rustc = Path::new(said("rustc", &["--print", "sysroot"])?.trim()).join("bin").join("rustc");
        let counter = Counter { wrapper: home.join("count.sh"), counted: home.join("count.out") };
        fs::write(&counter.wrapper, WRAPPER.replace("RUSTC", &rustc.display().to_string()))?;
        fs::set_permissions(&counter.wrapper, Permissions::from_mode(0o755))?;
        Ok(counter)
    }

    /// The instructions of the compiler for the library of a copy that has just been written.
    ///
    /// # Errors
    /// When it does not compile, or nothing was counted.
    pub(super) fn count(&self, copy: &Copy) -> io::Result<f64> {
        if self.counted.exists() {
            fs::remove_file(&self.counted)?;
        }
        let mut cargo = copy.cargo("check");
        cargo.args(["--lib", "--quiet"]).env("RUSTC_WORKSPACE_WRAPPER", &self.wrapper);
        let output = cargo.env(COUNTED, &self.counted).output()?;
        let text = if output.status.success() { fs::read_to_string(&self.counted)? } else { errors(&output) };
        summary(&text).ok_or_else(|| {
            io::Error::other(format!("nothing was counted in {}:\n{text}", copy.folder.display()))
        })
    }
}

fn said(program: &str, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The last line of what cachegrind writes.
fn summary(text: &str) -> Option<f64> {
    text.lines().rev().find_map(|line| line.strip_prefix("summary:")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn the_count_is_the_sum_at_the_end() {
        assert_eq!(summary("events: Ir\nfn=main\n12 5\nsummary: 8494719675\n"), Some(8_494_719_675.0));
        assert_eq!(summary("error: could not compile"), None);
    }
}
