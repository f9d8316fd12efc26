//! The table: which type of notification matters how much, who may see it, and how it reaches people unless they choose otherwise.

use chrono::TimeDelta;
use entity::enums;
use kernel::{Permission, Relation, Role, Scopes, Verdict, policy};
use protocol::{
    notifications::{NotificationPriority as Priority, NotificationType as Type},
    preferences::Notifications,
};

/// What is usual for a type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) priority: Priority,
    /// What one must be allowed in its project to see it; nothing where it is about no project, or to come to one.
    needs: Option<Permission>,
    pub(crate) ways: Notifications,
    pub(crate) kept: TimeDelta,
}

/// So long is kept what is soon of no use.
const SHORT: TimeDelta = TimeDelta::days(30);
const LONG: TimeDelta = TimeDelta::days(90);

const NOWHERE: Notifications = ways(false, false);
const BROWSER: Notifications = ways(false, true);
const MAIL: Notifications = ways(true, true);

/// What a browser shows while its page is hidden, devices show that somebody added: few add one for nothing.
const fn ways(email: bool, browser: bool) -> Notifications {
    Notifications {
        email,
        browser,
        mobile: browser,
    }
}

const fn kind(priority: Priority, needs: Permission, ways: Notifications, kept: TimeDelta) -> Kind {
    Kind {
        priority,
        needs: Some(needs),
        ways,
        kept,
    }
}

#[must_use]
pub(crate) const fn of(which: Type) -> Kind {
    match which {
        // The invitation itself is mailed already.
        Type::ProjectInvite => Kind {
            priority: Priority::High,
            needs: None,
            ways: BROWSER,
            kept: LONG,
        },
        Type::ProjectShare => kind(Priority::Medium, Permission::PROJECT_READ, MAIL, LONG),
        Type::NodeGenerated => kind(Priority::Low, Permission::GRAPH_READ, BROWSER, SHORT),
        Type::NodeError => kind(Priority::Medium, Permission::GRAPH_READ, BROWSER, SHORT),
        Type::AgentCompleted => kind(Priority::Medium, Permission::AGENTS_READ, BROWSER, LONG),
        Type::AgentFailed => kind(Priority::High, Permission::AGENTS_READ, MAIL, LONG),
        Type::CollaborationJoined | Type::CollaborationLeft => {
            kind(Priority::Low, Permission::MEMBERS_READ, NOWHERE, SHORT)
        }
        Type::System => kind(Priority::High, Permission::PROJECT_READ, MAIL, LONG),
        Type::Mention => kind(Priority::High, Permission::GRAPH_READ, MAIL, LONG),
        Type::Budget => kind(Priority::High, Permission::COSTS_READ, MAIL, SHORT),
        Type::TaskWaiting => kind(Priority::High, Permission::AGENTS_READ, MAIL, LONG),
        Type::InviteAccepted => kind(Priority::Medium, Permission::MEMBERS_READ, BROWSER, LONG),
    }
}

/// Whether a member with this role may see such a notification about the project.
#[must_use]
pub(crate) fn may_see(role: Role, which: Type) -> bool {
    of(which)
        .needs
        .is_none_or(|permission| may(role, permission))
}

#[must_use]
pub(crate) fn may(role: Role, permission: Permission) -> bool {
    policy::decide(Relation::Member(role), Scopes::UNLIMITED, permission) == Verdict::Allowed
}

pub(crate) fn stored(which: Type) -> enums::NotificationType {
    use enums::NotificationType as Stored;
    match which {
        Type::ProjectInvite => Stored::ProjectInvite,
        Type::ProjectShare => Stored::ProjectShare,
        Type::NodeGenerated => Stored::NodeGenerated,
        Type::NodeError => Stored::NodeError,
        Type::AgentCompleted => Stored::AgentCompleted,
        Type::AgentFailed => Stored::AgentFailed,
        Type::CollaborationJoined => Stored::CollaborationJoined,
        Type::CollaborationLeft => Stored::CollaborationLeft,
        Type::System => Stored::System,
        Type::Mention => Stored::Mention,
        Type::Budget => Stored::Budget,
        Type::TaskWaiting => Stored::TaskWaiting,
        Type::InviteAccepted => Stored::InviteAccepted,
    }
}

pub(crate) fn read(stored: enums::NotificationType) -> Type {
    use enums::NotificationType as Stored;
    match stored {
        Stored::ProjectInvite => Type::ProjectInvite,
        Stored::ProjectShare => Type::ProjectShare,
        Stored::NodeGenerated => Type::NodeGenerated,
        Stored::NodeError => Type::NodeError,
        Stored::AgentCompleted => Type::AgentCompleted,
        Stored::AgentFailed => Type::AgentFailed,
        Stored::CollaborationJoined => Type::CollaborationJoined,
        Stored::CollaborationLeft => Type::CollaborationLeft,
        Stored::System => Type::System,
        Stored::Mention => Type::Mention,
        Stored::Budget => Type::Budget,
        Stored::TaskWaiting => Type::TaskWaiting,
        Stored::InviteAccepted => Type::InviteAccepted,
    }
}

pub(crate) fn stored_priority(priority: Priority) -> enums::NotificationPriority {
    use enums::NotificationPriority as Stored;
    match priority {
        Priority::Low => Stored::Low,
        Priority::Medium => Stored::Medium,
        Priority::High => Stored::High,
        Priority::Urgent => Stored::Urgent,
    }
}

pub(crate) fn read_priority(stored: enums::NotificationPriority) -> Priority {
    use enums::NotificationPriority as Stored;
    match stored {
        Stored::Low => Priority::Low,
        Stored::Medium => Priority::Medium,
        Stored::High => Priority::High,
        Stored::Urgent => Priority::Urgent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_stored_as_itself() {
        for which in Type::ALL {
            assert_eq!(read(stored(which)), which);
        }
    }

    #[test]
    fn a_viewer_hears_of_texts_and_not_of_costs_or_agents() {
        assert!(may_see(Role::Viewer, Type::Mention));
        assert!(!may_see(Role::Viewer, Type::Budget));
        assert!(!may_see(Role::Viewer, Type::AgentFailed));
        assert!(may_see(Role::Editor, Type::AgentFailed));
    }
}
