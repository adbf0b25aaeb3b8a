//! A project of its own, in which cargo looks at generated programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the compiler says: where and what. The text of a message may name the place in other words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said {
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// `E0308`, `clippy::needless_return`; the message itself if it has no code.
    pub(crate) code: String,
    pub(crate) text: String,
}

impl Said {
    /// `E0308 7:5`
    pub(crate) fn short(&self) -> String {
        format!("{} {}:{}", self.code, self.line, self.column)
    }
}

pub(crate) struct Project {
    root: PathBuf,
    programs: Vec<String>,
}

impl Project {
    /// An empty project under cargo's folder for tests.
    pub(crate) fn new(name: &str) -> Project {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        fs::create_dir_all(root.join("src/bin")).unwrap();
        Project { root, programs: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &str, source: &str) {
        fs::write(self.root.join("src/bin").join(format!("{name}.rs")), source).unwrap();
        self.programs.push(name.to_owned());
    }

    /// A library, of which everything public can be seen from outside. What is said of it stands under `compared`.
    pub(crate) fn add_library(&mut self, source: &str) {
        fs::write(self.root.join("src/lib.rs"), source).unwrap();
        self.programs.push("compared".to_owned());
    }

    /// Runs cargo and returns what was said of each program, in order of place.
    pub(crate) fn ask(&self, command: &str) -> BTreeMap<String, Vec<Said>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let manifest = format!(
            "[package]\nname = \"compared\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
            [dependencies]\ncandor = {{ path = {core:?}, features = [\"tokio\"] }}\n\n[workspace]\n",
            core = here.join("../core"),
        );
        fs::write(self.root.join("Cargo.toml"), manifest).unwrap();
        // The same versions as everything else, and no network.
        fs::copy(here.join("../Cargo.lock"), self.root.join("Cargo.lock")).unwrap();
        let output = Command::new(env!("CARGO"))
            .args([command, "--offline", "--quiet", "--keep-going", "--message-format=json"])
            .arg("--target-dir")
            .arg(self.root.join("../target"))
            .current_dir(&self.root)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let mut said: BTreeMap<String, Vec<Said>> =
            self.programs.iter().map(|name| (name.clone(), Vec::new())).collect();
        let mut built = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            built += usize::from(message["reason"] == "compiler-artifact");
            let name = message["target"]["name"].as_str().unwrap_or_default();
            if message["reason"] == "compiler-message"
                && let Some(list) = said.get_mut(name)
            {
                list.extend(read(&message["message"]));
            }
        }
        assert!(built > 0, "cargo built nothing: {}", String::from_utf8_lossy(&output.stderr));
        said.values_mut().for_each(|list| list.sort());
        said
    }
}

/// One message, at its primary span. Summaries ("aborting due to ..") have none.
fn read(message: &serde_json::Value) -> Option<Said> {
    let spans = message["spans"].as_array()?;
    let mut primary = spans.iter().find(|span| span["is_primary"] == true)?;
    // What is written in the attribute or in another macro is shown at the place of its call.
    while primary["expansion"].is_object() && primary["file_name"].as_str()?.starts_with('/') {
        primary = &primary["expansion"]["span"];
    }
    let text = message["message"].as_str()?.to_owned();
    let code = message["code"]["code"].as_str().map_or_else(|| text.clone(), str::to_owned);
    Some(Said {
        line: primary["line_start"].as_u64()?,
        column: primary["column_start"].as_u64()?,
        code,
        text,
    })
}
