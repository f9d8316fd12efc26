use std::{collections::HashSet, sync::Arc};

use entity::{ChangeSetItemState, ChangeSetMode, ChangeSetState, change_set};
use kernel::{ChangeSetId, Error, NodeId, OpId, Permission, ProjectId, Result};
use platform::{Command, Ctx, Platform, ProjectCommand, Write};
use protocol::{
    changesets::{ChangeSetDone, ItemState, LeftItem, LeftReason, SomeItems},
    events::Event,
};
use sea_orm::ActiveValue::Set;
use serde_json::{Map, Value, json};

use super::{chosen, decide, reason_of, replayed};
use crate::{
    events::ChangeSetEvent,
    plan::{Field, Plan, Undo},
    queries,
    reading::Reading,
    record::{self, NewSet},
    row::decided,
};

/// Takes back what still stands of a set. The log is read before, so that nobody waits for it; under the
/// project's lock only what happened since is.
pub(crate) async fn revert(
    ctx: &Ctx,
    project: ProjectId,
    set: ChangeSetId,
    some: SomeItems,
) -> Result<ChangeSetDone> {
    let access = ctx.project(project, Permission::GRAPH_WRITE).await?;
    let reading = Reading::of(ctx.reader(), project, set, access.head).await?;
    let revert = Revert {
        platform: ctx.platform.clone(),
        set,
        items: some.items,
        reading,
    };
    Ok(ctx.write(project, revert).await?.output)
}

struct Revert {
    platform: Arc<Platform>,
    set: ChangeSetId,
    items: Option<Vec<u32>>,
    reading: Reading,
}

impl Command for Revert {
    type Output = ChangeSetDone;

    async fn apply(&self, write: &mut Write) -> Result<ChangeSetDone> {
        write.require(Permission::GRAPH_WRITE)?;
        let project = write.project_id()?;
        let row = record::find(write, self.set).await?;
        if row.mode == ChangeSetMode::Propose {
            let sentence = "proposals are accepted or rejected; what accepting one did is a change set \
                of its own, which can be taken back";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let reverted = self.reverted(write, project).await?;
        let items = self.chosen(&reverted)?;
        let mut reading = self.reading.clone();
        reading
            .catch_up(write.read().await?, project, self.set)
            .await?;
        let Reading {
            history, before, ..
        } = reading;
        let Plan { steps, mut left } = history.plan(&before, &items);
        for (item, undo) in steps {
            if let Some(refused) = self.carry_out(write, item, undo).await? {
                left.push(refused);
            }
        }
        left.sort_by_key(|left| left.item);
        self.conclude(write, &row, &reverted, items, left).await
    }
}

impl ProjectCommand for Revert {
    fn replay(&self, event: &Event) -> Result<ChangeSetDone> {
        replayed(event)
    }
}

impl Revert {
    /// The items that were taken back before.
    async fn reverted(&self, write: &mut Write, project: ProjectId) -> Result<HashSet<u32>> {
        let rows = queries::item_rows(write.read().await?, project, self.set).await?;
        let reverted = rows
            .iter()
            .filter(|row| decided(row).state == ItemState::Reverted);
        reverted
            .map(|row| u32::try_from(row.number).map_err(Error::internal))
            .collect()
    }

    fn chosen(&self, reverted: &HashSet<u32>) -> Result<HashSet<u32>> {
        let all = 1..=self.reading.items;
        let asked = chosen(self.items.as_deref(), |number| all.contains(&number))?;
        let mut items = asked.unwrap_or_else(|| all.collect());
        items.retain(|number| !reverted.contains(number));
        if items.is_empty() {
            let sentence = "all of this was taken back already; to have it again, take back the change \
                set that did so";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        Ok(items)
    }

    /// Says what was left, if the operation was refused.
    async fn carry_out(
        &self,
        write: &mut Write,
        item: u32,
        undo: Undo,
    ) -> Result<Option<LeftItem>> {
        for (word, mut data) in operations(undo) {
            if word == "node.update" {
                match version(write, &data).await? {
                    Ok(version) => data.insert("baseVersion".to_owned(), version.into()),
                    Err(reason) => return Ok(Some(left(item, reason))),
                };
            }
            let known = self.platform.features().ops();
            let Ok(op) = known.read(word, Some(OpId::generate()), data.into()) else {
                return Ok(Some(left(item, LeftReason::Refused)));
            };
            let said = write.events().len();
            if let Err(refusal) = write.attempt(&op).await? {
                return Ok(Some(left(item, reason_of(&refusal))));
            }
            let changed = write.events().len() > said;
            if !changed && word == "edge.create" {
                return Ok(Some(left(item, LeftReason::AlreadyThere)));
            }
        }
        Ok(None)
    }

    async fn conclude(
        &self,
        write: &mut Write,
        row: &change_set::Model,
        before: &HashSet<u32>,
        items: HashSet<u32>,
        left: Vec<LeftItem>,
    ) -> Result<ChangeSetDone> {
        let kept: HashSet<u32> = left.iter().map(|left| left.item).collect();
        let mut done: Vec<u32> = items.difference(&kept).copied().collect();
        done.sort_unstable();
        let by = if write.events().is_empty() {
            None
        } else {
            let set = NewSet {
                title: row.title.clone(),
                reverts: Some(self.set),
                ..NewSet::batch(write)?
            };
            Some(record::open_here(write, set).await?)
        };
        let all_decided =
            before.len() + items.len() == usize::try_from(self.reading.items).unwrap_or(usize::MAX);
        let is_over = !done.is_empty() && all_decided;
        let state = if is_over {
            ChangeSetState::Reverted
        } else {
            row.state
        };
        let of_items = done
            .iter()
            .map(|item| (*item, ChangeSetItemState::Reverted, None))
            .chain(first_reasons(&left));
        decide(write, row.project_id.into(), self.set, of_items.collect()).await?;
        let change = change_set::ActiveModel {
            state: Set(state),
            ..record::next_version(row, write)
        };
        record::update(write, change).await?;
        let done = ChangeSetDone {
            id: self.set,
            state: platform::convert::change_set_state(state),
            by,
            items: done,
            left,
        };
        write.emit(ChangeSetEvent::Revert(done.clone()).into_event()?);
        Ok(done)
    }
}

fn first_reasons(
    left: &[LeftItem],
) -> impl Iterator<Item = (u32, ChangeSetItemState, Option<LeftReason>)> {
    let mut seen = HashSet::new();
    left.iter()
        .filter(move |left| seen.insert(left.item))
        .map(|left| (left.item, ChangeSetItemState::Left, Some(left.reason)))
}

fn left(item: u32, reason: LeftReason) -> LeftItem {
    LeftItem {
        item,
        reason,
        node_id: None,
        field: None,
    }
}

/// The version that a node has here, under the lock.
async fn version(write: &mut Write, data: &Map<String, Value>) -> Result<Result<i64, LeftReason>> {
    let id = data.get("id").cloned().unwrap_or_default();
    let id: NodeId = serde_json::from_value(id).map_err(Error::internal)?;
    let project = write.project_id()?;
    match canvas::nodes::find(write.read().await?, project, id).await {
        Ok(node) => Ok(Ok(node.version)),
        Err(Error::NotFound(_)) => Ok(Err(LeftReason::Gone)),
        Err(error) => Err(error),
    }
}

/// The operations that do it, with their data.
fn operations(undo: Undo) -> Vec<(&'static str, Map<String, Value>)> {
    let (word, data) = match undo {
        Undo::UpdateNode(node, fields) => return updates(node, fields),
        Undo::MoveNodes(positions) => {
            let positions = positions.into_iter().map(|(node, mut position)| {
                if let Some(fields) = position.as_object_mut() {
                    fields.insert("id".to_owned(), json!(node));
                }
                position
            });
            (
                "node.move",
                json!({"positions": positions.collect::<Vec<_>>()}),
            )
        }
        Undo::DeleteNode(node) => ("node.delete", json!({"id": node})),
        Undo::RestoreNode(node) => ("node.restore", json!({"id": node})),
        Undo::CreateEdge(drawn) => (
            "edge.create",
            json!({"sourceId": drawn.source, "targetId": drawn.target, "policy": drawn.policy}),
        ),
        Undo::UpdateEdge(edge, policy) => ("edge.update", json!({"id": edge, "policy": policy})),
        Undo::DeleteEdge(edge) => ("edge.delete", json!({"id": edge})),
    };
    let Value::Object(data) = data else {
        return Vec::new();
    };
    vec![(word, data)]
}

/// Settings may name what the caller cannot use, and a frame may be gone, which keeps nothing else from going back.
fn updates(node: NodeId, fields: Vec<(Field, Value)>) -> Vec<(&'static str, Map<String, Value>)> {
    let (mut settings, mut frame, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        let those = if field.0 == Field::Settings {
            &mut settings
        } else if field.0 == Field::FrameId {
            &mut frame
        } else {
            &mut others
        };
        those.push(field);
    }
    let some = [others, settings, frame].into_iter();
    some.filter(|fields| !fields.is_empty())
        .map(|fields| {
            let fields = fields.into_iter();
            let mut data: Map<String, Value> = fields
                .map(|(field, value)| (field.word().to_owned(), value))
                .collect();
            data.insert("id".to_owned(), json!(node));
            ("node.update", data)
        })
        .collect()
}
