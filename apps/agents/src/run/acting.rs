//! What an agent proposes, where what it does waits for somebody who accepts it.

use ::tools::{Call, Outcome, Tool};
use changesets::ProposedOp;
use kernel::{Error, Permission, Result, TaskId};
use platform::{Command, OpKey, ProjectCommand, Write};
use protocol::{
    changesets::ChangeSetMode,
    events::Event,
    ops::{OpRequest, fingerprint},
};
use serde_json::{Value, json};

use super::held::Run;

/// Proposes what a tool would do, as a part of the task's change set.
pub(super) async fn propose(
    run: &Run,
    call: Call,
    tool: &Tool,
    arguments: Value,
) -> Result<Outcome> {
    let key = OpKey {
        id: call.op.unwrap_or_else(kernel::OpId::generate),
        fingerprint: fingerprint(&json!({"tool": tool.name, "arguments": arguments}))
            .map_err(Error::internal)?,
    };
    let proposed = match planned(run, &call, tool, arguments).await {
        Ok(proposed) => proposed,
        Err(error) => return tool.refused(error),
    };
    let made: Vec<_> = proposed.iter().map(ProposedOp::id).collect();
    let propose = Propose {
        task: run.job.task,
        ops: proposed,
    };
    match call.ctx.write_as(call.project, Some(key), propose).await {
        Ok(_) => Ok(Outcome {
            text: json!({
                "proposed": made,
                "next": "Somebody has to accept this; go on as if they will. What it makes has the id given here.",
            })
            .to_string(),
            cursor: None,
            is_error: false,
        }),
        Err(error) => tool.refused(error),
    }
}

async fn planned(run: &Run, call: &Call, tool: &Tool, arguments: Value) -> Result<Vec<ProposedOp>> {
    let ops = tool.ops(call.clone(), arguments).await?.unwrap_or_default();
    let known = run.platform.features().ops();
    let read = |OpRequest { id, op, data }: OpRequest| ProposedOp::read(known, id, &op, data);
    ops.into_iter().map(read).collect()
}

struct Propose {
    task: TaskId,
    ops: Vec<ProposedOp>,
}

impl Command for Propose {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::GRAPH_WRITE)?;
        let set = changesets::of_task(write, self.task, ChangeSetMode::Propose).await?;
        changesets::propose(write, set, self.ops.clone())
            .await
            .map(drop)
    }
}

impl ProjectCommand for Propose {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
