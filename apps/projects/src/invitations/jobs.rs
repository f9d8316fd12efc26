use entity::{invitation, project, user};
use futures::future::BoxFuture;
use kernel::{Error, InvitationId, Result};
use platform::{Platform, access::public_name, db, jobs::Job, mail::Mail};
use sea_orm::EntityTrait;
use serde::Deserialize;

use super::commands::token;

pub(crate) const MAIL_JOB: &str = "invitation.mail";

#[derive(Deserialize)]
struct Payload {
    invitation: InvitationId,
}

/// The job: mails an invitation.
pub(crate) fn mail(job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Payload { invitation: id } =
            serde_json::from_value(job.payload).map_err(Error::internal)?;
        send(&job.platform, id).await
    })
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
    let (name, token) = (public_name(&inviter), token(&platform.keys, id));
    let link = format!("{}/invitations/{token}", platform.settings.public_url());
    let mail = Mail {
        to: row.email,
        subject: format!("{name} invites you to {}", project.name),
        text: format!(
            "{name} invites you to work on \"{}\" in NonLinear.\n\nTo accept, log in or register \
             with this address and open:\n{link}\n\nThe invitation's token is:\n{token}\n\nIt is \
             valid until {}. If you do not know {name}, ignore this mail.\n",
            project.name,
            row.expires_at.format("%Y-%m-%d"),
        ),
    };
    platform.mailer.send(mail).await
}
