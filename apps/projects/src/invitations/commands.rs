use chrono::TimeDelta;
use entity::{invitation, project_member, user};
use kernel::{Error, InvitationId, Permission, ProjectId, Result, UserId, policy};
use platform::{Command, Ctx, ProjectCommand, Write, convert, db, keys};
use protocol::{
    events::{Event, InvitationCreated, InvitationEvent, InvitationRevoked},
    invitations::{Accepted, CreateInvitation, INVITATIONS_PER_PROJECT_MAX, InvitationView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};

use super::{jobs::MailInvitation, limits, queries, received, token::token};
use crate::{members, people};

const VALID: TimeDelta = TimeDelta::days(14);

/// Invites by mail. An older invitation to the same address gives way.
pub(super) async fn create(
    ctx: &Ctx,
    project: ProjectId,
    input: CreateInvitation,
) -> Result<InvitationView> {
    let op = ctx.request.op.as_ref();
    let id = op.map_or_else(InvitationId::generate, |op| {
        InvitationId::from_uuid(op.id.uuid())
    });
    let token_hash = keys::token_hash(&token(&ctx.platform.keys, id));
    let create = Create {
        id,
        token_hash,
        input,
    };
    ctx.write(project, create).await?;
    queries::get(ctx, project, id).await
}

struct Create {
    id: InvitationId,
    token_hash: Vec<u8>,
    input: CreateInvitation,
}

impl Command for Create {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let (id, role) = (self.id, self.input.role);
        write.require(Permission::MEMBERS_WRITE)?;
        members::check_grant(write, role)?;
        let (project, now) = (write.project_id()?, write.now());
        let email = self.input.email.as_str();
        if is_member(write, email).await? {
            return Err(Error::Conflict(
                "this address belongs to a member already".to_owned(),
            ));
        }
        let open = queries::open(project, now)
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(open).is_ok_and(|open| open >= INVITATIONS_PER_PROJECT_MAX) {
            let max = INVITATIONS_PER_PROJECT_MAX;
            return Err(Error::LimitReached {
                what: "open invitations of one project",
                max,
            });
        }
        limits::check(write, email).await?;
        invitation::Entity::update_many()
            .col_expr(invitation::Column::RevokedAt, Expr::value(Some(now)))
            .filter(invitation::Column::ProjectId.eq(project.uuid()))
            .filter(invitation::Column::Email.eq(email))
            .filter(invitation::Column::AcceptedAt.is_null())
            .filter(invitation::Column::RevokedAt.is_null())
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let row = invitation::ActiveModel {
            id: Set(id.uuid()),
            project_id: Set(project.uuid()),
            email: Set(email.to_owned()),
            role: Set(convert::stored_role(role)),
            token_hash: Set(self.token_hash.clone()),
            invited_by: Set(write.user_id()?.uuid()),
            created_at: Set(now),
            expires_at: Set(now + VALID),
            accepted_at: Set(None),
            revoked_at: Set(None),
        };
        row.insert(write.conn().await?).await.map_err(db)?;
        write.enqueue(&MailInvitation { invitation: id })?;
        write.emit(InvitationEvent::Create(InvitationCreated { id, role }));
        Ok(())
    }
}

impl ProjectCommand for Create {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

async fn is_member(write: &mut Write, email: &str) -> Result<bool> {
    let found = project_member::Entity::find()
        .find_also_related(user::Entity)
        .filter(project_member::Column::ProjectId.eq(write.project_id()?.uuid()))
        .filter(user::Column::Email.eq(email))
        .one(write.read().await?)
        .await
        .map_err(db)?;
    Ok(found.is_some())
}

/// Takes an invitation back.
pub(super) struct Revoke {
    pub(super) id: InvitationId,
}

impl Command for Revoke {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id;
        write.require(Permission::MEMBERS_DELETE)?;
        open(write, id).await?;
        end(write, id).await
    }
}

impl ProjectCommand for Revoke {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Makes the caller a member, who was invited.
pub(super) async fn accept(ctx: &Ctx, token_or_id: &str) -> Result<Accepted> {
    let (user, _) = ctx.session()?;
    let invitation = received::find(ctx, token_or_id).await?;
    let project_id = invitation.project_id.into();
    let role = convert::role(invitation.role);
    let id = InvitationId::from_uuid(invitation.id);
    ctx.write(project_id, Accept { id, user }).await?;
    Ok(Accepted { project_id, role })
}

struct Accept {
    id: InvitationId,
    user: UserId,
}

impl Command for Accept {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { id, user } = *self;
        write.require_alive()?;
        let now = write.now();
        let row = acceptable(write, id).await?;
        let person = addressee(write, user, &row).await?;
        if write.role_of(user).is_some() {
            return Err(Error::Conflict(
                "you are a member of this project already".to_owned(),
            ));
        }
        let change = invitation::ActiveModel {
            id: Set(row.id),
            accepted_at: Set(Some(now)),
            ..Default::default()
        };
        invitation::Entity::update(change)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        members::join(write, &person, convert::role(row.role)).await?;
        Ok(())
    }
}

/// Ends an invitation that the caller does not want.
pub(super) async fn decline(ctx: &Ctx, token_or_id: &str) -> Result<()> {
    let (user, _) = ctx.session()?;
    let invitation = received::find(ctx, token_or_id).await?;
    let id = InvitationId::from_uuid(invitation.id);
    let project = invitation.project_id.into();
    ctx.write(project, Decline { id, user }).await?;
    Ok(())
}

struct Decline {
    id: InvitationId,
    user: UserId,
}

impl Command for Decline {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let Self { id, user } = *self;
        write.require_alive()?;
        let row = open(write, id).await?;
        addressee(write, user, &row).await?;
        end(write, id).await
    }
}

impl ProjectCommand for Decline {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

async fn open(write: &mut Write, id: InvitationId) -> Result<invitation::Model> {
    queries::open(write.project_id()?, write.now())
        .filter(invitation::Column::Id.eq(id.uuid()))
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound("invitation"))
}

async fn end(write: &mut Write, id: InvitationId) -> Result<()> {
    let now = write.now();
    let change = invitation::ActiveModel {
        id: Set(id.uuid()),
        revoked_at: Set(Some(now)),
        ..Default::default()
    };
    invitation::Entity::update(change)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(InvitationEvent::Revoke(InvitationRevoked { id }));
    Ok(())
}

/// Whoever calls, if the invitation is to their address.
async fn addressee(
    write: &mut Write,
    user: UserId,
    row: &invitation::Model,
) -> Result<user::Model> {
    let person = user::Entity::find_by_id(user.uuid())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::Unauthenticated)?;
    if person.email != row.email {
        let sentence = "this invitation was sent to another address; log in with the account of \
            that address, or ask for an invitation to yours";
        return Err(Error::Forbidden(sentence.to_owned()));
    }
    Ok(person)
}

/// An open invitation. One by somebody who could not invite to this role today is none.
async fn acceptable(write: &mut Write, id: InvitationId) -> Result<invitation::Model> {
    let row = open(write, id).await?;
    let inviter = row.invited_by.into();
    let grants = |own| policy::may_grant(own, convert::role(row.role));
    let may_invite = write.may(inviter, Permission::MEMBERS_WRITE)
        && write.role_of(inviter).is_some_and(grants)
        && people::is_active(write, inviter).await?;
    if !may_invite {
        return Err(Error::NotFound("invitation"));
    }
    Ok(row)
}

impl ProjectCommand for Accept {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
