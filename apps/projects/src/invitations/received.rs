//! Invitations as the person sees them who is invited.

use entity::{invitation, project, project_member, user};
use http::page;
use kernel::{Error, InvitationId, Result, Role, policy};
use platform::{Ctx, access::public_name, convert, db, keys};
use protocol::{Page, invitations::ReceivedInvitation, page::PageQuery};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};
use uuid::Uuid;

use super::queries;

const LIST: &str = "received invitations";

/// The invitations to the caller's address, where that is known to be theirs, that they can accept.
pub(super) async fn list(ctx: &Ctx, query: PageQuery) -> Result<Page<ReceivedInvitation>> {
    let person = person(ctx).await?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::after(&ctx.platform, LIST, query.cursor.as_deref())?;
    if !reads_mail(ctx, &person) {
        return Ok(Page {
            items: Vec::new(),
            next_cursor: None,
        });
    }
    let mut select = queries::acceptable(ctx.now())
        .filter(invitation::Column::Email.eq(person.email))
        .join(JoinType::InnerJoin, invitation::Relation::Project.def())
        .filter(project::Column::DeletedAt.is_null())
        .order_by_asc(invitation::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        select = select.filter(invitation::Column::Id.gt(after));
    }
    let rows = select.all(ctx.reader()).await.map_err(db)?;
    let page = page::page(&ctx.platform, LIST, limit, rows, |row| row.id, |row| row)?;
    let mut items = Vec::new();
    for row in page.items {
        items.extend(view(ctx, row).await?);
    }
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// Nothing if whoever invited could not invite to this role today.
async fn view(ctx: &Ctx, row: invitation::Model) -> Result<Option<ReceivedInvitation>> {
    let project = project::Entity::find_by_id(row.project_id)
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let inviter = project_member::Entity::find_by_id((row.project_id, row.invited_by))
        .find_also_related(user::Entity)
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let (Some(project), Some((membership, Some(inviter)))) = (project, inviter) else {
        return Ok(None);
    };
    let role: Role = convert::role(row.role);
    if !policy::may_grant(convert::role(membership.role), role) || inviter.disabled_at.is_some() {
        return Ok(None);
    }
    Ok(Some(ReceivedInvitation {
        id: row.id.into(),
        project_id: row.project_id.into(),
        project_name: project.name,
        role,
        invited_by: public_name(&inviter),
        created_at: row.created_at.into(),
        expires_at: row.expires_at.into(),
    }))
}

/// The invitation of this token; or of this id, if it is to the caller's address. Others have no id.
pub(super) async fn find(ctx: &Ctx, token_or_id: &str) -> Result<invitation::Model> {
    let unknown = Error::NotFound("invitation");
    let by_id: Option<InvitationId> = token_or_id.parse().ok();
    let select = match by_id {
        None => invitation::Entity::find()
            .filter(invitation::Column::TokenHash.eq(keys::token_hash(token_or_id))),
        Some(id) => {
            let person = person(ctx).await?;
            if !reads_mail(ctx, &person) {
                return Err(unknown);
            }
            invitation::Entity::find_by_id(id.uuid())
                .filter(invitation::Column::Email.eq(person.email))
        }
    };
    let found = select.one(ctx.reader()).await.map_err(db)?;
    found.ok_or(unknown)
}

async fn person(ctx: &Ctx) -> Result<user::Model> {
    let (id, _) = ctx.session()?;
    let found = user::Entity::find_by_id(id.uuid()).one(ctx.reader()).await;
    found.map_err(db)?.ok_or(Error::Unauthenticated)
}

/// Whether the address of an account counts as its owner's.
fn reads_mail(ctx: &Ctx, person: &user::Model) -> bool {
    person.email_verified_at.is_some() || !ctx.platform.settings.confirms_addresses()
}
