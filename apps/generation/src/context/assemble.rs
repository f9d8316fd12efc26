//! Putting texts into a plan: the exact messages that a provider gets.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use canvas::nodes::attachments_of;
use entity::{enums::NodeRole, node};
use kernel::{Error, MediaId, NodeId, ProjectId, Result, UserId};
use media::{Content, texts};
use platform::{Ctx, Current, ProjectAccess, convert, db};
use protocol::{
    context::{Entered, Manifest, ManifestItem, MessageRole},
    media::{Attachment, AttachmentPolicy},
};
use sea_orm::{ColumnTrait, EntityTrait, JsonValue, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    facts::{Text, brief_of, spoken_as},
    instructions::Instructions,
    memory::Contexts,
    plan::{Plan, plan},
    request::ModelRequest,
};
use crate::providers::{Message, Picture};

/// Pictures that a model is shown at once, the last ones; of the others it gets the words.
const PICTURES_MAX: usize = 32;
/// Bytes of a picture as models are shown it.
const PICTURE_BYTES_MAX: usize = 16 * 1024 * 1024;
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
        let files = Files::read(ctx, access.project, &texts).await?;
        if let Some(messages) = texts.messages(node, &plan, &files, system) {
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
    attachments: Vec<Attachment>,
}

type Row = (
    Uuid,
    i64,
    NodeRole,
    String,
    Option<String>,
    Option<String>,
    Option<JsonValue>,
);

impl Stored {
    fn of((id, version, role, prompt, response, summary, attachments): Row) -> (NodeId, Self) {
        let stored = Self {
            version,
            role: spoken_as(convert::node_role(role)),
            prompt,
            response,
            summary,
            attachments: attachments_of(attachments),
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
                    node::Column::Attachments,
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
    fn messages(
        &self,
        node: NodeId,
        plan: &Plan,
        files: &Files,
        system: String,
    ) -> Option<Arc<[Message]>> {
        let mut messages = Vec::with_capacity(plan.items.len() * 2 + 2);
        let mut tell = |message: Message| {
            if !message.content.is_empty() {
                messages.push(message);
            }
        };
        tell(Message::new(MessageRole::System, system));
        for item in plan.items.iter().filter(|item| is_in(item)) {
            let row = self.planned(item.node_id, item.version)?;
            if item.entered == Entered::Full {
                tell(files.question(row.role, row)?);
                tell(Message::new(
                    MessageRole::Assistant,
                    row.response.as_deref().unwrap_or_default(),
                ));
            } else {
                let (response, summary) = (row.response.as_deref(), row.summary.as_deref());
                let brief = brief_of(&row.prompt, response, summary);
                tell(Message::new(row.role, brief));
            }
        }
        let row = self.planned(node, plan.node_version)?;
        tell(files.question(MessageRole::User, row)?);
        Some(messages.into())
    }

    fn planned(&self, node: NodeId, version: i64) -> Option<&Stored> {
        self.0.get(&node).filter(|row| row.version == version)
    }
}

/// What is in the files of those nodes.
struct Files(HashMap<MediaId, Content>);

impl Files {
    async fn read(ctx: &Ctx, project: ProjectId, texts: &Texts) -> Result<Self> {
        let attached = texts.0.values().flat_map(|row| &row.attachments);
        let entering = attached.filter(|one| one.policy != AttachmentPolicy::None);
        let ids: HashSet<MediaId> = entering.map(|one| one.media_id).collect();
        if ids.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let contents = media::contents(ctx.reader(), project, ids).await?;
        Ok(Self(contents))
    }

    /// What a node asks, with what its files say before it; nothing if one of them is gone.
    fn question(&self, role: MessageRole, row: &Stored) -> Option<Message> {
        let (mut words, mut pictures) = (Vec::new(), Vec::new());
        let entering = row.attachments.iter();
        for one in entering.filter(|one| one.policy != AttachmentPolicy::None) {
            let content = self.0.get(&one.media_id)?;
            let enters = texts::enters(one, &content.pages);
            if let Some(blob) = content.preview.filter(|_| enters.is_shown) {
                pictures.push(Picture {
                    media: one.media_id,
                    blob,
                    tokens: one.tokens,
                    data: None,
                });
            }
            words.push(enters.words);
        }
        Some(Message {
            pictures: pictures.into(),
            ..Message::new(role, texts::before(&words, &row.prompt))
        })
    }
}

/// Reads the pictures of messages, for a model that sees.
pub(crate) async fn with_pictures(ctx: &Ctx, messages: &[Message]) -> Result<Arc<[Message]>> {
    let mut shown = Vec::with_capacity(messages.len());
    let all: usize = messages.iter().map(|one| one.pictures.len()).sum();
    let mut passed_over = all.saturating_sub(PICTURES_MAX);
    for message in messages {
        let mut pictures = message.pictures.to_vec();
        let few = passed_over.min(pictures.len());
        passed_over -= few;
        for picture in pictures.iter_mut().skip(few) {
            let bytes = ctx
                .platform
                .blobs
                .whole(&picture.blob, PICTURE_BYTES_MAX)
                .await?;
            let kind = if bytes.starts_with(b"\x89PNG") {
                "png"
            } else {
                "jpeg"
            };
            let data = format!("data:image/{kind};base64,{}", STANDARD.encode(&bytes));
            picture.data = Some(data.into());
        }
        shown.push(Message {
            pictures: pictures.into(),
            ..message.clone()
        });
    }
    Ok(shown.into())
}

fn is_in(item: &ManifestItem) -> bool {
    matches!(item.entered, Entered::Full | Entered::Summary)
}
