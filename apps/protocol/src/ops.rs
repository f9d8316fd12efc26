//! Operations: the same words over REST, socket and jobs, and in the events they become. Which there
//! are is said by the features.

use kernel::OpId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::{
    ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Schema, Type},
    },
};

pub const OPS_PER_BATCH_MAX: usize = 500;
/// The schema of all operations, by its name in the document.
pub const OP_SCHEMA: &str = "Op";

/// SHA-256 over canonical JSON: what tells a resend from another operation under the same id.
pub fn fingerprint(asked: &impl Serialize) -> serde_json::Result<[u8; 32]> {
    // By way of a value, since metadata is text that need not be canonical.
    let asked = serde_json::to_value(asked)?;
    serde_json_canonicalizer::to_vec(&asked).map(|bytes| Sha256::digest(bytes).into())
}

/// An operation and the client's own id for it.
///
/// The id also becomes the id of the node or edge that the operation makes, so that a client can
/// refer to it, later in the same batch or while offline, before the server has answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpRequest {
    #[serde(default)]
    pub id: Option<OpId>,
    pub op: String,
    pub data: Value,
}

impl utoipa::PartialSchema for OpRequest {
    fn schema() -> RefOr<Schema> {
        let id = OneOfBuilder::new()
            .item(Ref::from_schema_name(OpId::name()))
            .item(ObjectBuilder::new().schema_type(Type::Null));
        let description = "An operation and the client's own id for it.\n\nThe id also becomes the \
            id of the node or edge that the operation makes, so that a client can\nrefer to it, \
            later in the same batch or while offline, before the server has answered.";
        AllOfBuilder::new()
            .item(Ref::from_schema_name(OP_SCHEMA))
            .item(ObjectBuilder::new().property("id", id))
            .description(Some(description))
            .into()
    }
}

impl ToSchema for OpRequest {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        OpId::schemas(schemas);
        schemas.push((
            OpId::name().into_owned(),
            <OpId as utoipa::PartialSchema>::schema(),
        ));
    }
}

/// The schema of all operations: of each its word, and the name of the schema of its data.
#[must_use]
pub fn op_schema<'w>(known: impl Iterator<Item = (&'w str, String)>) -> RefOr<Schema> {
    let one = |(word, data): (&str, String)| {
        ObjectBuilder::new()
            .property("data", Ref::from_schema_name(data))
            .required("data")
            .property(
                "op",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some([word.to_owned()])),
            )
            .required("op")
    };
    let mut all = OneOfBuilder::new().description(Some("One change that a client asks for."));
    for operation in known.map(one) {
        all = all.item(operation);
    }
    all.into()
}

/// A batch: all or nothing, under one number.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    #[schema(min_items = 1, max_items = 500)]
    pub ops: Vec<OpRequest>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchDone {
    /// The number under which all of it happened.
    pub seq: i64,
    /// One for each operation, in order: the node or edge it made or changed.
    #[schema(value_type = Vec<Object>)]
    pub results: Vec<Value>,
}
