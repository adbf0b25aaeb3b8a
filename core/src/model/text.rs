//! Numbers, durations and names of types as people write them, the same in every report.

/// A duration in the unit a person would use, in at most seven columns.
#[must_use]
pub fn duration(ns: u64) -> String {
    match ns {
        0..1_000 => format!("{ns}ns"),
        1_000..1_000_000 => format!("{}.{}µs", ns / 1_000, ns % 1_000 / 100),
        1_000_000..1_000_000_000 => format!("{}.{}ms", ns / 1_000_000, ns % 1_000_000 / 100_000),
        1_000_000_000..60_000_000_000 => {
            format!("{}.{:02}s", ns / 1_000_000_000, ns % 1_000_000_000 / 10_000_000)
        }
        _ => format!("{}m{:02}s", ns / 60_000_000_000, ns / 1_000_000_000 % 60),
    }
}

/// A number with its digits in groups of three.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 call`, `2 calls`: the plural is the singular with an `s`.
#[must_use]
pub fn counted(value: u64, noun: &str) -> String {
    let ending = if value == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", number(value))
}

/// The last segment of a type's name, without generics.
pub(crate) fn last_segment(type_name: &str) -> &str {
    // Most names have no generics, and are read from behind as far as they are wanted.
    let end = if type_name.ends_with('>') { type_name.find('<') } else { None };
    let head = end.and_then(|end| type_name.get(..end)).unwrap_or(type_name);
    let begin = head.bytes().rposition(|byte| byte == b':').map_or(0, |colon| colon + 1);
    head.get(begin..).unwrap_or(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(1_000, "call"), "1,000 calls");
        assert_eq!(duration(12_449_000), "12.4ms");
        assert_eq!(duration(2_310_000_000), "2.31s");
        assert_eq!(duration(61_000_000_000), "1m01s");
    }

    #[test]
    fn a_type_is_called_by_its_own_name() {
        let names = [
            "a::b::Odd",
            "Odd",
            "a::Odd<b::Even>",
            "&a::Odd",
            "()",
            "alloc::boxed::Box<dyn core::error::Error>",
        ];
        assert_eq!(names.map(last_segment), ["Odd", "Odd", "Odd", "Odd", "()", "Box"]);
    }
}
