//! Reading the contexts of a project whole.

use std::{collections::HashMap, sync::Arc};

use canvas::nodes::attachments_of;
use entity::{edge, enums, generation, node, project};
use graph::Dag;
use kernel::{EdgeId, Error, NodeId, ProjectId, Result};
use platform::{convert, db};
use protocol::settings::{AskedUnder, NodeSettings};
use rustc_hash::FxHashMap;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, JsonValue,
    QueryFilter, QueryResult, QuerySelect, RelationDef, Statement,
};
use uuid::Uuid;

use super::{
    facts::{self, Facts, Long, Question},
    fingerprint::Fingerprint,
    memory::{Answer, Changed, Contexts, Defaults},
    request::ModelRequest,
};

pub(super) async fn contexts(
    connection: &DatabaseTransaction,
    project: ProjectId,
) -> Result<Contexts> {
    let facts = living(connection, project).await?;
    let (mut edges, mut policies) = (Vec::new(), FxHashMap::default());
    for edge in edge_rows(connection, project).await? {
        let (id, source, target): (EdgeId, NodeId, NodeId) =
            (edge.0.into(), edge.1.into(), edge.2.into());
        if !(facts.contains_key(&source) && facts.contains_key(&target)) {
            continue;
        }
        edges.push((id, source, target));
        if edge.3 != enums::EdgePolicy::Full {
            policies.insert(id, convert::edge_policy(edge.3));
        }
    }
    let graph = Dag::from_parts(facts.keys().copied(), edges)
        .map_err(|refusal| Error::internal(format!("the stored graph is broken: {refusal:?}")))?;
    Ok(Contexts {
        graph,
        facts,
        settings: settings(connection, project).await?,
        policies,
        answers: answers(connection, project).await?,
        defaults: defaults(connection, project).await?,
        changed: Changed::Everywhere,
        ..Contexts::default()
    })
}

/// Whole projects are read here, so columns are found by their place.
const LIVING: &str = "SELECT id, version, status, pinned, role, prompt, response, summary, attachments \
    FROM nodes WHERE project_id = $1 AND deleted_at IS NULL";

async fn living(
    connection: &DatabaseTransaction,
    project: ProjectId,
) -> Result<FxHashMap<NodeId, Facts>> {
    let backend = connection.get_database_backend();
    let select = Statement::from_sql_and_values(backend, LIVING, [project.uuid().into()]);
    let rows = connection.query_all_raw(select).await.map_err(db)?;
    rows.iter().map(|row| facts_of(row).map_err(db)).collect()
}

fn facts_of(row: &QueryResult) -> Result<(NodeId, Facts), DbErr> {
    let prompt: String = row.try_get_by_index(5)?;
    let response: Option<String> = row.try_get_by_index(6)?;
    let summary: Option<String> = row.try_get_by_index(7)?;
    let attachments = attachments_of(row.try_get_by_index(8)?);
    let facts = Facts {
        version: row.try_get_by_index(1)?,
        status: convert::node_status(row.try_get_by_index(2)?),
        pinned: row.try_get_by_index(3)?,
        role: convert::node_role(row.try_get_by_index(4)?),
        prompt: Question::of(&prompt, &attachments),
        response: response.as_deref().map(Long::of),
        summary: facts::summary(summary.as_deref()),
    };
    Ok((row.try_get_by_index::<Uuid>(0)?.into(), facts))
}

/// What nodes say to the branches below them: few of them do.
async fn settings(
    connection: &DatabaseTransaction,
    project: ProjectId,
) -> Result<FxHashMap<NodeId, Arc<NodeSettings>>> {
    let settings = canvas::nodes::settings(connection, project).await?;
    let settings = settings.into_iter();
    Ok(settings
        .map(|(node, said)| (node, Arc::new(said)))
        .collect())
}

type EdgeRow = (Uuid, Uuid, Uuid, enums::EdgePolicy);

async fn edge_rows(connection: &DatabaseTransaction, project: ProjectId) -> Result<Vec<EdgeRow>> {
    edge::Entity::find()
        .select_only()
        .columns([
            edge::Column::Id,
            edge::Column::SourceId,
            edge::Column::TargetId,
            edge::Column::Policy,
        ])
        .filter(edge::Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(connection)
        .await
        .map_err(db)
}

/// What the generated answers rest on, also those of nodes in the trash.
async fn answers(
    connection: &DatabaseTransaction,
    project: ProjectId,
) -> Result<HashMap<NodeId, Answer>> {
    let attempt: RelationDef = node::Entity::belongs_to(generation::Entity)
        .from((node::Column::ProjectId, node::Column::GenerationId))
        .to((generation::Column::ProjectId, generation::Column::Id))
        .into();
    let rows = generation::Entity::find()
        .join(JoinType::InnerJoin, attempt.rev())
        .filter(node::Column::ProjectId.eq(project.uuid()))
        .filter(node::Column::Fingerprint.is_not_null())
        .select_only()
        .columns([
            generation::Column::NodeId,
            generation::Column::Fingerprint,
            generation::Column::AnsweredBy,
            generation::Column::Temperature,
            generation::Column::MaxTokens,
            generation::Column::ContextTokens,
            generation::Column::RequestedBy,
            generation::Column::TopP,
            generation::Column::AskedUnder,
        ])
        .into_tuple::<AnswerRow>()
        .all(connection)
        .await
        .map_err(db)?;
    Ok(rows.into_iter().filter_map(answer_of).collect())
}

type AnswerRow = (
    Uuid,
    Option<Vec<u8>>,
    Option<String>,
    Option<f64>,
    Option<i64>,
    Option<i64>,
    Uuid,
    Option<f64>,
    Option<JsonValue>,
);

fn answer_of(row: AnswerRow) -> Option<(NodeId, Answer)> {
    let (node, fingerprint, model, temperature, max_tokens, context_tokens, by, top_p, under) = row;
    let asked = ModelRequest {
        model: model?,
        temperature,
        top_p,
        max_tokens: u32::try_from(max_tokens?).ok()?,
        context_tokens: u32::try_from(context_tokens?).ok()?,
    };
    let answer = Answer {
        fingerprint: Fingerprint::stored(&fingerprint?)?,
        asked,
        by: by.into(),
        under: under_of(under),
    };
    Some((node.into(), answer))
}

/// What an attempt was asked under.
pub(crate) fn under_of(stored: Option<JsonValue>) -> AskedUnder {
    let stored = stored.and_then(|stored| serde_json::from_value(stored).ok());
    stored.unwrap_or_default()
}

async fn defaults(connection: &DatabaseTransaction, project: ProjectId) -> Result<Defaults> {
    let row = project::Entity::find_by_id(project.uuid())
        .one(connection)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("project"))?;
    Ok(Defaults {
        system_prompt: row.system_prompt,
        preset: row.preset_id.map(Into::into),
        model: row.model,
        fallback_models: row.fallback_models.map(convert::words).unwrap_or_default(),
    })
}
