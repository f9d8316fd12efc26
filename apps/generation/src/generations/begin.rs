//! Beginning a run: reserve what it may cost, say so, and queue it, all or nothing.

use canvas::nodes::{AnswerChange, Node, change_answer};
use entity::{enums, generation};
use kernel::{Error, GenerationId, RefreshId, Result, TaskId, UserId};
use platform::{Write, batches, db};
use protocol::{
    events::GenerationEvent,
    generations::{GenerationChanged, RunState},
    nodes::NodeStatus,
    settings::AskedUnder,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{admit::may_begin, keep, queue::enqueue, said::changed};
use crate::{
    budgets::{self, Spender},
    context::ModelRequest,
    providers::Usage,
};

/// What is to be run, already planned.
#[derive(Debug)]
pub(crate) struct Begin {
    pub(crate) id: GenerationId,
    pub(crate) by: UserId,
    pub(crate) asked: Asked,
    pub(crate) refresh: Option<RefreshId>,
    /// How many tokens are about to be sent.
    pub(crate) tokens: u32,
}

/// Who is asked, how, and what the branch said of that.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: ModelRequest,
    pub(crate) under: AskedUnder,
}

pub(crate) async fn begin(write: &mut Write, node: &Node, begin: Begin) -> Result<()> {
    let Asked { request, under } = begin.asked;
    let most = Usage {
        input: begin.tokens,
        cached: 0,
        output: request.max_tokens,
    };
    // What a refresh asks for is for whoever began it, whoever had it go on.
    let spender = match begin.refresh {
        Some(_) => Spender::person(begin.by),
        None => Spender::acting(begin.by, write.principal()),
    };
    let reserved = budgets::reserve(write, spender, &request.model, most).await?;
    keep::answer_of_a_person(write, node).await?;
    let admitted = may_begin(write, node.id).await?;
    let project = write.project_id()?;
    let attempt = generation::ActiveModel {
        project_id: Set(project.uuid()),
        id: Set(begin.id.uuid()),
        node_id: Set(node.id.uuid()),
        origin: Set(enums::GenerationOrigin::Model),
        state: Set(enums::RunState::Queued),
        admitted: Set(admitted),
        requested_by: Set(begin.by.uuid()),
        task_id: Set(spender.task.map(TaskId::uuid)),
        refresh_id: Set(begin.refresh.map(RefreshId::uuid)),
        model: Set(request.model),
        temperature: Set(request.temperature),
        top_p: Set(request.top_p),
        max_tokens: Set(Some(request.max_tokens.into())),
        asked_under: Set((!under.is_nothing()).then(|| json!(under))),
        tries: Set(json!([])),
        text: Set(String::new()),
        chunks: Set(0),
        reserved_tokens: Set(reserved.tokens),
        reserved_nanos: Set(reserved.nanos),
        created_at: Set(write.now()),
        ..Default::default()
    };
    generation::Entity::insert(attempt)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(|error| match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => id_taken(),
            _ => db(error),
        })?;
    if let Some(refresh) = begin.refresh {
        batches::grow(write, refresh.uuid().into(), 1).await?;
    }
    if admitted {
        enqueue(write, begin.id, begin.refresh)?;
    }
    let change = AnswerChange::only(NodeStatus::Generating);
    let version = change_answer(write, node, change).await?;
    let said = GenerationChanged {
        refresh: begin.refresh,
        ..changed(write, node, begin.id, RunState::Queued, version)
    };
    write.emit(GenerationEvent::Start(said));
    Ok(())
}

fn id_taken() -> Error {
    Error::Conflict("there is a generation with this id already; use a new op id".to_owned())
}
