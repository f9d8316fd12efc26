//! Answers that failed: who asked hears of it, and of a key that a provider refuses, who owns the project.

use kernel::{GenerationId, NodeId, Permission, UserId};
use protocol::notifications::{NotificationPriority, NotificationType as Type};
use serde_json::{Value, json};
use voice::KeyRefused;

use super::super::scene::Scene;
use crate::{notice::Notice, words};

/// What generation says of a provider that answers 401 or 403.
const KEY_REFUSED: &str = "provider_refused_key";

pub(in super::super) struct Failure<'a> {
    pub(in super::super) node: NodeId,
    pub(in super::super) generation: GenerationId,
    pub(in super::super) user: UserId,
    pub(in super::super) model: &'a str,
    pub(in super::super) code: &'a str,
    pub(in super::super) detail: &'a str,
}

pub(in super::super) fn tell(scene: &Scene<'_>, failure: &Failure<'_>) -> Vec<Notice> {
    let Failure {
        node,
        generation,
        user,
        model,
        code,
        detail,
    } = *failure;
    let data = || {
        json!({
            "text": words::excerpt(detail), "code": code, "model": model,
            "generation": generation,
        })
    };
    let at_node = |notice| Notice {
        node: Some(node),
        ..notice
    };
    let mut notices: Vec<Notice> = Vec::new();
    if code == KEY_REFUSED {
        notices.extend(tell_owners(scene, model, data()).into_iter().map(at_node));
    }
    if !notices.iter().any(|notice| notice.user == user) {
        let cause = format!("answer:{}:{generation}", scene.id);
        let told = scene.tell(user, Type::NodeError, cause, data());
        notices.extend(told.map(at_node));
    }
    notices
}

/// A key that a provider refused for something that is no answer.
pub(in super::super) fn tell_of_key(scene: &Scene<'_>, refused: &KeyRefused) -> Vec<Notice> {
    let text =
        "The provider does not accept the key of this server. Its operator must set a valid one.";
    let data = json!({"text": text, "code": KEY_REFUSED, "model": refused.model});
    let at_node = |notice| Notice {
        node: refused.node,
        ..notice
    };
    let told = tell_owners(scene, &refused.model, data);
    told.into_iter().map(at_node).collect()
}

/// The key is one cause, however much it spoils: it is said once a day.
fn tell_owners(scene: &Scene<'_>, model: &str, data: Value) -> Vec<Notice> {
    let today = scene.now().date_naive();
    let cause = format!("key:{}:{model}:{today}", scene.id);
    let owners = scene.those_who_may(Permission::OWNERSHIP_WRITE);
    let told = owners.filter_map(|owner| {
        let notice = scene.tell(owner, Type::NodeError, cause.clone(), data.clone())?;
        Some(Notice {
            priority: NotificationPriority::Urgent,
            ..notice
        })
    });
    told.collect()
}
