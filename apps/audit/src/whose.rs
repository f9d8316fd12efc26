//! Whose records are read.

use entity::audit_record::Column;
use kernel::UserId;
use platform::ProjectAccess;
use sea_orm::{ColumnTrait, Condition};

const LIST: &str = "audit";

/// Whose records.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    /// What happened in one project, for those who look after it.
    Project(ProjectAccess),
    /// What somebody did, and what was done to their account.
    Own(UserId),
    Everybody,
}

impl Whose {
    /// Which rows: several kinds that have none in common, so that each is found by an index of its own.
    pub(crate) fn kinds(&self) -> Vec<Condition> {
        match self {
            Self::Project(access) => {
                vec![Condition::all().add(Column::ProjectId.eq(access.project.uuid()))]
            }
            Self::Own(user) => {
                let done_by = Condition::all().add(Column::ActorId.eq(user.uuid()));
                let by_another = Condition::any()
                    .add(Column::ActorId.is_null())
                    .add(Column::ActorId.ne(user.uuid()));
                let done_to = Condition::all()
                    .add(Column::Subject.eq("user"))
                    .add(Column::SubjectId.eq(user.uuid()))
                    .add(by_another);
                vec![done_by, done_to]
            }
            Self::Everybody => vec![Condition::all()],
        }
    }

    /// A cursor is good for the list that it came from.
    pub(crate) fn list(&self) -> String {
        match self {
            Self::Project(access) => format!("{LIST} of {}", access.project),
            Self::Own(user) => format!("{LIST} of {user}"),
            Self::Everybody => LIST.to_owned(),
        }
    }
}
