//! Who did what, as it was when they did it.

use kernel::{ActorKind, ApiTokenId, ProjectId, SessionId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::values::Timestamp;

/// So many records one export holds at most.
pub const EXPORT_RECORDS_MAX: u64 = 100_000;
pub const ACTION_CHARS_MAX: usize = 64;

/// How much a record matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditSeverity {
    /// What programs do by themselves.
    Debug,
    Info,
    /// What cannot be taken back, or may be an attack.
    Warning,
    /// Something that was to be done failed.
    Error,
    /// A secret is known to somebody else.
    Critical,
}

/// One change, or one refusal that says something about safety.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    pub id: Uuid,
    pub at: Timestamp,
    /// Such as `login`, `member.update` or `node.create`.
    pub action: String,
    pub severity: AuditSeverity,
    /// Any of `security`, `access`, `export`, `agent` and `token`.
    pub tags: Vec<String>,
    pub actor: AuditActor,
    /// What kind of thing `subjectId` names.
    pub subject: String,
    #[schema(required)]
    pub subject_id: Option<Uuid>,
    #[schema(required)]
    pub project_id: Option<ProjectId>,
    /// The event in the project's log, if there is one.
    #[schema(required)]
    pub seq: Option<i64>,
    /// Of what changed: only fields that are never secret and never long. Of a batch, its parts as `ops`.
    #[schema(required, value_type = Option<Object>)]
    pub old_values: Option<Value>,
    #[schema(required, value_type = Option<Object>)]
    pub new_values: Option<Value>,
    #[schema(required, value_type = Option<Object>)]
    pub detail: Option<Value>,
    /// This and what follows are null for those who look after a project: by which way somebody came is known to them
    /// and to whoever runs the server.
    #[schema(required)]
    pub request_id: Option<String>,
    #[schema(required)]
    pub session_id: Option<SessionId>,
    #[schema(required)]
    pub token_id: Option<ApiTokenId>,
    #[schema(required)]
    pub task_id: Option<TaskId>,
    #[schema(required)]
    pub address: Option<String>,
    #[schema(required)]
    pub user_agent: Option<String>,
}

/// Who acted, as they were called then.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AuditActor {
    pub kind: ActorKind,
    /// Null for the server, and for whoever was not logged in.
    #[schema(required)]
    pub id: Option<Uuid>,
    /// Null for those who may not see members.
    #[schema(required)]
    pub name: Option<String>,
    /// The address of the account that answers for it.
    #[schema(required)]
    pub email: Option<String>,
}

/// Which records: the newest first.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// An action, such as `member.update`, or the beginning of several, such as `member`.
    pub action: Option<String>,
    /// The id of who acted.
    pub actor: Option<Uuid>,
    /// Only what happened after this moment.
    pub after: Option<Timestamp>,
    /// Only what happened before this moment.
    pub before: Option<Timestamp>,
}
