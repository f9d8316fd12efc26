//! Keeping what people are told: once for each cause, so many of each person, and counted in order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{notification, notification_inbox};
use kernel::{NodeId, NotificationId, ProjectId, Result, UserId};
use platform::{Command, Platform, Write, db};
use protocol::notifications::{
    NOTIFICATIONS_PER_PERSON_MAX, NotificationPriority, NotificationType, UnreadCount,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    due::{self, Way},
    hours, inbox, kinds, live,
    live::Told,
    people::{self, Person},
    push, words,
};

/// How many notifications are written in one transaction.
const NOTICES_AT_ONCE: usize = 200;
/// Once there are too many, some more than that go, so that not each one removes one.
const KEPT_SLACK: usize = 50;

/// Something that a person is to be told.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) user: UserId,
    pub(crate) kind: NotificationType,
    pub(crate) priority: NotificationPriority,
    /// Nobody is told twice of the same.
    pub(crate) cause: String,
    pub(crate) project: Option<ProjectId>,
    pub(crate) node: Option<NodeId>,
    pub(crate) data: Value,
    /// When it is of no use any more, if that is sooner than is usual for its type.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// Keeps these and tells everybody's devices. What somebody was told before changes nothing.
pub(crate) async fn deliver(platform: &Platform, notices: &[Notice]) -> Result<()> {
    for notices in notices.chunks(NOTICES_AT_ONCE) {
        let notices = notices.to_vec();
        let told = platform.writer.housekeep(Deliver { notices }).await?;
        live::tell(platform, &told)?;
    }
    Ok(())
}

struct Deliver {
    notices: Vec<Notice>,
}

type Inboxes = HashMap<Uuid, notification_inbox::Model>;

impl Command for Deliver {
    type Output = Vec<Told>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Told>> {
        write.unrecorded("what people are told is in the log already");
        let users = self.notices.iter().map(|notice| notice.user.uuid());
        let users: Vec<Uuid> = users.collect::<BTreeSet<_>>().into_iter().collect();
        let inboxes = lock(write, &users).await?;
        let people = people::read(write.read().await?, &users, &inboxes).await?;
        let new = self.untold(write, &users, &people).await?;
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut kept: BTreeMap<Uuid, i64> = BTreeMap::new();
        for one in &new {
            *kept.entry(one.row.user_id).or_default() += 1;
        }
        queue(write, &new).await?;
        let rows = new.iter().map(|one| one.row.clone().into());
        let rows: Vec<notification::ActiveModel> = rows.collect();
        notification::Entity::insert_many(rows)
            .exec_without_returning(write.conn().await?)
            .await
            .map_err(db)?;
        grow(write, &kept, &inboxes).await?;
        told(write, new, &kept, &inboxes).await
    }
}

/// A notification that was not there before.
struct New {
    row: notification::Model,
    browser: bool,
}

impl Deliver {
    /// What these people have not been told yet, and want to be.
    async fn untold(
        &self,
        write: &mut Write,
        users: &[Uuid],
        people: &HashMap<UserId, Person>,
    ) -> Result<Vec<New>> {
        let causes: BTreeSet<&str> = self.notices.iter().map(|one| one.cause.as_str()).collect();
        let known: Vec<(Uuid, String)> = notification::Entity::find()
            .select_only()
            .columns([notification::Column::UserId, notification::Column::Cause])
            .filter(notification::Column::UserId.is_in(users.iter().copied()))
            .filter(notification::Column::Cause.is_in(causes))
            .into_tuple()
            .all(write.read().await?)
            .await
            .map_err(db)?;
        let mut known: HashSet<(Uuid, String)> = known.into_iter().collect();
        let reached = push::people(write, users).await?;
        let now = write.now();
        let mut new = Vec::new();
        for notice in &self.notices {
            let Some(person) = people.get(&notice.user) else {
                continue;
            };
            if person.wants(notice.kind, notice.project)
                && known.insert((notice.user.uuid(), notice.cause.clone()))
            {
                let has_device = reached.contains(&notice.user.uuid());
                new.push(notice.row(person, has_device, now));
            }
        }
        Ok(new)
    }
}

impl Notice {
    fn row(&self, person: &Person, has_device: bool, now: DateTime<Utc>) -> New {
        let (title, message) = words::of(self.kind, &self.data, person.is_french());
        let ways = person.ways(self.kind, self.project);
        let (zone, wanted) = (person.zone(), &person.wanted);
        let mailed = ways
            .email
            .then(|| hours::mail_at(now, zone, wanted, self.priority));
        let pushed =
            (ways.mobile && has_device).then(|| hours::push_at(now, zone, wanted, self.priority));
        let is_quiet = hours::end_of_quiet(now, zone, wanted.quiet_hours).is_some();
        let usual = now + kinds::of(self.kind).kept;
        let expires_at = self.expires_at.map_or(usual, |own| Ord::min(own, usual));
        let row = notification::Model {
            id: NotificationId::generate().uuid(),
            user_id: self.user.uuid(),
            kind: kinds::stored(self.kind),
            priority: kinds::stored_priority(self.priority),
            title,
            message,
            data: Some(self.data.clone()),
            project_id: self.project.map(ProjectId::uuid),
            node_id: self.node.map(NodeId::uuid),
            cause: self.cause.clone(),
            read: false,
            read_at: None,
            mail_at: mailed,
            mailed_at: None,
            push_at: pushed,
            pushed_at: None,
            created_at: now,
            expires_at: Some(expires_at),
        };
        New {
            row,
            browser: ways.browser && !is_quiet,
        }
    }
}

/// Has the jobs of each way see to it when it is due.
async fn queue(write: &mut Write, new: &[New]) -> Result<()> {
    let rows = || new.iter().map(|one| &one.row);
    let mails = rows().filter_map(|row| Some((row.user_id, row.mail_at?)));
    due::queue(write, Way::Mail, mails.collect()).await?;
    let pushes = rows().filter_map(|row| Some((row.user_id, row.push_at?)));
    due::queue(write, Way::Push, pushes.collect()).await
}

/// Locks the rows of these people, in one order for everybody, and makes those that are missing.
pub(crate) async fn lock(write: &mut Write, users: &[Uuid]) -> Result<Inboxes> {
    let now = write.now();
    let missing = users.iter().map(|user| notification_inbox::ActiveModel {
        user_id: Set(*user),
        version: Set(0),
        kept: Set(0),
        preferences: Set(None),
        updated_at: Set(now),
    });
    let there = existing(write, users).await?;
    let missing: Vec<_> = missing
        .filter(|row| !there.contains_key(row.user_id.as_ref()))
        .collect();
    if missing.is_empty() {
        return Ok(there);
    }
    let unless_there = OnConflict::column(notification_inbox::Column::UserId)
        .do_nothing()
        .to_owned();
    notification_inbox::Entity::insert_many(missing)
        .on_conflict(unless_there)
        .exec_without_returning(write.conn().await?)
        .await
        .map_err(db)?;
    existing(write, users).await
}

async fn existing(write: &mut Write, users: &[Uuid]) -> Result<Inboxes> {
    let rows = notification_inbox::Entity::find()
        .filter(notification_inbox::Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(notification_inbox::Column::UserId)
        .lock_exclusive()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    Ok(rows.into_iter().map(|row| (row.user_id, row)).collect())
}

/// Counts what came, with one statement for all who got as many, and removes the oldest where there are too many.
async fn grow(write: &mut Write, kept: &BTreeMap<Uuid, i64>, inboxes: &Inboxes) -> Result<()> {
    let mut alike: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for (user, more) in kept {
        alike.entry(*more).or_default().push(*user);
    }
    for (more, users) in alike {
        let column = notification_inbox::Column::Kept;
        notification_inbox::Entity::update_many()
            .col_expr(column, Expr::col(column).add(more))
            .filter(notification_inbox::Column::UserId.is_in(users))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
    }
    touch(write, kept.keys().copied()).await?;
    let max = i64::try_from(NOTIFICATIONS_PER_PERSON_MAX).unwrap_or(i64::MAX);
    for (user, more) in kept {
        let before = inboxes.get(user).map_or(0, |inbox| inbox.kept);
        if before + more > max {
            prune(write, *user).await?;
        }
    }
    Ok(())
}

/// Removes the oldest of a person who has too many. Some may have gone by themselves.
async fn prune(write: &mut Write, user: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(notification::Column::UserId.eq(user))
        .order_by_desc(notification::Column::Id)
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    let stay = if ids.len() > NOTIFICATIONS_PER_PERSON_MAX {
        NOTIFICATIONS_PER_PERSON_MAX - KEPT_SLACK
    } else {
        ids.len()
    };
    let gone: Vec<Uuid> = ids.iter().skip(stay).copied().collect();
    if !gone.is_empty() {
        notification::Entity::delete_many()
            .filter(notification::Column::Id.is_in(gone))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
    }
    let stay = i64::try_from(stay).unwrap_or(i64::MAX);
    notification_inbox::Entity::update_many()
        .col_expr(notification_inbox::Column::Kept, Expr::value(stay))
        .filter(notification_inbox::Column::UserId.eq(user))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// Says that what these people have not read is another number now.
async fn touch(write: &mut Write, users: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let (version, now) = (notification_inbox::Column::Version, write.now());
    notification_inbox::Entity::update_many()
        .col_expr(version, Expr::col(version).add(1))
        .col_expr(notification_inbox::Column::UpdatedAt, Expr::value(now))
        .filter(notification_inbox::Column::UserId.is_in(users))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// What these people's devices are to show: each new thing, and with the last of them the count.
async fn told(
    write: &mut Write,
    new: Vec<New>,
    kept: &BTreeMap<Uuid, i64>,
    inboxes: &Inboxes,
) -> Result<Vec<Told>> {
    let users: Vec<Uuid> = kept.keys().copied().collect();
    let now = write.now();
    let unread = inbox::unread(write.read().await?, &users, now).await?;
    let mut left: HashMap<Uuid, i64> = kept.iter().map(|(user, all)| (*user, *all)).collect();
    let mut told = Vec::new();
    for New { row, browser } in new {
        let user = row.user_id;
        let left = left.entry(user).or_default();
        *left -= 1;
        let version = inboxes.get(&user).map_or(0, |inbox| inbox.version) + 1;
        let count = UnreadCount {
            unread: unread.get(&user).copied().unwrap_or_default(),
            version,
        };
        told.push(Told {
            user: user.into(),
            pushed: row.push_at.is_some(),
            notification: Some(inbox::to_view(row)),
            browser,
            count: (*left == 0).then_some(count),
        });
    }
    Ok(told)
}

/// Counts again for people who may see more or less than before, or have read some.
pub(crate) async fn recount(write: &mut Write, users: &[Uuid]) -> Result<Vec<Told>> {
    let inboxes = lock(write, users).await?;
    touch(write, users.iter().copied()).await?;
    let now = write.now();
    let unread = inbox::unread(write.read().await?, users, now).await?;
    let counts = users.iter().map(|user| {
        let count = UnreadCount {
            unread: unread.get(user).copied().unwrap_or_default(),
            version: inboxes.get(user).map_or(0, |inbox| inbox.version) + 1,
        };
        Told::count((*user).into(), count)
    });
    Ok(counts.collect())
}

/// Takes back what somebody was told of a cause that is no more.
pub(crate) struct Withdraw {
    pub(crate) causes: Vec<String>,
}

impl Command for Withdraw {
    type Output = Vec<Told>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Told>> {
        write.unrecorded("what it was about is no more, which is in the log");
        let causes = self.causes.iter().cloned();
        forget(write, notification::Column::Cause.is_in(causes)).await
    }
}

/// Forgets what somebody who has left a project was told of it.
pub(crate) struct Leave {
    pub(crate) user: UserId,
    pub(crate) project: ProjectId,
}

impl Command for Leave {
    type Output = Vec<Told>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Told>> {
        write.unrecorded("that somebody left is in the log");
        let of = notification::Column::UserId
            .eq(self.user.uuid())
            .and(notification::Column::ProjectId.eq(self.project.uuid()))
            .and(notification::Column::Kind.ne(kinds::stored(NotificationType::ProjectInvite)));
        forget(write, of).await
    }
}

/// So many people are counted again in one transaction.
pub(crate) const RECOUNTED_AT_ONCE: usize = 200;

async fn forget(write: &mut Write, which: sea_orm::sea_query::SimpleExpr) -> Result<Vec<Told>> {
    let users: Vec<Uuid> = notification::Entity::find()
        .select_only()
        .column(notification::Column::UserId)
        .distinct()
        .filter(which.clone())
        .limit(u64::try_from(RECOUNTED_AT_ONCE).unwrap_or(u64::MAX))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let users: Vec<Uuid> = users
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    lock(write, &users).await?;
    notification::Entity::delete_many()
        .filter(which)
        .filter(notification::Column::UserId.is_in(users.iter().copied()))
        .exec(write.conn().await?)
        .await
        .map_err(db)?;
    recount(write, &users).await
}

/// Counts again for these people.
pub(crate) struct Recount {
    pub(crate) users: Vec<Uuid>,
}

impl Command for Recount {
    type Output = Vec<Told>;

    async fn apply(&self, write: &mut Write) -> Result<Vec<Told>> {
        write.unrecorded("how much is unread follows from what is kept");
        recount(write, &self.users).await
    }
}
