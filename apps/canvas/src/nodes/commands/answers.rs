//! What generation changes of nodes: answers, how far they are, and whether they are stale.

use entity::{enums::NodeStatus as Stored, node};
use kernel::{GenerationId, NodeId, PresetId, Result};
use platform::{Write, convert, db};
use protocol::{
    events::{NodeEvent, NodeUpdated, SideEffects},
    nodes::NodeStatus,
};
use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::nodes::{
    row::{Node, changed_row},
    settings::settings_of,
};

const IDS_PER_STATEMENT: usize = 1_000;

/// The fields to change; those left out stay as they are.
#[derive(Clone, Debug)]
pub struct AnswerChange {
    pub status: NodeStatus,
    pub response: Option<Option<String>>,
    pub summary: Option<Option<String>>,
    pub llm_model: Option<Option<String>>,
    pub llm_tokens: Option<Option<i64>>,
    pub llm_cost: Option<Option<f64>>,
    pub generation_id: Option<Option<GenerationId>>,
    pub is_partial: Option<bool>,
    pub fingerprint: Option<Option<Vec<u8>>>,
}

impl AnswerChange {
    #[must_use]
    pub fn only(status: NodeStatus) -> Self {
        Self {
            status,
            response: None,
            summary: None,
            llm_model: None,
            llm_tokens: None,
            llm_cost: None,
            generation_id: None,
            is_partial: None,
            fingerprint: None,
        }
    }
}

/// Writes the change and says the node's new version. The event is for whoever changes it.
pub async fn change_answer(write: &mut Write, node: &Node, change: AnswerChange) -> Result<i64> {
    let version = node.version + 1;
    let AnswerChange {
        status,
        response,
        summary,
        llm_model,
        llm_tokens,
        llm_cost,
        generation_id,
        is_partial,
        fingerprint,
    } = change;
    let mut update = node::ActiveModel {
        project_id: Set(node.project_id.uuid()),
        id: Set(node.id.uuid()),
        status: Set(convert::stored_node_status(status)),
        version: Set(version),
        updated_at: Set(write.now()),
        ..Default::default()
    };
    if response.is_some() || summary.is_some() {
        update.text_version = Set(version);
    }
    if response.is_some() {
        update.said_at = Set(write.now());
    }
    set(&mut update.response, response);
    set(&mut update.summary, summary);
    set(&mut update.llm_model, llm_model);
    set(&mut update.llm_tokens, llm_tokens);
    set(&mut update.llm_cost, llm_cost);
    let generation = generation_id.map(|id| id.map(GenerationId::uuid));
    set(&mut update.generation_id, generation);
    set(&mut update.is_partial, is_partial);
    set(&mut update.fingerprint, fingerprint);
    node::Entity::update(update)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    Ok(version)
}

fn set<T: Into<sea_orm::Value>>(column: &mut sea_orm::ActiveValue<T>, value: Option<T>) {
    if let Some(value) = value {
        *column = Set(value);
    }
}

/// Gives a node another summary, which is said as any change of a node is.
pub async fn change_summary(write: &mut Write, node: &Node, summary: &str) -> Result<()> {
    if node.summary.as_deref() == Some(summary) {
        return Ok(());
    }
    let updated = NodeUpdated {
        summary: Some(Some(summary.to_owned())),
        ..NodeUpdated::nothing(node.id, node.version + 1, write.now().into())
    };
    node::Entity::update(changed_row(node.project_id, &updated))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(NodeEvent::Update(updated));
    Ok(())
}

/// Writes which answers are stale and which are so no more. Versions stay: nobody edited anything.
pub async fn store_staleness(write: &mut Write, effects: &SideEffects) -> Result<()> {
    let SideEffects { stale, fresh } = effects;
    let changes = [
        (stale, Stored::Completed, Stored::Stale),
        (fresh, Stored::Stale, Stored::Completed),
    ];
    let project = write.project_id()?.uuid();
    for (ids, from, to) in changes {
        for chunk in ids.chunks(IDS_PER_STATEMENT) {
            let ids = chunk.iter().map(|id: &NodeId| id.uuid());
            node::Entity::update_many()
                .col_expr(node::Column::Status, Expr::value(to.to_value()))
                .filter(node::Column::ProjectId.eq(project))
                .filter(node::Column::Id.is_in(ids))
                .filter(node::Column::Status.eq(from.to_value()))
                .exec(write.conn().await?)
                .await
                .map_err(db)?;
        }
    }
    Ok(())
}

/// Gives the nodes that use this preset another one, or none, also those in the trash.
pub async fn replace_preset(
    write: &mut Write,
    preset: PresetId,
    by: Option<PresetId>,
) -> Result<()> {
    let rows = node::Entity::find()
        .filter(node::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(node::Column::PresetId.eq(preset.uuid()))
        .all(write.read().await?)
        .await
        .map_err(db)?;
    for row in rows {
        let settings = settings_of(row.settings, by);
        let updated = NodeUpdated {
            settings: Some(settings),
            ..NodeUpdated::nothing(row.id.into(), row.version + 1, write.now().into())
        };
        node::Entity::update(changed_row(row.project_id.into(), &updated))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        if row.deleted_at.is_none() {
            write.emit(NodeEvent::Update(updated));
        }
    }
    Ok(())
}
