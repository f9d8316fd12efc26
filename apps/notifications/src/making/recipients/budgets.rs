//! Budgets that are nearly or wholly used up.

use kernel::{Permission, Result, UserId};
use protocol::notifications::{NotificationPriority, NotificationType as Type};
use serde_json::json;

use super::super::scene::Scene;
use crate::notice::Notice;

/// Told once in a period each: the share that is nearly all, and all.
const NEARLY_PERCENT: i64 = 80;
const ALL_PERCENT: i64 = 100;

/// The project's budgets are the business of whoever runs it; a member's own is theirs.
pub(in super::super) async fn spent(scene: &Scene<'_>, by: UserId) -> Result<Vec<Notice>> {
    let reader = scene.platform.database.reader();
    let used = generation::used_budgets(reader, scene.id, by, scene.now()).await?;
    let mut notices = Vec::new();
    for budget in used {
        let (percent, priority) = match budget.percent {
            ALL_PERCENT.. => (ALL_PERCENT, NotificationPriority::Urgent),
            NEARLY_PERCENT.. => (NEARLY_PERCENT, NotificationPriority::High),
            _ => continue,
        };
        let since = budget.since.timestamp();
        let cause = format!("budget:{}:{since}:{percent}", budget.id);
        let data = || json!({"percent": percent, "userId": budget.of});
        let those: Vec<UserId> = match budget.of {
            Some(member) => vec![member],
            None => scene.those_who_may(Permission::PROJECT_WRITE).collect(),
        };
        let told = those.into_iter().filter_map(|user| {
            let notice = scene.tell(user, Type::Budget, cause.clone(), data())?;
            Some(Notice { priority, ..notice })
        });
        notices.extend(told);
    }
    Ok(notices)
}
