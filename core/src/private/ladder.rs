//! The rungs of the ladders, to be brought into a body by `use ladder::x::*`: they have no names, so none can be met.
//!
//! A body takes the ladders that it climbs: each is looked through at every call of a method, so none is taken in vain.

/// What a value says in a report.
pub mod value {
    pub use super::super::{
        CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _, ShowAny as _, ShowDebug as _,
    };
}

/// What an event or an invariant takes out of the returned value.
pub mod payload {
    pub use super::super::{PayloadAbsent as _, PayloadAny as _, PayloadOption as _, PayloadResult as _};
}

/// What leaves a body that stands in no closure.
pub mod leave {
    pub use super::super::{LeaveAny as _, LeaveFlow as _, LeaveOption as _, LeaveResult as _};
}
