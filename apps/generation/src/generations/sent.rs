//! What the model that answers was sent. It is kept with its run from the first word on, so that an
//! answer that is never whole can prove its context as well.

use entity::generation;
use protocol::{context::Manifest, generations::Recipe};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use crate::context::{Assembled, Fingerprint, ModelRequest, under_of};

#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) asked: ModelRequest,
    pub(super) manifest: Manifest,
}

impl Sent {
    pub(super) fn of(assembled: &Assembled) -> Self {
        Self {
            asked: assembled.asked.clone(),
            manifest: assembled.manifest(),
        }
    }

    pub(super) fn put_into(&self, row: &mut generation::ActiveModel) {
        let fingerprint = Fingerprint::parse(&self.manifest.fingerprint);
        row.answered_by = Set(Some(self.asked.model.clone()));
        // Not every model takes what was wished for.
        row.temperature = Set(self.asked.temperature);
        row.top_p = Set(self.asked.top_p);
        row.context_tokens = Set(Some(self.asked.context_tokens.into()));
        row.max_tokens = Set(Some(self.asked.max_tokens.into()));
        row.fingerprint = Set(fingerprint.map(Fingerprint::to_vec));
        row.manifest = Set(Some(json!(self.manifest)));
    }
}

/// What the text of an attempt rests on, if a model wrote it.
pub(super) fn recipe(attempt: &generation::Model) -> Option<Recipe> {
    Some(Recipe {
        fingerprint: Fingerprint::stored(attempt.fingerprint.as_deref()?)?.to_string(),
        model: attempt.answered_by.clone()?,
        temperature: attempt.temperature,
        top_p: attempt.top_p,
        max_tokens: u32::try_from(attempt.max_tokens?).ok()?,
        context_tokens: u32::try_from(attempt.context_tokens?).ok()?,
        by: attempt.requested_by.into(),
        under: under_of(attempt.asked_under.clone()),
    })
}
