//! HOT: what runs on the caller's thread. One frame for each call of an observed function, on a stack of the thread.
//!
//! Off, an observed call costs one relaxed load and a branch. On, a healthy call takes a frame from the thread's pool,
//! reads the clock twice and puts the frame back: no lock, no allocation, no formatting, nothing shared between threads.
//! What was seen is judged elsewhere: when a call ends with anything worth judging, its frame is shown to the [`Sink`].
//!
//! **Invariant:** nothing here locks on a healthy call, blocks, panics or fails; it can only lose, and every loss is counted.

mod alarm;
mod callsite;
mod carry;
mod cell;
mod check;
mod clock;
mod conclude;
mod count;
mod declared;
mod emit;
mod enter;
mod figure;
mod frame;
mod future;
mod guard;
mod hand_back;
mod hand_off;
mod handle;
mod keep;
mod leave;
mod ledger;
mod light;
mod line;
mod mark;
mod memory;
mod outbox;
mod page;
mod place;
mod pool;
mod raw;
mod reason;
mod recast;
mod rest;
mod ring;
mod said;
mod shared;
mod sighting;
mod sink;
mod slot;
mod stack;
mod state;
mod statement;
mod story;
mod tally;
mod thread;
mod tries;
mod unbegun;

pub use callsite::{Callsite, EventSite, callsites};
pub use carry::{Carried, Kept, Spawn, carried, carried_fn};
pub use cell::sample_times;
pub(crate) use check::panic_text;
pub use check::{Check, Held, accounted, changed, check, checkpoint, guarded, tracked};
pub use clock::{calibrate, nanos, nanos_at, rate, ticks, ticks_for};
pub use emit::{Feed, emit, folds, sometimes};
pub use enter::{enter, enter_bare};
pub use figure::{Lost, Totals, brisk_below, event_totals, lose, lost_totals, totals};
pub use future::{Joining, Observed, joining, observed};
pub use guard::Guard;
pub use handle::{Followed, Looked, followed};
pub use keep::{Choice, keep_off, keep_on, link, opened_span, outer_span};
pub(crate) use ledger::closes_loop;
pub use ledger::{has_errors, pend, recovered, saw_err, saw_ok, settle, told};
pub(crate) use light::Numbers;
pub(crate) use line::count;
pub use line::{Briskly, briskly, log, repeat};
pub use mark::{Mark, mark};
pub(crate) use mark::{mark_if, mark_inside, reach_if};
pub use memory::{limit_memory, memory_use};
pub use outbox::{Briefs, collect_briefs};
pub use place::{At, ProbeAt};
pub use raw::Guise;
pub(crate) use raw::{at_exit, exit_now, filters_by};
pub use said::{Hearing, LogSite, Words};
pub use sighting::Seen;
pub use sink::{Around, Context, Sink, install_sink};
pub use stack::{arrives, has_frame, is_within, note_at, scope, set_scope};
pub use state::{Watch, is_on, is_watched, set_on};
pub use statement::{fails_quietly, key, key_by, outcome, tell_end, will_end};
pub use tally::EventTotal;
pub use tries::worked;
pub use unbegun::never_began;
