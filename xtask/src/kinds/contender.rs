//! Who is compared: an attribute, and what its users put into their manifest.

use std::path::Path;

use super::kind::Output;

/// Somebody's attribute.
pub(super) struct Contender {
    pub(super) name: &'static str,
    /// The name of its packages.
    pub(super) package: &'static str,
    pub(super) attribute: Attribute,
    /// What the manifest depends on.
    dependencies: &'static str,
    /// Whether it is ours: then the programs are run, too, and every failure is a fault.
    pub(super) is_own: bool,
}

/// The attribute on a marked function.
#[derive(Clone, Copy)]
pub(super) enum Attribute {
    /// None at all.
    None,
    /// Always the same.
    Same(&'static str),
    /// The path of `observe`, which takes the declared words.
    Declared(&'static str),
    /// One for a `Result`, one for what is `Debug`, one for the rest.
    Shown(&'static str, &'static str, &'static str),
}

impl Attribute {
    pub(super) fn text(self, output: Output, words: Option<&str>) -> Option<String> {
        match (self, output) {
            (Attribute::None, _) => None,
            (Attribute::Same(text), _)
            | (Attribute::Shown(text, _, _), Output::Result)
            | (Attribute::Shown(_, text, _), Output::Debug)
            | (Attribute::Shown(_, _, text), Output::Mute) => Some(text.to_owned()),
            (Attribute::Declared(path), _) => match words {
                Some(words) => Some(format!("#[{path}({words})]")),
                None => Some(format!("#[{path}]")),
            },
        }
    }
}

/// The path of candor within the workspace stands here instead of a version.
const OWN: &str = "candor = { path = \"CORE\" }";

/// The floor, the two of ours, and the newest releases of the others. Arguments are skipped where an attribute would record
/// them: a type that is not `Debug` is no failure of a macro.
pub(super) const CONTENDERS: &[Contender] = &[
    Contender {
        name: "no attribute",
        package: "none",
        attribute: Attribute::None,
        dependencies: "",
        is_own: true,
    },
    Contender {
        name: "candor, bare",
        package: "bare",
        attribute: Attribute::Same("#[::candor::observe]"),
        dependencies: OWN,
        is_own: true,
    },
    Contender {
        name: "candor, with declarations",
        package: "declared",
        attribute: Attribute::Declared("::candor::observe"),
        dependencies: OWN,
        is_own: true,
    },
    peer("tracing::instrument", "instrument", "#[::tracing::instrument(skip_all)]", "tracing = \"0.1\""),
    Contender {
        name: "tracing::instrument, err and ret",
        package: "instrument_err_ret",
        attribute: Attribute::Shown(
            "#[::tracing::instrument(skip_all, err, ret)]",
            "#[::tracing::instrument(skip_all, ret)]",
            "#[::tracing::instrument(skip_all)]",
        ),
        dependencies: "tracing = \"0.1\"",
        is_own: false,
    },
    peer(
        "fastrace::trace",
        "fastrace",
        "#[::fastrace::trace]",
        "fastrace = { version = \"0.7\", features = [\"enable\"] }",
    ),
    peer(
        "autometrics",
        "autometrics",
        "#[::autometrics::autometrics]",
        "autometrics = { version = \"3\", features = [\"metrics-0_24\"] }",
    ),
    peer(
        "hotpath::measure",
        "hotpath",
        "#[::hotpath::measure]",
        "hotpath = { version = \"0.30\", features = [\"hotpath\"] }",
    ),
    peer("emit::span", "emit", "#[::emit::span(\"work\")]", "emit = \"2\""),
];

const fn peer(
    name: &'static str,
    package: &'static str,
    attribute: &'static str,
    dependencies: &'static str,
) -> Contender {
    Contender { name, package, attribute: Attribute::Same(attribute), dependencies, is_own: false }
}

impl Contender {
    /// The lines below `[dependencies]`.
    pub(super) fn dependencies(&self, root: &Path) -> String {
        self.dependencies.replace("CORE", &root.join("core").to_string_lossy())
    }

    /// Whether the programs have an attribute of candor on them.
    pub(super) fn observes(&self) -> bool {
        self.dependencies == OWN
    }
}
