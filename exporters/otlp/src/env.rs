//! The environment: the part of the `OTEL_*` variables that the exporters of `opentelemetry-otlp` do not read themselves.

use crate::sampling::Sampling;

/// The value of a variable; an empty one counts as unset, as the specification says.
#[expect(clippy::disallowed_methods, reason = "the standard variables are this exporter's configuration")]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// A whole number; anything else counts as unset.
pub(crate) fn number(name: &str) -> Option<usize> {
    var(name)?.parse().ok().filter(|number| *number > 0)
}

/// `OTEL_SDK_DISABLED`.
pub(crate) fn is_disabled() -> bool {
    var("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether `OTEL_TRACES_EXPORTER` and its like leave OTLP in: they default to `otlp`.
pub(crate) fn is_exported(signal: &str) -> bool {
    var(&format!("OTEL_{signal}_EXPORTER"))
        .is_none_or(|value| value.split(',').any(|name| name.trim() == "otlp"))
}

/// The protocol of a signal.
pub(crate) fn protocol(signal: &str) -> Option<String> {
    var(&format!("OTEL_EXPORTER_OTLP_{signal}_PROTOCOL")).or_else(|| var("OTEL_EXPORTER_OTLP_PROTOCOL"))
}

/// Whether plain `http` may have to go through a proxy.
pub(crate) fn has_proxy() -> bool {
    ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].iter().any(|name| var(name).is_some())
}

/// Whether a signal is to be compressed.
pub(crate) fn is_compressed(signal: &str) -> bool {
    let own = || var(&format!("OTEL_EXPORTER_OTLP_{signal}_COMPRESSION"));
    own().or_else(|| var("OTEL_EXPORTER_OTLP_COMPRESSION")).is_some()
}

/// `OTEL_EXPORTER_OTLP_ENDPOINT`.
pub(crate) fn endpoint() -> Option<String> {
    var("OTEL_EXPORTER_OTLP_ENDPOINT")
}

/// The endpoint that the environment has for one signal.
pub(crate) fn endpoint_of(signal: &str) -> Option<String> {
    var(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")).or_else(endpoint)
}

/// A file that the environment names for TLS, with the variable that does: `CERTIFICATE`, `CLIENT_CERTIFICATE`, `CLIENT_KEY`.
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "read by TLS only"))]
pub(crate) fn file(signal: &str, what: &str) -> Option<(String, String)> {
    let names = [format!("OTEL_EXPORTER_OTLP_{signal}_{what}"), format!("OTEL_EXPORTER_OTLP_{what}")];
    names.into_iter().find_map(|name| Some((var(&name)?, name))).map(|(path, name)| (name, path))
}

/// `OTEL_TRACES_SAMPLER` with its argument; `None` when it is unset or says nothing that is known.
pub(crate) fn sampling() -> Option<Sampling> {
    read_sampler(&var("OTEL_TRACES_SAMPLER")?, var("OTEL_TRACES_SAMPLER_ARG").as_deref())
}

fn read_sampler(name: &str, argument: Option<&str>) -> Option<Sampling> {
    // A missing or unreadable argument means 1, as the specification says.
    let ratio =
        || argument.and_then(|text| text.parse().ok()).filter(|r| (0.0..=1.0).contains(r)).unwrap_or(1.0);
    let (kind, follows) = match name.strip_prefix("parentbased_") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let sampling = match kind {
        "always_on" => Sampling::all(),
        "always_off" => Sampling::none(),
        "traceidratio" => Sampling::ratio(ratio()),
        _ => return None,
    };
    Some(if follows { sampling.follow_parent() } else { sampling })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samplers_are_read_by_their_standard_names() {
        let read = |name, argument| read_sampler(name, argument).map(|sampling| format!("{sampling:?}"));
        let said = |sampling: Sampling| Some(format!("{sampling:?}"));
        assert_eq!(read("always_off", None), said(Sampling::none()));
        assert_eq!(read("parentbased_always_on", None), said(Sampling::all().follow_parent()));
        assert_eq!(read("traceidratio", Some("0.25")), said(Sampling::ratio(0.25)));
        assert_eq!(read("traceidratio", Some("9")), said(Sampling::ratio(1.0)));
        assert_eq!(read("jaeger_remote", None), None);
    }
}
