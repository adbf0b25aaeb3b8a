//! Places where an `Err` can be dropped.

use super::Site;

/// One expression that can drop an `Err`; one static each.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// The expression that can drop the error.
    pub site: Site,
    /// The last line of the arm or statement: a log line between it and `site.line` belongs to this error.
    pub end_line: u32,
    /// How it is written.
    pub form: Form,
    /// What becomes of the error there, as far as the syntax tells.
    pub disposition: Disposition,
    /// The path of the function or method that is called (`mailer::send`, `set_booking`); empty if unknown.
    pub callee: &'static str,
    /// The expression uses a binding of an enclosing `for`, `while let` or closure: each pass is another item.
    pub iteration: bool,
    /// The arm leaves the loop.
    pub ends_loop: bool,
    /// What a pattern is tried on: its arms say what becomes of the error.
    pub scrutinee: bool,
    /// What was read there has not the form that was asked for, if the error says so.
    pub asks_form: bool,
    /// A `None` stands in the place of the error: it tells what the error says, if that is that there is none.
    pub admits_none: bool,
    /// Whoever asked is answered, and may have gone.
    pub replies: bool,
    /// What is claimed in the place of the error.
    pub claim: Option<Claim>,
}

impl Probe {
    /// A probe that is not known.
    pub(crate) const UNKNOWN: Probe = Probe {
        site: Site::UNKNOWN,
        end_line: 0,
        form: Form::Method(""),
        disposition: Disposition::Handed,
        callee: "",
        iteration: false,
        ends_loop: false,
        scrutinee: false,
        asks_form: false,
        admits_none: false,
        replies: false,
        claim: None,
    };

    /// Whether a place lies in the expression of the probe, or in its arm.
    #[must_use]
    pub fn covers(&self, site: &Site) -> bool {
        self.site.file == site.file && (self.site.line..=self.end_line).contains(&site.line)
    }
}

/// How the drop is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A method that consumes the `Result`: `ok`, `unwrap_or_default`, …
    Method(&'static str),
    /// `let _ = ..`.
    LetUnderscore,
    /// `_ = ..`.
    AssignUnderscore,
    /// `let result = ..`, of a name that nothing but the log reads.
    LetUnread,
    /// A name that is assigned again before anything looked at it.
    Overwritten,
    /// `drop(..)`.
    DropCall,
    /// A call as a statement, whose answer was no.
    Statement,
    /// `if let Ok(..)`.
    IfLetOk,
    /// `let Ok(..) = .. else`.
    LetElse,
    /// `while let Ok(..)`.
    WhileLet,
    /// An `Err` arm of a `match`, or `if let Err(..)`.
    ErrArm,
    /// An `Err` arm that puts the error into a list, or counts it, where nothing but the log looks.
    VainArm,
    /// `filter_map(Result::ok)` and `flat_map(Result::ok)`.
    FilterMapOk,
    /// `call() != Ok(..)`.
    Unlike,
    /// `Some(Ok(..)) = items.recv() =>` in a `select!`.
    Branch,
}

impl Form {
    /// Whether the value is thrown away unseen: what is called later is called whether this failed or not.
    #[must_use]
    pub const fn is_unseen(self) -> bool {
        matches!(self, Form::LetUnderscore | Form::AssignUnderscore | Form::LetUnread | Form::DropCall)
    }

    /// Whether its text is code.
    #[must_use]
    pub const fn is_code(self) -> bool {
        !matches!(
            self,
            Form::ErrArm
                | Form::VainArm
                | Form::LetUnread
                | Form::Overwritten
                | Form::Statement
                | Form::Branch
        )
    }

    /// The form that the macro writes as this word: a method with its dot, anything else by name.
    #[must_use]
    pub(crate) fn of(word: &'static str) -> Form {
        match word {
            "let_underscore" => Form::LetUnderscore,
            "assign_underscore" => Form::AssignUnderscore,
            "let_unread" => Form::LetUnread,
            "overwritten" => Form::Overwritten,
            "drop_call" => Form::DropCall,
            "statement" => Form::Statement,
            "if_let_ok" => Form::IfLetOk,
            "let_else" => Form::LetElse,
            "while_let" => Form::WhileLet,
            "err_arm" => Form::ErrArm,
            "vain_arm" => Form::VainArm,
            "filter_map_ok" => Form::FilterMapOk,
            "unlike" => Form::Unlike,
            "branch" => Form::Branch,
            method => Form::Method(method.trim_start_matches('.')),
        }
    }

    /// The form as a reader knows it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Form::Method(name) => name,
            Form::LetUnderscore => "let _ =",
            Form::AssignUnderscore => "_ =",
            Form::LetUnread => "a name that nothing but the log reads",
            Form::Overwritten => "the next assignment",
            Form::DropCall => "drop(..)",
            Form::Statement => "a statement",
            Form::IfLetOk => "if let Ok(..)",
            Form::LetElse => "let Ok(..) = .. else",
            Form::WhileLet => "while let Ok(..)",
            Form::ErrArm => "the Err arm",
            Form::VainArm => "the Err arm, which writes where nothing but the log looks,",
            Form::FilterMapOk => "filter_map(Result::ok)",
            Form::Unlike => "!= Ok(..)",
            Form::Branch => "the pattern of a branch",
        }
    }
}

/// What becomes of the error at a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Positive drop evidence: nothing stands in its place.
    Dropped,
    /// A substitute value stands in its place.
    Substituted,
    /// The arm does something else than log, but does not use the error.
    Acted,
    /// The error is used outside logging: pushed, stored, matched on, counted.
    Handed,
    /// The natural end of a loop.
    Ends,
}

/// What is claimed in the place of an error: by another one, or by an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// That there is no such thing.
    Absence,
    /// That one may not, or that what was given is no good.
    Refusal,
}

impl Claim {
    /// The claim among these flags of a probe.
    pub(crate) fn of(flags: &str) -> Option<Claim> {
        match flags {
            _ if flags.contains('a') => Some(Claim::Absence),
            _ if flags.contains('n') => Some(Claim::Refusal),
            _ => None,
        }
    }
}

impl Disposition {
    /// The disposition of this name.
    #[must_use]
    pub(crate) fn of(word: &str) -> Disposition {
        match word {
            "dropped" => Disposition::Dropped,
            "substituted" => Disposition::Substituted,
            "acted" => Disposition::Acted,
            "ends" => Disposition::Ends,
            _ => Disposition::Handed,
        }
    }
}
