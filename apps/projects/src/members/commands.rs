use entity::{project_member, user};
use kernel::{Error, Permission, ProjectId, Result, Role, UserId};
use platform::{Ctx, Write, access::public_name, convert, db};
use protocol::{
    events::{Event, MemberAdded},
    members::{
        AddMember, MEMBERS_PER_PROJECT_MAX, MemberRef, MemberView, PatchMember, UpdateMember,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::queries;
use crate::projects;

/// Adds a person who has an account.
pub async fn apply_add(write: &mut Write, input: &AddMember) -> Result<UserId> {
    write.require(Permission::MEMBERS_WRITE)?;
    check_grant(write, input.role)?;
    let person = find_person(write, input).await?;
    if write.role_of(person.id.into()).is_some() {
        let sentence = "this person is a member already; change their role instead";
        return Err(Error::Conflict(sentence.to_owned()));
    }
    join(write, &person, input.role).await
}

async fn find_person(write: &mut Write, input: &AddMember) -> Result<user::Model> {
    let select = match (&input.user_id, &input.email) {
        (Some(id), None) => user::Entity::find_by_id(id.uuid()),
        (None, Some(email)) => user::Entity::find().filter(user::Column::Email.eq(email.as_str())),
        _ => return Err(Error::invalid("", "give either `email` or `userId`")),
    };
    select
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::DisabledAt.is_null())
        .one(write.read().await?)
        .await
        .map_err(db)?
        .ok_or(Error::NotFound(
            "account; send an invitation by e-mail instead",
        ))
}

/// Makes somebody a member, whoever decided it.
pub(crate) async fn join(write: &mut Write, person: &user::Model, role: Role) -> Result<UserId> {
    if write.member_count() >= MEMBERS_PER_PROJECT_MAX {
        let max = MEMBERS_PER_PROJECT_MAX;
        return Err(Error::LimitReached {
            what: "members of one project",
            max,
        });
    }
    let row = project_member::ActiveModel {
        project_id: Set(write.project_id()?.uuid()),
        user_id: Set(person.id),
        role: Set(convert::stored_role(role)),
        joined_at: Set(write.now()),
    };
    row.insert(write.conn().await?).await.map_err(db)?;
    let user_id = person.id.into();
    let (name, avatar) = (public_name(person), person.avatar.clone());
    write.emit(Event::MemberAdd(MemberAdded {
        user_id,
        role,
        name,
        avatar,
    }));
    Ok(user_id)
}

/// Changes a member's role.
pub async fn apply_update(write: &mut Write, input: &UpdateMember) -> Result<()> {
    write.require(Permission::MEMBERS_WRITE)?;
    let current = write
        .role_of(input.user_id)
        .ok_or(Error::NotFound("member"))?;
    check_target(write, input.user_id, current)?;
    check_grant(write, input.role)?;
    if current == input.role {
        write.unchanged(Event::MemberUpdate(*input));
        return Ok(());
    }
    projects::set_role(write, input.user_id, input.role).await?;
    write.emit(Event::MemberUpdate(*input));
    Ok(())
}

/// Takes a member out; everyone may take out themselves, but for the owner.
pub async fn apply_remove(write: &mut Write, input: &MemberRef) -> Result<()> {
    let leaves = write.user_id()? == input.user_id;
    write.require(if leaves {
        Permission::MEMBERS_READ
    } else {
        Permission::MEMBERS_DELETE
    })?;
    let current = write
        .role_of(input.user_id)
        .ok_or(Error::NotFound("member"))?;
    check_target(write, input.user_id, current)?;
    let id = (write.project_id()?.uuid(), input.user_id.uuid());
    project_member::Entity::delete_by_id(id)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    write.emit(Event::MemberRemove(*input));
    Ok(())
}

/// Nobody grants above their own role, and ownership is transferred, not granted.
pub(crate) fn check_grant(write: &Write, role: Role) -> Result<()> {
    if role == Role::Owner {
        return Err(Error::invalid(
            "/role",
            "a project has one owner; transfer it instead",
        ));
    }
    match write.role_of_caller() {
        Some(own) if role <= own => Ok(()),
        _ => Err(Error::Forbidden(
            "nobody can grant a role above their own".to_owned(),
        )),
    }
}

/// The owner stays who they are, and admins do not touch each other.
fn check_target(write: &Write, target: UserId, current: Role) -> Result<()> {
    let own = write.user_id()? == target;
    match current {
        Role::Owner if own => Err(Error::Conflict(
            "the owner cannot leave or step down; transfer the project first".to_owned(),
        )),
        Role::Owner => Err(Error::Forbidden(
            "nobody can change the owner's membership".to_owned(),
        )),
        Role::Admin if !own && write.role_of_caller() != Some(Role::Owner) => Err(
            Error::Forbidden("only the owner can change another admin's membership".to_owned()),
        ),
        Role::Admin | Role::Editor | Role::Member | Role::Viewer => Ok(()),
    }
}

pub(super) async fn add(ctx: &Ctx, project: ProjectId, input: AddMember) -> Result<MemberView> {
    let receipt = ctx
        .write(project, None, input, |write, input| {
            Box::pin(apply_add(write, input))
        })
        .await?;
    let before = receipt
        .committed
        .as_deref()
        .map(|committed| &committed.event);
    let added = match (receipt.value, before) {
        (Some(user), _) => user,
        (None, Some(Event::MemberAdd(added))) => added.user_id,
        (None, _) => return Err(Error::OpReused),
    };
    queries::get(ctx, project, added).await
}

pub(super) async fn update(
    ctx: &Ctx,
    project: ProjectId,
    user_id: UserId,
    input: PatchMember,
) -> Result<MemberView> {
    let input = UpdateMember {
        user_id,
        role: input.role,
    };
    ctx.write(project, None, input, |write, input| {
        Box::pin(apply_update(write, input))
    })
    .await?;
    queries::get(ctx, project, user_id).await
}

pub(super) async fn remove(ctx: &Ctx, project: ProjectId, user_id: UserId) -> Result<()> {
    let input = MemberRef { user_id };
    ctx.write(project, None, input, |write, input| {
        Box::pin(apply_remove(write, input))
    })
    .await?;
    Ok(())
}
