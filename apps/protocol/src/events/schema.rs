//! The document's schema of events.

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr,
        schema::{OneOf, Schema},
    },
};

use super::{
    BatchEvent, EdgeEvent, Event, GenerationEvent, InstructionsEvent, InvitationEvent, MemberEvent,
    NodeEvent, ProjectEvent, RefreshEvent,
};

const ABOUT: &str =
    "One thing that happened to a project. Variants and fields are added, never changed.";

/// All events of all families, one beside the other.
impl utoipa::PartialSchema for Event {
    fn schema() -> RefOr<Schema> {
        let families = [
            ProjectEvent::schema(),
            MemberEvent::schema(),
            InvitationEvent::schema(),
            NodeEvent::schema(),
            EdgeEvent::schema(),
            GenerationEvent::schema(),
            RefreshEvent::schema(),
            InstructionsEvent::schema(),
            BatchPart::schema(),
        ];
        let mut all = OneOf::new();
        all.description = Some(ABOUT.to_owned());
        for family in families {
            if let RefOr::T(Schema::OneOf(family)) = family {
                all.items.extend(family.items);
            }
        }
        RefOr::T(Schema::OneOf(all))
    }
}

impl ToSchema for Event {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProjectEvent::schemas(schemas);
        MemberEvent::schemas(schemas);
        InvitationEvent::schemas(schemas);
        NodeEvent::schemas(schemas);
        EdgeEvent::schemas(schemas);
        GenerationEvent::schemas(schemas);
        RefreshEvent::schemas(schemas);
        InstructionsEvent::schemas(schemas);
        BatchPart::schemas(schemas);
    }
}

/// A batch, for the document.
#[derive(Serialize, ToSchema)]
#[serde(tag = "op", content = "data")]
enum BatchPart {
    #[serde(rename = "batch")]
    #[expect(dead_code, reason = "only its schema is used")]
    /// Several at once, under one number.
    Batch(BatchEvent),
}
