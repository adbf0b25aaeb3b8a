//! What a light call is.

use std::cell::Cell;

use super::course::Course;
use crate::model::Plan;
use crate::record::callsite::Callsite;

/// A light call, but for where it is and what it has told.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Call {
    pub(super) callsite: Option<&'static Callsite>,
    pub(super) plan: Option<&'static Plan>,
    pub(super) started: u64,
    pub(super) course: Course,
    pub(super) key: u64,
    pub(super) id: u32,
    pub(super) first: u32,
}

/// The one that runs. Its parts lie as in [`Call`], so that they are copied in few steps.
#[repr(C)]
pub(super) struct Now {
    /// Whose call it is; nothing while there is none.
    pub(super) callsite: Cell<Option<&'static Callsite>>,
    /// What it promises, if there is a plan, or if another call encloses it.
    pub(super) plan: Cell<Option<&'static Plan>>,
    /// When it began; 0 when its time is not taken.
    pub(super) started: Cell<u64>,
    /// Which events it has said.
    pub(super) course: Cell<Course>,
    /// Its key, if it bears the mark of one.
    pub(super) key: Cell<u64>,
    /// Its id, once somebody has asked; else 0.
    pub(super) id: Cell<u32>,
    /// How much had been told when it began, and above it its key mark.
    pub(super) first: Cell<u32>,
}

impl Now {
    pub(super) const fn new() -> Now {
        Now {
            callsite: Cell::new(None),
            plan: Cell::new(None),
            started: Cell::new(0),
            course: Cell::new(Course::NOTHING),
            key: Cell::new(0),
            id: Cell::new(0),
            first: Cell::new(0),
        }
    }

    #[inline(always)]
    pub(super) fn get(&self) -> Call {
        Call {
            callsite: self.callsite.get(),
            plan: self.plan.get(),
            started: self.started.get(),
            course: self.course.get(),
            key: self.key.get(),
            id: self.id.get(),
            first: self.first.get(),
        }
    }

    /// One part after the other, which takes one register.
    #[inline(always)]
    pub(super) fn copy(&self, other: &Now) {
        self.callsite.set(other.callsite.get());
        self.plan.set(other.plan.get());
        self.started.set(other.started.get());
        self.course.set(other.course.get());
        self.key.set(other.key.get());
        self.id.set(other.id.get());
        self.first.set(other.first.get());
    }

    #[inline(always)]
    pub(super) fn set(&self, call: &Call) {
        self.callsite.set(call.callsite);
        self.plan.set(call.plan);
        self.started.set(call.started);
        self.course.set(call.course);
        self.key.set(call.key);
        self.id.set(call.id);
        self.first.set(call.first);
    }
}
