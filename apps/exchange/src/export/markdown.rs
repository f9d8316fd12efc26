//! For people: each question with its answer, who wrote it, and what it is based on.

use std::{collections::HashMap, fmt::Write as _};

use canvas::{edges, nodes};
use futures::{Stream, stream::try_unfold};
use kernel::{NodeId, Result};
use protocol::{
    edges::EdgePolicy,
    media::Attachment,
    nodes::{NodeKind, NodeRole, NodeStatus, NodeView},
    preferences::Language,
    projects::ProjectView,
};

use super::nodes::Rest;

/// How much of a question stands for it where it has no title.
const TITLE_CHARS: usize = 80;

struct Labels {
    note: &'static str,
    media: &'static str,
    frame: &'static str,
    rule: &'static str,
    answer: &'static str,
    answer_by: &'static str,
    based_on: &'static str,
    in_short: &'static str,
    left_out: &'static str,
    within: &'static str,
    tags: &'static str,
    files: &'static str,
    stale: &'static str,
    unanswered: &'static str,
    untitled: &'static str,
}

fn labels(language: Language) -> &'static Labels {
    match language {
        Language::En => &Labels {
            note: "Note",
            media: "File",
            frame: "Frame",
            rule: "System message",
            answer: "Answer",
            answer_by: "Answer of",
            based_on: "Based on",
            in_short: "in short",
            left_out: "left out",
            within: "In the frame",
            tags: "Tags",
            files: "Files",
            stale: "What this answer is based on has changed since.",
            unanswered: "No answer yet.",
            untitled: "Untitled",
        },
        Language::Fr => &Labels {
            note: "Note",
            media: "Fichier",
            frame: "Cadre",
            rule: "Message système",
            answer: "Réponse",
            answer_by: "Réponse de",
            based_on: "Basé sur",
            in_short: "résumé",
            left_out: "exclu",
            within: "Dans le cadre",
            tags: "Étiquettes",
            files: "Fichiers",
            stale: "Ce sur quoi cette réponse est basée a changé depuis.",
            unanswered: "Pas encore de réponse.",
            untitled: "Sans titre",
        },
    }
}

struct State {
    rest: Rest,
    labels: &'static Labels,
    before: String,
    /// What nodes are called, those among them that others name and that are not in the export.
    titles: HashMap<NodeId, String>,
    /// The numbers of those that were sent.
    numbers: HashMap<NodeId, usize>,
}

pub(super) fn stream(
    rest: Rest,
    about: &ProjectView,
    language: Language,
) -> impl Stream<Item = Result<String>> + Send + use<> {
    let mut before = format!("# {}\n\n", on_one_line(&about.name));
    if let Some(description) = &about.description {
        before.push_str(description);
        before.push_str("\n\n");
    }
    let state = State {
        rest,
        labels: labels(language),
        before,
        titles: HashMap::new(),
        numbers: HashMap::new(),
    };
    try_unfold(state, next)
}

async fn next(mut state: State) -> Result<Option<(String, State)>> {
    let mut text = std::mem::take(&mut state.before);
    if text.is_empty() && state.rest.is_done() {
        return Ok(None);
    }
    let nodes = state.rest.next_nodes().await?;
    let sources = state.sources(&nodes).await?;
    for node in &nodes {
        let number = state.numbers.len() + 1;
        state.numbers.insert(node.id, number);
        let sources = sources.get(&node.id).map(Vec::as_slice).unwrap_or_default();
        state.say(&mut text, node, sources);
    }
    Ok(Some((text, state)))
}

type Sources = HashMap<NodeId, Vec<(NodeId, EdgePolicy)>>;

impl State {
    /// What each of some nodes is based on. What they and these are called is known afterwards.
    async fn sources(&mut self, nodes: &[NodeView]) -> Result<Sources> {
        let (ctx, access) = (&self.rest.ctx, &self.rest.access);
        let ids: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
        for node in nodes {
            let words = node.title.as_deref().unwrap_or(&node.prompt);
            self.titles.insert(node.id, beginning(words, self.labels));
        }
        let mut sources = Sources::new();
        for edge in edges::into(ctx, access, &ids).await? {
            let of_node = sources.entry(edge.target_id).or_default();
            of_node.push((edge.source_id, edge.policy));
        }
        let named = sources.values().flatten().map(|(source, _)| *source);
        let named = named.chain(nodes.iter().filter_map(|node| node.frame_id));
        let unknown: Vec<NodeId> = named.filter(|id| !self.titles.contains_key(id)).collect();
        for (id, glance) in nodes::glances(ctx, access, &unknown).await? {
            let words = glance.title.as_deref().unwrap_or(&glance.beginning);
            self.titles.insert(id, beginning(words, self.labels));
        }
        Ok(sources)
    }

    fn say(&self, text: &mut String, node: &NodeView, sources: &[(NodeId, EdgePolicy)]) {
        let labels = self.labels;
        let kind = match (node.kind, node.role) {
            (NodeKind::Frame, NodeRole::User | NodeRole::System) => Some(labels.frame),
            (NodeKind::Note, NodeRole::User) => Some(labels.note),
            (NodeKind::Media, NodeRole::User) => Some(labels.media),
            (NodeKind::Note | NodeKind::Media | NodeKind::Prompt, NodeRole::System) => {
                Some(labels.rule)
            }
            (NodeKind::Prompt, NodeRole::User) => None,
        };
        let called = self.called(node.id);
        let heading = kind.map_or_else(|| called.clone(), |kind| format!("{called} ({kind})"));
        // Writing into a text cannot fail.
        let _ = write!(text, "## {heading}\n\n");
        // What is short stands in the heading already.
        let title = self.titles.get(&node.id).map(String::as_str);
        let is_whole = title == Some(node.prompt.trim());
        if !node.prompt.is_empty() && !is_whole {
            let _ = write!(text, "{}\n\n", below_heading(&node.prompt));
        }
        if kind.is_none() {
            self.answer(text, node);
        }
        let mut about = Vec::new();
        if !sources.is_empty() {
            let named = sources.iter().map(|(id, policy)| self.source(*id, *policy));
            let named: Vec<String> = named.collect();
            about.push(format!("{}: {}", labels.based_on, named.join(" · ")));
        }
        if let Some(frame) = node.frame_id.and_then(|frame| self.titles.get(&frame)) {
            about.push(format!("{}: {frame}", labels.within));
        }
        if !node.tags.is_empty() {
            about.push(format!("{}: {}", labels.tags, node.tags.join(", ")));
        }
        if !node.attachments.is_empty() {
            let named: Vec<String> = node.attachments.iter().map(file).collect();
            about.push(format!("{}: {}", labels.files, named.join(" · ")));
        }
        for line in about {
            let _ = write!(text, "*{}*\n\n", line.replace('*', "\\*"));
        }
    }

    fn answer(&self, text: &mut String, node: &NodeView) {
        let labels = self.labels;
        let Some(response) = &node.response else {
            let _ = write!(text, "*{}*\n\n", labels.unanswered);
            return;
        };
        let by = match &node.llm_model {
            Some(model) => format!("{} {}", labels.answer_by, on_one_line(model)),
            None => labels.answer.to_owned(),
        };
        let _ = write!(text, "**{by}**\n\n{}\n\n", below_heading(response));
        if node.status == NodeStatus::Stale {
            let _ = write!(text, "*{}*\n\n", labels.stale);
        }
    }

    fn source(&self, id: NodeId, policy: EdgePolicy) -> String {
        let called = self.called(id);
        match policy {
            EdgePolicy::Full => called,
            EdgePolicy::Summary => format!("{called} ({})", self.labels.in_short),
            EdgePolicy::Exclude => format!("{called} ({})", self.labels.left_out),
        }
    }

    /// With its number, if it is in the export.
    fn called(&self, id: NodeId) -> String {
        let title = self
            .titles
            .get(&id)
            .map_or(self.labels.untitled, String::as_str);
        match self.numbers.get(&id) {
            Some(number) => format!("{number}. {title}"),
            None => title.to_owned(),
        }
    }
}

/// A file by its name; a link with where it leads.
fn file(attached: &Attachment) -> String {
    let name = on_one_line(&attached.name);
    match &attached.url {
        Some(url) => format!("{name} (<{url}>)"),
        None => name,
    }
}

fn beginning(words: &str, labels: &Labels) -> String {
    let words = on_one_line(words);
    if words.is_empty() {
        return labels.untitled.to_owned();
    }
    match words.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

/// A text under a heading of the second level: its own headings stand below that one.
fn below_heading(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let lines = text.split('\n').map(|line| {
        let start = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(_)) => fence = mark,
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => return deeper(line),
        }
        line.to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Markdown has six levels of headings.
const LEVELS: usize = 6;
const ABOVE: usize = 2;

fn deeper(line: &str) -> String {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    if level == 0 || level > LEVELS || !(words.is_empty() || words.starts_with([' ', '\t'])) {
        return line.to_owned();
    }
    format!("{}{words}", "#".repeat((level + ABOVE).min(LEVELS)))
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::below_heading;

    #[test]
    fn headings_of_a_text_stand_below_the_one_above_it_and_code_stays_as_it_is() {
        let text = "# One\n#hashtag\n```sh\n# a comment\n```\n##### Five\nplain";
        let below = "### One\n#hashtag\n```sh\n# a comment\n```\n###### Five\nplain";
        assert_eq!(below_heading(text), below);
    }
}
