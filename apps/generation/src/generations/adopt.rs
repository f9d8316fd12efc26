//! Answers that were written elsewhere, such as those of a project that is copied: they become the attempt of a
//! model at their node, and rest on what was sent for them, as if they had been asked for here.

use std::collections::HashMap;

use canvas::nodes::{self, AnswerChange, change_answer};
use entity::{enums, generation};
use kernel::{Error, GenerationId, NodeId, Permission, Result};
use platform::{Ctx, ProjectAccess, Write, db};
use protocol::{
    events::GenerationEvent,
    generations::{GenerationChanged, Recipe, RunState},
    nodes::NodeStatus,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{
    commands::planned,
    end::{says_part, with_fields},
    said::changed,
    sent::recipe,
};
use crate::context::{Contexts, Fingerprint, ModelRequest, brief};

/// As models are usually asked: for answers of which nobody noted how.
const OUTPUT_TOKENS: u32 = 4_096;
const CONTEXT_TOKENS: u32 = 128_000;
const IDS_PER_STATEMENT: usize = 1_000;

/// An answer from elsewhere.
#[derive(Clone, Debug)]
pub struct Adopted {
    pub text: String,
    /// Made from the text if there is none.
    pub summary: Option<String>,
    /// The model that wrote it.
    pub model: String,
    pub tokens: Option<i64>,
    /// What was sent for it; if nobody knows, what would be sent now.
    pub recipe: Option<Recipe>,
}

/// Makes an answer that of a node that has none. Whoever calls knows that the caller may.
pub async fn adopt(write: &mut Write, id: NodeId, answer: &Adopted) -> Result<()> {
    let project = write.project_id()?;
    let recipe = match answer.recipe.clone() {
        // Whoever has it now is who the answer is compared for.
        Some(recipe) => Recipe {
            by: write.user_id()?,
            ..recipe
        },
        None => Box::pin(recipe_now(write, id, &answer.model)).await?,
    };
    let node = nodes::find(write.read().await?, project, id).await?;
    let attempt = GenerationId::generate();
    let row = row(write, id, attempt, answer, &recipe)?;
    write.insert::<generation::Entity>(row).await?;
    let summary = answer
        .summary
        .clone()
        .unwrap_or_else(|| brief(&answer.text));
    let change = AnswerChange {
        status: NodeStatus::Completed,
        response: Some(Some(answer.text.clone())),
        summary: Some(Some(summary).filter(|summary| !summary.is_empty())),
        llm_model: Some(Some(answer.model.clone())),
        llm_tokens: Some(answer.tokens),
        // Nothing was spent for it here.
        llm_cost: None,
        generation_id: Some(Some(attempt)),
        is_partial: says_part(&node, false),
        fingerprint: Some(Fingerprint::parse(&recipe.fingerprint).map(Fingerprint::to_vec)),
    };
    let version = change_answer(write, &node, change.clone()).await?;
    let said = changed(write, &node, attempt, RunState::Completed, version);
    let said = with_fields(said, change);
    write.emit(GenerationEvent::Select(GenerationChanged {
        recipe: Some(recipe),
        ..said
    }));
    Ok(())
}

/// What a model would be sent for a node now.
async fn recipe_now(write: &mut Write, node: NodeId, model: &str) -> Result<Recipe> {
    let by = write.user_id()?;
    let asked = ModelRequest {
        model: model.to_owned(),
        temperature: None,
        top_p: None,
        max_tokens: OUTPUT_TOKENS,
        context_tokens: CONTEXT_TOKENS,
    };
    let plan = planned(write, node, by, &asked).await?;
    let contexts = write.projection::<Contexts>().await?;
    Ok(Recipe {
        fingerprint: plan.fingerprint.to_string(),
        model: asked.model,
        temperature: None,
        max_tokens: asked.max_tokens,
        top_p: None,
        context_tokens: asked.context_tokens,
        by,
        under: contexts.inherited(node).under(&[]),
    })
}

fn row(
    write: &Write,
    node: NodeId,
    id: GenerationId,
    answer: &Adopted,
    recipe: &Recipe,
) -> Result<generation::ActiveModel> {
    let fingerprint = Fingerprint::parse(&recipe.fingerprint);
    let fingerprint = fingerprint.ok_or_else(|| Error::internal("a recipe has no fingerprint"))?;
    let under = (!recipe.under.is_nothing()).then(|| json!(recipe.under));
    let now = write.now();
    // Of what the answer cost elsewhere nothing is counted here.
    Ok(generation::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        id: Set(id.uuid()),
        node_id: Set(node.uuid()),
        origin: Set(enums::GenerationOrigin::Model),
        state: Set(enums::RunState::Completed),
        admitted: Set(true),
        requested_by: Set(recipe.by.uuid()),
        task_id: Set(None),
        refresh_id: Set(None),
        model: Set(recipe.model.clone()),
        answered_by: Set(Some(answer.model.clone())),
        temperature: Set(recipe.temperature),
        top_p: Set(recipe.top_p),
        asked_under: Set(under),
        max_tokens: Set(Some(recipe.max_tokens.into())),
        context_tokens: Set(Some(recipe.context_tokens.into())),
        fingerprint: Set(Some(fingerprint.to_vec())),
        manifest: Set(None),
        tries: Set(json!([])),
        error_code: Set(None),
        error_detail: Set(None),
        text: Set(answer.text.clone()),
        chunks: Set(0),
        chunk_ends: Set(None),
        tokens_in: Set(None),
        tokens_cached: Set(None),
        tokens_out: Set(None),
        cost_nanos: Set(None),
        reserved_tokens: Set(0),
        reserved_nanos: Set(0),
        created_at: Set(now),
        started_at: Set(None),
        first_token_at: Set(None),
        finished_at: Set(Some(now)),
    })
}

/// What some answers rest on, for who may see how answers came about; for all others nothing.
pub async fn recipes(
    ctx: &Ctx,
    access: &ProjectAccess,
    answers: &[GenerationId],
) -> Result<HashMap<GenerationId, Recipe>> {
    let mut recipes = HashMap::new();
    if !access.allows(Permission::COSTS_READ) || !access.allows(Permission::SYSTEM_PROMPT_READ) {
        return Ok(recipes);
    }
    for chunk in answers.chunks(IDS_PER_STATEMENT) {
        let rows = generation::Entity::find()
            .filter(generation::Column::ProjectId.eq(access.project.uuid()))
            .filter(generation::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(ctx.reader())
            .await
            .map_err(db)?;
        let known = rows
            .iter()
            .filter_map(|row| Some((row.id.into(), recipe(row)?)));
        recipes.extend(known);
    }
    Ok(recipes)
}
