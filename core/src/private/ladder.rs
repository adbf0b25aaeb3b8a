//! The rungs of the ladders, to be brought into a body by `use ladder::x::*`: they have no names, so none can be met.
//!
//! A body takes the ladders that it climbs: each is looked through at every call of a method, so none is taken in vain.

/// What a value says in a report.
pub mod value {
    pub use super::super::{
        CapAny as _, CapCopy as _, CapDebug as _, CapDisplay as _, ShowAny as _, ShowDebug as _,
    };
}

/// What the returned value means.
pub mod outcome {
    pub use super::super::{
        ErrAny as _, ErrDebug as _, ErrDeclared as _, ErrDisplay as _, OkAny as _, OkDeclared as _,
        PayloadAny as _, PayloadOption as _, PayloadResult as _, ReadAny as _, ReadOption as _,
        ReadResult as _,
    };
}

/// What leaves by a `?`.
pub mod question {
    pub use super::super::{
        AskAny as _, AskConvert as _, AskDebug as _, AskDeclared as _, AskDisplay as _, AskOption as _,
        AskResult as _, VagueAny as _, VagueConvert as _, VagueOption as _, VagueResult as _,
    };
}

/// What passes a probe.
pub mod sight {
    pub use super::super::{
        BareAny as _, BareResult as _, GuessAny as _, GuessDebug as _, GuessResult as _, SightAnswer as _,
        SightAny as _, SightDebug as _, SightDynamic as _, SightError as _, SightLike as _,
    };
}

/// What leaves a body that stands in no closure.
pub mod leave {
    pub use super::super::{LeaveAny as _, LeaveFlow as _, LeaveOption as _, LeaveResult as _};
}
