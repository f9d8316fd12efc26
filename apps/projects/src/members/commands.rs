use entity::{project_member, user};
use kernel::{Error, OpId, Permission, Result, Role, UserId, policy};
use platform::{Command, Operation, ProjectCommand, Write, access::public_name, convert, db};
use protocol::{
    events::{Event, MemberAdded, MemberEvent},
    members::{AddMember, MEMBERS_PER_PROJECT_MAX, MemberRef, UpdateMember},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::projects;

/// Adds a person who has an account, by its id, which only those know who have met them.
pub(crate) struct Add {
    pub(super) input: AddMember,
}

impl Command for Add {
    type Output = UserId;

    async fn apply(&self, write: &mut Write) -> Result<UserId> {
        let input = self.input;
        write.require(Permission::MEMBERS_WRITE)?;
        check_grant(write, input.role)?;
        let person = find_person(write, input.user_id).await?;
        if write.role_of(person.id.into()).is_some() {
            let sentence = "this person is a member already; change their role instead";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        join(write, &person, input.role).await
    }
}

impl ProjectCommand for Add {
    fn replay(&self, event: &Event) -> Result<UserId> {
        let added = |event: &Event| match event {
            Event::Member(MemberEvent::Add(added)) => Some(added.user_id),
            Event::Member(MemberEvent::Update(_) | MemberEvent::Remove(_))
            | Event::Project(_)
            | Event::Invitation(_)
            | Event::Node(_)
            | Event::Edge(_)
            | Event::Generation(_)
            | Event::Refresh(_)
            | Event::Instructions(_)
            | Event::Feature(_)
            | Event::Batch(_) => None,
        };
        event.parts().iter().find_map(added).ok_or(Error::OpReused)
    }
}

impl Operation for Add {
    const OP: &'static str = "member.add";
    type Input = AddMember;

    fn of(_id: Option<OpId>, input: AddMember) -> Self {
        Self { input }
    }
}

async fn find_person(write: &mut Write, id: UserId) -> Result<user::Model> {
    user::Entity::find_by_id(id.uuid())
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
    write.emit(MemberEvent::Add(MemberAdded {
        user_id,
        role,
        name,
        avatar,
    }));
    Ok(user_id)
}

/// Changes a member's role.
pub(crate) struct Update {
    pub(super) input: UpdateMember,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = self.input;
        write.require(Permission::MEMBERS_WRITE)?;
        let current = write
            .role_of(input.user_id)
            .ok_or(Error::NotFound("member"))?;
        check_target(write, input.user_id, current)?;
        check_grant(write, input.role)?;
        if current == input.role {
            write.unchanged(MemberEvent::Update(input));
            return Ok(());
        }
        projects::set_role(write, input.user_id, input.role).await?;
        write.emit(MemberEvent::Update(input));
        write.was(json!({"userId": input.user_id, "role": current}));
        Ok(())
    }
}

impl ProjectCommand for Update {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Update {
    const OP: &'static str = "member.update";
    type Input = UpdateMember;

    fn of(_id: Option<OpId>, input: UpdateMember) -> Self {
        Self { input }
    }
}

/// Takes a member out; everyone may take out themselves, but for the owner.
pub(crate) struct Remove {
    pub(super) input: MemberRef,
}

impl Command for Remove {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = self.input;
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
        take_out(write, input).await
    }
}

/// Ends a membership.
pub(super) async fn take_out(write: &mut Write, member: MemberRef) -> Result<()> {
    let id = (write.project_id()?.uuid(), member.user_id.uuid());
    project_member::Entity::delete_by_id(id)
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    let role = write.role_of(member.user_id);
    write.emit(MemberEvent::Remove(member));
    write.was(json!({"userId": member.user_id, "role": role}));
    Ok(())
}

impl ProjectCommand for Remove {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

impl Operation for Remove {
    const OP: &'static str = "member.remove";
    type Input = MemberRef;

    fn of(_id: Option<OpId>, input: MemberRef) -> Self {
        Self { input }
    }
}

/// Refuses what the policy lets nobody of the caller's role grant.
pub(crate) fn check_grant(write: &Write, role: Role) -> Result<()> {
    let own = write.role_of_caller();
    if own.is_some_and(|own| policy::may_grant(own, role)) {
        return Ok(());
    }
    Err(match role {
        Role::Owner => Error::invalid("/role", "a project has one owner; transfer it instead"),
        Role::Admin | Role::Editor | Role::Member | Role::Viewer => {
            Error::Forbidden("nobody can grant a role above their own".to_owned())
        }
    })
}

/// Refuses to touch whom the policy protects from the caller's role; people may always leave, but for the
/// owner.
fn check_target(write: &Write, target: UserId, current: Role) -> Result<()> {
    let is_own = write.user_id()? == target;
    let role = write.role_of_caller();
    if role.is_some_and(|role| policy::may_change_member(role, current)) {
        return Ok(());
    }
    match current {
        Role::Owner if is_own => Err(Error::Conflict(
            "the owner cannot leave or step down; transfer the project first".to_owned(),
        )),
        Role::Owner => Err(Error::Forbidden(
            "nobody can change the owner's membership".to_owned(),
        )),
        Role::Admin | Role::Editor | Role::Member | Role::Viewer if is_own => Ok(()),
        Role::Admin | Role::Editor | Role::Member | Role::Viewer => Err(Error::Forbidden(
            "only the owner can change another admin's membership".to_owned(),
        )),
    }
}
