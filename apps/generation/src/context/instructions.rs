//! The system message: what the project, its preset, the branch and the caller tell every model.

use std::collections::{HashMap, HashSet};

use entity::{preset, user};
use kernel::{Error, NodeId, PresetId, Result, UserId};
use platform::db;
use protocol::{settings::CustomInstructions, users};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// Whose instructions a call carries besides the project's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Speaker {
    pub(crate) preset: Option<PresetId>,
    /// The node whose instructions to its branch hold.
    pub(crate) branch: Option<NodeId>,
    pub(crate) user: UserId,
}

/// The instructions of some presets and people, read once.
#[derive(Debug, Default)]
pub(crate) struct Instructions {
    presets: HashMap<PresetId, String>,
    people: HashMap<UserId, String>,
}

impl Instructions {
    pub(crate) async fn read(
        connection: &impl ConnectionTrait,
        speakers: impl IntoIterator<Item = Speaker>,
    ) -> Result<Self> {
        let (mut presets, mut people) = (HashSet::new(), HashSet::new());
        for speaker in speakers {
            presets.extend(speaker.preset);
            people.insert(speaker.user);
        }
        Ok(Self {
            presets: of_presets(connection, presets).await?,
            people: of_people(connection, people).await?,
        })
    }

    /// The system message. What changes seldom comes first.
    pub(crate) fn system(
        &self,
        project: &str,
        branch: Option<&CustomInstructions>,
        speaker: Speaker,
    ) -> String {
        let preset = speaker.preset.and_then(|preset| self.presets.get(&preset));
        let branch = branch.cloned().map(of_branch);
        let person = self.people.get(&speaker.user);
        let parts = [
            Some(project),
            preset.map(String::as_str),
            branch.as_deref(),
            person.map(String::as_str),
        ];
        let said = parts.into_iter().flatten().map(str::trim);
        said.filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

async fn of_presets(
    connection: &impl ConnectionTrait,
    presets: HashSet<PresetId>,
) -> Result<HashMap<PresetId, String>> {
    if presets.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = preset::Entity::find()
        .filter(preset::Column::Id.is_in(presets.into_iter().map(PresetId::uuid)))
        .filter(preset::Column::DeletedAt.is_null())
        .all(connection)
        .await
        .map_err(db)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let parts = [
                ("About", row.about),
                ("Behavior", row.behavior),
                ("Commands", row.commands),
            ];
            (row.id.into(), headed(parts))
        })
        .collect())
}

/// The model that somebody said they ask where nothing else decides.
pub(super) async fn last_model(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<String>> {
    let row = user::Entity::find_by_id(user.uuid())
        .one(connection)
        .await
        .map_err(db)?;
    let stored = row.and_then(|row| row.instructions);
    let said = stored.and_then(|said| serde_json::from_value::<users::Instructions>(said).ok());
    Ok(said.and_then(|said| said.last_model).map(Into::into))
}

async fn of_people(
    connection: &impl ConnectionTrait,
    people: HashSet<UserId>,
) -> Result<HashMap<UserId, String>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = user::Entity::find()
        .filter(user::Column::Id.is_in(people.into_iter().map(UserId::uuid)))
        .filter(user::Column::Instructions.is_not_null())
        .all(connection)
        .await
        .map_err(db)?;
    rows.into_iter()
        .filter_map(|row| Some((row.id, row.instructions?)))
        .map(|(id, stored)| {
            let said = serde_json::from_value(stored).map_err(Error::internal)?;
            Ok((id.into(), of_person(said)))
        })
        .collect()
}

fn of_branch(said: CustomInstructions) -> String {
    let CustomInstructions {
        about,
        behavior,
        commands,
    } = said;
    headed([
        ("About this conversation", about.map(Into::into)),
        ("Behavior", behavior.map(Into::into)),
        ("Commands", commands.map(Into::into)),
    ])
}

fn of_person(said: users::Instructions) -> String {
    let users::Instructions {
        about,
        behavior,
        commands,
        tone,
        conciseness,
        titles_and_lists,
        warmth,
        enthusiasm,
        formality,
        emojis,
        last_model: _,
    } = said;
    headed([
        ("About the person who asks", about.map(Into::into)),
        ("How to answer", behavior.map(Into::into)),
        ("Commands", commands.map(Into::into)),
        ("Tone", tone.map(Into::into)),
        ("Conciseness", conciseness.map(Into::into)),
        ("Titles and lists", titles_and_lists.map(Into::into)),
        ("Warmth", warmth.map(Into::into)),
        ("Enthusiasm", enthusiasm.map(Into::into)),
        ("Formality", formality.map(Into::into)),
        ("Emojis", emojis.map(Into::into)),
    ])
}

fn headed<const PARTS: usize>(parts: [(&str, Option<String>); PARTS]) -> String {
    let said = parts.into_iter().filter_map(|(heading, text)| {
        let text = text?;
        let text = text.trim();
        (!text.is_empty()).then(|| format!("{heading}: {text}"))
    });
    said.collect::<Vec<_>>().join("\n")
}
