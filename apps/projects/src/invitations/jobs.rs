use entity::{invitation, project, user};
use kernel::{Error, InvitationId, Result};
use platform::{Job, JobContext, Platform, Queue, access::public_name, db, mail::Mail};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};

use super::token::{link, token_of};

/// The same for everybody: whoever invites chooses names, and could have us send any words to anybody.
const SUBJECT: &str = "An invitation to NonLinear";

/// Mails an invitation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MailInvitation {
    pub(super) invitation: InvitationId,
}

impl Job for MailInvitation {
    const KIND: &'static str = "invitation.mail";
    const QUEUE: Queue = Queue::Mail;
}

pub(crate) async fn mail(job: MailInvitation, context: JobContext) -> Result<()> {
    send(&context.platform, job.invitation).await
}

async fn send(platform: &Platform, id: InvitationId) -> Result<()> {
    let reader = platform.database.reader();
    let row = invitation::Entity::find_by_id(id.uuid())
        .one(reader)
        .await
        .map_err(db)?;
    // Taken back or accepted meanwhile: there is nothing left to say.
    let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.accepted_at.is_none()) else {
        return Ok(());
    };
    let project = project::Entity::find_by_id(row.project_id)
        .one(reader)
        .await
        .map_err(db)?;
    let inviter = user::Entity::find_by_id(row.invited_by)
        .one(reader)
        .await
        .map_err(db)?;
    let (Some(project), Some(inviter)) = (project, inviter) else {
        return Ok(());
    };
    let name = public_name(&inviter);
    let token = token_of(&platform.keys, &row);
    let (token, _) = token.ok_or_else(|| Error::internal("this token's key was dropped"))?;
    let link = link(platform, &token);
    let mail = Mail {
        to: row.email,
        subject: SUBJECT.to_owned(),
        text: format!(
            "{name} invites you to work on \"{}\" in NonLinear.\n\nTo accept, log in or register \
             with this address and open:\n{link}\n\nThe invitation's token is:\n{token}\n\nIt is \
             valid until {}. If you do not know {name}, ignore this mail.\n",
            project.name,
            row.expires_at.format("%Y-%m-%d"),
        ),
        unsubscribe: None,
    };
    platform.mailer.send(mail).await
}
