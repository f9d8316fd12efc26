use entity::generation;
use kernel::NodeId;
use platform::convert;
use protocol::{
    context::Manifest,
    generations::{GenerationDetail, GenerationView, RunError, RunState, TokenCounts},
};

use uuid::Uuid;

use crate::{context::Fingerprint, money};

/// How somebody looks at attempts: at those of a node whose answer is from this one, maybe without
/// what they say. Nobody sees attempts at all who may not see costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) current: Option<Uuid>,
    pub(super) texts: bool,
}

pub(super) fn to_view(row: generation::Model, look: Look) -> GenerationView {
    let tokens = counts(&row);
    let generation::Model {
        project_id: _,
        id,
        node_id,
        origin,
        state,
        admitted: _,
        requested_by,
        task_id: _,
        refresh_id,
        model,
        answered_by,
        temperature,
        top_p,
        asked_under: _,
        max_tokens,
        context_tokens: _,
        fingerprint,
        manifest: _,
        tries,
        error_code,
        error_detail,
        text,
        chunks,
        chunk_ends: _,
        tokens_in: _,
        tokens_cached: _,
        tokens_out: _,
        cost_nanos,
        reserved_tokens: _,
        reserved_nanos: _,
        created_at,
        started_at,
        first_token_at,
        finished_at,
    } = row;
    let fingerprint = fingerprint.as_deref().and_then(Fingerprint::stored);
    GenerationView {
        id: id.into(),
        node_id: NodeId::from_uuid(node_id),
        state: convert::run_state(state),
        origin: convert::generation_origin(origin),
        is_current: look.current == Some(id),
        requested_by: requested_by.into(),
        refresh: refresh_id.map(Into::into),
        model,
        answered_by,
        temperature,
        top_p,
        max_tokens,
        fingerprint: fingerprint.map(|fingerprint| fingerprint.to_string()),
        // What was stored by an older version may lack what is shown now.
        tries: serde_json::from_value(tries).unwrap_or_default(),
        error: error_code.map(|code| RunError {
            code,
            detail: error_detail.unwrap_or_default(),
        }),
        text: look.texts.then_some(text),
        chunks,
        tokens,
        cost: cost_nanos.map(money::dollars),
        created_at: created_at.into(),
        started_at: started_at.map(Into::into),
        first_token_at: first_token_at.map(Into::into),
        finished_at: finished_at.map(Into::into),
    }
}

pub(super) fn to_detail(mut row: generation::Model, look: Look) -> GenerationDetail {
    let manifest = row.manifest.take();
    GenerationDetail {
        manifest: manifest.and_then(|stored| serde_json::from_value::<Manifest>(stored).ok()),
        generation: to_view(row, look),
    }
}

/// What a provider said it counted.
fn counts(row: &generation::Model) -> Option<TokenCounts> {
    Some(TokenCounts {
        input: row.tokens_in?,
        cached: row.tokens_cached.unwrap_or_default(),
        output: row.tokens_out?,
    })
}

/// Whether a state is the last one.
pub(super) fn is_over(state: RunState) -> bool {
    match state {
        RunState::Queued | RunState::Running => false,
        RunState::Completed | RunState::Failed | RunState::Cancelled => true,
    }
}
