//! Words in columns to words in the protocol, and back: exhaustive, so that neither side can grow
//! without the other.

use entity::enums as stored;
use kernel::{ActorKind, Role};
use protocol::{
    Viewport,
    audit::AuditSeverity,
    budgets::BudgetPeriod,
    changesets::{ChangeSetMode, ChangeSetOrigin, ChangeSetState, ItemState},
    edges::EdgePolicy,
    generations::{GenerationOrigin, RunState},
    media::{MediaType, ProcessingStatus},
    nodes::{NodeKind, NodeRole, NodeStatus},
    projects::Layout,
    values::{Coordinate, Zoom},
    voice::{VoiceStatus, VoiceType},
};
use sea_orm::JsonValue as Json;

macro_rules! same_words {
    ($to_kernel:ident, $to_stored:ident, $stored:ty, $kernel:ty, [$($word:ident),+]) => {
        #[must_use]
        pub fn $to_kernel(word: $stored) -> $kernel {
            match word {
                $(<$stored>::$word => <$kernel>::$word),+
            }
        }

        #[must_use]
        pub fn $to_stored(word: $kernel) -> $stored {
            match word {
                $(<$kernel>::$word => <$stored>::$word),+
            }
        }
    };
}

same_words!(
    role,
    stored_role,
    stored::Role,
    Role,
    [Owner, Admin, Editor, Member, Viewer]
);
same_words!(
    actor_kind,
    stored_actor_kind,
    stored::ActorKind,
    ActorKind,
    [User, Token, Agent, System]
);
same_words!(
    audit_severity,
    stored_audit_severity,
    stored::AuditSeverity,
    AuditSeverity,
    [Debug, Info, Warning, Error, Critical]
);
same_words!(
    node_status,
    stored_node_status,
    stored::NodeStatus,
    NodeStatus,
    [Idle, Generating, Completed, Error, Stale]
);
same_words!(
    node_kind,
    stored_node_kind,
    stored::NodeKind,
    NodeKind,
    [Prompt, Note, Media, Frame]
);
same_words!(
    media_type,
    stored_media_type,
    stored::MediaType,
    MediaType,
    [Image, Video, Document, Audio, Link]
);
same_words!(
    processing_status,
    stored_processing_status,
    stored::ProcessingStatus,
    ProcessingStatus,
    [Pending, Processing, Completed, Failed]
);
same_words!(
    voice_type,
    stored_voice_type,
    stored::VoiceType,
    VoiceType,
    [SpeechToText, TextToSpeech]
);
same_words!(
    voice_status,
    stored_voice_status,
    stored::VoiceStatus,
    VoiceStatus,
    [Pending, Processing, Completed, Failed]
);
same_words!(
    layout,
    stored_layout,
    stored::Layout,
    Layout,
    [TreeDown, TreeRight, LayersDown, LayersRight]
);
same_words!(
    node_role,
    stored_node_role,
    stored::NodeRole,
    NodeRole,
    [User, System]
);
same_words!(
    edge_policy,
    stored_edge_policy,
    stored::EdgePolicy,
    EdgePolicy,
    [Full, Summary, Exclude]
);

same_words!(
    run_state,
    stored_run_state,
    stored::RunState,
    RunState,
    [Queued, Running, Completed, Failed, Cancelled]
);
same_words!(
    budget_period,
    stored_budget_period,
    stored::BudgetPeriod,
    BudgetPeriod,
    [Day, Month]
);
same_words!(
    generation_origin,
    stored_generation_origin,
    stored::GenerationOrigin,
    GenerationOrigin,
    [Model, Person]
);

same_words!(
    change_set_origin,
    stored_change_set_origin,
    stored::ChangeSetOrigin,
    ChangeSetOrigin,
    [Task, Batch]
);
same_words!(
    change_set_mode,
    stored_change_set_mode,
    stored::ChangeSetMode,
    ChangeSetMode,
    [Apply, Propose]
);
same_words!(
    change_set_state,
    stored_change_set_state,
    stored::ChangeSetState,
    ChangeSetState,
    [Applied, Proposed, Accepted, Rejected, Reverted]
);

/// An item that only stands in the log is APPLIED; it has no row.
#[must_use]
pub fn item_state(word: stored::ChangeSetItemState) -> ItemState {
    match word {
        stored::ChangeSetItemState::Proposed => ItemState::Proposed,
        stored::ChangeSetItemState::Accepted => ItemState::Accepted,
        stored::ChangeSetItemState::Rejected => ItemState::Rejected,
        stored::ChangeSetItemState::Reverted => ItemState::Reverted,
        stored::ChangeSetItemState::Left => ItemState::Left,
    }
}

/// A viewport as JSON, and back; one that cannot be read any more is none.
#[must_use]
pub fn viewport(stored: Json) -> Option<Viewport> {
    serde_json::from_value(stored).ok()
}

#[must_use]
pub fn stored_viewport(viewport: Viewport) -> Option<Json> {
    serde_json::to_value(viewport).ok()
}

/// A list of words as JSON.
#[must_use]
pub fn words(stored: Json) -> Vec<String> {
    serde_json::from_value(stored).unwrap_or_default()
}

#[must_use]
pub fn viewport_of(x: f64, y: f64, zoom: f64) -> Viewport {
    Viewport {
        x: Coordinate::stored(x),
        y: Coordinate::stored(y),
        zoom: Zoom::stored(zoom),
    }
}
