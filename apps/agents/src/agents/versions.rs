//! Versions of what an agent is told.

use entity::{agent, agent_prompt_version};
use http::page;
use kernel::{AgentId, Error, Result, Scope, UserId};
use platform::{Ctx, Write, db};
use protocol::{
    Page,
    agents::{PromptVersionView, WordChange, WordChangeKind},
    page::PageQuery,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;
use uuid::Uuid;

use super::queries;

const LIST: &str = "agent-versions";
/// Two prompts that differ in everything are compared no longer than this, and then told as a whole.
const DIFF_TIME_MAX: Duration = Duration::from_millis(100);

/// Keeps the prompt that an agent has now.
pub(super) async fn keep(
    write: &mut Write,
    agent: &agent::Model,
    note: Option<String>,
) -> Result<()> {
    let author = write.principal().user_id().map(UserId::uuid);
    let row = agent_prompt_version::ActiveModel {
        id: Set(Uuid::now_v7()),
        agent_id: Set(agent.id),
        version: Set(agent.prompt_version),
        system_prompt: Set(agent.system_prompt.clone()),
        change_note: Set(note),
        created_by: Set(author),
        created_at: Set(write.now()),
    };
    agent_prompt_version::Entity::insert(row)
        .exec_without_returning(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// What an agent was told in a version.
pub(super) async fn prompt(write: &mut Write, agent: AgentId, version: i64) -> Result<String> {
    agent_prompt_version::Entity::find()
        .filter(agent_prompt_version::Column::AgentId.eq(agent.uuid()))
        .filter(agent_prompt_version::Column::Version.eq(version))
        .one(write.read().await?)
        .await
        .map_err(db)?
        .map(|row| row.system_prompt)
        .ok_or(Error::NotFound("version"))
}

/// The versions of an agent, the newest first.
pub(super) async fn list(
    ctx: &Ctx,
    id: AgentId,
    query: PageQuery,
) -> Result<Page<PromptVersionView>> {
    let user = ctx.user_with_scope(Scope::Agent)?;
    queries::row(ctx, user, id).await?;
    let limit = page::limit(query.limit)?;
    let before: Option<i64> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    let mut select = agent_prompt_version::Entity::find()
        .filter(agent_prompt_version::Column::AgentId.eq(id.uuid()))
        .order_by_desc(agent_prompt_version::Column::Version)
        // One more for the page, and one to compare the last with.
        .limit(limit + 2);
    if let Some(before) = before {
        select = select.filter(agent_prompt_version::Column::Version.lt(before));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let prompts: Vec<String> = rows.iter().map(|row| row.system_prompt.clone()).collect();
    let compared = rows.into_iter().enumerate().map(|(place, row)| {
        let earlier = prompts.get(place + 1).map(String::as_str);
        (
            earlier.map(|earlier| changes(earlier, &row.system_prompt)),
            row,
        )
    });
    let rows: Vec<_> = compared
        .take(usize::try_from(limit + 1).map_err(Error::internal)?)
        .collect();
    page::page(
        &ctx.platform,
        LIST,
        limit,
        rows,
        |(_, row)| row.version,
        to_view,
    )
}

fn to_view(
    (changes, row): (Option<Vec<WordChange>>, agent_prompt_version::Model),
) -> PromptVersionView {
    let agent_prompt_version::Model {
        id: _,
        agent_id: _,
        version,
        system_prompt,
        change_note,
        created_by,
        created_at,
    } = row;
    PromptVersionView {
        version,
        system_prompt,
        change_note,
        created_by: created_by.map(Into::into),
        created_at: created_at.into(),
        changes: changes.unwrap_or_default(),
    }
}

/// Word by word, what became of a text.
fn changes(before: &str, after: &str) -> Vec<WordChange> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(DIFF_TIME_MAX)
        .diff_words(before, after);
    let mut changes: Vec<WordChange> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => WordChangeKind::Same,
            ChangeTag::Delete => WordChangeKind::Removed,
            ChangeTag::Insert => WordChangeKind::Added,
        };
        match changes.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => changes.push(WordChange {
                kind,
                text: change.value().to_owned(),
            }),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_text_is_told_word_by_word_and_adds_up_to_both() {
        let (before, after) = ("Be brief and kind.", "Be thorough and kind. Ask.");
        let told = changes(before, after);

        let text = |left: WordChangeKind| -> String {
            let kept = told.iter().filter(|change| change.kind != left);
            kept.map(|change| change.text.as_str()).collect()
        };
        assert_eq!(text(WordChangeKind::Added), before);
        assert_eq!(text(WordChangeKind::Removed), after);
        let removed: Vec<_> = told
            .iter()
            .filter(|change| change.kind == WordChangeKind::Removed)
            .map(|change| change.text.as_str())
            .collect();
        assert!(removed.contains(&"brief"), "{told:?}");
    }
}
