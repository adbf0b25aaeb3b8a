//! The walk over a function's body: blocks, statements, and what each expression is used for.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Block, Expr, Local, Stmt, Token, Type};

use super::arm::Verdict;
use super::form::{self, bare};
use super::table::{Exit, Table};
use crate::source::{self, Position};

/// What an expression's value is used for.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    /// The value is used at all.
    pub(crate) value: bool,
    /// It is what the function returns.
    pub(crate) tail: bool,
}

impl Use {
    const OPERAND: Use = Use { value: true, tail: false };
    const NOTHING: Use = Use { value: false, tail: false };
}

/// The walk.
pub(crate) struct Body<'a> {
    pub(crate) table: &'a mut Table,
    /// What the function returns, as far as it can be written down; `None` where it cannot.
    pub(crate) returns: Option<Type>,
    /// Whether each exit reads the value that leaves; otherwise the end of the function does.
    pub(crate) reads_exits: bool,
    /// In the function itself, and not in a closure or an async block of it.
    pub(crate) is_own: bool,
    /// What the expression that comes next is used for.
    pub(crate) used: Use,
    /// Bindings of enclosing loops and closures: each pass is another item.
    pub(crate) items: Vec<String>,
    /// The closures that come next are called once for each item.
    pub(crate) each_item: bool,
    /// Verdicts on method calls that an enclosing expression has reached, by the method's place.
    pub(crate) verdicts: HashMap<(u32, u32), Verdict>,
    /// Calls whose value is looked at by a probe or a `?`, or dropped as a statement, by place.
    pub(crate) looked_at: Vec<(u32, u32)>,
    /// Names of calls whose value goes elsewhere.
    pub(crate) hands: Vec<String>,
    /// The call that comes next is a statement: its value is dropped.
    pub(crate) is_statement: bool,
}

impl<'a> Body<'a> {
    pub(crate) fn new(table: &'a mut Table, returns: Option<Type>, reads_exits: bool) -> Body<'a> {
        Body {
            table,
            returns,
            reads_exits,
            is_own: true,
            used: Use::OPERAND,
            items: Vec::new(),
            each_item: false,
            verdicts: HashMap::new(),
            looked_at: Vec::new(),
            hands: Vec::new(),
            is_statement: false,
        }
    }

    /// Walks the whole body. `is_unit` tells that the function returns nothing.
    pub(crate) fn walk(&mut self, block: &mut Block, is_unit: bool) {
        self.used = Use { value: !is_unit, tail: true };
        self.block(block);
    }

    fn private(&self) -> TokenStream {
        self.table.places.private.clone()
    }

    /// Walks an expression for this use.
    pub(crate) fn with(&mut self, used: Use, expr: &mut Expr) {
        let before = std::mem::replace(&mut self.used, used);
        self.visit_expr_mut(expr);
        self.used = before;
    }

    /// Walks an operand; what was rewritten gets parentheses at the user's place.
    pub(crate) fn operand(&mut self, expr: &mut Expr) {
        let span = source::first_span(expr.to_token_stream());
        self.with(Use::OPERAND, expr);
        if let Expr::Verbatim(tokens) = expr {
            let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, std::mem::take(tokens));
            group.set_span(span);
            *tokens = TokenStream::from(proc_macro2::TokenTree::Group(group));
        }
    }

    /// Walks a block for this use.
    pub(crate) fn block_for(&mut self, used: Use, block: &mut Block) {
        let before = std::mem::replace(&mut self.used, used);
        self.block(block);
        self.used = before;
    }

    fn block(&mut self, block: &mut Block) {
        let used = self.used;
        let count = block.stmts.len();
        let mut marked = 0;
        let mut statements = Vec::with_capacity(count * 2);
        for (index, mut statement) in std::mem::take(&mut block.stmts).into_iter().enumerate() {
            let is_last = index + 1 == count;
            let is_tail = is_last && used.tail && is_open(&statement);
            if let Some(exit) = self.mark_for(&statement, is_tail) {
                let span = statement_span(&statement);
                let line = source::start(span).line;
                if line != marked || exit != Exit::Statement {
                    statements.push(semi(self.table.mark(span, exit)));
                    marked = line;
                }
            }
            self.used = if is_last && is_open(&statement) { used } else { Use::NOTHING };
            self.statement(&mut statement);
            statements.push(statement);
        }
        block.stmts = statements;
        self.used = used;
    }

    /// The mark before a statement, if it needs one.
    fn mark_for(&self, statement: &Stmt, is_tail: bool) -> Option<Exit> {
        match statement {
            Stmt::Item(_) => None,
            Stmt::Expr(expr, _) if self.is_own && matches!(bare(expr), Expr::Return(_)) => Some(Exit::Return),
            Stmt::Expr(expr, _) if is_tail && !branches(expr) => Some(Exit::Tail),
            Stmt::Macro(_) if is_tail => Some(Exit::Tail),
            other => calls(other).then_some(Exit::Statement),
        }
    }

    fn statement(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expr, semi) => {
                if semi.is_some() {
                    self.look_at(expr);
                    self.is_statement = true;
                }
                let used = if semi.is_some() { Use::NOTHING } else { self.used };
                self.with(used, expr);
                self.is_statement = false;
            }
            Stmt::Macro(call) => self.opaque(&mut call.mac),
            Stmt::Item(_) => {}
        }
    }

    fn local(&mut self, local: &mut Local) {
        if self.probe_local(local) {
            return;
        }
        if let Some(init) = &mut local.init {
            self.with(Use::OPERAND, &mut init.expr);
            if let Some((_, otherwise)) = &mut init.diverge {
                self.with(Use::NOTHING, otherwise);
            }
        }
    }

    /// The value of this call is looked at, or dropped: it is not handed on.
    pub(crate) fn look_at(&mut self, expr: &Expr) {
        match bare(expr) {
            Expr::Call(call) => {
                if let Expr::Path(path) = bare(&call.func)
                    && let Some(last) = path.path.segments.last()
                {
                    self.looked_at.push(key(last.ident.span()));
                }
            }
            Expr::MethodCall(call) => {
                self.looked_at.push(key(call.method.span()));
                if form::callee(expr) != call.method.to_string() {
                    self.look_at(&call.receiver);
                }
            }
            Expr::Await(wait) => self.look_at(&wait.base),
            _ => {}
        }
    }

    /// Notes a call whose value goes elsewhere.
    pub(crate) fn hand(&mut self, name: &syn::Ident) {
        if !self.looked_at.contains(&key(name.span())) {
            self.hands.push(name.to_string());
        }
    }

    /// Walks a branch that may be an expression: an arm or an `else`.
    pub(crate) fn arm_body(&mut self, arm: &mut Arm, before: Option<TokenStream>) {
        let used = self.used;
        let body = &mut arm.body;
        let is_block = matches!(&**body, Expr::Block(block) if block.label.is_none() && block.attrs.is_empty());
        let mut first: Vec<Stmt> = before.into_iter().map(semi).collect();
        if !is_block {
            let exit = match bare(body) {
                Expr::Return(_) if self.is_own => Some(Exit::Return),
                other if used.tail && !branches(other) => Some(Exit::Tail),
                other => expr_calls(other).then_some(Exit::Statement),
            };
            if let Some(exit) = exit {
                let span = source::first_span(body.to_token_stream());
                first.push(semi(self.table.mark(span, exit)));
            }
        }
        self.with(used, body);
        prepend(body, first);
    }

    /// A closure, or the body of something that runs on its own.
    fn aside(&mut self, walk: impl FnOnce(&mut Self)) {
        let (own, items) = (std::mem::replace(&mut self.is_own, false), self.items.len());
        walk(self);
        self.is_own = own;
        self.items.truncate(items);
    }

    fn closure(&mut self, closure: &mut syn::ExprClosure) {
        let each_item = std::mem::replace(&mut self.each_item, false);
        let names: Vec<String> = if each_item { closure.inputs.iter().flat_map(form::bindings).collect() } else { Vec::new() };
        self.aside(|walk| {
            walk.enter_items(names);
            walk.with(Use::OPERAND, &mut closure.body);
        });
    }

    /// Each pass has another value of these names, unless they only count tries.
    pub(crate) fn enter_items(&mut self, names: Vec<String>) {
        let counts = |name: &str| matches!(name, "try_no" | "tries" | "_") || name.starts_with("attempt") || name.starts_with("retr") || name.starts_with('_');
        self.items.extend(names.into_iter().filter(|name| !counts(name)));
    }

    fn looped(&mut self, names: Vec<String>, body: &mut Block) {
        let before = self.items.len();
        self.enter_items(names);
        self.block_for(Use::NOTHING, body);
        self.items.truncate(before);
    }
}

impl VisitMut for Body<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let is_statement = std::mem::replace(&mut self.is_statement, false);
        match expr {
            Expr::Closure(closure) => self.closure(closure),
            Expr::Async(block) => self.aside(|walk| walk.block_for(Use::OPERAND, &mut block.block)),
            Expr::Const(_) => {}
            Expr::Repeat(repeat) => self.with(Use::OPERAND, &mut repeat.expr),
            Expr::Block(block) => self.block(&mut block.block),
            Expr::Unsafe(block) => self.block(&mut block.block),
            Expr::Loop(body) => self.looped(Vec::new(), &mut body.body),
            Expr::ForLoop(body) => {
                self.with(Use::OPERAND, &mut body.expr);
                self.looped(form::bindings(&body.pat), &mut body.body);
            }
            Expr::While(body) => {
                let names = self.while_condition(body);
                self.looped(names, &mut body.body);
            }
            Expr::If(branch) => self.branch(branch),
            Expr::Match(choice) => self.choice(choice),
            Expr::MethodCall(_) => self.method(expr, is_statement),
            Expr::Call(_) => self.call(expr, is_statement),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Try(_) => self.question(expr),
            Expr::Return(_) => self.returned(expr),
            Expr::Await(_) => self.awaited(expr, is_statement),
            Expr::Macro(call) => self.opaque(&mut call.mac),
            Expr::Paren(inner) => {
                self.is_statement = is_statement;
                self.visit_expr_mut(&mut inner.expr);
                self.is_statement = false;
            }
            Expr::Binary(binary) => {
                self.operand(&mut binary.left);
                self.operand(&mut binary.right);
            }
            Expr::Unary(unary) => self.operand(&mut unary.expr),
            Expr::Field(field) => self.operand(&mut field.base),
            Expr::Cast(cast) => self.operand(&mut cast.expr),
            Expr::Index(index) => {
                self.operand(&mut index.expr);
                self.with(Use::OPERAND, &mut index.index);
            }
            Expr::Range(range) => {
                for end in [&mut range.start, &mut range.end].into_iter().flatten() {
                    self.operand(end);
                }
            }
            other => {
                let before = std::mem::replace(&mut self.used, Use::OPERAND);
                visit_mut::visit_expr_mut(self, other);
                self.used = before;
            }
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.block(block);
    }

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _type: &mut Type) {}
    fn visit_pat_mut(&mut self, _pattern: &mut syn::Pat) {}
    fn visit_attribute_mut(&mut self, _attribute: &mut syn::Attribute) {}
    fn visit_generic_argument_mut(&mut self, _argument: &mut syn::GenericArgument) {}
}

impl Use {
    /// The use of a plain operand.
    pub(crate) const fn operand() -> Use {
        Use::OPERAND
    }

    /// The value is dropped.
    pub(crate) const fn nothing() -> Use {
        Use::NOTHING
    }
}

/// The place of a name, as a key.
pub(crate) fn key(span: Span) -> (u32, u32) {
    let Position { line, column } = source::start(span);
    (line, column)
}

/// A generated statement.
pub(crate) fn semi(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), Some(Token![;](Span::mixed_site())))
}

/// Puts statements before an expression, in its own block if it is one.
pub(crate) fn prepend(body: &mut Expr, mut first: Vec<Stmt>) {
    if first.is_empty() {
        return;
    }
    if let Expr::Block(block) = body
        && block.label.is_none()
        && block.attrs.is_empty()
    {
        first.append(&mut block.block.stmts);
        block.block.stmts = first;
        return;
    }
    let inner = std::mem::replace(body, Expr::Verbatim(TokenStream::new()));
    first.push(Stmt::Expr(inner, None));
    *body = Expr::Verbatim(quote!({ #(#first)* }));
}

/// A statement whose value is that of its block.
fn is_open(statement: &Stmt) -> bool {
    match statement {
        Stmt::Expr(_, semi) => semi.is_none(),
        Stmt::Macro(call) => call.semi_token.is_none(),
        Stmt::Local(_) | Stmt::Item(_) => false,
    }
}

fn statement_span(statement: &Stmt) -> Span {
    let span = source::first_span(statement.to_token_stream());
    // Attributes and doc comments are not where the statement is.
    match statement {
        Stmt::Local(local) => local.let_token.span,
        Stmt::Macro(call) => call.mac.path.span(),
        _ => span,
    }
}

/// Whether an expression's branches are the leaves: they mark themselves.
fn branches(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Unsafe(_))
}

/// Whether a statement itself calls something: not in closures, blocks or arms inside it.
fn calls(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| expr_calls(&init.expr)),
        Stmt::Expr(expr, _) => expr_calls(expr),
        Stmt::Macro(_) => true,
        Stmt::Item(_) => false,
    }
}

fn expr_calls(expr: &Expr) -> bool {
    struct Calls(bool);
    impl<'ast> Visit<'ast> for Calls {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) | Expr::Await(_) => self.0 = true,
                Expr::Closure(_) | Expr::Async(_) => {}
                other => visit::visit_expr(self, other),
            }
        }
        fn visit_block(&mut self, _block: &'ast Block) {}
        fn visit_arm(&mut self, _arm: &'ast Arm) {}
    }
    let mut calls = Calls(false);
    calls.visit_expr(expr);
    calls.0
}
