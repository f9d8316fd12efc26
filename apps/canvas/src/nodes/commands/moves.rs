use std::collections::HashSet;

use kernel::{Error, NodeId, OpId, Permission, ProjectId, Result};
use platform::{Command, Operation, ProjectCommand, Write, db};
use protocol::{
    events::{Event, NodeEvent, NodeMoved, NodesMoved},
    nodes::{MOVES_MAX, MoveNode, MoveNodes},
};
use sea_orm::{ConnectionTrait, Statement, Value, prelude::DateTimeUtc};
use uuid::Uuid;

use crate::{nodes::frames, shape::Shape};

const ROWS_PER_STATEMENT: usize = 250;

/// Moves many nodes at once: one event, all or nothing.
#[derive(Debug)]
pub(crate) struct Move {
    pub(crate) input: MoveNodes,
}

impl Command for Move {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = &self.input;
        write.require_to_grow(Permission::GRAPH_WRITE)?;
        let positions = &input.positions;
        if positions.is_empty() || positions.len() > MOVES_MAX {
            let detail = format!("must hold 1 to {MOVES_MAX} positions");
            return Err(Error::invalid("/positions", detail));
        }
        let graph = &write.projection::<Shape>().await?.graph;
        let mut seen = HashSet::with_capacity(positions.len());
        for (index, position) in positions.iter().enumerate() {
            if !graph.contains(position.id) {
                return Err(Error::NotFound("node"));
            }
            if !seen.insert(position.id) {
                return Err(Error::invalid(
                    format!("/positions/{index}/id"),
                    "is named twice",
                ));
            }
        }
        let held = frames::moves_of_held(write, positions).await?;
        let all = [positions.as_slice(), &held].concat();
        let (project, now) = (write.project_id()?, write.now());
        let mut moved = Vec::with_capacity(all.len());
        for chunk in all.chunks(ROWS_PER_STATEMENT) {
            moved.append(&mut store(write.conn().await?, project, now, chunk).await?);
        }
        write.emit(NodeEvent::Move(NodesMoved { positions: moved }));
        Ok(())
    }
}

impl ProjectCommand for Move {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Move {
    const OP: &'static str = "node.move";
    type Input = MoveNodes;

    fn of(_: Option<OpId>, input: MoveNodes) -> Self {
        Self { input }
    }
}

/// One statement for all rows; both databases name the columns of VALUES alike.
async fn store(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    now: DateTimeUtc,
    positions: &[MoveNode],
) -> Result<Vec<NodeMoved>> {
    let mut values: Vec<Value> = vec![project.uuid().into(), now.into()];
    let mut rows = Vec::with_capacity(positions.len());
    for position in positions {
        let first = values.len() + 1;
        rows.push(format!("(${first}, ${}, ${})", first + 1, first + 2));
        values.push(position.id.uuid().into());
        values.push(position.x.get().into());
        values.push(position.y.get().into());
    }
    let sql = format!(
        "UPDATE nodes SET x = moved.column2, y = moved.column3, version = version + 1, \
         updated_at = $2 FROM (VALUES {}) AS moved \
         WHERE project_id = $1 AND id = moved.column1 RETURNING id, x, y, version",
        rows.join(", ")
    );
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let rows = connection.query_all_raw(statement).await.map_err(db)?;
    let mut moved = Vec::with_capacity(rows.len());
    for position in positions {
        for row in &rows {
            let id: Uuid = row.try_get("", "id").map_err(db)?;
            if NodeId::from_uuid(id) == position.id {
                let version = row.try_get("", "version").map_err(db)?;
                moved.push(NodeMoved {
                    id: position.id,
                    x: position.x,
                    y: position.y,
                    version,
                });
            }
        }
    }
    Ok(moved)
}
