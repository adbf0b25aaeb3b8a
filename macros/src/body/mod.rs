//! Rewrites a body in place: probes around what can drop an `Err`, positions, exits, spawned work, tracked places.
//!
//! Everything that is put in carries names of its own and the user's lines; what was there keeps its tokens.

mod answer;
mod arm;
mod asked;
mod behind;
mod branch;
mod compare;
mod counted;
mod courtesy;
mod discard;
mod each;
mod excuse;
mod exit;
mod flag;
mod flat;
mod form;
mod given;
mod hands;
mod hidden;
mod invocation;
mod kept;
mod left;
mod lost;
mod mention;
mod moment;
mod named;
mod nested;
mod partly;
mod pattern;
mod probe;
mod recast;
mod rest;
mod search;
mod select;
mod several;
mod shape;
mod spawn;
mod status;
mod tail;
mod taken;
mod telling;
mod track;
mod tuple;
mod unread;
mod vague;
mod watch;
mod way;
mod within;

use std::collections::HashSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Pat, ReturnType, Stmt, Type};

use crate::span::Place;
use crate::token::First;

pub(crate) use excuse::optional_senders;
pub(crate) use exit::body_label;
pub(crate) use hands::hands;
pub(crate) use hidden::leaves_unseen;
pub(crate) use tail::lengthens;
pub(crate) use telling::{FAILURE, has_a_name};
pub(crate) use track::{Invariant, Tracked, listed, names};

/// Takes the note of the first statement out again and returns its number: whoever begins the call makes it.
pub(crate) fn take_first_position(block: &mut Block) -> Option<proc_macro2::Literal> {
    let number = exit::position_of(block.stmts.first()?)?;
    block.stmts.remove(0);
    Some(number)
}

/// How the end of the function sees its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// At each exit.
    Hook,
    /// Once, behind a closure or an async block; exits only note where they are.
    Final,
    /// Once, behind a block that exits leave.
    Labelled,
    /// Not at all: the type cannot be named (`impl Trait`, `!`).
    Blind,
}

/// The visitor.
pub(crate) struct Body<'a> {
    place: &'a Place,
    mode: Mode,
    /// The return type, with `impl Trait` as `_`.
    ret: Type,
    /// How many closures and async blocks are around: their exits are not the function's.
    inner: usize,
    /// What is written now is part of a future.
    suspends: bool,
    /// Names that stand for another item at each pass of a loop.
    items: several::Items,
    /// What the next `ok` is to be taken for, since a method behind it decides.
    ok_is: Option<probe::Verdict>,
    /// What becomes of an error for which a condition asks: where it holds, and where not.
    asking: Option<(probe::Verdict, probe::Verdict)>,
    /// The loops around, inside the innermost closure, and what they mention.
    loops: Vec<mention::Mentions>,
    /// How many spawned closures and futures are around.
    spawned: usize,
    /// The next spawn throws its handle away.
    dropping: bool,
    tracked: &'a Tracked,
    /// Names of values whose type may be decided later, and the calls that made the others.
    made: vague::Made,
    /// How often local names are mentioned.
    mentions: mention::Mentions,
    /// The values with which it ends.
    ends: answer::Ends,
    /// The function has type parameters: what is decided later may not be printable.
    generic: bool,
    /// The function leaves by a `return`.
    returns: bool,
    /// Where a function that returns nothing says its last words.
    last_words: telling::LastWords,
    /// The next statement gives a name a value that is replaced before anything looks at it.
    replaced: bool,
    /// Calls of `ok()` that answer for the function.
    forms: form::Forms,
    /// Names that stand for what was joined.
    joined_names: HashSet<String>,
    /// Names that stand for what ran side by side: `let (a, b) = join!(..);`.
    side_by_side: HashSet<String>,
    /// What stands here is shown in a line of text.
    telling: bool,
    /// Behind the next statement is another way to what it tries to find.
    other_way: bool,
    /// The next pattern is tried until it is found.
    finding: bool,
    /// An error can be left behind.
    leaves_errors: std::cell::Cell<bool>,
    opening: watch::Opening,
    /// What is left out of lists, where it is told.
    rests: rest::Rests,
    /// What an iterator leaves out here is told.
    is_told: bool,
    /// The next `is_ok()` is asked for the log alone.
    for_the_log: bool,
    /// Lists that learn from what is put into them what they are lists of.
    untyped_lists: HashSet<String>,
    courtesy: courtesy::Courtesy,
    /// Names of what was received, and of its parts.
    received: HashSet<String>,
    /// Parameters that may be a sender, or none.
    optional: HashSet<String>,
    /// What stands behind the loop around, in which a limit is set.
    behind: Option<String>,
    /// A key is made here, by which items are put into an order.
    ranking: Option<excuse::Rank>,
}

impl<'a> Body<'a> {
    pub(crate) fn new(place: &'a Place, mode: Mode, output: &ReturnType, tracked: &'a Tracked) -> Body<'a> {
        let ret = crate::expand::named(output);
        Body {
            place,
            mode,
            ret,
            inner: 0,
            suspends: false,
            items: several::Items::default(),
            ok_is: None,
            spawned: 0,
            dropping: false,
            asking: None,
            loops: Vec::new(),
            tracked,
            made: vague::Made::default(),
            mentions: mention::Mentions::default(),
            ends: answer::Ends::default(),
            generic: false,
            returns: false,
            last_words: telling::LastWords::default(),
            replaced: false,
            forms: form::Forms::default(),
            joined_names: HashSet::new(),
            side_by_side: HashSet::new(),
            telling: false,
            other_way: false,
            finding: false,
            leaves_errors: std::cell::Cell::new(false),
            opening: watch::Opening::default(),
            rests: rest::Rests::default(),
            is_told: false,
            for_the_log: false,
            untyped_lists: HashSet::new(),
            courtesy: courtesy::Courtesy::default(),
            received: HashSet::new(),
            optional: HashSet::new(),
            behind: None,
            ranking: None,
        }
    }

    /// The same for a function with these type parameters.
    pub(crate) fn in_generic(mut self, generic: bool) -> Body<'a> {
        self.generic = generic;
        self
    }

    /// The same for what is part of a future.
    pub(crate) fn in_future(mut self, suspends: bool) -> Body<'a> {
        self.suspends = suspends;
        self
    }

    /// Rewrites the whole body.
    pub(crate) fn rewrite(&mut self, block: &mut Block) {
        (self.mentions, self.ends) = (mention::Mentions::of(block), answer::Ends::of(block));
        self.last_words = telling::LastWords::of(block, &self.ret);
        self.forms = form::Forms::of(block, &self.ret);
        self.rests = rest::Rests::of(block);
        self.items.learn_closures(block);
        self.opening.left = left::Left::of(block, self.mentions.left());
        self.visit_block_mut(block);
    }

    /// Whether the function leaves by a `return`.
    pub(crate) fn returns(&self) -> bool {
        self.returns
    }

    /// Whether an error can be left behind in it.
    pub(crate) fn leaves_errors(&self) -> bool {
        self.leaves_errors.get()
    }

    /// Whether exits here are those of the function.
    fn is_outermost(&self) -> bool {
        self.inner == 0
    }

    /// Whether this makes a value for one name that nothing but the log reads. Its type may not come from the pattern.
    fn is_unread(&self, pattern: &Pat, init: &Expr) -> bool {
        let Pat::Ident(name) = pattern else { return false };
        name.by_ref.is_none()
            && name.mutability.is_none()
            && name.subpat.is_none()
            && self.mentions.is_idle_let(&name.ident)
            && shape::is_rvalue(init)
            && !spawn::is_spawn(init)
            && self.known(init) == vague::Known::Whole
    }

    /// Learns what a `let` says of its names.
    fn learn_all(&mut self, pattern: &Pat, init: &Expr) {
        self.learn(pattern, init);
        self.learn_list(pattern, init);
        self.learn_received(init, std::iter::once(pattern));
        self.learn_side_by_side(pattern, init);
        self.learn_owned(pattern, init);
    }

    fn visit_statement(&mut self, statement: Stmt, is_last: bool) -> Vec<Stmt> {
        let mut statements = Vec::new();
        let is_item = matches!(statement, Stmt::Item(_));
        let position = if is_item { None } else { shape::position(&statement) };
        let opened = self.open(position);
        let after = self.tracked.after(&statement, self.place);
        let shows = self.shown_in(&statement);
        let mut statement = statement;
        self.dropping = Self::is_dropped_spawn(&statement);
        match &mut statement {
            Stmt::Expr(expr, Some(_)) if self.is_joined_question(expr) => {
                let span = expr.first();
                self.discarded(expr, discard::Discard::LetUnread, span);
            }
            Stmt::Expr(expr, Some(_)) => {
                self.ok_is = discard::thrown_away(expr);
                let answers =
                    self.may_answer_false(expr).then(|| (shape::callee(expr), self.is_iteration(expr)));
                self.visit_expr_mut(expr);
                answers.iter().for_each(|call| self.answered(expr, call));
            }
            other => self.visit_stmt_mut(other),
        }
        if let Stmt::Expr(expr, Some(_)) = &mut statement {
            self.all_joined(None, expr);
        }
        if let (false, Stmt::Expr(_, semicolon)) = (after.is_empty(), &mut statement)
            && is_last
        {
            semicolon.get_or_insert_with(Default::default);
        }
        if let (false, Some((span, exit))) = (self.close(opened), position) {
            statements.push(exit::statement(&self.place.at(span, exit)));
        }
        statements.extend(shows.as_ref().map(exit::statement));
        statements.push(statement);
        statements.extend(after);
        statements
    }
}

impl VisitMut for Body<'_> {
    fn visit_item_mut(&mut self, _item: &mut Item) {}

    fn visit_expr_const_mut(&mut self, _constant: &mut syn::ExprConst) {}

    fn visit_type_mut(&mut self, _type: &mut Type) {}

    fn visit_expr_repeat_mut(&mut self, repeat: &mut syn::ExprRepeat) {
        self.visit_expr_mut(&mut repeat.expr);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let statements = std::mem::take(&mut block.stmts);
        let count = statements.len();
        let mut line = 0;
        let known = unread::replaced(&statements).into_iter().zip(way::other_ways(&statements));
        let known = known.zip(behind::behind(&statements)).zip(self.known_behind(&statements));
        for ((index, statement), (((replaced, other_way), words), behind)) in
            statements.into_iter().enumerate().zip(known)
        {
            let is_last = index + 1 == count;
            (self.replaced, self.other_way) = (replaced, other_way);
            let shown = self.enter(behind);
            let own = crate::span::start(statement.first()).0;
            let around = words.map(|words| self.behind.replace(words));
            let mut more = self.visit_statement(statement, is_last);
            around.into_iter().for_each(|around| self.behind = around);
            self.leave(shown);
            if own == line && line != 0 && more.len() > 1 && exit::is_position(more.first()) {
                // The line is known from the statement before.
                more.remove(0);
            }
            line = own;
            block.stmts.extend(more);
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let span = local.first();
        let replaced = std::mem::take(&mut self.replaced);
        let pattern = local.pat.clone();
        let Some(init) = &mut local.init else { return };
        self.learn_all(&pattern, &init.expr);
        let made = self.made.read(&pattern, &init.expr);
        let wild = matches!(shape::bare(&pattern), Pat::Wild(_));
        if shape::names(&pattern).iter().all(|name| name.starts_with('_')) {
            // A name that says that nobody will look.
            self.ok_is = discard::thrown_away(&init.expr);
        }
        self.for_the_log = self.asks_for_the_log(&pattern, &init.expr);
        self.opening.write(&pattern, wild || replaced);
        if let Some((_, diverge)) = &mut init.diverge {
            self.let_else(&pattern, &mut init.expr, diverge, span);
        } else if unread::joins_all(&init.expr) {
            self.visit_expr_mut(&mut init.expr);
            self.all_joined(Some(&pattern), &mut init.expr);
        } else if self.is_collected_in_vain(&pattern, &init.expr) {
            self.visit_expr_mut(&mut init.expr);
            self.collected(&pattern, &mut init.expr);
        } else if wild || spawn::is_spawn(&init.expr) && self.is_never_joined(&pattern) {
            self.discarded(&mut init.expr, discard::Discard::LetUnderscore, span);
        } else if replaced && self.known_as(&init.expr, self.opening.written.as_ref()) == vague::Known::Whole
        {
            self.replaced_value(&mut init.expr);
        } else if self.is_unread(&pattern, &init.expr) {
            self.discarded(&mut init.expr, discard::Discard::LetUnread, span);
        } else if !self.unread_elements(&pattern, &mut init.expr) {
            let is_told = self.tells_the_rest(&pattern, &init.expr);
            let around = std::mem::replace(&mut self.is_told, is_told);
            self.visit_expr_mut(&mut init.expr);
            self.is_told = around;
            self.partitioned(&pattern, &mut init.expr);
            self.joined(&pattern, &mut init.expr);
        }
        (self.for_the_log, self.opening.written) = (false, None);
        // In its own value, the name is still that of another.
        self.made.learn(made);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let is_first = self.opening.take_first();
        // What these evaluate first is what their own first part evaluates first.
        self.opening.set_first(
            is_first && matches!(expr, Expr::MethodCall(_) | Expr::If(_) | Expr::Match(_) | Expr::Try(_)),
        );
        self.walk(expr);
        self.opening.set_first(false);
    }

    fn visit_stmt_macro_mut(&mut self, invocation: &mut syn::StmtMacro) {
        self.opening.set_first(false);
        self.in_macro(&mut invocation.mac);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.tracked.in_arm(arm, self.place);
        visit_mut::visit_arm_mut(self, arm);
    }
}

impl Body<'_> {
    fn walk(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(closure) => self.closure(closure, HashSet::new()),
            Expr::Async(block) => {
                let begins = block.async_token.span;
                self.inside(begins, true, |own| visit_mut::visit_expr_async_mut(own, block));
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.any_loop(expr);
                self.note_tries(expr);
            }
            Expr::If(condition) => self.if_expr(condition),
            Expr::Match(matching) => {
                self.match_expr(matching);
            }
            Expr::MethodCall(_) => self.method(expr),
            Expr::Call(_) => self.call(expr),
            Expr::Assign(assign) if matches!(*assign.left, Expr::Infer(_)) => {
                let span = assign.left.first();
                self.discarded(&mut assign.right, discard::Discard::AssignUnderscore, span);
            }
            Expr::Assign(assign) if self.overwrites(assign) => self.overwritten(assign),
            Expr::Assign(assign) if self.is_replaced(assign) => self.replaced_value(&mut assign.right),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
                self.asking = self.asking.map(|(holds, not)| (not, holds));
                self.finding = false;
                self.visit_expr_mut(&mut unary.expr);
                self.asking = self.asking.map(|(holds, not)| (not, holds));
            }
            Expr::Binary(binary) if compare::is_comparison(&binary.op) => {
                self.compared(&mut binary.left);
                self.compared(&mut binary.right);
            }
            Expr::Macro(_) => self.macro_expr(expr),
            Expr::Try(_) => self.question(expr),
            Expr::Return(_) => self.return_expr(expr),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn closure(&mut self, closure: &mut syn::ExprClosure, items: HashSet<String>) {
        let (loops, asking) = (std::mem::take(&mut self.loops), self.asking.take());
        self.made.leave_open(closure);
        let items = if items.is_empty() { self.items.of_closure(closure) } else { items };
        let begins = closure.inputs_begin.span;
        let (suspends, body) = (closure.asyncness.is_some(), &mut closure.body);
        self.inside(begins, suspends, |own| own.with_items(items, |own| own.visit_expr_mut(body)));
        (self.loops, self.asking) = (loops, asking);
    }

    /// Rewrites what stands in a closure or a future of its own.
    fn inside(&mut self, begins: proc_macro2::Span, suspends: bool, work: impl FnOnce(&mut Self)) {
        let (around, near) = (std::mem::replace(&mut self.suspends, suspends), self.place.set_near(false));
        let outside = self.opening.around.replace(begins);
        self.inner += 1;
        work(self);
        self.inner -= 1;
        self.opening.around = outside;
        self.place.set_near(near);
        self.suspends = around;
    }
}
