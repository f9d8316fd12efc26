use entity::{answer_feedback, enums, generation};
use kernel::{Error, GenerationId, NodeId, Permission, ProjectId, Result};
use platform::{Command, ProjectCommand, Write, db, writer::Record};
use protocol::{
    events::Event,
    feedback::{GiveFeedback, RATING_MAX, RATING_MIN},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::queries::own;

/// Says what one thinks of an answer, in place of what one said before.
#[derive(Debug)]
pub(super) struct Give {
    pub(super) node: NodeId,
    pub(super) answer: GenerationId,
    pub(super) input: GiveFeedback,
}

impl Command for Give {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::COSTS_READ)?;
        let input = &self.input;
        if let Some(rating) = input.rating
            && !(RATING_MIN..=RATING_MAX).contains(&rating)
        {
            let detail = format!("must be from {RATING_MIN} to {RATING_MAX}");
            return Err(Error::invalid("/rating", detail));
        }
        if input.rating.is_none() && input.is_helpful.is_none() && input.comment.is_none() {
            let detail = "give a `rating`, `isHelpful` or a `comment`";
            return Err(Error::invalid("", detail));
        }
        let (project, user, now) = (write.project_id()?, write.user_id()?, write.now());
        find_answer(write, project, self.node, self.answer).await?;
        let before = own(project, self.answer, user)
            .one(write.read().await?)
            .await
            .map_err(db)?;
        let row = answer_feedback::ActiveModel {
            id: Set(before.as_ref().map_or_else(Uuid::now_v7, |row| row.id)),
            project_id: Set(project.uuid()),
            generation_id: Set(self.answer.uuid()),
            user_id: Set(user.uuid()),
            rating: Set(input.rating.map(i16::from)),
            is_helpful: Set(input.is_helpful),
            comment: Set(input.comment.clone().map(Into::into)),
            created_at: Set(before.as_ref().map_or(now, |row| row.created_at)),
            updated_at: Set(now),
        };
        let connection = write.conn().await?;
        match before {
            Some(_) => row.update(connection).await.map_err(db)?,
            None => row.insert(connection).await.map_err(db)?,
        };
        write.record(Record::new(
            "feedback.give",
            "generation",
            self.answer.uuid(),
        ));
        Ok(())
    }
}

impl ProjectCommand for Give {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

/// An answer that is there, and whole.
async fn find_answer(
    write: &mut Write,
    project: ProjectId,
    node: NodeId,
    answer: GenerationId,
) -> Result<()> {
    generation::Entity::find_by_id((project.uuid(), answer.uuid()))
        .filter(generation::Column::NodeId.eq(node.uuid()))
        .filter(generation::Column::State.eq(enums::RunState::Completed))
        .one(write.read().await?)
        .await
        .map_err(db)?
        .map(drop)
        .ok_or(Error::NotFound("answer"))
}

/// Takes back what one said.
#[derive(Debug)]
pub(super) struct Withdraw {
    pub(super) answer: GenerationId,
}

impl Command for Withdraw {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::COSTS_READ)?;
        let (project, user) = (write.project_id()?, write.user_id()?);
        let row = own(project, self.answer, user)
            .one(write.read().await?)
            .await
            .map_err(db)?
            .ok_or(Error::NotFound("feedback"))?;
        answer_feedback::Entity::delete_by_id(row.id)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new(
            "feedback.withdraw",
            "generation",
            self.answer.uuid(),
        ));
        Ok(())
    }
}

impl ProjectCommand for Withdraw {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}
