//! Whom a text mentions. They are kept as ids, so that the same mention tells its person once.

use std::collections::BTreeSet;

use entity::{node_mention, project_member, user};
use kernel::{NodeId, Result, UserId};
use platform::{Write, access::public_name, db};
use protocol::Username;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// How many people one text mentions at most; those after them are only words.
pub(crate) const MENTIONS_PER_NODE_MAX: usize = 50;
/// No username is longer.
const HANDLE_CHARS_MAX: usize = 40;

/// Keeps whom the text of a node mentions now; gives those whom it did not mention before.
pub(crate) async fn settle(write: &mut Write, node: NodeId, text: &str) -> Result<Vec<UserId>> {
    let keys = keys(text);
    let project = write.project_id()?;
    let before: Vec<Uuid> = node_mention::Entity::find()
        .select_only()
        .column(node_mention::Column::UserId)
        .filter(node_mention::Column::ProjectId.eq(project.uuid()))
        .filter(node_mention::Column::NodeId.eq(node.uuid()))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if keys.is_empty() && before.is_empty() {
        return Ok(Vec::new());
    }
    let now = members(write, &keys).await?;
    let gone: Vec<Uuid> = before
        .iter()
        .filter(|user| !now.contains(user))
        .copied()
        .collect();
    if !gone.is_empty() {
        node_mention::Entity::delete_many()
            .filter(node_mention::Column::ProjectId.eq(project.uuid()))
            .filter(node_mention::Column::NodeId.eq(node.uuid()))
            .filter(node_mention::Column::UserId.is_in(gone))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
    }
    let mut new = Vec::new();
    for person in now.into_iter().filter(|user| !before.contains(user)) {
        let row = node_mention::ActiveModel {
            project_id: Set(project.uuid()),
            node_id: Set(node.uuid()),
            user_id: Set(person),
            created_at: Set(write.now()),
        };
        write.insert::<node_mention::Entity>(row).await?;
        new.push(person.into());
    }
    Ok(new)
}

/// The members whose names these are: their usernames or, for those who have chosen none, what others see, as one word.
async fn members(write: &mut Write, keys: &BTreeSet<String>) -> Result<Vec<Uuid>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let members = project_member::Entity::find()
        .select_only()
        .column(project_member::Column::UserId)
        .filter(project_member::Column::ProjectId.eq(write.project_id()?.uuid()))
        .into_query();
    let mut found: Vec<Uuid> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::UsernameKey.is_in(keys.iter().cloned()))
        .filter(user::Column::Id.in_subquery(members.clone()))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if found.len() < keys.len() {
        let nameless = user::Entity::find()
            .filter(user::Column::UsernameKey.is_null())
            .filter(user::Column::Id.in_subquery(members))
            .all(write.read().await?)
            .await
            .map_err(db)?;
        let called = nameless.iter().filter(|person| {
            let words: Vec<String> = public_name(person)
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            key(&words.join(".")).is_some_and(|key| keys.contains(&key))
        });
        found.extend(called.map(|person| person.id));
    }
    Ok(found)
}

fn key(name: &str) -> Option<String> {
    let name = Username::try_from(name.to_owned()).ok()?;
    Some(name.key())
}

/// What the usernames in a text are found by. A name may end with a sign that also ends a sentence.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for handle in handles(text).take(MENTIONS_PER_NODE_MAX) {
        let bare = handle.trim_end_matches(['.', '-', '_']);
        for name in [handle, bare] {
            keys.extend(key(name));
        }
    }
    keys
}

/// The words behind each `@` that stands at the beginning of a word.
fn handles(text: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |c: char| c.is_alphanumeric() || "._-".contains(c);
    text.match_indices('@').filter_map(move |(at, _)| {
        let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
        if before.ends_with(is_of_name) {
            return None;
        }
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let handle = rest.get(..end)?;
        (!handle.is_empty() && handle.chars().count() <= HANDLE_CHARS_MAX).then_some(handle)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_word_of_its_own() {
        let found = |text| handles(text).collect::<Vec<_>>();
        assert_eq!(found("@ada, see (@bea.b)"), ["ada", "bea.b"]);
        assert!(found("ada@example.org @ @@").is_empty());
        assert_eq!(found("\n@björn"), ["björn"]);
    }

    #[test]
    fn a_full_stop_may_be_the_name_s_or_the_sentence_s() {
        let key = |name: &str| Username::try_from(name.to_owned()).unwrap().key();
        let found = keys("Ask @ada.");
        assert!(found.contains(&key("ada")) && found.contains(&key("ada.")));
        assert_eq!(keys("@Ada"), keys("@ada"));
    }

    #[test]
    fn so_many_are_looked_for_and_no_more() {
        let text: String = (0..200).map(|number| format!("@user{number} ")).collect();
        assert_eq!(keys(&text).len(), MENTIONS_PER_NODE_MAX);
    }
}
