//! How much a record of the audit matters, and under which words it is found.

use entity::enums::AuditSeverity;
use kernel::ActorKind;
use serde_json::Value;

use super::security::{self, Severity};

/// How much one action matters, whatever kept values say that it led to.
pub(super) fn severity(action: &str, new: Option<&Value>) -> AuditSeverity {
    match action {
        // What programs do by themselves, again and again.
        "session.refresh" | "ticket.issue" | "node.move" | "task.step" => AuditSeverity::Debug,
        // What cannot be taken back, or takes a way in away.
        "project.delete" | "project.purge" | "user.delete" | "user.disable" | "password.set"
        | "totp.remove" | "totp.take_off" | "email.change" | "session.end_all" => {
            AuditSeverity::Warning
        }
        _ if has_failed(new) => AuditSeverity::Error,
        _ => match security::severity(action) {
            Some(Severity::Critical) => AuditSeverity::Critical,
            Some(Severity::Warning) => AuditSeverity::Warning,
            Some(Severity::Info | Severity::Notice) | None => AuditSeverity::Info,
        },
    }
}

fn has_failed(new: Option<&Value>) -> bool {
    let says = |field: &str| new.and_then(|new| new.get(field)) == Some(&Value::from("FAILED"));
    says("state") || says("status")
}

/// The words by which one action is found.
pub(super) fn tags(action: &str, kind: ActorKind) -> Vec<&'static str> {
    let area = action.split('.').next().unwrap_or_default();
    let words = [
        ("security", security::severity(action).is_some()),
        (
            "access",
            matches!(area, "member" | "invitation" | "transfer"),
        ),
        ("export", action == "audit.export"),
        ("agent", kind == ActorKind::Agent),
        ("token", kind == ActorKind::Token),
    ];
    words
        .into_iter()
        .filter_map(|(word, applies)| applies.then_some(word))
        .collect()
}
