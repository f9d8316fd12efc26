use chrono::TimeDelta;
use entity::project_transfer;
use kernel::{Error, Permission, Result, UserId};
use platform::{Command, ProjectCommand, Write, db, writer::Record};
use protocol::{
    events::Event,
    transfer::{OfferTransfer, TransferView},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::queries;
use crate::{people, projects};

const VALID: TimeDelta = TimeDelta::days(14);

/// Offers the project to another member. An older offer gives way.
pub(super) struct Offer {
    pub(super) input: OfferTransfer,
}

impl Command for Offer {
    type Output = TransferView;

    async fn apply(&self, write: &mut Write) -> Result<TransferView> {
        let to = self.input.user_id;
        write.require(Permission::OWNERSHIP_WRITE)?;
        let (project, owner, now) = (write.project_id()?, write.user_id()?, write.now());
        if to == owner {
            return Err(Error::invalid("/userId", "is the owner already"));
        }
        if write.role_of(to).is_none() {
            return Err(Error::invalid(
                "/userId",
                "must be a member of the project; add them first",
            ));
        }
        check_receiver(write, to).await?;
        remove(write).await?;
        let row = project_transfer::ActiveModel {
            project_id: Set(project.uuid()),
            offered_by: Set(owner.uuid()),
            offered_to: Set(to.uuid()),
            created_at: Set(now),
            expires_at: Set(now + VALID),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        let offered = json!({"userId": to});
        write.record(Record::new("transfer.offer", "project", project.uuid()).with(offered));
        Ok(queries::to_view(row))
    }
}

impl ProjectCommand for Offer {
    fn replay(&self, _event: &Event) -> Result<TransferView> {
        Err(Error::OpReused)
    }
}

/// Refuses a project for somebody who cannot use it, or has too many.
async fn check_receiver(write: &mut Write, to: UserId) -> Result<()> {
    if !people::is_active(write, to).await? {
        return Err(Error::invalid(
            "/userId",
            "must have an account that can be used",
        ));
    }
    let bytes = projects::stored_bytes(write).await?;
    projects::check_room(write, to, bytes).await?;
    projects::check_room_for_files(write, to).await
}

fn record(write: &mut Write, action: &'static str) -> Result<()> {
    let project = write.project_id()?.uuid();
    write.record(Record::new(action, "project", project));
    Ok(())
}

async fn remove(write: &mut Write) -> Result<()> {
    let project = write.project_id()?.uuid();
    project_transfer::Entity::delete_by_id(project)
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// The offer at hand, for those whom it concerns.
async fn of_caller(write: &mut Write) -> Result<project_transfer::Model> {
    write.require(Permission::MEMBERS_READ)?;
    let (project, caller, now) = (write.project_id()?, write.user_id()?.uuid(), write.now());
    let offer = queries::open(write.read().await?, project, now).await?;
    offer
        .filter(|offer| [offer.offered_to, offer.offered_by].contains(&caller))
        .ok_or(Error::NotFound("transfer"))
}

/// Takes the offer back, or declines it.
pub(super) struct Withdraw;

impl Command for Withdraw {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        of_caller(write).await?;
        remove(write).await?;
        record(write, "transfer.withdraw")
    }
}

impl ProjectCommand for Withdraw {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

/// Makes the caller, to whom the project is offered, its owner; the old owner stays as an admin.
pub(super) struct Accept;

impl Command for Accept {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let offer = of_caller(write).await?;
        let caller = write.user_id()?;
        if offer.offered_to != caller.uuid() {
            return Err(Error::Forbidden(
                "only the member to whom the project is offered can accept it".to_owned(),
            ));
        }
        check_receiver(write, caller).await?;
        remove(write).await?;
        projects::hand_over(write, offer.offered_by.into(), caller).await
    }
}

impl ProjectCommand for Accept {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}
