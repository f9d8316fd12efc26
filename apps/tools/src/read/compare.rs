use canvas::compare;
use kernel::{NodeId, Result};
use protocol::{compare::CompareQuery, nodes::NodeView};
use serde::Deserialize;
use utoipa::ToSchema;

use super::FIRST_WORDS_CHARS;
use crate::{
    call::Call,
    describe::ids,
    outcome::Outcome,
    text::{first_words, word},
    tool::Reads,
};

/// How much of an answer is shown on each side.
const ANSWER_CHARS: usize = 400;
/// How many nodes of each side are shown, those nearest to its end.
const NODES_MAX: usize = 12;

/// Which two nodes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Compare {
    a: NodeId,
    b: NodeId,
}

impl Reads for Compare {
    const NAME: &'static str = "compare";
    const DESCRIPTION: &'static str = "Two branches side by side: where their ways part, and what only \
        one of the two rests on.";

    async fn read(self, call: &Call) -> Result<Outcome> {
        let Self { a, b } = self;
        let query = CompareQuery { a, b };
        let compared = compare::compare(&call.ctx, call.project, query).await?;
        let common = match compared.common.as_slice() {
            [] => "They have nothing in common.".to_owned(),
            common => format!("Their ways part at {}.", ids(common)),
        };
        let text = format!(
            "{common}\nOnly {a} rests on:\n{}Only {b} rests on:\n{}",
            side(&compared.a.only),
            side(&compared.b.only)
        );
        Ok(Outcome::said(text, Some(a)))
    }
}

fn side(nodes: &[NodeView]) -> String {
    let left_out = nodes.len().saturating_sub(NODES_MAX);
    let shown: String = nodes.iter().skip(left_out).map(line).collect();
    let more = match left_out {
        0 => String::new(),
        left => format!("{left} nodes farther up are left out.\n"),
    };
    shown + &more
}

fn line(node: &NodeView) -> String {
    let answer = node.response.as_deref().unwrap_or_default();
    format!(
        "<node id=\"{}\" status=\"{}\" version=\"{}\"><prompt>{}</prompt><answer>{}</answer></node>\n",
        node.id,
        word(node.status),
        node.version,
        first_words(&node.prompt, FIRST_WORDS_CHARS),
        first_words(answer, ANSWER_CHARS),
    )
}
