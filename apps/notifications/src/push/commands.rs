use entity::push_subscription::{ActiveModel, Column, Entity, Model};
use kernel::{Error, PushSubscriptionId, Result, SessionId, UserId};
use platform::{Command, Ctx, Write, db, writer::Record};
use protocol::push::{CreatePushSubscription, DEVICES_PER_PERSON_MAX, PushDeviceView};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter,
};

use super::{queries, row::to_view, seal::seal, server_key::ServerKey, way_out::outbound};

/// Has the caller be told on the device that asks, from now on and as long as its session goes on.
pub(super) async fn add(ctx: &Ctx, input: CreatePushSubscription) -> Result<PushDeviceView> {
    let (user, session) = ctx.session()?;
    let Some(used) = ServerKey::used(&ctx.platform) else {
        let detail = "this server pushes nothing (`push.enabled`); use `email` or `browser`";
        return Err(Error::Forbidden(detail.to_owned()));
    };
    if outbound(&ctx.platform)?
        .may_post(input.endpoint.url())
        .is_err()
    {
        let detail = "must be the address of a push service: https, and reachable by everybody";
        return Err(Error::invalid("/endpoint", detail));
    }
    if seal(b"", &input.keys).is_err() {
        let detail = "must be a public key on P-256";
        return Err(Error::invalid("/keys/p256dh", detail));
    }
    let add = Add {
        user,
        session,
        input,
        server_key: used.public.clone(),
    };
    let row = ctx.write_account(user, add).await?;
    Ok(to_view(row, session, Some(&used)))
}

struct Add {
    user: UserId,
    session: SessionId,
    input: CreatePushSubscription,
    server_key: String,
}

impl Command for Add {
    type Output = Model;

    async fn apply(&self, write: &mut Write) -> Result<Model> {
        let (user, session) = (self.user.uuid(), self.session.uuid());
        let endpoint = self.input.endpoint.url().as_str();
        let keys = &self.input.keys;
        // One browser is one device, and whoever is logged in there now has it.
        let same = Condition::any()
            .add(Column::Endpoint.eq(endpoint))
            .add(Column::SessionId.eq(session));
        let before = Entity::find().filter(same);
        let before = before.all(write.read().await?).await.map_err(db)?;
        let is_anothers = |row: &Model| row.user_id != user && row.auth != keys.auth.get();
        if before.iter().any(is_anothers) {
            let sentence =
                "this endpoint belongs to another device; let the browser subscribe anew";
            return Err(Error::Conflict(sentence.to_owned()));
        }
        let before = before.iter().map(|row| row.id);
        let others = queries::devices(write.now())
            .filter(Column::UserId.eq(user))
            .filter(Column::Id.is_not_in(before.clone()))
            .count(write.read().await?)
            .await
            .map_err(db)?;
        if usize::try_from(others).map_err(Error::internal)? >= DEVICES_PER_PERSON_MAX {
            return Err(Error::LimitReached {
                what: "devices that are told",
                max: DEVICES_PER_PERSON_MAX,
            });
        }
        Entity::delete_many()
            .filter(Column::Id.is_in(before))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        let id = PushSubscriptionId::generate().uuid();
        let row = ActiveModel {
            id: Set(id),
            user_id: Set(user),
            session_id: Set(session),
            endpoint: Set(endpoint.to_owned()),
            p256dh: Set(keys.p256dh.get().to_vec()),
            auth: Set(keys.auth.get().to_vec()),
            server_key: Set(self.server_key.clone()),
            label: Set(write.request().agent.as_deref().map(str::to_owned)),
            created_at: Set(write.now()),
            last_used_at: Set(None),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        write.record(Record::new("push.add", "push_subscription", id));
        Ok(row)
    }
}

/// Tells a device of the caller nothing more.
pub(super) async fn remove(ctx: &Ctx, id: PushSubscriptionId) -> Result<()> {
    let (user, _) = ctx.session()?;
    ctx.write_account(user, Remove { user, id }).await
}

struct Remove {
    user: UserId,
    id: PushSubscriptionId,
}

impl Command for Remove {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let id = self.id.uuid();
        let own = Condition::all()
            .add(Column::Id.eq(id))
            .add(Column::UserId.eq(self.user.uuid()));
        let found = Entity::find().filter(own.clone());
        if found.count(write.read().await?).await.map_err(db)? == 0 {
            return Err(Error::NotFound("device"));
        }
        Entity::delete_many()
            .filter(own)
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("push.remove", "push_subscription", id));
        Ok(())
    }
}
