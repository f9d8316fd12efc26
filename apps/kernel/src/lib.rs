//! What every part agrees on: identifiers, roles, who acts, who may, what can go wrong. No I/O.

pub mod actor;
pub mod error;
pub mod ids;
pub mod policy;
pub mod tokens;
pub mod version;

pub use actor::{Actor, ActorKind};
pub use error::{Error, ErrorCode, FieldError, Result};
pub use ids::{
    AgentId, ApiTokenId, BatchId, ChangeSetId, EdgeId, GenerationId, InvitationId, JobId, MediaId,
    NodeId, NotificationId, OpId, PresetId, ProjectId, PushSubscriptionId, RefreshId, ScheduleId,
    SessionId, TaskId, UploadId, UserId, VoiceId,
};
pub use policy::{
    Action, Permission, Relation, Resource, Role, Scope, Scopes, Verdict, Visibility,
};
pub use version::Expected;
