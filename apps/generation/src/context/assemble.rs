//! Putting texts into a plan: the exact messages that a provider gets.

use std::{collections::HashMap, sync::Arc};

use entity::{enums::NodeRole, node};
use kernel::{Error, NodeId, ProjectId, Result, UserId};
use platform::{Ctx, Current, ProjectAccess, convert, db};
use protocol::context::{Entered, Manifest, ManifestItem, MessageRole};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    facts::{Text, brief_of, spoken_as},
    instructions::Instructions,
    memory::Contexts,
    plan::{Plan, plan},
    request::ModelRequest,
};
use crate::providers::Message;

const IDS_PER_STATEMENT: usize = 1_000;
/// How often texts may change while they are read before the caller is sent away.
const READS_MAX: usize = 5;

/// What is sent, and what is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Assembled {
    pub(crate) messages: Arc<[Message]>,
    pub(crate) plan: Plan,
    pub(crate) asked: ModelRequest,
}

impl Assembled {
    pub(crate) fn manifest(&self) -> Manifest {
        let Plan {
            items,
            system_tokens,
            prompt_tokens,
            node_version,
            tokens,
            fingerprint,
        } = self.plan.clone();
        Manifest {
            model: self.asked.model.clone(),
            temperature: self.asked.temperature,
            top_p: self.asked.top_p,
            max_tokens: self.asked.max_tokens,
            tokens,
            tokens_max: self.asked.tokens_max(),
            system_tokens,
            items,
            node_version,
            prompt_tokens,
            fingerprint: fingerprint.to_string(),
        }
    }
}

/// Assembles what would be sent for a node, as the project is now.
pub(crate) async fn assemble(
    ctx: &Ctx,
    mut access: ProjectAccess,
    node: NodeId,
    by: UserId,
    asked: &ModelRequest,
) -> Result<Assembled> {
    for _ in 0..READS_MAX {
        let (project, speaker, branch) = ctx
            .shared(&access, |current: &Current<Contexts>| {
                let contexts = &current.projection;
                let speaker = contexts.speaker(&contexts.inherited(node), by);
                let project = contexts.defaults().system_prompt.clone();
                (project, speaker, contexts.branch_says(speaker).cloned())
            })
            .await?;
        let said = Instructions::read(ctx.reader(), [speaker]).await?;
        let system = said.system(&project, branch.as_ref(), speaker);
        let system_text = Text::of(&system);
        let plan = ctx
            .shared(&access, |current: &Current<Contexts>| {
                plan(&current.projection, node, &system_text, asked)
            })
            .await??;
        let texts = Texts::read(ctx, access.project, node, &plan).await?;
        if let Some(messages) = texts.messages(node, &plan, system) {
            return Ok(Assembled {
                messages,
                plan,
                asked: asked.clone(),
            });
        }
        // Something changed between the plan and its texts: plan again from what is there now.
        access = ctx
            .project(access.project, kernel::Permission::GRAPH_READ)
            .await?;
    }
    Err(Error::Busy)
}

/// The texts of the nodes that a plan lets in, as they are stored now.
struct Texts(HashMap<NodeId, Stored>);

struct Stored {
    version: i64,
    role: MessageRole,
    prompt: String,
    response: Option<String>,
    summary: Option<String>,
}

type Row = (Uuid, i64, NodeRole, String, Option<String>, Option<String>);

impl Stored {
    fn of((id, version, role, prompt, response, summary): Row) -> (NodeId, Self) {
        let stored = Self {
            version,
            role: spoken_as(convert::node_role(role)),
            prompt,
            response,
            summary,
        };
        (id.into(), stored)
    }
}

impl Texts {
    async fn read(ctx: &Ctx, project: ProjectId, node: NodeId, plan: &Plan) -> Result<Self> {
        let entered = plan.items.iter().filter(|item| is_in(item));
        let mut ids: Vec<_> = entered.map(|item| item.node_id.uuid()).collect();
        ids.push(node.uuid());
        let mut rows = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(IDS_PER_STATEMENT) {
            let found: Vec<Row> = node::Entity::find()
                .select_only()
                .columns([
                    node::Column::Id,
                    node::Column::Version,
                    node::Column::Role,
                    node::Column::Prompt,
                    node::Column::Response,
                    node::Column::Summary,
                ])
                .filter(node::Column::ProjectId.eq(project.uuid()))
                .filter(node::Column::DeletedAt.is_null())
                .filter(node::Column::Id.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(ctx.reader())
                .await
                .map_err(db)?;
            rows.extend(found.into_iter().map(Stored::of));
        }
        Ok(Self(rows))
    }

    /// The messages, or nothing if a text is no longer what was planned with.
    fn messages(&self, node: NodeId, plan: &Plan, system: String) -> Option<Arc<[Message]>> {
        let mut messages = Vec::with_capacity(plan.items.len() * 2 + 2);
        let mut say = |role, content: &str| {
            if !content.is_empty() {
                messages.push(Message::new(role, content));
            }
        };
        say(MessageRole::System, &system);
        for item in plan.items.iter().filter(|item| is_in(item)) {
            let row = self.planned(item.node_id, item.version)?;
            if item.entered == Entered::Full {
                say(row.role, &row.prompt);
                say(
                    MessageRole::Assistant,
                    row.response.as_deref().unwrap_or_default(),
                );
            } else {
                let (response, summary) = (row.response.as_deref(), row.summary.as_deref());
                say(row.role, &brief_of(&row.prompt, response, summary));
            }
        }
        let row = self.planned(node, plan.node_version)?;
        say(MessageRole::User, &row.prompt);
        Some(messages.into())
    }

    fn planned(&self, node: NodeId, version: i64) -> Option<&Stored> {
        self.0.get(&node).filter(|row| row.version == version)
    }
}

fn is_in(item: &ManifestItem) -> bool {
    matches!(item.entered, Entered::Full | Entered::Summary)
}
