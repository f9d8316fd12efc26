//! Giving an agent something to do.

use entity::{agent_task, enums, node};
use kernel::{AgentId, Error, NodeId, OpId, Permission, ProjectId, Result, ScheduleId, TaskId};
use platform::{Command, Credential, Job, Operation, Principal, ProjectCommand, Queue, Write, db};
use protocol::{
    events::Event,
    tasks::{OPEN_TASKS_PER_PROJECT_MAX, StartTask, TASK_NODES_MAX, TaskOrigin},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    limits::{self, Limits},
    mention::{Mention, Mentioned},
    queries::row_of,
    row::{changed, stored_origin},
};
use crate::{
    events::{TaskEvent, emit, read},
    members,
};

/// How many tasks may lead to another, one after the other, before somebody has to look.
pub(crate) const DEPTH_MAX: i64 = 3;
/// How many tasks one task hands to others.
const HANDED_OVER_MAX: u64 = 5;
/// What whoever starts a task must be allowed, whatever its agent may: agents read, edit and ask.
/// Hiding comes first.
pub(crate) const NEEDED: [Permission; 3] = [
    Permission::AGENTS_READ,
    Permission::RUN,
    Permission::GRAPH_WRITE,
];
const PRIORITY_MAX: i16 = 100;
const NAME_CHARS_MAX: usize = 80;

/// Does a task, as far as it goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct RunTask {
    pub(crate) project: ProjectId,
    pub(crate) task: TaskId,
}

impl Job for RunTask {
    const KIND: &'static str = "agents.task";
    const QUEUE: Queue = Queue::Tasks;
}

/// What began a task, and what led to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    pub(crate) origin: TaskOrigin,
    pub(crate) mention: Mentioned,
    pub(crate) parent: Option<TaskId>,
    pub(crate) schedule: Option<ScheduleId>,
    pub(crate) depth: i64,
}

impl Begun {
    pub(crate) const BY_A_PERSON: Self = Self {
        origin: TaskOrigin::Person,
        mention: Mentioned::IfAsked,
        parent: None,
        schedule: None,
        depth: 0,
    };
}

#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) id: TaskId,
    pub(crate) begun: Begun,
    pub(crate) input: StartTask,
}

impl Command for Start {
    type Output = TaskId;

    async fn apply(&self, write: &mut Write) -> Result<TaskId> {
        // What an agent can do in somebody's name, their credential must allow.
        for needed in NEEDED {
            write.require(needed)?;
        }
        let member = self.agent(write).await?;
        self.check_nodes(write).await?;
        let mention =
            Mention::of(write, self.begun.mention, &self.input, &member.agent.slug).await?;
        if let Some(mention) = &mention
            && let Some(task) = mention.begun_before(write).await?
        {
            return Ok(task);
        }
        check_open(write).await?;
        if self.begun.depth > DEPTH_MAX {
            return Err(Error::Conflict(format!(
                "{DEPTH_MAX} tasks led to this one; a person has to start the next"
            )));
        }
        if self.input.deadline.is_some_and(|at| at.0 <= write.now()) {
            return Err(Error::invalid("/deadline", "must be in the future"));
        }
        let token = self.token(write).await?;
        let mut limits = Limits::of(self.input.limits)?;
        limits.settle(write, &member).await?;
        let user = write.user_id()?;
        limits::check(write, self.input.agent_id, user, limits.amount).await?;
        let row = agent_task::ActiveModel {
            mention: Set(mention.map(Mention::stored)),
            ..self.row(write, limits, token)?
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        let run = RunTask {
            project: write.project_id()?,
            task: self.id,
        };
        write.enqueue_with(self.priority()?, &run)?;
        emit(write, &TaskEvent::Start(changed(&row)))?;
        Ok(self.id)
    }
}

impl Start {
    async fn agent(&self, write: &mut Write) -> Result<members::Member> {
        let member = members::locked(write, self.input.agent_id).await?;
        if member.place.paused {
            let sentence = "this agent is paused here; let it go on first";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        members::require_backed(write, &member)?;
        if !member.agent.is_active {
            let sentence = "this agent is switched off; its owner can switch it on again";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        Ok(member)
    }

    async fn check_nodes(&self, write: &mut Write) -> Result<()> {
        let selection = &self.input.selection;
        if selection.len() > TASK_NODES_MAX {
            let detail = format!("may name at most {TASK_NODES_MAX} nodes");
            return Err(Error::invalid("/selection", detail));
        }
        let mut named: Vec<_> = selection
            .iter()
            .chain(&self.input.node_id)
            .copied()
            .collect();
        named.sort_unstable();
        named.dedup();
        let there = node::Entity::find()
            .filter(node::Column::ProjectId.eq(write.project_id()?.uuid()))
            .filter(node::Column::Id.is_in(named.iter().map(|node| node.uuid())))
            .filter(node::Column::DeletedAt.is_null())
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(there).is_ok_and(|there| there == named.len()) {
            Ok(())
        } else {
            Err(Error::NotFound("node"))
        }
    }

    fn priority(&self) -> Result<i16> {
        match self.input.priority.unwrap_or_default() {
            priority if (-PRIORITY_MAX..=PRIORITY_MAX).contains(&priority) => Ok(priority),
            _ => {
                let detail = format!("must be from -{PRIORITY_MAX} to {PRIORITY_MAX}");
                Err(Error::invalid("/priority", detail))
            }
        }
    }

    /// The token behind it: that of who starts it, or of the task that hands it over.
    async fn token(&self, write: &mut Write) -> Result<Option<Uuid>> {
        let Some(parent) = self.begun.parent else {
            return Ok(match write.principal() {
                Principal::User {
                    credential: Credential::Token(token),
                    ..
                } => Some(token.uuid()),
                Principal::User { .. } | Principal::Anonymous | Principal::System => None,
            });
        };
        let project = write.project_id()?;
        let children = agent_task::Entity::find()
            .filter(agent_task::Column::ProjectId.eq(project.uuid()))
            .filter(agent_task::Column::ParentTaskId.eq(parent.uuid()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if children >= HANDED_OVER_MAX {
            return Err(Error::Conflict(format!(
                "a task hands over {HANDED_OVER_MAX} others at most"
            )));
        }
        let parent = row_of(write.read().await?, project, parent).await?;
        Ok(parent.token_id)
    }

    fn row(
        &self,
        write: &Write,
        limits: Limits,
        token: Option<Uuid>,
    ) -> Result<agent_task::ActiveModel> {
        let input = self.input.clone();
        let now = write.now();
        let prompt = String::from(input.prompt);
        let name = input.name.map_or_else(|| beginning(&prompt), String::from);
        let mut metadata = input
            .metadata
            .map_or_else(|| json!({}), |metadata| metadata.to_value());
        if let (Some(fields), false) = (metadata.as_object_mut(), input.selection.is_empty()) {
            fields.insert("selection".to_owned(), json!(input.selection));
        }
        Ok(agent_task::ActiveModel {
            project_id: Set(write.project_id()?.uuid()),
            id: Set(self.id.uuid()),
            agent_id: Set(input.agent_id.uuid()),
            node_id: Set(input.node_id.map(NodeId::uuid)),
            name: Set(name),
            description: Set(input.description.map(Into::into)),
            prompt: Set(prompt),
            status: Set(enums::TaskStatus::Pending),
            result: Set(None),
            error_code: Set(None),
            error_detail: Set(None),
            waiting_for: Set(None),
            metadata: Set(Some(metadata)),
            requested_by: Set(write.user_id()?.uuid()),
            token_id: Set(token),
            origin: Set(stored_origin(self.begun.origin)),
            parent_task_id: Set(self.begun.parent.map(TaskId::uuid)),
            schedule_id: Set(self.begun.schedule.map(ScheduleId::uuid)),
            mention: Set(None),
            depth: Set(self.begun.depth),
            priority: Set(self.priority()?.into()),
            deadline: Set(input.deadline.map(|at| at.0)),
            steps_max: Set(limits.steps),
            tokens_max: Set(limits.amount.tokens),
            nanos_max: Set(limits.nanos_max),
            seconds_max: Set(limits.seconds),
            steps: Set(0),
            tokens_in: Set(0),
            tokens_out: Set(0),
            cost_nanos: Set(0),
            reserved_tokens: Set(limits.amount.tokens),
            reserved_nanos: Set(limits.amount.nanos),
            outside: Set(None),
            said: Set(String::new()),
            chunks: Set(0),
            created_at: Set(now),
            updated_at: Set(now),
            started_at: Set(None),
            resumed_at: Set(None),
            completed_at: Set(None),
        })
    }
}

/// What a task is called that nobody named.
fn beginning(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(NAME_CHARS_MAX).collect()
}

async fn check_open(write: &mut Write) -> Result<()> {
    let open = agent_task::Entity::find()
        .filter(agent_task::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(agent_task::Column::Status.is_in([
            enums::TaskStatus::Pending,
            enums::TaskStatus::Running,
            enums::TaskStatus::Waiting,
        ]))
        .count(write.read().await?)
        .await
        .map_err(db)?;
    if usize::try_from(open).is_ok_and(|open| open >= OPEN_TASKS_PER_PROJECT_MAX) {
        return Err(Error::LimitReached {
            what: "open tasks of one project",
            max: OPEN_TASKS_PER_PROJECT_MAX,
        });
    }
    Ok(())
}

impl ProjectCommand for Start {
    fn replay(&self, event: &Event) -> Result<TaskId> {
        let started = |event: &Event| match read::<TaskEvent>(event)? {
            // One that had begun before is only changed.
            TaskEvent::Start(task) | TaskEvent::Update(task) => Some(task.task_id),
            TaskEvent::Step(_) | TaskEvent::Cancel(_) | TaskEvent::End(_) => None,
        };
        event
            .parts()
            .iter()
            .find_map(started)
            .ok_or(Error::OpReused)
    }
}

impl Operation for Start {
    const OP: &'static str = "task.start";
    type Input = StartTask;

    fn of(id: Option<OpId>, input: StartTask) -> Self {
        Self {
            id: id.map_or_else(TaskId::generate, |id| id.uuid().into()),
            begun: Begun::BY_A_PERSON,
            input,
        }
    }
}

/// For those who start a task of their own making.
impl Start {
    pub(crate) fn simple(
        begun: Begun,
        agent: AgentId,
        node: Option<NodeId>,
        prompt: protocol::values::TaskPrompt,
    ) -> Self {
        Self {
            id: TaskId::generate(),
            begun,
            input: StartTask {
                agent_id: agent,
                node_id: node,
                selection: Vec::new(),
                name: None,
                description: None,
                prompt,
                priority: None,
                deadline: None,
                limits: Default::default(),
                metadata: None,
            },
        }
    }
}
