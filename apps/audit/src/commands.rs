//! That somebody took records away is a record as well.

use kernel::{Error, Permission, Result, UserId};
use platform::{Command, Ctx, ProjectCommand, Write, writer::Record};
use protocol::events::Event;
use uuid::Uuid;

use crate::whose::Whose;

const ACTION: &str = "audit.export";

pub(crate) async fn note_export(ctx: &Ctx, whose: &Whose) -> Result<()> {
    match whose {
        Whose::Project(access) => {
            let noted = ctx.write_as(access.project, None, NoteOfProject).await;
            noted.map(drop)
        }
        Whose::Own(user) => {
            let note = Note {
                subject: "user",
                id: Some(user.uuid()),
            };
            ctx.write_account(*user, note).await
        }
        Whose::Everybody => {
            let user: UserId = ctx.user_id()?;
            let note = Note {
                subject: "server",
                id: None,
            };
            ctx.write_account(user, note).await
        }
    }
}

struct NoteOfProject;

impl Command for NoteOfProject {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.require(Permission::OVERSIGHT_READ)?;
        let project = write.project_id()?.uuid();
        write.record(Record::new(ACTION, "project", project));
        Ok(())
    }
}

impl ProjectCommand for NoteOfProject {
    fn replay(&self, _event: &Event) -> Result<()> {
        Err(Error::OpReused)
    }
}

struct Note {
    subject: &'static str,
    id: Option<Uuid>,
}

impl Command for Note {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.record(Record::about(ACTION, self.subject, self.id));
        Ok(())
    }
}
