//! Who comes to a project, who goes, and who is asked to come.

use kernel::{InvitationId, Resource, Role, UserId, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::family::family;
use crate::members::{MemberRef, UpdateMember};

family! {
    MemberEvent {
        Add(MemberAdded) = "member.add",
        Update(UpdateMember) = "member.update",
        Remove(MemberRef) = "member.remove",
    }
}

impl MemberEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        if !visibility.covers(Resource::Members) {
            return None;
        }
        Some(match self {
            Self::Add(added) => Self::Add(added.clone()),
            Self::Update(updated) => Self::Update(*updated),
            Self::Remove(removed) => Self::Remove(*removed),
        })
    }

    pub(super) fn changes_access(&self) -> bool {
        match self {
            Self::Add(_) | Self::Update(_) | Self::Remove(_) => true,
        }
    }
}

family! {
    InvitationEvent {
        Create(InvitationCreated) = "invitation.create",
        Revoke(InvitationRevoked) = "invitation.revoke",
    }
}

impl InvitationEvent {
    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        if !visibility.covers(Resource::Members) {
            return None;
        }
        Some(match self {
            Self::Create(created) => Self::Create(*created),
            Self::Revoke(revoked) => Self::Revoke(*revoked),
        })
    }

    pub(super) fn changes_access(&self) -> bool {
        match self {
            // Whoever was asked becomes a member when they accept.
            Self::Create(_) | Self::Revoke(_) => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberAdded {
    pub user_id: UserId,
    pub role: Role,
    pub name: String,
    #[schema(required)]
    pub avatar: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    pub id: InvitationId,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InvitationRevoked {
    pub id: InvitationId,
}
