use entity::answer_vote;
use kernel::{Error, OpId, Permission, Resource, Result};
use platform::{Command, Operation, ProjectCommand, Write, db};
use protocol::{
    events::{Event, FeatureEvent, FeatureFamily},
    votes::{VoteForGeneration, Voted},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::queries::{of_answer, own};
use crate::generations;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "data")]
pub(crate) enum VoteEvent {
    #[serde(rename = "generation.vote")]
    Vote(Voted),
}

impl FeatureFamily for VoteEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Vote(_) => "generation.vote",
        }
    }

    /// What people of a project say to each other about answers is theirs.
    fn visible_with(&self) -> Option<Resource> {
        Some(Resource::Comments)
    }
}

/// Votes for an answer, or takes one's vote back.
#[derive(Debug)]
pub(crate) struct Vote {
    pub(super) input: VoteForGeneration,
}

impl Command for Vote {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::COMMENTS_WRITE)?;
        let VoteForGeneration {
            node_id,
            generation,
            value,
        } = self.input;
        let (project, user) = (write.project_id()?, write.user_id()?);
        let connection = write.read().await?;
        canvas::nodes::find(connection, project, node_id).await?;
        let attempt = generations::row(connection, project, node_id, generation).await?;
        if attempt.text.is_empty() && value.is_for() {
            let sentence = "this attempt left no text; vote for another one";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let before = own(project, generation, user)
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let is_as_it_was = before.is_some() == value.is_for();
        match before {
            _ if is_as_it_was => write.unrecorded("everything was so already"),
            Some(row) => {
                answer_vote::Entity::delete_by_id(row.id)
                    .exec(write.conn().await?)
                    .await
                    .map_err(db)?;
            }
            None => {
                let row = answer_vote::ActiveModel {
                    id: Set(Uuid::now_v7()),
                    project_id: Set(project.uuid()),
                    node_id: Set(node_id.uuid()),
                    generation_id: Set(generation.uuid()),
                    user_id: Set(user.uuid()),
                    created_at: Set(write.now()),
                };
                row.insert(write.conn().await?).await.map_err(db)?;
            }
        }
        let votes = of_answer(project, generation);
        let votes = votes.count(write.read().await?).await.map_err(db)?;
        let voted = VoteEvent::Vote(Voted {
            node_id,
            generation,
            user_id: user,
            value,
            votes,
        });
        let event = FeatureEvent::of(&voted).map_err(Error::internal)?;
        if is_as_it_was {
            write.unchanged(event);
        } else {
            write.emit(event);
        }
        Ok(())
    }
}

impl ProjectCommand for Vote {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Vote {
    const OP: &'static str = "generation.vote";
    type Input = VoteForGeneration;

    fn of(_: Option<OpId>, input: VoteForGeneration) -> Self {
        Self { input }
    }
}
