//! The security log: what somebody who watches for attacks wants to hear of, one line each, once it is
//! committed. It says no more than the audit, and where to look there.

use std::{net::IpAddr, sync::Arc};

use uuid::Uuid;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// Everyday: somebody logs in.
    Info,
    /// Somebody's ways in, or what they may do, changed.
    Notice,
    /// It may be an attack.
    Warning,
    /// Two have a secret that one should have.
    Critical,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// How much an action of the audit matters; nothing if it has nothing to do with security.
pub(super) fn severity(action: &str) -> Option<Severity> {
    match action {
        "login" | "user.register" | "email.verify" | "session.end" => Some(Severity::Info),
        "session.end_all"
        | "password.change"
        | "password.forgot"
        | "password.reset"
        | "password.set"
        | "totp.enroll"
        | "totp.confirm"
        | "totp.remove"
        | "totp.take_off"
        | "totp.renew_recovery_codes"
        | "totp.reseal"
        | "token.create"
        | "token.delete"
        | "user.delete"
        | "user.disable"
        | "user.enable"
        | "member.add"
        | "member.update"
        | "member.remove"
        | "invitation.create"
        | "invitation.revoke"
        | "transfer.offer"
        | "transfer.withdraw"
        | "email.change_ask"
        | "email.change"
        | "audit.export" => Some(Severity::Notice),
        "login.failed"
        | "password.change_refused"
        | "totp.refused"
        | "user.delete_refused"
        | "email.change_refused" => Some(Severity::Warning),
        "session.reuse" => Some(Severity::Critical),
        _ => None,
    }
}

/// What is said of one action.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) severity: Severity,
    pub(super) action: String,
    pub(super) actor: Option<Uuid>,
    pub(super) subject: Option<Uuid>,
    pub(super) address: Option<IpAddr>,
    pub(super) request: Option<Arc<str>>,
}

impl Line {
    pub(super) fn tell(&self) {
        let Self {
            severity,
            action,
            actor,
            subject,
            address,
            request,
        } = self;
        let said = (
            severity.word(),
            actor.map(tracing::field::display),
            subject.map(tracing::field::display),
            address.map(tracing::field::display),
            request.as_deref().unwrap_or_default(),
        );
        let (severity, actor, subject, address, request) = said;
        tracing::info!(
            target: "nonlinear::security",
            {
                security.severity = severity,
                security.action = action,
                security.actor = actor,
                security.subject = subject,
                security.address = address,
                request.id = request,
            },
            "Security event"
        );
    }
}
