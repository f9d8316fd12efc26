//! Mails: everything that is due of one person in one mail, in their language, with a link that ends all of them.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::NotificationType, notification};
use kernel::{Result, UserId};
use platform::{Command, JobContext, Platform, Write, db, mail::Mail};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use crate::{
    inbox, notice,
    people::{self, Person},
    queue::MailDue,
    unsubscribe,
};

/// What one mail lists; what is left is in the next.
const LISTED_MAX: u64 = 50;
/// Whoever is told more in an hour gets the rest together, after it.
const MAILS_PER_HOUR_MAX: usize = 10;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// What could not be mailed for so long is old news, such as to somebody who wanted no mails meanwhile.
const NEWS: TimeDelta = TimeDelta::days(3);

pub(crate) async fn send(job: MailDue, context: JobContext) -> Result<()> {
    let platform = &context.platform;
    let user = job.user;
    let Some(due) = platform.writer.housekeep(Take { user }).await? else {
        return Ok(());
    };
    let ids = due.rows.iter().map(|row| row.id).collect();
    let sent = platform.mailer.send(compose(platform, user, &due)).await;
    if sent.is_err() {
        platform.writer.housekeep(GiveBack { ids }).await?;
    }
    sent
}

/// What goes into one mail.
struct Due {
    person: Person,
    rows: Vec<notification::Model>,
}

/// Takes what is due, so that nobody else mails it: a mail that is lost with the server is not sent twice, and all of it
/// is in the inbox.
struct Take {
    user: UserId,
}

impl Command for Take {
    type Output = Option<Due>;

    async fn apply(&self, write: &mut Write) -> Result<Option<Due>> {
        use notification::Column;
        write.unrecorded("what is mailed is in the inbox already");
        let (user, now) = (self.user.uuid(), write.now());
        let inboxes = notice::lock(write, &[user]).await?;
        let mut people = people::read(write.read().await?, &[user], &inboxes).await?;
        let person = people.remove(&self.user);
        let may_mail =
            |person: &Person| person.reads_mail && person.preferences.notifications.email;
        let Some(person) = person.filter(may_mail) else {
            return Ok(None);
        };
        if let Some(later) = later(write, user, now).await? {
            write.enqueue_at(later, &MailDue { user: self.user })?;
            return Ok(None);
        }
        let rows = notification::Entity::find()
            .filter(Column::UserId.eq(user))
            .filter(Column::MailAt.between(now - NEWS, now))
            .filter(Column::MailedAt.is_null())
            .filter(Column::Read.eq(false))
            .filter(inbox::visible(now))
            .order_by_asc(Column::Id)
            .limit(LISTED_MAX)
            .all(write.read().await?)
            .await
            .map_err(db)?;
        if rows.is_empty() {
            return Ok(None);
        }
        if rows.len() == usize::try_from(LISTED_MAX).unwrap_or(usize::MAX) {
            write.enqueue(&MailDue { user: self.user })?;
        }
        mark(write, rows.iter().map(|row| row.id), Some(now)).await?;
        Ok(Some(Due { person, rows }))
    }
}

/// When the next mail may go, if there were too many lately.
async fn later(write: &mut Write, user: Uuid, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let sent: Vec<Option<DateTime<Utc>>> = notification::Entity::find()
        .select_only()
        .column(notification::Column::MailedAt)
        .distinct()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::MailedAt.gt(now - HOUR))
        .into_tuple()
        .all(write.read().await?)
        .await
        .map_err(db)?;
    if sent.len() < MAILS_PER_HOUR_MAX {
        return Ok(None);
    }
    let first = sent.into_iter().flatten().min();
    Ok(first.map(|first| first + HOUR))
}

async fn mark(
    write: &mut Write,
    ids: impl IntoIterator<Item = Uuid>,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    notification::Entity::update_many()
        .col_expr(notification::Column::MailedAt, Expr::value(at))
        .filter(notification::Column::Id.is_in(ids))
        .exec(write.conn().await?)
        .await
        .map(drop)
        .map_err(db)
}

/// What could not be sent is due again.
struct GiveBack {
    ids: Vec<Uuid>,
}

impl Command for GiveBack {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("what could not be mailed is due again");
        mark(write, self.ids.iter().copied(), None).await
    }
}

fn compose(platform: &Platform, user: UserId, due: &Due) -> Mail {
    let Due { person, rows } = due;
    let (address, french) = (platform.settings.public_url(), person.is_french());
    let token = unsubscribe::token(&platform.keys, user);
    let subject = match (rows.as_slice(), french) {
        ([one], _) => one.title.clone(),
        (more, false) => format!("{} things happened in NonLinear", more.len()),
        (more, true) => format!("{} nouvelles de NonLinear", more.len()),
    };
    let mut text = match french {
        false => format!("Hello {},\n", person.name),
        true => format!("Bonjour {},\n", person.name),
    };
    for row in rows {
        text.push_str(&entry(&address, row));
    }
    let end = match french {
        false => {
            "You hear of this as you chose it: Settings, Notifications. To get none of these mails any more:"
        }
        true => {
            "Vous recevez ceci selon vos choix : Paramètres, Notifications. Pour ne plus recevoir ces messages :"
        }
    };
    // Writing to a text cannot fail.
    let _ = writeln!(text, "\n-- \n{end}\n{address}/unsubscribe?token={token}");
    Mail {
        to: person.email.clone(),
        subject,
        text,
        unsubscribe: Some(format!(
            "{address}/api/v1/notifications/unsubscribe?token={token}"
        )),
    }
}

fn entry(address: &str, row: &notification::Model) -> String {
    let mut entry = format!("\n* {}\n", row.title);
    if !row.message.is_empty() {
        let _ = writeln!(entry, "  {}", row.message);
    }
    let place = match (row.kind, row.project_id, row.node_id) {
        // Who is invited cannot open it yet: the list of projects shows invitations.
        (NotificationType::ProjectInvite, ..) | (_, None, _) => String::new(),
        (_, Some(project), None) => format!("projects/{project}"),
        (_, Some(project), Some(node)) => format!("projects/{project}?node={node}"),
    };
    let _ = writeln!(entry, "  {address}/{place}");
    entry
}
