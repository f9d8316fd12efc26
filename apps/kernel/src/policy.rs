//! Who may do what: the table of the product, as data, and the one function that answers from it
//! for REST, sockets, jobs, agents and media alike.

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// A member's role in a project, from the weakest to the strongest.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    Viewer,
    /// Whoever is given no other.
    #[default]
    Member,
    Editor,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Member,
        Self::Editor,
        Self::Admin,
        Self::Owner,
    ];
}

/// How a caller stands to one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Member(Role),
    /// Not a member, but the project is public.
    Public,
    /// Neither: for this caller the project does not exist.
    Stranger,
    /// Runs the server, which is no relation to any project.
    Operator,
}

impl Relation {
    #[must_use]
    pub fn of(role: Option<Role>, is_public: bool) -> Self {
        match (role, is_public) {
            (Some(role), _) => Self::Member(role),
            (None, true) => Self::Public,
            (None, false) => Self::Stranger,
        }
    }
}

/// What a rule of the table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Name, description, visibility, viewport.
    Project,
    /// Deleting, restoring and transferring a project.
    Ownership,
    SystemPrompt,
    ProviderCredentials,
    /// Members and invitations.
    Members,
    /// Nodes and edges, and the log of their changes.
    Graph,
    Comments,
    /// Generating, cancelling, agent tasks.
    Runs,
    /// Attempts, manifests, costs.
    Costs,
    Presence,
    Media,
    Agents,
    /// Webhooks, audit, export.
    Oversight,
    /// Jobs and accounts of the whole server.
    Server,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Read,
    Write,
    Delete,
    Run,
}

/// What an operation needs: one cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permission {
    pub resource: Resource,
    pub action: Action,
}

impl Permission {
    pub const PROJECT_READ: Self = Self::new(Resource::Project, Action::Read);
    pub const PROJECT_WRITE: Self = Self::new(Resource::Project, Action::Write);
    pub const OWNERSHIP_WRITE: Self = Self::new(Resource::Ownership, Action::Write);
    pub const SYSTEM_PROMPT_READ: Self = Self::new(Resource::SystemPrompt, Action::Read);
    pub const SYSTEM_PROMPT_WRITE: Self = Self::new(Resource::SystemPrompt, Action::Write);
    pub const PROVIDER_CREDENTIALS_WRITE: Self =
        Self::new(Resource::ProviderCredentials, Action::Write);
    pub const MEMBERS_READ: Self = Self::new(Resource::Members, Action::Read);
    pub const MEMBERS_WRITE: Self = Self::new(Resource::Members, Action::Write);
    pub const MEMBERS_DELETE: Self = Self::new(Resource::Members, Action::Delete);
    pub const GRAPH_READ: Self = Self::new(Resource::Graph, Action::Read);
    pub const GRAPH_WRITE: Self = Self::new(Resource::Graph, Action::Write);
    pub const GRAPH_DELETE: Self = Self::new(Resource::Graph, Action::Delete);
    pub const COMMENTS_READ: Self = Self::new(Resource::Comments, Action::Read);
    pub const COMMENTS_WRITE: Self = Self::new(Resource::Comments, Action::Write);
    pub const MEDIA_READ: Self = Self::new(Resource::Media, Action::Read);
    pub const MEDIA_WRITE: Self = Self::new(Resource::Media, Action::Write);
    pub const MEDIA_DELETE: Self = Self::new(Resource::Media, Action::Delete);
    pub const RUN: Self = Self::new(Resource::Runs, Action::Run);
    pub const COSTS_READ: Self = Self::new(Resource::Costs, Action::Read);
    pub const AGENTS_READ: Self = Self::new(Resource::Agents, Action::Read);
    pub const AGENTS_WRITE: Self = Self::new(Resource::Agents, Action::Write);
    pub const AGENTS_DELETE: Self = Self::new(Resource::Agents, Action::Delete);
    pub const OVERSIGHT_READ: Self = Self::new(Resource::Oversight, Action::Read);
    pub const SERVER_READ: Self = Self::new(Resource::Server, Action::Read);
    pub const SERVER_WRITE: Self = Self::new(Resource::Server, Action::Write);
    pub const SERVER_DELETE: Self = Self::new(Resource::Server, Action::Delete);
    pub const PRESENCE_READ: Self = Self::new(Resource::Presence, Action::Read);
    pub const PRESENCE_WRITE: Self = Self::new(Resource::Presence, Action::Write);

    #[must_use]
    pub const fn new(resource: Resource, action: Action) -> Self {
        Self { resource, action }
    }
}

impl Resource {
    pub const ALL: [Self; 14] = [
        Self::Project,
        Self::Ownership,
        Self::SystemPrompt,
        Self::ProviderCredentials,
        Self::Members,
        Self::Graph,
        Self::Comments,
        Self::Runs,
        Self::Costs,
        Self::Presence,
        Self::Media,
        Self::Agents,
        Self::Oversight,
        Self::Server,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Project => 1,
            Self::Ownership => 1 << 1,
            Self::SystemPrompt => 1 << 2,
            Self::ProviderCredentials => 1 << 3,
            Self::Members => 1 << 4,
            Self::Graph => 1 << 5,
            Self::Comments => 1 << 6,
            Self::Runs => 1 << 7,
            Self::Costs => 1 << 8,
            Self::Presence => 1 << 9,
            Self::Media => 1 << 10,
            Self::Agents => 1 << 11,
            Self::Oversight => 1 << 12,
            Self::Server => 1 << 13,
        }
    }

    /// Its word, as in `x-authz` of the API document.
    const fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Ownership => "ownership",
            Self::SystemPrompt => "system-prompt",
            Self::ProviderCredentials => "provider-credentials",
            Self::Members => "members",
            Self::Graph => "graph",
            Self::Comments => "comments",
            Self::Runs => "runs",
            Self::Costs => "costs",
            Self::Presence => "presence",
            Self::Media => "media",
            Self::Agents => "agents",
            Self::Oversight => "oversight",
            Self::Server => "server",
        }
    }
}

impl Action {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Delete, Self::Run];
}

/// What someone may read of a project: any part of the table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visibility(u16);

impl Visibility {
    pub const NOTHING: Self = Self(0);
    pub const EVERYTHING: Self = Self(u16::MAX);

    /// What the table lets someone read who stands like this, with a credential that reaches this far.
    #[must_use]
    pub fn of(relation: Relation, scopes: Scopes) -> Self {
        let reads = |resource: &Resource| {
            let permission = Permission::new(*resource, Action::Read);
            decide(relation, scopes, permission) == Verdict::Allowed
        };
        Resource::ALL
            .into_iter()
            .filter(reads)
            .fold(Self::NOTHING, Self::with)
    }

    #[must_use]
    pub const fn covers(self, resource: Resource) -> bool {
        self.0 & resource.bit() != 0
    }

    #[must_use]
    pub const fn with(self, resource: Resource) -> Self {
        Self(self.0 | resource.bit())
    }

    #[must_use]
    pub const fn without(self, resource: Resource) -> Self {
        Self(self.0 & !resource.bit())
    }
}

/// Everything that someone may do in a project who stands like this, with a credential that reaches this
/// far: what the table says, for clients, so that none needs a table of its own.
#[must_use]
pub fn rights(relation: Relation, scopes: Scopes) -> Vec<Permission> {
    Resource::ALL
        .into_iter()
        .flat_map(|resource| Action::ALL.map(|action| Permission::new(resource, action)))
        .filter(|permission| decide(relation, scopes, *permission) == Verdict::Allowed)
        .collect()
}

/// May a member of this role give somebody that one? Nobody grants above their own role, and ownership
/// is transferred, not granted.
#[must_use]
pub fn may_grant(own: Role, granted: Role) -> bool {
    granted <= own && granted != Role::Owner
}

/// May a member of this role change or remove one of that role? Never the owner, nor another admin
/// unless one owns the project.
#[must_use]
pub fn may_change_member(own: Role, other: Role) -> bool {
    match other {
        Role::Owner => false,
        Role::Admin => own == Role::Owner,
        Role::Editor | Role::Member | Role::Viewer => true,
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = Resource::ALL
            .into_iter()
            .flat_map(|resource| Action::ALL.map(|action| Self::new(resource, action)))
            .find(|permission| permission.to_string() == word);
        known.ok_or_else(|| de::Error::custom(format!("there is no permission `{word}`")))
    }
}

/// The words of `x-authz` in the API document, such as `graph:write`.
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource = self.resource.word();
        let action = match self.action {
            Action::Read => "read",
            Action::Write => "write",
            Action::Delete => "delete",
            Action::Run => "run",
        };
        write!(f, "{resource}:{action}")
    }
}

/// What an API token may be allowed. None is given by default.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Project,
    Members,
    Graph,
    Run,
    Media,
    Agent,
    Webhook,
    Audit,
}

impl Scope {
    pub const ALL: [Self; 8] = [
        Self::Project,
        Self::Members,
        Self::Graph,
        Self::Run,
        Self::Media,
        Self::Agent,
        Self::Webhook,
        Self::Audit,
    ];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Members => "members",
            Self::Graph => "graph",
            Self::Run => "run",
            Self::Media => "media",
            Self::Agent => "agent",
            Self::Webhook => "webhook",
            Self::Audit => "audit",
        }
    }

    const fn bit(self) -> u16 {
        match self {
            Self::Project => 1,
            Self::Members => 1 << 1,
            Self::Graph => 1 << 2,
            Self::Run => 1 << 3,
            Self::Media => 1 << 4,
            Self::Agent => 1 << 5,
            Self::Webhook => 1 << 6,
            Self::Audit => 1 << 7,
        }
    }
}

/// How far a credential reaches: a session everywhere, a token within its scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u16);

impl Scopes {
    /// What a session carries: no limit of its own.
    pub const UNLIMITED: Self = Self(u16::MAX);
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn is_unlimited(self) -> bool {
        self == Self::UNLIMITED
    }

    #[must_use]
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// The answer of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// It does not exist for this caller: answer as for a random id.
    Hidden,
    /// The caller may see it, but not do this.
    Forbidden,
    /// The caller's role would do, but the token lacks this scope; no scope at all gives it if `None`.
    OutOfScope(Option<Scope>),
}

/// One row: the letters of each column (`R`ead, `W`rite, `D`elete, `X` run; empty: does not exist).
struct Rule {
    resource: Resource,
    owner: &'static str,
    admin: &'static str,
    editor: &'static str,
    member: &'static str,
    viewer: &'static str,
    public: &'static str,
    operator: &'static str,
    scope: Option<Scope>,
}

#[rustfmt::skip]
const TABLE: [Rule; 14] = [
    Rule { resource: Resource::Project,             owner: "RW",  admin: "RW",  editor: "R",   member: "R",  viewer: "R",  public: "R", operator: "", scope: Some(Scope::Project) },
    Rule { resource: Resource::Ownership,           owner: "W",   admin: "",    editor: "",    member: "",   viewer: "",   public: "",  operator: "", scope: None },
    Rule { resource: Resource::SystemPrompt,        owner: "RW",  admin: "RW",  editor: "R",   member: "",   viewer: "",   public: "",  operator: "", scope: Some(Scope::Project) },
    Rule { resource: Resource::ProviderCredentials, owner: "W",   admin: "W",   editor: "",    member: "",   viewer: "",   public: "",  operator: "", scope: None },
    Rule { resource: Resource::Members,             owner: "RWD", admin: "RWD", editor: "R",   member: "R",  viewer: "R",  public: "",  operator: "", scope: Some(Scope::Members) },
    Rule { resource: Resource::Graph,               owner: "RWD", admin: "RWD", editor: "RWD", member: "R",  viewer: "R",  public: "R", operator: "", scope: Some(Scope::Graph) },
    Rule { resource: Resource::Comments,            owner: "RWD", admin: "RWD", editor: "RWD", member: "RW", viewer: "R",  public: "",  operator: "", scope: Some(Scope::Graph) },
    Rule { resource: Resource::Runs,                owner: "X",   admin: "X",   editor: "X",   member: "",   viewer: "",   public: "",  operator: "", scope: Some(Scope::Run) },
    Rule { resource: Resource::Costs,               owner: "R",   admin: "R",   editor: "R",   member: "",   viewer: "",   public: "",  operator: "", scope: Some(Scope::Run) },
    Rule { resource: Resource::Presence,            owner: "RW",  admin: "RW",  editor: "RW",  member: "RW", viewer: "RW", public: "",  operator: "", scope: None },
    Rule { resource: Resource::Media,               owner: "RWD", admin: "RWD", editor: "RWD", member: "R",  viewer: "R",  public: "R", operator: "", scope: Some(Scope::Media) },
    Rule { resource: Resource::Agents,              owner: "RWD", admin: "RWD", editor: "R",   member: "",   viewer: "",   public: "",  operator: "", scope: Some(Scope::Agent) },
    Rule { resource: Resource::Oversight,           owner: "RWD", admin: "RWD", editor: "",    member: "",   viewer: "",   public: "",  operator: "", scope: Some(Scope::Audit) },
    Rule { resource: Resource::Server,              owner: "",    admin: "",    editor: "",    member: "",   viewer: "",   public: "",  operator: "RWD", scope: None },
];

/// May someone who stands like this, with a credential that reaches this far, do that?
///
/// Hiding comes before everything else: what a caller's relation may not see is not confirmed by a
/// message about scopes.
#[must_use]
pub fn decide(relation: Relation, scopes: Scopes, permission: Permission) -> Verdict {
    let Some(rule) = TABLE
        .iter()
        .find(|rule| rule.resource == permission.resource)
    else {
        return Verdict::Hidden;
    };
    let cell = match relation {
        Relation::Member(Role::Owner) => rule.owner,
        Relation::Member(Role::Admin) => rule.admin,
        Relation::Member(Role::Editor) => rule.editor,
        Relation::Member(Role::Member) => rule.member,
        Relation::Member(Role::Viewer) => rule.viewer,
        Relation::Public => rule.public,
        Relation::Operator => rule.operator,
        Relation::Stranger => return Verdict::Hidden,
    };
    let letter = match permission.action {
        Action::Read => 'R',
        Action::Write => 'W',
        Action::Delete => 'D',
        Action::Run => 'X',
    };
    if cell.is_empty() {
        return hidden_or_forbidden(relation, permission);
    }
    if !cell.contains(letter) {
        return Verdict::Forbidden;
    }
    match rule.scope {
        _ if scopes.is_unlimited() => Verdict::Allowed,
        Some(scope) if scopes.contains(scope) => Verdict::Allowed,
        scope => Verdict::OutOfScope(scope),
    }
}

/// An empty cell hides the thing, except where there is nothing to hide: whoever can read a project
/// knows that somebody owns it and that its nodes can be run, so that is refused, not denied.
fn hidden_or_forbidden(relation: Relation, permission: Permission) -> Verdict {
    let sees_project = matches!(relation, Relation::Member(_) | Relation::Public);
    let is_known = matches!(permission.resource, Resource::Ownership | Resource::Runs);
    if is_known && sees_project {
        Verdict::Forbidden
    } else {
        Verdict::Hidden
    }
}
