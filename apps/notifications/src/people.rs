//! Those who are told something: their language, their time zone, and what they want to hear.

use std::collections::HashMap;

use chrono_tz::Tz;
use entity::{notification_inbox, user};
use kernel::{ProjectId, Result, UserId};
use platform::{access::public_name, db};
use protocol::{
    notifications::{
        NotificationLevel, NotificationPreferences, NotificationType, ProjectNotifications,
    },
    preferences::{Language, Notifications, Preferences},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::kinds;

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    /// Whether the address is known to be theirs: to others nothing is mailed.
    pub(crate) reads_mail: bool,
    pub(crate) preferences: Preferences,
    pub(crate) wanted: NotificationPreferences,
}

impl Person {
    fn of(row: user::Model, wanted: NotificationPreferences) -> Self {
        Self {
            name: public_name(&row),
            reads_mail: row.email_verified_at.is_some(),
            preferences: Preferences::stored(row.preferences.as_ref()),
            email: row.email,
            wanted,
        }
    }

    pub(crate) fn is_french(&self) -> bool {
        self.preferences.language == Some(Language::Fr)
    }

    pub(crate) fn zone(&self) -> Tz {
        let zone = self.preferences.timezone.as_ref();
        zone.and_then(|zone| zone.as_str().parse().ok())
            .unwrap_or(Tz::UTC)
    }

    /// Whether they want to be told of this at all.
    pub(crate) fn wants(&self, kind: NotificationType, project: Option<ProjectId>) -> bool {
        let level = self.in_project(project).map(|chosen| chosen.level);
        match level.unwrap_or_default() {
            NotificationLevel::All => true,
            NotificationLevel::Mentions => kind == NotificationType::Mention,
            NotificationLevel::None => false,
        }
    }

    /// By which ways: those of the project, else those of the type, else the usual ones; and none that is off for all.
    pub(crate) fn ways(&self, kind: NotificationType, project: Option<ProjectId>) -> Notifications {
        let chosen = self
            .in_project(project)
            .and_then(|chosen| chosen.types.get(&kind))
            .or_else(|| self.wanted.types.get(&kind));
        let ways = chosen.copied().unwrap_or(kinds::of(kind).ways);
        let all = self.preferences.notifications;
        Notifications {
            email: ways.email && all.email && self.reads_mail,
            browser: ways.browser && all.browser,
            mobile: ways.mobile && all.mobile,
        }
    }

    fn in_project(&self, project: Option<ProjectId>) -> Option<&ProjectNotifications> {
        let project = project?;
        let chosen = self.wanted.projects.iter();
        chosen
            .into_iter()
            .find(|chosen| chosen.project_id == project)
    }
}

/// What was chosen, as it is stored; what is unknown in it was never chosen.
pub(crate) fn wanted(stored: Option<&Value>) -> NotificationPreferences {
    stored
        .and_then(|stored| serde_json::from_value(stored.clone()).ok())
        .unwrap_or_default()
}

/// Those of these people who have an account that may be used.
pub(crate) async fn read(
    connection: &impl ConnectionTrait,
    users: &[Uuid],
    inboxes: &HashMap<Uuid, notification_inbox::Model>,
) -> Result<HashMap<UserId, Person>> {
    let rows = user::Entity::find()
        .filter(user::Column::Id.is_in(users.iter().copied()))
        .filter(user::Column::DeletedAt.is_null())
        .filter(user::Column::DisabledAt.is_null())
        .all(connection)
        .await
        .map_err(db)?;
    let people = rows.into_iter().map(|row| {
        let inbox = inboxes.get(&row.id);
        let wanted = wanted(inbox.and_then(|inbox| inbox.preferences.as_ref()));
        (row.id.into(), Person::of(row, wanted))
    });
    Ok(people.collect())
}
