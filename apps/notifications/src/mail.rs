//! Mails: everything that is due of one person in one mail, in their language, with a link that ends all of them.

use std::fmt::Write as _;

use entity::notification;
use kernel::{Result, UserId};
use platform::{Command, JobContext, Platform, Write, mail::Mail};
use uuid::Uuid;

use crate::{
    due::{self, Way},
    notice,
    people::{self, Person},
    queue::MailDue,
    unsubscribe,
};

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
        write.unrecorded("what is mailed is in the inbox already");
        let user = self.user.uuid();
        let inboxes = notice::lock(write, &[user]).await?;
        let mut people = people::read(write.read().await?, &[user], &inboxes).await?;
        let person = people.remove(&self.user);
        let may_mail =
            |person: &Person| person.reads_mail && person.preferences.notifications.email;
        let Some(person) = person.filter(may_mail) else {
            return Ok(None);
        };
        let rows = due::take(write, Way::Mail, self.user).await?;
        Ok((!rows.is_empty()).then_some(Due { person, rows }))
    }
}

/// What could not be sent is due again.
struct GiveBack {
    ids: Vec<Uuid>,
}

impl Command for GiveBack {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("what could not be mailed is due again");
        due::mark(write, Way::Mail, self.ids.iter().copied(), None).await
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
    let _ = writeln!(entry, "  {address}{}", due::place(row));
    entry
}
