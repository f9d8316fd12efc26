//! The question that is proposed when somebody brings answers together.

use canvas::nodes::Node;
use entity::user;
use kernel::{Error, Result, UserId};
use platform::db;
use protocol::{
    Prompt,
    preferences::{self, Preferences},
};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::context::brief;

const CITED_CHARS_MAX: usize = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
}

impl Language {
    /// As the person prefers; English unless they say otherwise.
    pub(super) async fn of(connection: &impl ConnectionTrait, user: UserId) -> Result<Self> {
        let row = user::Entity::find_by_id(user.uuid())
            .one(connection)
            .await
            .map_err(db)?;
        let preferences = row.and_then(|row| row.preferences);
        let language = Preferences::stored(preferences.as_ref()).language;
        Ok(match language {
            Some(preferences::Language::Fr) => Self::French,
            Some(preferences::Language::En) | None => Self::English,
        })
    }
}

pub(super) fn proposal(language: Language, nodes: &[Node]) -> Result<Prompt> {
    let cited: Vec<String> = nodes
        .iter()
        .enumerate()
        .map(|(place, node)| format!("{}. {}", place + 1, cited(language, node)))
        .collect();
    let (count, cited) = (nodes.len(), cited.join("\n"));
    let text = match language {
        Language::English => format!(
            "Bring these {count} answers together:\n\n{cited}\n\nSay where they agree and where they \
             differ, keep what is best in each, and end with one answer."
        ),
        Language::French => format!(
            "Réunis ces {count} réponses :\n\n{cited}\n\nDis où elles s'accordent et où elles \
             diffèrent, garde le meilleur de chacune et termine par une seule réponse."
        ),
    };
    Prompt::try_from(text).map_err(Error::internal)
}

/// What a node asks, shortly.
fn cited(language: Language, node: &Node) -> String {
    let said = brief(&node.prompt);
    let mut short: String = said.chars().take(CITED_CHARS_MAX).collect();
    if short.len() < said.len() {
        short = format!("{} …", short.trim_end());
    }
    match language {
        Language::English => format!("“{short}”"),
        Language::French => format!("« {short} »"),
    }
}
