use canvas::nodes::{self, Glance};
use kernel::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::line;
use crate::{call::Call, outcome::Outcome, tool::Reads};

const WORDS_CHARS_MAX: usize = 200;
const WORDS_MAX: usize = 10;
const FOUND_USUAL: u64 = 20;
const FOUND_MAX: u64 = 50;

/// What to look for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Search {
    /// All of these words must stand in a node's prompt or answer.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
    /// How many nodes at most.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 50, default = 20)]
    limit: Option<u64>,
}

impl Reads for Search {
    const NAME: &'static str = "search";
    const DESCRIPTION: &'static str = "Nodes that hold all of some words in their prompt or answer, \
        those changed last first. Capitals do not count.";

    async fn read(self, call: &Call) -> Result<Outcome> {
        let words: Vec<&str> = self.words.split_whitespace().collect();
        let fits = self.words.chars().count() <= WORDS_CHARS_MAX && !self.words.contains('\0');
        if words.is_empty() || words.len() > WORDS_MAX || !fits {
            let detail = format!(
                "must have 1 to {WORDS_MAX} words and at most {WORDS_CHARS_MAX} characters"
            );
            return Err(Error::invalid("/words", detail));
        }
        let limit = self.limit.unwrap_or(FOUND_USUAL);
        if !(1..=FOUND_MAX).contains(&limit) {
            return Err(Error::invalid(
                "/limit",
                format!("must be 1 to {FOUND_MAX}"),
            ));
        }
        let mut found = nodes::search(&call.ctx, call.project, &words, limit + 1).await?;
        let more = u64::try_from(found.len()).is_ok_and(|count| count > limit);
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Outcome::said(told(&found, more), None))
    }
}

fn told(found: &[Glance], more: bool) -> String {
    if found.is_empty() {
        return "No node holds all of these words; try fewer or others.".to_owned();
    }
    let lines: String = found.iter().map(|glance| line(glance, &[])).collect();
    let more = if more {
        "There are more: add a word, or raise `limit`."
    } else {
        ""
    };
    format!("{} nodes:\n{lines}{more}", found.len())
}
