use canvas::nodes::{self, AnswerChange, Node, change_answer};
use entity::{enums, generation};
use kernel::{Error, GenerationId, NodeId, OpId, Permission, ProjectId, Result, UserId};
use platform::{Command, Ctx, Extensions, Operation, ProjectCommand, Write, convert, db};
use protocol::{
    events::{Event, GenerationEvent, LoggedEvent},
    generations::{
        CancelGeneration, Generate, GenerationChanged, GenerationRef, RunState, StartGeneration,
    },
    nodes::{NodeKind, NodeRole, NodeStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    active::Active,
    admit::waits_for_an_answer,
    begin::{Asked, Begin, begin},
    cancels::Cancels,
    end::{end_cancelled, running, says_part, with_fields},
    keep, queries,
    said::changed,
    sent::recipe,
};
use crate::{
    context::{
        Answer, Contexts, Instructions, ModelPreference, ModelRequest, Plan, Text, brief, plan,
    },
    haste, money,
    setup::Setup,
    wish::{self, Wish},
};

/// So many attempts at the same context, by different people mostly, are looked at.
const REUSABLE_MAX: u64 = 10;

/// What came of the wish for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    pub generation: GenerationId,
    /// An answer to exactly this context existed, so that no model is called.
    pub reused: bool,
}

/// Asks a model for a node's answer, unless an answer to exactly this context exists.
#[derive(Debug)]
pub(crate) struct Start {
    pub id: Option<GenerationId>,
    pub node: NodeId,
    pub how: Generate,
}

impl Command for Start {
    type Output = Started;

    async fn apply(&self, write: &mut Write) -> Result<Started> {
        let id = self.id;
        let node = self.node;
        let how = &self.how;
        write.require_to_grow(Permission::RUN)?;
        let by = write.user_id()?;
        let project = write.project_id()?;
        let row = nodes::find(write.read().await?, project, node).await?;
        if write.projection::<Active>().await?.runs.contains_key(&node) {
            return Err(Error::Generating);
        }
        refuse_unasked(&row)?;
        if row.prompt.trim().is_empty() {
            let detail = "is empty; write a question first";
            return Err(Error::invalid("/prompt", detail));
        }
        let asked = asked(write, &row, how).await?;
        let plan = planned(write, node, by, &asked.request).await?;
        if !how.force
            && !waits_for_an_answer(write, node).await?
            && let Some(generation) = Box::pin(answered_before(write, &row, &plan)).await?
        {
            return Ok(Started {
                generation,
                reused: true,
            });
        }
        haste::refuse(write, by).await?;
        let generation = id.unwrap_or_else(GenerationId::generate);
        let run = Begin {
            id: generation,
            by,
            asked,
            refresh: None,
            tokens: plan.tokens,
        };
        begin(write, &row, run).await?;
        Ok(Started {
            generation,
            reused: false,
        })
    }
}

impl ProjectCommand for Start {
    fn replay(&self, event: &Event) -> Result<Started> {
        let started = event.parts().iter().find_map(|part| match part {
            Event::Generation(GenerationEvent::Start(said)) => Some((said, false)),
            Event::Generation(GenerationEvent::Select(said)) => Some((said, true)),
            Event::Generation(GenerationEvent::End(_) | GenerationEvent::Cancel(_))
            | Event::Project(_)
            | Event::Member(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => None,
        });
        let (said, reused) = started.ok_or(Error::OpReused)?;
        Ok(Started {
            generation: said.generation,
            reused,
        })
    }
}

impl Operation for Start {
    const OP: &'static str = "generation.start";
    type Input = StartGeneration;

    fn of(id: Option<OpId>, input: StartGeneration) -> Self {
        let (node, how) = input.split();
        Self {
            id: id.map(|id| GenerationId::from_uuid(id.uuid())),
            node,
            how,
        }
    }

    async fn prepare(ctx: &Ctx) -> Result<()> {
        prepare(ctx).await
    }
}

/// Who is asked, and how: as the caller says; else as the attempt before was asked, as far as somebody chose that;
/// else as the branch, the project and the person say.
async fn asked(write: &mut Write, node: &Node, how: &Generate) -> Result<Asked> {
    let setup = Setup::of(write)?;
    let by = write.user_id()?;
    let before = wish::before(write.read().await?, node).await?;
    let wish = Wish::of(how, before);
    let contexts = write.projection::<Contexts>().await?;
    let inherited = contexts.inherited(node.id);
    let preference = ModelPreference::of(contexts, &inherited, by);
    let model = preference
        .choose(write.read().await?, &setup, wish.model.as_deref())
        .await?;
    Ok(Asked {
        request: ModelRequest::of(&model, wish.parameters(&inherited)),
        under: inherited.under(&wish.chosen()),
    })
}

/// What would be sent for a node, under the project's lock.
pub(crate) async fn planned(
    write: &mut Write,
    node: NodeId,
    by: UserId,
    asked: &ModelRequest,
) -> Result<Plan> {
    let contexts = write.projection::<Contexts>().await?;
    let speaker = contexts.speaker(&contexts.inherited(node), by);
    let said = Instructions::read(write.read().await?, [speaker]).await?;
    let contexts = write.projection::<Contexts>().await?;
    let (project, branch) = (
        &contexts.defaults().system_prompt,
        contexts.branch_says(speaker),
    );
    let system = Text::of(&said.system(project, branch, speaker));
    plan(contexts, node, &system, asked)
}

fn refuse_unasked(node: &Node) -> Result<()> {
    let sentence = match (node.kind, node.role) {
        (NodeKind::Prompt, NodeRole::User) => return Ok(()),
        (NodeKind::Media, NodeRole::User) => "a file is not asked; write a prompt about it below",
        (NodeKind::Note | NodeKind::Frame, NodeRole::User) | (_, NodeRole::System) => {
            "notes, frames and system messages are not asked; write a prompt below"
        }
    };
    Err(Error::Conflict(sentence.to_owned()))
}

/// The attempt that answered exactly this; it becomes the node's answer if it was not.
pub(crate) async fn answered_before(
    write: &mut Write,
    node: &Node,
    plan: &Plan,
) -> Result<Option<GenerationId>> {
    let before = generation::Entity::find()
        .filter(generation::Column::ProjectId.eq(node.project_id.uuid()))
        .filter(generation::Column::NodeId.eq(node.id.uuid()))
        .filter(generation::Column::State.eq(enums::RunState::Completed))
        .filter(generation::Column::Fingerprint.eq(plan.fingerprint.to_vec()))
        .order_by_desc(generation::Column::CreatedAt)
        .order_by_desc(generation::Column::Id)
        .limit(REUSABLE_MAX)
        .all(write.read().await?)
        .await
        .map_err(db)?;
    for attempt in before {
        if !is_fresh(write, &attempt).await? {
            continue;
        }
        let id = GenerationId::from_uuid(attempt.id);
        let is_completed = node.status == NodeStatus::Completed;
        if is_completed && node.generation_id == Some(id) {
            stays(write, node, id);
        } else {
            select(write, node, attempt).await?;
        }
        return Ok(Some(id));
    }
    Ok(None)
}

/// Whether an attempt would be up to date as the node's answer. Staleness asks what would be sent for
/// whoever asked for it then, with the room it had: not for whoever asks now.
async fn is_fresh(write: &mut Write, attempt: &generation::Model) -> Result<bool> {
    let Some(answer) = recipe(attempt).as_ref().and_then(Answer::of) else {
        return Ok(false);
    };
    let contexts = write.projection::<Contexts>().await?;
    let inherited = contexts.inherited(attempt.node_id.into());
    if inherited.under(&answer.under.chosen) != answer.under {
        return Ok(false);
    }
    match planned(write, attempt.node_id.into(), answer.by, &answer.asked).await {
        Ok(now) => Ok(now.fingerprint == answer.fingerprint),
        Err(Error::ContextTooLarge { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends the run of a node. What came so far is kept with the attempt.
#[derive(Debug)]
pub(crate) struct Cancel {
    pub input: CancelGeneration,
}

impl Command for Cancel {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = &self.input;
        write.require(Permission::RUN)?;
        let project = write.project_id()?;
        nodes::find(write.read().await?, project, input.node_id).await?;
        let active = write.projection::<Active>().await?;
        let of_node = active.runs.get(&input.node_id).copied();
        let run = of_node.filter(|run| input.generation.is_none_or(|named| named == *run));
        let run = match run {
            Some(run) => running(write, run).await?,
            None => None,
        };
        let Some(run) = run else {
            let sentence = "this node's answer is not being written; there is nothing to cancel";
            return Err(Error::Conflict(sentence.to_owned()));
        };
        end_cancelled(write, run, false).await
    }
}

impl ProjectCommand for Cancel {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Cancel {
    const OP: &'static str = "generation.cancel";
    type Input = CancelGeneration;

    fn of(_: Option<OpId>, input: CancelGeneration) -> Self {
        Self { input }
    }
}

/// Makes an attempt's answer the node's again.
#[derive(Debug)]
pub(crate) struct Select {
    pub input: GenerationRef,
}

impl Command for Select {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = &self.input;
        write.require_to_grow(Permission::RUN)?;
        let project = write.project_id()?;
        let node = nodes::find(write.read().await?, project, input.node_id).await?;
        if node.status == NodeStatus::Generating {
            return Err(Error::Generating);
        }
        let attempt = queries::row(
            write.read().await?,
            project,
            input.node_id,
            input.generation,
        )
        .await?;
        if attempt.text.is_empty() {
            let sentence = "this attempt left no text; choose another one";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        // One that is left over from before an error is chosen like any other.
        let has_failed = node.status == NodeStatus::Error;
        if node.generation_id == Some(input.generation) && !has_failed {
            stays(write, &node, input.generation);
            return Ok(());
        }
        select(write, &node, attempt).await
    }
}

impl ProjectCommand for Select {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Select {
    const OP: &'static str = "generation.select";
    type Input = GenerationRef;

    fn of(_: Option<OpId>, input: GenerationRef) -> Self {
        Self { input }
    }
}

/// The answer is this attempt's already.
fn stays(write: &mut Write, node: &Node, attempt: GenerationId) {
    let said = changed(write, node, attempt, RunState::Completed, node.version);
    write.unchanged(GenerationEvent::Select(GenerationChanged {
        node_status: node.status,
        updated_at: node.updated_at.into(),
        ..said
    }));
}

async fn select(write: &mut Write, node: &Node, attempt: generation::Model) -> Result<()> {
    keep::answer_of_a_person(write, node).await?;
    let id = GenerationId::from_uuid(attempt.id);
    let recipe = recipe(&attempt);
    let by_person = attempt.origin == enums::GenerationOrigin::Person;
    let tokens = attempt.tokens_in.zip(attempt.tokens_out);
    let change = AnswerChange {
        status: NodeStatus::Completed,
        summary: Some(Some(brief(&attempt.text)).filter(|brief| !brief.is_empty())),
        response: Some(Some(attempt.text.clone())),
        llm_model: Some(attempt.answered_by.clone()),
        llm_tokens: Some(tokens.map(|(input, output)| input + output)),
        llm_cost: Some(attempt.cost_nanos.map(money::dollars)),
        generation_id: Some(Some(id).filter(|_| !by_person)),
        is_partial: says_part(node, attempt.state != enums::RunState::Completed),
        fingerprint: Some(recipe.as_ref().and(attempt.fingerprint.clone())),
    };
    let version = change_answer(write, node, change.clone()).await?;
    let state = convert::run_state(attempt.state);
    let said = changed(write, node, id, state, version);
    let said = with_fields(said, change);
    write.emit(GenerationEvent::Select(GenerationChanged {
        recipe,
        ..said
    }));
    Ok(())
}

/// Learns which models there are before a command asks, for a command waits for nobody.
pub(crate) async fn prepare(ctx: &Ctx) -> Result<()> {
    Setup::of_platform(&ctx.platform)?.catalog.warm_up().await;
    Ok(())
}

pub(super) async fn start(
    ctx: &Ctx,
    project: ProjectId,
    node: NodeId,
    how: Generate,
) -> Result<Started> {
    prepare(ctx).await?;
    let id = ctx.request.op.as_ref().map(|op| op.id.uuid().into());
    Ok(ctx.write(project, Start { id, node, how }).await?.output)
}

pub(super) async fn cancel(ctx: &Ctx, project: ProjectId, input: CancelGeneration) -> Result<()> {
    ctx.write(project, Cancel { input }).await.map(drop)
}

/// Stops the run of this process that an event cancelled, at once; others find out when they keep
/// their draft.
pub(crate) fn stop_cancelled(extensions: &Extensions, event: &LoggedEvent) {
    for part in event.event.parts() {
        if let Event::Generation(GenerationEvent::Cancel(said)) = part {
            extensions.get::<Cancels>().cancel(said.generation);
        }
    }
}

pub(super) async fn choose(ctx: &Ctx, project: ProjectId, input: GenerationRef) -> Result<()> {
    ctx.write(project, Select { input }).await.map(drop)
}
