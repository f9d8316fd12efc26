//! Who sees what of every event: compared with the table of roles, not with how it is hidden.

use kernel::{
    Action, ActorKind, EdgeId, GenerationId, InvitationId, NodeId, Permission, PresetId, RefreshId,
    Relation, Resource, Role, Scope, Scopes, UserId, Verdict, Visibility, policy,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;
use crate::{
    edges::{EdgePolicy, EdgeRef, EdgeView},
    generations::{GenerationChanged, Recipe, RunState},
    members::{MemberRef, UpdateMember},
    nodes::{NodeKind, NodeRef, NodeRole, NodeStatus, NodeView, NodeWithEdges},
    refresh::{RefreshEnded, RefreshStarted},
    settings::{AskedUnder, CustomInstructions, NodeSettings},
    values::{Coordinate, Position, Timestamp},
};

/// What must be readable for a word that stands for it in the samples.
const SECRETS: [(&str, Resource); 5] = [
    ("a-system-prompt", Resource::SystemPrompt),
    ("a-member", Resource::Members),
    ("98765.4321", Resource::Costs),
    ("a-text", Resource::Graph),
    ("a-task", Resource::Agents),
];
/// Stands for a member where only an id has its place.
const MEMBER: Uuid = Uuid::from_u128(0x0a0b_0c0d_0e0f_1011_1213_1415_1617_1819);
const COST: f64 = 98_765.432_1;

fn at() -> Timestamp {
    Timestamp(chrono::DateTime::UNIX_EPOCH)
}

fn member() -> UserId {
    UserId::from_uuid(MEMBER)
}

fn node() -> NodeView {
    NodeView {
        id: NodeId::generate(),
        prompt: "a-text".to_owned(),
        response: Some("a-text".to_owned()),
        summary: Some("a-text".to_owned()),
        status: NodeStatus::Completed,
        position: Position {
            x: Coordinate::stored(0.0),
            y: Coordinate::stored(0.0),
        },
        metadata: None,
        llm_model: Some("m".to_owned()),
        llm_tokens: Some(1),
        llm_cost: Some(COST),
        pinned: false,
        kind: NodeKind::Note,
        role: NodeRole::System,
        title: Some("a-text".to_owned()),
        width: Some(100.0),
        height: Some(100.0),
        color: Some("#3B82F6".to_owned()),
        tags: vec!["a-text".to_owned()],
        attachments: Vec::new(),
        settings: Some(Box::new(settings())),
        frame_id: Some(NodeId::generate()),
        generation_id: Some(GenerationId::generate()),
        is_partial: true,
        author_id: Some(member().uuid()),
        version: 1,
        created_at: at(),
        updated_at: at(),
        deleted_at: None,
    }
}

fn settings() -> NodeSettings {
    let about = "a-system-prompt".to_owned().try_into().unwrap();
    NodeSettings {
        preset_id: Some(PresetId::generate()),
        custom_instructions: Some(CustomInstructions {
            about: Some(about),
            ..CustomInstructions::default()
        }),
        ..NodeSettings::default()
    }
}

fn edge() -> EdgeView {
    EdgeView {
        id: EdgeId::generate(),
        source_id: NodeId::generate(),
        target_id: NodeId::generate(),
        policy: EdgePolicy::Full,
        version: 1,
        created_at: at(),
    }
}

fn changed() -> GenerationChanged {
    GenerationChanged {
        node_id: NodeId::generate(),
        generation: GenerationId::generate(),
        state: RunState::Completed,
        refresh: Some(RefreshId::generate()),
        error: None,
        recipe: Some(Recipe {
            fingerprint: "98765.4321".to_owned(),
            model: "m".to_owned(),
            temperature: None,
            max_tokens: 1,
            top_p: None,
            context_tokens: 1,
            by: member(),
            under: AskedUnder::default(),
        }),
        node_status: NodeStatus::Completed,
        version: 1,
        updated_at: at(),
        response: Some(Some("a-text".to_owned())),
        summary: Some(Some("a-text".to_owned())),
        llm_model: Some(Some("m".to_owned())),
        llm_tokens: Some(Some(1)),
        llm_cost: Some(Some(COST)),
        generation_id: Some(None),
        is_partial: Some(true),
    }
}

/// A feature's events: one says who may see it, the other one says nothing.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", content = "data")]
enum TaskEvent {
    #[serde(rename = "task.start")]
    Start { title: String },
    #[serde(rename = "task.secret")]
    Secret { title: String },
}

impl FeatureFamily for TaskEvent {
    fn op(&self) -> &'static str {
        match self {
            Self::Start { .. } => "task.start",
            Self::Secret { .. } => "task.secret",
        }
    }

    fn visible_with(&self) -> Option<Resource> {
        match self {
            Self::Start { .. } => Some(Resource::Agents),
            Self::Secret { .. } => None,
        }
    }
}

fn task(event: &TaskEvent) -> Event {
    FeatureEvent::of(event).unwrap().into()
}

/// Every event there is, with every field that it may have.
fn samples() -> Vec<Event> {
    [
        of_projects(),
        of_people(),
        of_the_graph(),
        of_answers(),
        of_a_feature(),
    ]
    .concat()
}

fn of_projects() -> Vec<Event> {
    vec![
        ProjectEvent::Create(ProjectCreated {
            name: "Project".to_owned(),
            owner_id: Some(member()),
            model: Some("offline/echo".to_owned()),
            fallback_models: vec!["offline/echo".to_owned()],
        })
        .into(),
        ProjectEvent::Update(ProjectUpdated {
            version: 2,
            name: Some("Project".to_owned()),
            system_prompt: Some("a-system-prompt".to_owned()),
            is_public: Some(true),
            owner_id: Some(member()),
            ..ProjectUpdated::default()
        })
        .into(),
        ProjectEvent::Delete {}.into(),
        ProjectEvent::Restore {}.into(),
    ]
}

fn of_people() -> Vec<Event> {
    vec![
        MemberEvent::Add(MemberAdded {
            user_id: member(),
            role: Role::Editor,
            name: "a-member".to_owned(),
            avatar: None,
        })
        .into(),
        MemberEvent::Update(UpdateMember {
            user_id: member(),
            role: Role::Editor,
        })
        .into(),
        MemberEvent::Remove(MemberRef { user_id: member() }).into(),
        InvitationEvent::Create(InvitationCreated {
            id: InvitationId::from_uuid(MEMBER),
            role: Role::Editor,
        })
        .into(),
        InvitationEvent::Revoke(InvitationRevoked {
            id: InvitationId::from_uuid(MEMBER),
        })
        .into(),
    ]
}

fn of_the_graph() -> Vec<Event> {
    vec![
        NodeEvent::Create(NodeWithEdges {
            node: node(),
            edges: vec![edge()],
        })
        .into(),
        NodeEvent::Update(NodeUpdated {
            prompt: Some("a-text".to_owned()),
            response: Some(Some("a-text".to_owned())),
            llm_cost: Some(Some(COST)),
            settings: Some(Some(Box::new(settings()))),
            ..NodeUpdated::nothing(NodeId::generate(), 2, at())
        })
        .into(),
        NodeEvent::Move(NodesMoved { positions: vec![] }).into(),
        NodeEvent::Delete(NodeRef {
            id: NodeId::generate(),
        })
        .into(),
        NodeEvent::Restore(NodeRestored {
            id: NodeId::generate(),
            node: node(),
            edges: vec![edge()],
        })
        .into(),
        EdgeEvent::Create(edge()).into(),
        EdgeEvent::Update(EdgeUpdated {
            id: EdgeId::generate(),
            version: 2,
            policy: EdgePolicy::Summary,
        })
        .into(),
        EdgeEvent::Delete(EdgeRef {
            id: EdgeId::generate(),
        })
        .into(),
    ]
}

fn of_answers() -> Vec<Event> {
    vec![
        GenerationEvent::Start(changed()).into(),
        GenerationEvent::End(changed()).into(),
        GenerationEvent::Cancel(changed()).into(),
        GenerationEvent::Select(changed()).into(),
        RefreshEvent::Start(RefreshStarted {
            refresh: RefreshId::generate(),
            stale: 1,
        })
        .into(),
        RefreshEvent::End(RefreshEnded {
            refresh: RefreshId::generate(),
            state: RunState::Completed,
            ran: 1,
            left: vec![],
        })
        .into(),
        InstructionsEvent::Change {}.into(),
    ]
}

fn of_a_feature() -> Vec<Event> {
    let title = || "a-task".to_owned();
    vec![
        task(&TaskEvent::Start { title: title() }),
        task(&TaskEvent::Secret { title: title() }),
    ]
}

fn logged(event: Event) -> LoggedEvent {
    LoggedEvent {
        seq: 1,
        data: event.encode().unwrap(),
        event,
        actor: ActorView {
            kind: ActorKind::User,
            id: Some(MEMBER),
            name: Some("a-member".to_owned()),
        },
        op_id: None,
        effects: SideEffects::default(),
        at: at(),
    }
}

/// What must not be told to somebody, found without asking how events are hidden.
fn may_read(relation: Relation, scopes: Scopes, resource: Resource) -> bool {
    let permission = Permission::new(resource, Action::Read);
    policy::decide(relation, scopes, permission) == Verdict::Allowed
}

/// What is stored with a feature's event for the server alone.
fn without_readers(mut data: serde_json::Value) -> serde_json::Value {
    let parts = data
        .get_mut("ops")
        .and_then(serde_json::Value::as_array_mut);
    for part in parts.into_iter().flatten() {
        part.as_object_mut().unwrap().remove("visibleWith");
    }
    data
}

fn relations() -> Vec<Relation> {
    let members = Role::ALL.into_iter().map(Relation::Member);
    members
        .chain([Relation::Public, Relation::Stranger])
        .collect()
}

fn scopes() -> impl Strategy<Value = Scopes> {
    let some = proptest::collection::vec(proptest::sample::select(&Scope::ALL[..]), 0..4)
        .prop_map(|scopes| scopes.into_iter().collect());
    prop_oneof![Just(Scopes::UNLIMITED), some]
}

fn event() -> impl Strategy<Value = Event> {
    let one = || proptest::sample::select(samples());
    let batch =
        proptest::collection::vec(one(), 1..5).prop_map(|ops| Event::Batch(BatchEvent { ops }));
    prop_oneof![3 => one(), 1 => batch]
}

proptest! {
    #[test]
    fn nobody_sees_more_of_any_event_than_the_table_says(
        event in event(),
        relation in proptest::sample::select(relations()),
        scopes in scopes(),
    ) {
        let visibility = Visibility::of(relation, scopes);
        let shown = serde_json::to_string(&logged(event).shown_to(visibility)).unwrap();
        for (word, resource) in SECRETS {
            if !may_read(relation, scopes, resource) {
                prop_assert!(!shown.contains(word), "{relation:?} reads {word}: {shown}");
            }
        }
        if !may_read(relation, scopes, Resource::Members) {
            let id = MEMBER.to_string();
            prop_assert!(!shown.contains(&id), "{relation:?} reads who: {shown}");
        }
    }

    /// The short way round, which copies nothing, shows the same as the long one.
    #[test]
    fn whoever_may_see_all_of_an_event_sees_it_as_it_is(event in event()) {
        let says_nothing = serde_json::to_string(&event).unwrap().contains("task.secret");
        let event = logged(event);
        let shown = serde_json::to_value(event.shown_to(Visibility::EVERYTHING)).unwrap();
        let data: serde_json::Value = serde_json::from_str(event.data.get()).unwrap();
        let data = without_readers(data);
        if says_nothing {
            prop_assert_ne!(&shown["data"], &data);
        } else {
            prop_assert_eq!(&shown["data"], &data);
        }
    }

    #[test]
    fn an_event_comes_back_from_the_log_as_it_went_in(event in event()) {
        let there = logged(event);
        let wire = serde_json::to_string(&there).unwrap();
        let back: LoggedEvent = serde_json::from_str(&wire).unwrap();
        prop_assert_eq!(back.event, there.event);
    }
}

#[test]
fn there_is_a_sample_of_every_event() {
    let known: Vec<&str> = [
        ProjectEvent::OPS,
        MemberEvent::OPS,
        InvitationEvent::OPS,
        NodeEvent::OPS,
        EdgeEvent::OPS,
        GenerationEvent::OPS,
        RefreshEvent::OPS,
        InstructionsEvent::OPS,
    ]
    .concat();
    let samples = samples();
    for op in known {
        assert!(samples.iter().any(|event| event.op() == op), "{op}");
    }
}

#[test]
fn rightful_readers_see_what_the_table_gives_them() {
    let owner = Visibility::of(Relation::Member(Role::Owner), Scopes::UNLIMITED);
    let told = |event: Event| serde_json::to_string(&logged(event).shown_to(owner)).unwrap();
    let all: String = samples().into_iter().map(told).collect();
    for (word, _) in SECRETS {
        assert!(all.contains(word), "{word}");
    }
}

#[test]
fn an_event_that_says_nothing_of_who_may_see_it_is_hidden_from_everyone() {
    let planted = task(&TaskEvent::Secret {
        title: "a-task".to_owned(),
    });
    let batch = Event::Batch(BatchEvent {
        ops: vec![planted.clone()],
    });
    for event in [planted, batch] {
        let event = logged(event);
        for relation in relations() {
            let visibility = Visibility::of(relation, Scopes::UNLIMITED);
            let shown = serde_json::to_string(&event.shown_to(visibility)).unwrap();
            assert!(!shown.contains("a-task"), "{relation:?}: {shown}");
        }
        let shown = serde_json::to_string(&event.shown_to(Visibility::EVERYTHING)).unwrap();
        assert!(!shown.contains("a-task"), "{shown}");
    }
}

#[test]
fn a_features_event_keeps_its_type_and_its_readers_through_the_log() {
    let start = TaskEvent::Start {
        title: "a-task".to_owned(),
    };
    let wire = serde_json::to_string(&logged(task(&start))).unwrap();
    let back: LoggedEvent = serde_json::from_str(&wire).unwrap();
    assert_eq!(back.visible_with(), Some(Resource::Agents));
    let Event::Feature(event) = back.event else {
        panic!("{:?}", back.event);
    };
    assert_eq!(event.read::<TaskEvent>(), Some(start));
}

#[test]
fn an_events_data_is_stored_under_its_word() {
    let event: Event = ProjectEvent::Delete {}.into();
    assert_eq!(event.op(), "project.delete");
    assert_eq!(event.encode().unwrap().get(), "{}");
    let event: Event = ProjectEvent::Update(ProjectUpdated {
        version: 3,
        description: Some(None),
        ..ProjectUpdated::default()
    })
    .into();
    let data = event.encode().unwrap();
    assert_eq!(data.get(), r#"{"version":3,"description":null}"#);
    assert_eq!(Event::decode("project.update", &data, None).unwrap(), event);
}
