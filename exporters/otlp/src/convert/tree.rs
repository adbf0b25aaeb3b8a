//! The lines of an operation as a tree: a child's lines stand one deeper, before the line that ends it.

use candor::model::{Class, Kept, KeptBody, KeptLine, Operation};

/// One span with what belongs to it.
pub(super) struct Tree<'a> {
    pub(super) lines: Vec<&'a KeptLine>,
    pub(super) children: Vec<Child<'a>>,
}

/// A child whose span is exported with its parent.
pub(super) struct Child<'a> {
    pub(super) operation: &'static Operation,
    pub(super) class: Class,
    pub(super) reason: &'static str,
    pub(super) started: u64,
    pub(super) ended: u64,
    pub(super) inside: Tree<'a>,
}

/// What has been read and not yet been given to anybody.
struct Open<'a> {
    depth: u8,
    at: u64,
    node: Node<'a>,
}

enum Node<'a> {
    Line(&'a KeptLine),
    Child(Child<'a>),
}

impl<'a> Tree<'a> {
    pub(super) fn of(kept: &'a Kept) -> Tree<'a> {
        let mut open: Vec<Open<'a>> = Vec::new();
        for line in &kept.lines {
            let KeptBody::Child { operation, class, reason, took, is_kept } = line.body else {
                open.push(Open { depth: line.depth, at: line.at, node: Node::Line(line) });
                continue;
            };
            let started = line.at.saturating_sub(took);
            // Deeper ones are its own, whatever their time: in a very short call it is not read for each. But when lines are
            // missing from the middle, they may be somebody else's: those began earlier.
            let is_own = |own: &Open<'_>| own.depth > line.depth && (kept.omitted == 0 || own.at >= started);
            let mut from = open.len();
            while from > 0 && open.get(from - 1).is_some_and(is_own) {
                from -= 1;
            }
            let inside = Tree::from(open.split_off(from));
            // One that was kept for its own sake is exported by itself, with all that belongs to it.
            if !is_kept {
                let child = Child { operation, class, reason, started, ended: line.at, inside };
                open.push(Open { depth: line.depth, at: started, node: Node::Child(child) });
            }
        }
        Tree::from(open)
    }

    /// Without the events of the domain, which are records as well.
    pub(super) fn without_events(mut self) -> Tree<'a> {
        self.lines.retain(|line| !matches!(line.body, KeptBody::Event { .. }));
        for child in &mut self.children {
            let inside = Tree { lines: Vec::new(), children: Vec::new() };
            child.inside = std::mem::replace(&mut child.inside, inside).without_events();
        }
        self
    }

    fn from(open: Vec<Open<'a>>) -> Tree<'a> {
        let mut tree = Tree { lines: Vec::new(), children: Vec::new() };
        for own in open {
            match own.node {
                Node::Line(line) => tree.lines.push(line),
                Node::Child(child) => tree.children.push(child),
            }
        }
        tree
    }
}
