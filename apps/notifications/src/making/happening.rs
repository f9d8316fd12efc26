//! What happened that somebody may want to know, in ids: who and what that is, is looked up when it is told.

use chrono::{DateTime, Utc};
use kernel::{
    Actor, ActorKind, GenerationId, InvitationId, NodeId, ProjectId, Role, TaskId, UserId,
};
use platform::{Job, Queue};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The events of one change that people may be told of, to be told after it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tell {
    pub(crate) project: ProjectId,
    /// The number of the event.
    pub(crate) seq: i64,
    /// When it happened: whoever came after that does not hear of it.
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: Option<By>,
    pub(crate) happened: Vec<Happening>,
}

impl Job for Tell {
    const KIND: &'static str = "notifications.tell";
    const QUEUE: Queue = Queue::Short;
}

/// Whose doing it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct By {
    kind: ActorKind,
    id: Uuid,
    pub(crate) name: String,
}

impl By {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self {
            kind: actor.kind,
            id: actor.id,
            name: actor.name.clone(),
        }
    }

    /// Whether it was this person's own doing. What their agent does is not.
    pub(crate) fn is(&self, user: UserId) -> bool {
        match self.kind {
            ActorKind::User | ActorKind::Token => self.id == user.uuid(),
            ActorKind::Agent | ActorKind::System => false,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "camelCase")]
pub(crate) enum Happening {
    Invited {
        invitation: InvitationId,
    },
    InvitationEnded {
        invitation: InvitationId,
    },
    Joined {
        user: UserId,
        role: Role,
        name: String,
    },
    Left {
        user: UserId,
    },
    /// Somebody may see more or less than before.
    RoleChanged {
        user: UserId,
    },
    /// Everybody may.
    ProjectHidden,
    Owned {
        owner: UserId,
    },
    Answered {
        node: NodeId,
        generation: GenerationId,
        user: UserId,
    },
    NotAnswered {
        node: NodeId,
        generation: GenerationId,
        user: UserId,
        model: String,
        code: String,
        detail: String,
    },
    TaskOver {
        task: TaskId,
        failed: bool,
    },
    TaskWaits {
        task: TaskId,
    },
    Mentioned {
        node: NodeId,
        user: UserId,
    },
    /// This person had something paid out of the budgets.
    Spent {
        user: UserId,
    },
}
