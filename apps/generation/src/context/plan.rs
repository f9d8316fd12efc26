//! The plan of a context: which ancestor enters, and how. It decides everything; texts are only put
//! in afterwards.

use kernel::{Error, NodeId, Result};
use protocol::{
    context::{Because, Entered, ManifestItem},
    edges::EdgePolicy,
};

use super::{
    chain::{Above, ContextChain},
    facts::{Facts, Text},
    fingerprint::Fingerprint,
    memory::Contexts,
    request::ModelRequest,
};

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Ancestors in topological order, each once.
    pub(crate) items: Vec<ManifestItem>,
    pub(crate) system_tokens: u32,
    pub(crate) prompt_tokens: u32,
    pub(crate) node_version: i64,
    pub(crate) tokens: u32,
    pub(crate) fingerprint: Fingerprint,
}

/// Plans the context of a node; refuses one whose own question does not fit.
pub(crate) fn plan(
    contexts: &Contexts,
    node: NodeId,
    system: &Text,
    asked: &ModelRequest,
) -> Result<Plan> {
    let chain = ContextChain::to(contexts, node).ok_or(Error::NotFound("node"))?;
    let facts = chain.facts();
    let entering = chain.enter(room(facts, system, asked)?);
    let above = chain.above().iter().enumerate();
    let items: Vec<_> = above
        .map(|(place, above)| item(above, entering.of(place, above)))
        .collect();
    let (system_tokens, prompt_tokens) = (system.tokens, facts.prompt.whole.tokens);
    let used: u32 = items.iter().map(|item| item.tokens).sum();
    Ok(Plan {
        fingerprint: chain
            .said(&entering)
            .asked(asked, system, &facts.prompt.whole),
        system_tokens,
        prompt_tokens,
        node_version: facts.version,
        tokens: system_tokens + prompt_tokens + used,
        items,
    })
}

/// The fingerprint that the plan for a node has, if its question fits.
pub(super) fn fingerprint(
    contexts: &Contexts,
    node: NodeId,
    system: &Text,
    asked: &ModelRequest,
) -> Option<Fingerprint> {
    let chain = ContextChain::to(contexts, node)?;
    let prompt = &chain.facts().prompt.whole;
    let entering = chain.enter(room(chain.facts(), system, asked).ok()?);
    Some(chain.said(&entering).asked(asked, system, prompt))
}

/// How many tokens are left for ancestors.
pub(super) fn room(facts: &Facts, system: &Text, asked: &ModelRequest) -> Result<u32> {
    let fixed = system.tokens.saturating_add(facts.prompt.whole.tokens);
    let too_large = || Error::ContextTooLarge {
        tokens: fixed.into(),
        tokens_max: asked.tokens_max().into(),
    };
    asked.tokens_max().checked_sub(fixed).ok_or_else(too_large)
}

fn item(above: &Above<'_>, entered: Entered) -> ManifestItem {
    let because = match (entered, above.policy) {
        (Entered::Full | Entered::Empty, _) => None,
        (Entered::Excluded, _) | (Entered::Summary, EdgePolicy::Summary) => Some(Because::Policy),
        (Entered::Summary, EdgePolicy::Full | EdgePolicy::Exclude) | (Entered::Cut, _) => {
            Some(Because::Budget)
        }
    };
    ManifestItem {
        node_id: above.node,
        version: above.facts.version,
        entered,
        because,
        pinned: above.facts.pinned,
        tokens: above.tokens_as(entered),
    }
}
