//! One program linked in many orders.
//!
//! Where a function lies decides which others it has to make room for in the caches, and that makes a whole program faster or
//! slower by more than what is measured here. So nothing is learnt from one order: each start has one of its own. What was
//! compiled together stays together, in its own order, as the compiler meant it; how those pieces stand beside each
//! other follows from a number.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that can be linked again.
#[derive(Clone)]
pub(super) struct Layouts {
    /// The line of a shell that links it.
    line: String,
    /// For each object its functions, in the order in which the linker puts them by itself.
    objects: Vec<Object>,
    /// Where what is linked is put.
    folder: PathBuf,
}

#[derive(Clone, Debug, PartialEq)]
struct Object {
    name: String,
    functions: Vec<String>,
}

impl Layouts {
    /// Of the program that this line links, as rustc prints it.
    ///
    /// # Errors
    /// When the line does not link it, or the linker is none that tells where it puts what.
    pub(super) fn of(line: &str, folder: &Path) -> io::Result<Layouts> {
        fs::create_dir_all(folder)?;
        let mut layouts =
            Layouts { line: line.trim().to_owned(), objects: Vec::new(), folder: folder.to_owned() };
        let map = folder.join("map");
        layouts.link("as it comes", &format!("'-Wl,-Map={}'", map.display()))?;
        layouts.objects = objects(&fs::read_to_string(&map)?);
        if layouts.objects.len() < 2 {
            return Err(io::Error::other(format!(
                "{} names no objects: is it written by lld?",
                map.display()
            )));
        }
        Ok(layouts)
    }

    /// Of a program that is not there.
    #[cfg(test)]
    pub(super) fn none() -> Layouts {
        Layouts { line: String::new(), objects: Vec::new(), folder: PathBuf::new() }
    }

    /// Links the program in the order of this number.
    pub(super) fn order(&self, number: u64) -> io::Result<PathBuf> {
        let order = self.folder.join("order");
        let mut functions = String::new();
        for function in shuffled(&self.objects, number).into_iter().flat_map(|object| &object.functions) {
            functions.push_str(function);
            functions.push('\n');
        }
        fs::write(&order, functions)?;
        let wanted =
            format!("'-Wl,--symbol-ordering-file={}' -Wl,--no-warn-symbol-ordering", order.display());
        self.link(&number.to_string(), &wanted)
    }

    fn link(&self, name: &str, more: &str) -> io::Result<PathBuf> {
        let program = self.folder.join(name);
        // What is said last of where it goes holds.
        let line = format!("{} -o '{}' {more}", self.line, program.display());
        let output = Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(program);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("the service does not link in another order:\n{said}")))
    }
}

/// The objects in an order that this number stands for.
fn shuffled(objects: &[Object], number: u64) -> Vec<&Object> {
    let mut all: Vec<&Object> = objects.iter().collect();
    all.sort_by_cached_key(|object| {
        let mut hasher = DefaultHasher::new();
        (number, &object.name).hash(&mut hasher);
        hasher.finish()
    });
    all
}

/// The objects and their functions in a map of lld, where each section of an object has a line that ends with `object:(section)`.
fn objects(map: &str) -> Vec<Object> {
    let mut objects: Vec<Object> = Vec::new();
    for line in map.lines() {
        let Some((object, section)) = line.strip_suffix(')').and_then(|line| line.rsplit_once(":(.text."))
        else {
            continue;
        };
        // Behind four numbers: where, where when loaded, how much, aligned to what.
        let name: String = object.split_whitespace().skip(4).collect();
        let function = ["unlikely.", "hot.", "startup."].iter().find_map(|kind| section.strip_prefix(kind));
        if objects.last().is_none_or(|last| last.name != name) {
            objects.push(Object { name, functions: Vec::new() });
        }
        if let Some(last) = objects.last_mut() {
            last.functions.push(function.unwrap_or(section).to_owned());
        }
    }
    objects
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As lld writes it, with a section that has no function, one that is thought to be cold, and no names.
    const MAP: &str = "             VMA              LMA     Size Align Out     In      Symbol
             2e0              2e0       1c     1 .interp
             2e0              2e0       1c     1         <internal>:(.interp)
          14a5b0           14a5b0      29e    16         /a b/one.o:(.text._R3ask)
          14a5b0           14a5b0      29e     1                 one::ask
          14a850           14a850      13f    16         /a b/one.o:(.text.unlikely._R4fail)
          14a990           14a990       23    16         /b/lib.rlib(two.o):(.text._R3say)
          14a9c0           14a9c0       10     8         /b/lib.rlib(two.o):(.rodata._R3say)
";

    #[test]
    fn functions_are_read_by_object_in_their_order() {
        let object = |name: &str, functions: &[&str]| Object {
            name: name.to_owned(),
            functions: functions.iter().map(ToString::to_string).collect(),
        };
        let wanted = [object("/ab/one.o", &["_R3ask", "_R4fail"]), object("/b/lib.rlib(two.o)", &["_R3say"])];
        assert_eq!(objects(MAP), wanted);
        assert!(objects("no map").is_empty());
    }

    #[test]
    fn a_number_stands_for_an_order() {
        let objects: Vec<Object> =
            (0..20).map(|number| Object { name: number.to_string(), functions: Vec::new() }).collect();
        let names =
            |number| shuffled(&objects, number).iter().map(|object| object.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(1), names(1), "the same number, another order");
        assert_ne!(names(1), names(2), "another number, the same order");
        let mut sorted = names(3);
        sorted.sort_by_key(|name| name.parse::<u32>().unwrap());
        assert_eq!(sorted, (0..20).map(|number| number.to_string()).collect::<Vec<_>>(), "something is lost");
    }
}
