//! Every way an account changes, apart from its credentials.

use std::{str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::{project, recovery_code, user};
use kernel::{Error, Result, UserId};
use platform::{Command, Ctx, Job, Platform, Queue, Write, db, writer::Record};
use protocol::{
    Email, FirstName, LastName, Username,
    preferences::{PatchNotifications, PatchPreferences, Preferences},
    users::{DeleteUser, Instructions, PatchUser, UserView},
    values::{Avatar, TimeZone},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr, sea_query::Expr,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::queries;
use crate::{
    auth::{self, Guard},
    avatars, tokens,
};

/// What a person tells models changed, or the person is no more: done where it is known what that
/// means for answers.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct InstructionsChanged {
    pub user: UserId,
}

impl Job for InstructionsChanged {
    const KIND: &'static str = "user.instructions";
    const QUEUE: Queue = Queue::Short;
}

/// Somebody's account was disabled or deleted: whatever still goes on in their name ends, where it is
/// known what that is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AccountClosed {
    pub user: UserId,
}

impl Job for AccountClosed {
    const KIND: &'static str = "user.closed";
    const QUEUE: Queue = Queue::Short;
    // It goes on costing money until then.
    const PRIORITY: i16 = 10;
}

/// Somebody deleted their account: they leave all projects.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AccountDeleted {
    pub user: UserId,
}

impl Job for AccountDeleted {
    const KIND: &'static str = "user.deleted";
    const QUEUE: Queue = Queue::Short;
}

/// An account that is about to exist; its password is hashed already.
#[derive(Debug)]
pub(crate) struct NewUser {
    pub(crate) id: UserId,
    pub(crate) email: Email,
    pub(crate) username: Option<Username>,
    pub(crate) first_name: Option<FirstName>,
    pub(crate) last_name: Option<LastName>,
    pub(crate) preferences: PatchPreferences,
    pub(crate) password_hash: String,
    pub(crate) verified: bool,
}

pub(crate) async fn insert(write: &mut Write, new: &NewUser) -> Result<user::Model> {
    refuse_taken(write.read().await?, &new.email, new.username.as_ref()).await?;
    let now = write.now();
    let row = user::ActiveModel {
        id: Set(new.id.uuid()),
        email: Set(new.email.as_str().to_owned()),
        email_verified_at: Set(new.verified.then_some(now)),
        username: Set(new.username.clone().map(String::from)),
        username_key: Set(new.username.as_ref().map(Username::key)),
        password_hash: Set(new.password_hash.clone()),
        first_name: Set(new.first_name.clone().map(String::from)),
        last_name: Set(new.last_name.clone().map(String::from)),
        avatar: Set(None),
        preferences: Set(preferred(None, Some(new.preferences.clone()))?),
        instructions: Set(None),
        totp_secret: Set(None),
        totp_confirmed_at: Set(None),
        totp_last_step: Set(None),
        disabled_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
    };
    row.insert(write.conn().await?)
        .await
        .map_err(taken_meanwhile)
}

/// Refuses an address or a name that somebody has.
pub(crate) async fn refuse_taken(
    conn: &impl ConnectionTrait,
    email: &Email,
    username: Option<&Username>,
) -> Result<()> {
    let same_address = user::Entity::find().filter(user::Column::Email.eq(email.as_str()));
    if same_address.count(conn).await.map_err(db)? > 0 {
        return Err(email_taken());
    }
    match username {
        Some(username) => refuse_look_alike(conn, username, None).await,
        None => Ok(()),
    }
}

fn email_taken() -> Error {
    Error::Conflict("there is an account with this e-mail address; log in instead".to_owned())
}

fn username_taken() -> Error {
    Error::Conflict("this username, or one that looks like it, is taken".to_owned())
}

/// Two may ask for the same name at once; the database lets one of them through.
fn taken_meanwhile(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("username") => {
            username_taken()
        }
        Some(SqlErr::UniqueConstraintViolation(_)) => email_taken(),
        Some(_) | None => db(error),
    }
}

async fn refuse_look_alike(
    conn: &impl ConnectionTrait,
    username: &Username,
    own: Option<UserId>,
) -> Result<()> {
    let mut others = user::Entity::find().filter(user::Column::UsernameKey.eq(username.key()));
    if let Some(own) = own {
        others = others.filter(user::Column::Id.ne(own.uuid()));
    }
    if others.count(conn).await.map_err(db)? > 0 {
        return Err(username_taken());
    }
    Ok(())
}

/// Changes the profile of whoever is logged in.
pub async fn update(ctx: &Ctx, input: PatchUser) -> Result<UserView> {
    let (user, _) = ctx.session()?;
    ctx.write_account(user, Update { user, input }).await?;
    queries::me(ctx).await
}

/// Turns off mails about what happens, for whoever has proven that these are theirs.
pub async fn stop_mails(platform: &Arc<Platform>, user: UserId) -> Result<()> {
    let preferences = PatchPreferences {
        notifications: PatchNotifications {
            email: Some(false),
            ..PatchNotifications::default()
        },
        ..PatchPreferences::default()
    };
    let input = PatchUser {
        preferences: Some(Some(preferences)),
        ..PatchUser::default()
    };
    let ctx = Ctx::internal(platform.clone(), user);
    ctx.write_account(user, Update { user, input }).await
}

struct Update {
    user: UserId,
    input: PatchUser,
}

impl Command for Update {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = self.user;
        let before = queries::by_id(write.read().await?, user).await?;
        if let Some(Some(username)) = &self.input.username {
            refuse_look_alike(write.read().await?, username, Some(user)).await?;
        }
        let said_before = said(before.instructions.clone())?;
        let was = shown(&before);
        let pictured = self.input.avatar.as_ref();
        let other = |avatar: &Option<Avatar>| {
            avatar.as_ref().map(Avatar::as_str) != before.avatar.as_deref()
        };
        if pictured.is_some_and(other) {
            avatars::forget(write, user).await?;
        }
        let mut row = changed(before, self.input.clone())?;
        row.updated_at = Set(write.now());
        let after = row
            .update(write.conn().await?)
            .await
            .map_err(taken_meanwhile)?;
        if said(after.instructions.clone())? != said_before {
            tell_of_instructions(write, user)?;
        }
        let (old, new) = differing(was, shown(&after));
        write.record(Record::new("user.update", "user", user.uuid()).changed(old, new));
        Ok(())
    }
}

/// The fields of a profile that the audit shows.
fn shown(row: &user::Model) -> Map<String, Value> {
    let preferences = Preferences::stored(row.preferences.as_ref());
    let fields = [
        ("username", json!(row.username)),
        ("firstName", json!(row.first_name)),
        ("lastName", json!(row.last_name)),
        ("language", json!(preferences.language)),
        ("timezone", json!(preferences.timezone)),
    ];
    fields
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}

/// What is not the same in both.
fn differing(mut old: Map<String, Value>, mut new: Map<String, Value>) -> (Value, Value) {
    let before = old.clone();
    old.retain(|field, value| new.get(field) != Some(value));
    new.retain(|field, value| before.get(field) != Some(value));
    (old.into(), new.into())
}

fn changed(before: user::Model, patch: PatchUser) -> Result<user::ActiveModel> {
    let PatchUser {
        username,
        first_name,
        last_name,
        avatar,
        preferences,
        instructions,
    } = patch;
    let mut row = user::ActiveModel::from(before);
    if let Some(username) = username {
        row.username_key = Set(username.as_ref().map(Username::key));
        row.username = Set(username.map(String::from));
    }
    if let Some(first_name) = first_name {
        row.first_name = Set(first_name.map(String::from));
    }
    if let Some(last_name) = last_name {
        row.last_name = Set(last_name.map(String::from));
    }
    if let Some(avatar) = avatar {
        row.avatar = Set(avatar.map(String::from));
    }
    if let Some(preferences) = preferences {
        row.preferences = Set(preferred(
            row.preferences.take().flatten().as_ref(),
            preferences,
        )?);
    }
    if let Some(instructions) = instructions {
        let document = serde_json::to_value(instructions).map_err(Error::internal)?;
        row.instructions = Set(Some(document));
    }
    Ok(row)
}

pub(crate) fn is_time_zone(zone: &TimeZone) -> bool {
    Tz::from_str(zone.as_str()).is_ok()
}

/// The preferences to store: those before with a change, or none.
fn preferred(before: Option<&Value>, patch: Option<PatchPreferences>) -> Result<Option<Value>> {
    let Some(patch) = patch else {
        return Ok(None);
    };
    if let Some(Some(zone)) = &patch.timezone
        && !is_time_zone(zone)
    {
        let detail = "must be a time zone of the IANA database, such as Europe/Paris";
        return Err(Error::invalid("/preferences/timezone", detail));
    }
    let after = Preferences::stored(before).changed(patch);
    serde_json::to_value(after)
        .map(Some)
        .map_err(Error::internal)
}

/// What models are told by a person.
fn said(stored: Option<Value>) -> Result<Instructions> {
    let whole: Option<Instructions> = stored
        .map(serde_json::from_value)
        .transpose()
        .map_err(Error::internal)?;
    Ok(Instructions {
        last_model: None,
        ..whole.unwrap_or_default()
    })
}

fn tell_of_instructions(write: &mut Write, user: UserId) -> Result<()> {
    write.enqueue(&InstructionsChanged { user })
}

/// Deletes the account of whoever is logged in: their name and address become free at once.
pub async fn delete(ctx: &Ctx, input: DeleteUser) -> Result<()> {
    let (user, _) = ctx.session()?;
    let row = queries::by_id(ctx.reader(), user).await?;
    // It is asked again under the lock; whoever is refused anyway should not cost a hash.
    refuse_owner(ctx.reader(), user).await?;
    let guard = Guard::for_user(ctx, &row, "user.delete_refused").await?;
    guard.password(ctx, &input.password, Some(&row)).await?;
    ctx.write_account(user, Delete { user }).await?;
    ctx.platform.liveness.forget_all();
    Ok(())
}

struct Delete {
    user: UserId,
}

impl Command for Delete {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = self.user;
        let row = queries::by_id(write.read().await?, user).await?;
        refuse_owner(write.read().await?, user).await?;
        let grave = buried(row, write.now());
        grave.update(write.conn().await?).await.map_err(db)?;
        auth::end_mails(write, user).await?;
        avatars::forget(write, user).await?;
        auth::end_email_changes(write, user.uuid()).await?;
        recovery_code::Entity::delete_many()
            .filter(recovery_code::Column::UserId.eq(user.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        tell_of_instructions(write, user)?;
        close(write, user, "deleted").await?;
        write.enqueue(&AccountDeleted { user })?;
        write.record(Record::new("user.delete", "user", user.uuid()));
        Ok(())
    }
}

/// So many projects are named to somebody who must give them away first.
const OWNED_NAMED_MAX: u64 = 5;

/// Refuses somebody whose projects would be nobody's.
async fn refuse_owner(conn: &impl ConnectionTrait, user: UserId) -> Result<()> {
    let living = project::Entity::find()
        .filter(project::Column::OwnerId.eq(user.uuid()))
        .filter(project::Column::DeletedAt.is_null());
    let owned = living.clone().count(conn).await.map_err(db)?;
    if owned == 0 {
        return Ok(());
    }
    let names: Vec<String> = living
        .select_only()
        .column(project::Column::Name)
        .order_by_asc(project::Column::Id)
        .limit(OWNED_NAMED_MAX)
        .into_tuple()
        .all(conn)
        .await
        .map_err(db)?;
    let names = names.join("”, “");
    let more = if owned > OWNED_NAMED_MAX { ", …" } else { "" };
    Err(Error::Conflict(format!(
        "you own {owned} projects: transfer or delete them first (“{names}”{more})"
    )))
}

/// The row without anything personal: what others refer to stays.
fn buried(row: user::Model, now: DateTime<Utc>) -> user::ActiveModel {
    let id = row.id;
    let mut grave = user::ActiveModel::from(row);
    grave.email = Set(format!("deleted-{id}@invalid"));
    grave.email_verified_at = Set(None);
    grave.username = Set(None);
    grave.username_key = Set(None);
    grave.password_hash = Set("deleted".to_owned());
    grave.first_name = Set(None);
    grave.last_name = Set(None);
    grave.avatar = Set(None);
    grave.preferences = Set(None);
    grave.instructions = Set(None);
    grave.totp_secret = Set(None);
    grave.totp_confirmed_at = Set(None);
    grave.updated_at = Set(now);
    grave.deleted_at = Set(Some(now));
    grave
}

/// Shuts a person out until an operator lets them in again.
pub(crate) struct Disable {
    pub(crate) user: UserId,
}

impl Command for Disable {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let user = self.user;
        let now = write.now();
        user::Entity::update_many()
            .col_expr(user::Column::DisabledAt, Expr::value(now))
            .col_expr(user::Column::UpdatedAt, Expr::value(now))
            .filter(user::Column::Id.eq(user.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        close(write, user, "disabled").await?;
        write.record(Record::new("user.disable", "user", user.uuid()));
        Ok(())
    }
}

/// Lets a person in again.
pub(crate) struct Enable {
    pub(crate) user: UserId,
}

impl Command for Enable {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let (user, now) = (self.user, write.now());
        user::Entity::update_many()
            .col_expr(user::Column::DisabledAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(user::Column::UpdatedAt, Expr::value(now))
            .filter(user::Column::Id.eq(user.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        write.record(Record::new("user.enable", "user", user.uuid()));
        Ok(())
    }
}

/// Ends every way into an account, and what goes on in its name.
async fn close(write: &mut Write, user: UserId, reason: &'static str) -> Result<()> {
    write.enqueue(&AccountClosed { user })?;
    auth::end_sessions(write, user, None, reason).await?;
    tokens::revoke_all(write, user).await
}
