//! From the table's row to what somebody may see of it.

use entity::audit_record;
use kernel::{ActorKind, Relation, Resource, Role, UserId, Visibility};
use platform::{Ctx, convert};
use protocol::audit::{AuditActor, AuditRecord};

use crate::whose::Whose;

/// Who reads, and so what they see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    /// What of projects they may read.
    visibility: Visibility,
    /// Whether they see by which way somebody came: an address, a program, a session.
    sees_ways: bool,
    own: Option<UserId>,
}

impl Reader {
    pub(crate) fn of(ctx: &Ctx, whose: &Whose) -> Self {
        match whose {
            Whose::Project(access) => Self {
                visibility: access.visibility(),
                sees_ways: false,
                own: ctx.principal.user_id(),
            },
            // They saw it when they did it; a token shows no more than its scopes reach.
            Whose::Own(user) => Self {
                visibility: Visibility::of(Relation::Member(Role::Owner), ctx.principal.scopes()),
                sees_ways: true,
                own: Some(*user),
            },
            Whose::Everybody => Self {
                visibility: Visibility::EVERYTHING,
                sees_ways: true,
                own: None,
            },
        }
    }

    pub(crate) fn view(&self, row: audit_record::Model) -> AuditRecord {
        let audit_record::Model {
            id,
            at,
            actor_kind,
            actor_id,
            credential_id,
            action,
            subject,
            subject_id,
            project_id,
            seq,
            request_id,
            address,
            detail,
            severity,
            tags,
            old_values,
            new_values,
            actor_name,
            actor_email,
            user_agent,
        } = row;
        let kind = convert::actor_kind(actor_kind);
        let is_own = actor_id.is_some() && actor_id == self.own.map(UserId::uuid);
        let knows_people = is_own || self.visibility.covers(Resource::Members);
        let reads_values = project_id.is_none() || self.reads(&action);
        let credential = credential_id.filter(|_| self.sees_ways);
        let of = |wanted: ActorKind| credential.filter(|_| kind == wanted);
        AuditRecord {
            id,
            at: at.into(),
            severity: convert::audit_severity(severity),
            tags: convert::words(tags),
            actor: AuditActor {
                kind,
                id: actor_id,
                name: actor_name.filter(|_| knows_people),
                email: actor_email.filter(|_| knows_people),
            },
            subject,
            subject_id,
            project_id: project_id.map(Into::into),
            seq,
            old_values: old_values.filter(|_| reads_values),
            new_values: new_values.filter(|_| reads_values),
            detail: detail.filter(|_| reads_values),
            request_id: request_id.filter(|_| self.sees_ways),
            session_id: of(ActorKind::User).map(Into::into),
            token_id: of(ActorKind::Token).map(Into::into),
            task_id: of(ActorKind::Agent).map(Into::into),
            address: address.filter(|_| self.sees_ways),
            user_agent: user_agent.filter(|_| self.sees_ways),
            action,
        }
    }

    /// Whether they may read what changed in a project.
    fn reads(&self, action: &str) -> bool {
        let area = action.split('.').next().unwrap_or_default();
        let needed: &[Resource] = match area {
            "project" => &[Resource::Project],
            "member" | "invitation" | "transfer" => &[Resource::Members],
            "node" | "edge" | "generation" | "refresh" | "changeset" => &[Resource::Graph],
            // What is new is for those who read all of it, as a batch is.
            _ => &[
                Resource::Project,
                Resource::Members,
                Resource::Graph,
                Resource::Agents,
                Resource::Costs,
            ],
        };
        needed
            .iter()
            .all(|resource| self.visibility.covers(*resource))
    }
}
