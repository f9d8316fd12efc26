//! What happens to answers, and around them.

use kernel::{Resource, Visibility};

use super::family::family;
use crate::{
    generations::GenerationChanged,
    refresh::{RefreshEnded, RefreshStarted},
};

family! {
    GenerationEvent {
        /// A model is asked; the node's text stays as it is until the end.
        Start(GenerationChanged) = "generation.start",
        End(GenerationChanged) = "generation.end",
        Cancel(GenerationChanged) = "generation.cancel",
        /// An attempt's answer became the node's again.
        Select(GenerationChanged) = "generation.select",
    }
}

impl GenerationEvent {
    /// What happened to the answer, whichever it is.
    #[must_use]
    pub fn changed(&self) -> &GenerationChanged {
        match self {
            Self::Start(changed)
            | Self::End(changed)
            | Self::Cancel(changed)
            | Self::Select(changed) => changed,
        }
    }

    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        // Whoever may run, but not read, hears how it stands, not what was written.
        if !visibility.covers(Resource::Graph) && !visibility.covers(Resource::Runs) {
            return None;
        }
        Some(match self {
            Self::Start(changed) => Self::Start(changed.shown_to(visibility)),
            Self::End(changed) => Self::End(changed.shown_to(visibility)),
            Self::Cancel(changed) => Self::Cancel(changed.shown_to(visibility)),
            Self::Select(changed) => Self::Select(changed.shown_to(visibility)),
        })
    }
}

family! {
    RefreshEvent {
        Start(RefreshStarted) = "refresh.start",
        End(RefreshEnded) = "refresh.end",
    }
}

impl RefreshEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        if !visibility.covers(Resource::Graph) {
            return None;
        }
        Some(match self {
            Self::Start(started) => Self::Start(started.clone()),
            Self::End(ended) => Self::End(ended.clone()),
        })
    }
}

family! {
    InstructionsEvent {
        /// Instructions changed elsewhere: what that means is in `stale` and `fresh`.
        Change {} = "instructions.change",
    }
}

impl InstructionsEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        match self {
            Self::Change {} => visibility
                .covers(Resource::Graph)
                .then_some(Self::Change {}),
        }
    }
}
