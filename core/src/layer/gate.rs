//! Which lines reach candor, as `tracing-subscriber` lets a layer say it for itself alone: what nobody else wants is then never
//! written at all.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tracing_core::subscriber::Interest;
use tracing_core::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};

use crate::record::{Callsite, callsites};

/// Crates whose events speak of exporting or of transport, not of the observed work: exact, or followed by `::` or `_`.
const IGNORED: [&str; 6] = ["opentelemetry", "h2", "hyper", "tonic", "reqwest", "tower"];
/// candor's own crates. A user's crate may begin with `candor_` as well.
const OWN: [&str; 5] = ["candor", "candor_term", "candor_file", "candor_otlp", "candor_grafana"];

/// The crates in which something is observed, as far as the binary lists them.
static OBSERVED: LazyLock<Crates> =
    LazyLock::new(|| Crates(callsites().map(Callsite::target).map(root).collect()));

/// Lines that are watched, up to a level. Spans are none of them: the observed call is found on the thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    /// The finest level that is read.
    pub(super) finest: LevelFilter,
}

impl Gate {
    fn lets_in(self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= self.finest && is_watched(metadata)
    }
}

impl<S: Subscriber> Filter<S> for Gate {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        self.lets_in(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.lets_in(metadata) { Interest::always() } else { Interest::never() }
    }
}

/// Whether a line is read. Not if its crate transports; nor if it is a detail of a crate in which nothing is observed: such a
/// crate says below INFO how it works, and as long as nobody reads that it costs nothing.
pub(super) fn is_watched(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    // What is true of fewer lines is asked first.
    let is_ours = *metadata.level() <= Level::INFO || OBSERVED.has(target, metadata.module_path());
    is_ours && !is_ignored(target)
}

/// Crates, by the names with which their paths begin: few, and each once.
struct Crates(BTreeSet<&'static str>);

impl Crates {
    /// Whether a line with this target, in this module, is one of theirs. Where no crate is known, any is.
    fn has(&self, target: &str, module: Option<&str>) -> bool {
        let holds = |path: &str| self.0.iter().any(|name| is_of(path, name, &[':']));
        self.0.is_empty() || holds(target) || module.is_some_and(holds)
    }
}

/// The name of the crate to which a module belongs.
fn root(module: &'static str) -> &'static str {
    module.split(':').next().unwrap_or(module)
}

/// Whether this name, and behind it nothing or one of these, is what a path begins with.
fn is_of(path: &str, name: &str, behind: &[char]) -> bool {
    path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(behind))
}

fn is_ignored(target: &str) -> bool {
    OWN.iter().any(|name| is_of(target, name, &[':']))
        || IGNORED.iter().any(|name| is_of(target, name, &[':', '_', '-']))
}

const REGISTRY: &str = "tracing_subscriber::registry::sharded::Registry";
const LAYERED: &str = "tracing_subscriber::layer::layered::Layered<";

/// Whether a subscriber of this type knows filters of single layers: the registry does, and so do layers upon it. Any other one
/// (`fmt::Subscriber` among them) may have no place for them, and panics if it is asked for one. There is no other way to tell;
/// whoever is not known to have one has the layer without.
pub(super) fn knows_filters(subscriber: &str) -> bool {
    let below = || subscriber.strip_prefix(LAYERED)?.strip_suffix('>').map(last);
    subscriber == REGISTRY || below().is_some_and(knows_filters)
}

/// The last one of some types.
fn last(types: &str) -> &str {
    let mut depth = 0_usize;
    let is_between = |(_, c): &(usize, char)| {
        match c {
            '<' | '(' | '[' => depth = depth.saturating_sub(1),
            '>' | ')' | ']' => depth += 1,
            _ => {}
        }
        *c == ',' && depth == 0
    };
    let comma = types.char_indices().rev().find(is_between);
    comma.and_then(|(at, _)| types.get(at + 1..)).unwrap_or(types).trim_start()
}

#[cfg(test)]
mod tests {
    use std::any::type_name;

    use tracing_subscriber::layer::{Identity, Layered};
    use tracing_subscriber::registry::Registry;

    use super::*;

    struct Around<S>(S);

    fn knows<S>() -> bool {
        knows_filters(type_name::<S>())
    }

    #[test]
    fn the_registry_knows_filters_and_layers_upon_it_do() {
        assert!(knows::<Registry>());
        assert!(knows::<Layered<Identity, Registry>>());
        assert!(knows::<Layered<Around<(u8, [fn(u8) -> u8; 2])>, Layered<Vec<Identity>, Registry>>>());
    }

    #[test]
    fn any_other_subscriber_may_not() {
        assert!(!knows::<Around<Registry>>());
        assert!(!knows::<Layered<Identity, Around<Registry>>>());
        assert!(!knows::<Layered<Registry, Around<(u8, Registry)>>>());
    }

    #[test]
    fn details_are_those_of_crates_in_which_something_is_observed() {
        let crates = Crates(BTreeSet::from(["shop", "stock"]));
        assert!(crates.has("shop", None) && crates.has("stock::shelf", Some("stock::shelf")));
        assert!(crates.has("audit", Some("shop::pay")), "a target of its own");
        assert!(!crates.has("shopping", Some("shopping::cart")) && !crates.has("sqlx::query", None));
        assert!(Crates(BTreeSet::new()).has("sqlx::query", Some("sqlx::query")), "nothing is known");
    }

    #[test]
    fn own_and_transport_targets_are_ignored() {
        for target in [
            "candor",
            "candor::runtime",
            "candor_term::x",
            "opentelemetry",
            "opentelemetry_sdk",
            "opentelemetry-otlp",
            "h2::proto",
            "hyper",
            "hyper_util::client",
            "tonic::transport",
            "reqwest::connect",
            "tower",
            "tower_http::trace",
        ] {
            assert!(is_ignored(target), "{target}");
        }
    }

    #[test]
    fn the_users_targets_are_watched() {
        for target in [
            "shop",
            "shop::candor",
            "candorous",
            "candor_shop::order",
            "h2o",
            "hyperspace",
            "towering",
            "my_tower",
            "",
        ] {
            assert!(!is_ignored(target), "{target}");
        }
    }
}
