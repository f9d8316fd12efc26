use axum::body::Bytes;
use entity::{avatar, user};
use kernel::{Result, UserId};
use platform::{
    Command, Ctx, Write, db,
    keys::{random_token, token_hash},
    writer::Record,
};
use protocol::users::UserView;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::pictures::{self, Picture};
use crate::users;

/// Where pictures are; the token follows. It has no host, so that it stays right when the server moves.
const ADDRESS: &str = "/api/v1/avatars/";

/// Keeps another picture of whoever is logged in.
pub(super) async fn put(ctx: &Ctx, sent: &Bytes) -> Result<UserView> {
    let (user, _) = ctx.session()?;
    let picture = pictures::make(sent).await?;
    let token = random_token();
    let put = Put {
        user,
        picture,
        token_hash: token_hash(&token),
        address: format!("{ADDRESS}{token}"),
    };
    ctx.write_account(user, put).await?;
    users::me(ctx).await
}

struct Put {
    user: UserId,
    picture: Picture,
    token_hash: Vec<u8>,
    address: String,
}

impl Command for Put {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        use avatar::Column;
        let row = avatar::ActiveModel {
            user_id: Set(self.user.uuid()),
            token_hash: Set(self.token_hash.clone()),
            media_type: Set(self.picture.media_type.to_owned()),
            picture: Set(self.picture.bytes.clone()),
            created_at: Set(write.now()),
        };
        let replace = OnConflict::column(Column::UserId)
            .update_columns([
                Column::TokenHash,
                Column::MediaType,
                Column::Picture,
                Column::CreatedAt,
            ])
            .to_owned();
        avatar::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        point(write, self.user, Some(self.address.clone())).await?;
        write.record(Record::new("avatar.put", "user", self.user.uuid()));
        Ok(())
    }
}

async fn point(write: &mut Write, user: UserId, address: Option<String>) -> Result<()> {
    let now = write.now();
    user::Entity::update_many()
        .col_expr(user::Column::Avatar, Expr::value(address))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(user.uuid()))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Removes the picture of whoever is logged in.
pub(super) async fn delete(ctx: &Ctx) -> Result<()> {
    let (user, _) = ctx.session()?;
    ctx.write_account(user, Delete { user }).await
}

struct Delete {
    user: UserId,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let row = users::by_id(write.read().await?, self.user).await?;
        if row.avatar.is_none() {
            return Ok(());
        }
        forget(write, self.user).await?;
        point(write, self.user, None).await?;
        write.record(Record::new("avatar.delete", "user", self.user.uuid()));
        Ok(())
    }
}

/// Keeps the picture no longer, whatever stands in its place.
pub(crate) async fn forget(write: &mut Write, user: UserId) -> Result<()> {
    avatar::Entity::delete_by_id(user.uuid())
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}
