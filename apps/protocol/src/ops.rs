//! Operations: the same words over REST, socket and jobs, and in the events they become.

use kernel::OpId;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::{
    edges::{CreateEdge, EdgeRef, UpdateEdge},
    generations::{CancelGeneration, GenerationRef, StartGeneration},
    members::{AddMember, MemberRef, UpdateMember},
    nodes::{CreateNode, MoveNodes, NodeRef, UpdateNode},
    projects::UpdateProject,
};

pub const OPS_PER_BATCH_MAX: usize = 500;

/// One change that a client asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub enum Op {
    #[serde(rename = "node.create")]
    NodeCreate(CreateNode),
    #[serde(rename = "node.update")]
    NodeUpdate(UpdateNode),
    #[serde(rename = "node.move")]
    NodeMove(MoveNodes),
    #[serde(rename = "node.delete")]
    NodeDelete(NodeRef),
    #[serde(rename = "node.restore")]
    NodeRestore(NodeRef),
    #[serde(rename = "edge.create")]
    EdgeCreate(CreateEdge),
    #[serde(rename = "edge.update")]
    EdgeUpdate(UpdateEdge),
    #[serde(rename = "edge.delete")]
    EdgeDelete(EdgeRef),
    #[serde(rename = "project.update")]
    ProjectUpdate(UpdateProject),
    #[serde(rename = "member.add")]
    MemberAdd(AddMember),
    #[serde(rename = "member.update")]
    MemberUpdate(UpdateMember),
    #[serde(rename = "member.remove")]
    MemberRemove(MemberRef),
    #[serde(rename = "generation.start")]
    GenerationStart(StartGeneration),
    #[serde(rename = "generation.cancel")]
    GenerationCancel(CancelGeneration),
    #[serde(rename = "generation.select")]
    GenerationSelect(GenerationRef),
}

impl Op {
    /// Reads the data of the operation called `op`; says where it is wrong.
    pub fn parse(op: &str, data: Value) -> Result<Self, String> {
        fn read<T: de::DeserializeOwned>(data: Value) -> Result<T, String> {
            serde_json::from_value(data).map_err(|error| error.to_string())
        }
        Ok(match op {
            "node.create" => Self::NodeCreate(read(data)?),
            "node.update" => Self::NodeUpdate(read(data)?),
            "node.move" => Self::NodeMove(read(data)?),
            "node.delete" => Self::NodeDelete(read(data)?),
            "node.restore" => Self::NodeRestore(read(data)?),
            "edge.create" => Self::EdgeCreate(read(data)?),
            "edge.update" => Self::EdgeUpdate(read(data)?),
            "edge.delete" => Self::EdgeDelete(read(data)?),
            "project.update" => Self::ProjectUpdate(read(data)?),
            "member.add" => Self::MemberAdd(read(data)?),
            "member.update" => Self::MemberUpdate(read(data)?),
            "member.remove" => Self::MemberRemove(read(data)?),
            "generation.start" => Self::GenerationStart(read(data)?),
            "generation.cancel" => Self::GenerationCancel(read(data)?),
            "generation.select" => Self::GenerationSelect(read(data)?),
            other => return Err(format!("there is no operation `{other}`")),
        })
    }

    /// What tells a resend from another operation under the same id.
    pub fn fingerprint(&self) -> serde_json::Result<[u8; 32]> {
        fingerprint(self)
    }
}

/// SHA-256 over canonical JSON.
fn fingerprint(asked: &impl Serialize) -> serde_json::Result<[u8; 32]> {
    // By way of a value, since metadata is text that need not be canonical.
    let asked = serde_json::to_value(asked)?;
    serde_json_canonicalizer::to_vec(&asked).map(|bytes| Sha256::digest(bytes).into())
}

/// An operation and the client's own id for it.
///
/// The id also becomes the id of the node or edge that the operation makes, so that a client can
/// refer to it, later in the same batch or while offline, before the server has answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<OpId>,
    #[serde(flatten)]
    pub op: Op,
}

impl<'de> Deserialize<'de> for OpRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            #[serde(default)]
            id: Option<OpId>,
            op: String,
            data: Value,
        }
        let Raw { id, op, data } = Raw::deserialize(deserializer)?;
        let op = Op::parse(&op, data).map_err(de::Error::custom)?;
        Ok(Self { id, op })
    }
}

/// A batch: all or nothing, under one number.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    #[schema(min_items = 1, max_items = 500)]
    pub ops: Vec<OpRequest>,
}

impl Batch {
    pub fn fingerprint(&self) -> serde_json::Result<[u8; 32]> {
        fingerprint(&self.ops)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchDone {
    /// The number under which all of it happened.
    pub seq: i64,
    /// One for each operation, in order: the node or edge it made or changed.
    #[schema(value_type = Vec<Object>)]
    pub results: Vec<Value>,
}
