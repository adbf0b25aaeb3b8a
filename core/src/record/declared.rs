//! What the macro tells of an observed function, as one text, which costs the compiler next to nothing. It is read when somebody
//! asks for it.

use std::str::FromStr;
use std::sync::OnceLock;

use super::place::Place;
use crate::model::{Operation, Site};

/// An operation and the places of its function. Without words of its own, a line each for
///
/// - the name of the operation,
/// - its module,
/// - its file,
/// - `line:column function`, with `:given` behind the column if the call is given the error that it logs,
/// - names of functions whose value is handed on, separated by spaces,
/// - its places (see [`Place`]).
///
/// An operation that declares more is written out, and the text is that of its places.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) text: &'static str,
    pub(super) operation: Option<&'static Operation>,
}

/// How many lines stand before the places.
const LINES: usize = 5;

/// What was read of it.
#[derive(Debug)]
pub(super) struct Read {
    operation: OnceLock<Box<Operation>>,
    places: OnceLock<Box<[Place]>>,
}

impl Read {
    #[expect(clippy::declare_interior_mutable_const, reason = "each callsite begins with a copy of it")]
    pub(super) const NOTHING: Read = Read { operation: OnceLock::new(), places: OnceLock::new() };
}

impl Declared {
    pub(super) fn operation(&'static self, read: &'static Read) -> &'static Operation {
        self.operation.unwrap_or_else(|| read.operation.get_or_init(|| Box::new(operation(self.text))))
    }

    /// The module of the operation, without reading all of it.
    pub(super) fn target(&self) -> &'static str {
        self.operation
            .map_or_else(|| self.text.split('\n').nth(1).unwrap_or_default(), |operation| operation.target)
    }

    #[inline]
    pub(super) fn place(&'static self, read: &'static Read, place: u32) -> &'static Place {
        let places = read.places.get_or_init(|| Place::all(self.places(), self.operation(read)));
        usize::try_from(place).ok().and_then(|place| places.get(place)).unwrap_or(&Place::NOWHERE)
    }

    fn places(&self) -> &'static str {
        match self.operation {
            Some(_) => self.text,
            None => self.text.splitn(LINES + 1, '\n').nth(LINES).unwrap_or_default(),
        }
    }
}

fn operation(text: &'static str) -> Operation {
    let mut lines = text.splitn(LINES + 1, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (name, target, file, (at, function)) = (next(), next(), next(), split(next(), ' '));
    let ((line, at), hands) = (split(at, ':'), next().split_whitespace().collect::<Vec<_>>());
    let (column, given) = split(at, ':');
    Operation {
        name,
        target,
        site: Site { file, line: number(line), column: number(column), function },
        intent: &[],
        recovers: &[],
        allows: &[],
        // It is read once for a static.
        hands: Vec::leak(hands),
        given: !given.is_empty(),
        cancel_safe: false,
        accounts: None,
    }
}

pub(super) fn split(text: &'static str, at: char) -> (&'static str, &'static str) {
    text.split_once(at).unwrap_or((text, ""))
}

pub(super) fn number(text: &str) -> u32 {
    u32::from_str(text).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::record::Callsite;

    #[test]
    fn an_operation_is_read() {
        static PAY: Callsite =
            Callsite::bare("pay an order\nshop::pay\nsrc/pay.rs\n2:4 Shop::pay\nOk charge\n5:9 t");
        let operation = PAY.operation();
        assert_eq!((operation.name, operation.target), ("pay an order", "shop::pay"));
        assert_eq!(PAY.target(), "shop::pay");
        let site = operation.site;
        assert_eq!((site.file, site.line, site.column, site.function), ("src/pay.rs", 2, 4, "Shop::pay"));
        assert_eq!(operation.hands, ["Ok", "charge"]);
        assert!(!operation.given);
        assert_eq!(PAY.place(0).spot.site.line, 5);
    }

    #[test]
    fn an_operation_that_is_given_an_error_is_read() {
        static REPLY: Callsite = Callsite::bare("reply\nshop\nsrc/reply.rs\n2:4:given into_reply\n\n");
        let operation = REPLY.operation();
        assert_eq!(
            (operation.site.line, operation.site.column, operation.site.function),
            (2, 4, "into_reply")
        );
        assert!(operation.given && operation.hands.is_empty());
    }

    #[test]
    fn a_name_alone_is_an_operation() {
        static OTHER: Callsite = Callsite::bare("other operations");
        assert_eq!((OTHER.operation().name, OTHER.operation().target), ("other operations", ""));
        assert!(OTHER.operation().hands.is_empty());
        assert_eq!(OTHER.place(0).spot.site.line, 0);
    }
}
