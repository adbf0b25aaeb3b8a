//! A program that does not outlive whoever started it, also when that one is killed and can end nothing.
//!
//! Only a process itself can ask the kernel to end it with its parent. So this program is started first, as `cargo xtask hold`,
//! asks, and then becomes the other one: with the same number, the same streams and the same exit code. Where the kernel knows
//! no such question, which is anywhere but on Linux, it only becomes the other one.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::Path;
use std::process::{self, Command};

/// What is to be held, and by whom.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Held {
    /// The process that holds it. One that is gone already holds nothing.
    #[arg(long)]
    parent: u32,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// The program as a command, to which its arguments can be added. It ends with the thread that starts it, so that has to be
/// the main one.
///
/// # Errors
/// When this program does not know where it is.
pub(crate) fn command(program: impl AsRef<OsStr>) -> io::Result<Command> {
    // By this name it is found even when cargo has put a new one in its place meanwhile.
    let own = Path::new("/proc/self/exe");
    let mut command = Command::new(if own.exists() { own.to_owned() } else { std::env::current_exe()? });
    command.args(["hold", "--parent", &process::id().to_string(), "--"]).arg(program);
    Ok(command)
}

/// Becomes the program. Returns only if it cannot.
///
/// # Errors
/// When the one who holds it is gone, or there is no such program.
pub(crate) fn run(held: &Held) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
    // It can have ended before the kernel was asked.
    if parent_id() != held.parent {
        return Err(io::Error::other("nobody holds it any more"));
    }
    let [program, arguments @ ..] = held.command.as_slice() else { return Ok(false) };
    let gone = Command::new(program).args(arguments).exec();
    Err(io::Error::new(gone.kind(), format!("failed to start {}: {gone}", program.display())))
}
