use std::{collections::HashSet, sync::Arc};

use entity::{ChangeSetItemState, change_set, change_set_item};
use kernel::{ChangeSetId, Error, OpId, Permission, ProjectId, Result};
use platform::{Command, Ctx, Platform, ProjectCommand, Write};
use protocol::{
    changesets::{ChangeSetDone, LeftItem, LeftReason, SomeItems},
    events::Event,
};
use sea_orm::ActiveValue::Set;
use serde_json::Value;
use uuid::Uuid;

use super::{decide, reason_of, reject::standing, reject::waiting, replayed};
use crate::{
    events::ChangeSetEvent,
    record::{self, NewSet},
};

/// Carries proposals out, under the rights of whoever accepts.
pub(crate) async fn accept(
    ctx: &Ctx,
    project: ProjectId,
    set: ChangeSetId,
    some: SomeItems,
) -> Result<ChangeSetDone> {
    let accept = Accept {
        platform: ctx.platform.clone(),
        set,
        items: some.items,
    };
    Ok(ctx.write(project, accept).await?.output)
}

struct Accept {
    platform: Arc<Platform>,
    set: ChangeSetId,
    items: Option<Vec<u32>>,
}

impl Command for Accept {
    type Output = ChangeSetDone;

    async fn apply(&self, write: &mut Write) -> Result<ChangeSetDone> {
        write.require(Permission::GRAPH_WRITE)?;
        let row = record::find(write, self.set).await?;
        let (all, chosen) = waiting(write, &row, self.items.as_deref()).await?;
        let mut missing: HashSet<Uuid> = all
            .iter()
            .filter(|item| item.state != ChangeSetItemState::Accepted)
            .filter_map(made)
            .collect();
        let waits: HashSet<Uuid> = all
            .iter()
            .filter(|item| item.state == ChangeSetItemState::Proposed)
            .filter(|item| !chosen.contains(&item.number))
            .filter_map(made)
            .collect();
        let (mut done, mut left, mut decided) = (Vec::new(), Vec::new(), Vec::new());
        for item in all.iter().filter(|item| chosen.contains(&item.number)) {
            let number = u32::try_from(item.number).map_err(Error::internal)?;
            let needs = needs(item)?;
            let outcome = if needs.is_disjoint(&missing) {
                self.carry_out(write, item).await?
            } else {
                Err(LeftReason::DependsOnLeft)
            };
            match outcome {
                Ok(()) => {
                    missing.retain(|id| Some(*id) != item.op_id);
                    decided.push((number, ChangeSetItemState::Accepted, None));
                    done.push(number);
                }
                Err(reason) => {
                    left.push(LeftItem {
                        item: number,
                        reason,
                        node_id: None,
                        field: None,
                    });
                    // What waits for another proposal goes on waiting with it.
                    if reason != LeftReason::DependsOnLeft || needs.is_disjoint(&waits) {
                        decided.push((number, ChangeSetItemState::Left, Some(reason)));
                    }
                }
            }
        }
        self.conclude(write, &row, &all, decided, (done, left))
            .await
    }
}

impl ProjectCommand for Accept {
    fn replay(&self, event: &Event) -> Result<ChangeSetDone> {
        replayed(event)
    }
}

impl Accept {
    async fn carry_out(
        &self,
        write: &mut Write,
        item: &change_set_item::Model,
    ) -> Result<Result<(), LeftReason>> {
        let known = self.platform.features().ops();
        let id = item.op_id.map(OpId::from_uuid);
        let word = item.op.as_deref().unwrap_or_default();
        // What this server cannot read, another version proposed.
        let Ok(op) = known.read(word, id, data(item)?) else {
            return Ok(Err(LeftReason::Refused));
        };
        let outcome = write.attempt(&op).await?;
        Ok(outcome.map_err(|refusal| reason_of(&refusal)))
    }

    async fn conclude(
        &self,
        write: &mut Write,
        row: &change_set::Model,
        all: &[change_set_item::Model],
        decided: Vec<(u32, ChangeSetItemState, Option<LeftReason>)>,
        (done, left): (Vec<u32>, Vec<LeftItem>),
    ) -> Result<ChangeSetDone> {
        let by = if write.events().is_empty() {
            None
        } else {
            let set = NewSet {
                title: row.title.clone(),
                accepts: Some(self.set),
                ..NewSet::batch(write)?
            };
            Some(record::open_here(write, set).await?)
        };
        let state = standing(all, &decided);
        decide(write, row.project_id.into(), self.set, decided).await?;
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
        write.emit(ChangeSetEvent::Accept(done.clone()).into_event()?);
        Ok(done)
    }
}

/// What the operation makes has its id.
fn made(item: &change_set_item::Model) -> Option<Uuid> {
    let makes = matches!(item.op.as_deref(), Some("node.create" | "edge.create"));
    item.op_id.filter(|_| makes)
}

fn data(item: &change_set_item::Model) -> Result<Value> {
    let data = item.data.as_deref().unwrap_or("{}");
    serde_json::from_str(data).map_err(Error::internal)
}

/// The nodes and edges that an operation is about.
fn needs(item: &change_set_item::Model) -> Result<HashSet<Uuid>> {
    let data = data(item)?;
    let list = |field: &str| {
        let list = data.get(field).and_then(Value::as_array);
        list.into_iter().flatten()
    };
    let moved = list("positions").filter_map(|position| position.get("id"));
    let one = ["id", "sourceId", "targetId"]
        .into_iter()
        .filter_map(|field| data.get(field));
    let ids = one.chain(list("parentIds")).chain(moved);
    Ok(ids
        .filter_map(|id| Uuid::parse_str(id.as_str()?).ok())
        .collect())
}
