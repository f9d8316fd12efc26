//! A row for any entity, made from the types of its columns.

use std::fmt::Debug;

use entity::node;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Json};
use sea_orm_migration::sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DbErr, EntityName, EntityTrait, IdenStatic,
    Iterable, Set, TryIntoModel, Value, sea_query::ColumnType,
};
use uuid::Uuid;

/// Every sample carries this id, so that all foreign keys find their row.
pub(crate) const ID: Uuid = Uuid::from_u128(1);
/// The other end of an edge, which must not be its own source.
pub(crate) const OTHER_ID: Uuid = Uuid::from_u128(2);

/// How much of a row is filled.
#[derive(Clone, Copy)]
pub(crate) enum Fill {
    Everything,
    Required,
}

/// What an entity must offer to be sampled and compared.
pub(crate) trait Sample: EntityTrait<Model: PartialEq + Debug, ActiveModel: Send> {
    fn to_model(row: Self::ActiveModel) -> Self::Model;
}

impl<E> Sample for E
where
    E: EntityTrait<Model: PartialEq + Debug, ActiveModel: Send + TryIntoModel<E::Model>>,
{
    fn to_model(row: E::ActiveModel) -> E::Model {
        row.try_into_model().expect("a sample sets every column")
    }
}

/// Calls an async function with each entity, those first that others refer to.
macro_rules! for_each_entity {
    ($call:ident($($argument:expr),*)) => {
        $crate::samples::for_each_entity!(
            $call($($argument),*):
            user recovery_code auth_session refresh_token api_token mailed_token email_change avatar ws_ticket
            login_throttle project project_member project_transfer project_viewport invitation node edge
            node_read node_mention notification notification_inbox
            project_event job audit_record idempotency_key user_session preset generation
            job_batch budget model_health agent agent_prompt_version project_agent agent_task agent_step
            tool_credential agent_schedule answer_feedback answer_vote change_set change_set_event change_set_item
            media media_page upload upload_part voice_interaction push_subscription
        )
    };
    ($call:ident $arguments:tt: $($module:ident)*) => {
        $($call::<entity::$module::Entity> $arguments .await;)*
    };
}
pub(crate) use for_each_entity;

pub(crate) fn sample<E: Sample>(fill: Fill) -> E::ActiveModel {
    let mut row = <E::ActiveModel as ActiveModelTrait>::default();
    for column in E::Column::iter() {
        let definition = column.def();
        let name = format!("{}.{}", E::default().table_name(), column.as_str());
        let value = value(&name, definition.get_column_type());
        let is_empty = match (name.as_str(), fill) {
            // A token is a person's or a project's.
            ("tool_credentials.user_id", _) => false,
            ("tool_credentials.project_id", _) => true,
            (_, Fill::Everything) => false,
            (_, Fill::Required) => definition.is_null(),
        };
        let filled = if is_empty { value.as_null() } else { value };
        row.set(column, filled);
    }
    row
}

/// Stores the sample, and beside the node a second one for the edge to point to.
pub(crate) async fn store_sample<E: Sample>(db: &DatabaseConnection, fill: Fill) {
    insert::<E>(db, sample::<E>(fill))
        .await
        .expect("the sample is stored");
    if E::default().table_name() == node::Entity.table_name() {
        let mut target = sample::<node::Entity>(fill);
        target.id = Set(OTHER_ID);
        insert::<node::Entity>(db, target)
            .await
            .expect("the other end of the edge");
    }
}

pub(crate) async fn insert<E: EntityTrait>(
    db: &DatabaseConnection,
    row: E::ActiveModel,
) -> Result<u64, DbErr> {
    E::insert(row).exec_without_returning(db).await
}

fn value(name: &str, column_type: &ColumnType) -> Value {
    let column = name.rsplit('.').next().unwrap_or(name);
    match column_type {
        ColumnType::Uuid if column == "target_id" => OTHER_ID.into(),
        ColumnType::Uuid => ID.into(),
        ColumnType::Text => word(name, column).into(),
        ColumnType::Blob => vec![0_u8, 255].into(),
        ColumnType::JsonBinary => Json::from_iter([("key", "value")]).into(),
        ColumnType::Boolean => true.into(),
        ColumnType::SmallInteger => i16::MAX.into(),
        ColumnType::Integer => i32::MAX.into(),
        ColumnType::BigInteger => i64::MAX.into(),
        ColumnType::Double => 0.1_f64.into(),
        ColumnType::TimestampWithTimeZone => time().into(),
        other => panic!("no sample is known for {other:?}"),
    }
}

/// Columns that hold a closed set of words get one of them.
fn word(name: &str, column: &str) -> &'static str {
    match name {
        "change_sets.origin" => return "TASK",
        "change_sets.state" => return "PROPOSED",
        "change_set_items.state" => return "LEFT",
        "agent_tasks.status" => return "WAITING",
        "nodes.kind" => return "FRAME",
        "projects.layout" => return "TREE_DOWN",
        "nodes.role" => return "SYSTEM",
        "notifications.type" => return "MENTION",
        "media.type" => return "LINK",
        "voice_interactions.type" => return "SPEECH_TO_TEXT",
        "voice_interactions.status" => return "PROCESSING",
        "media.processing_status" => return "PROCESSING",
        "notifications.priority" => return "HIGH",
        "agent_steps.kind" => return "NOTE",
        "agent_schedules.kind" => return "EVENT",
        "agent_schedules.event" => return "MENTION",
        _ => {}
    }
    match column {
        "mode" => "PROPOSE",
        "role" => "EDITOR",
        "purpose" => "PASSWORD_RESET",
        "status" => "STALE",
        "policy" => "SUMMARY",
        "actor_kind" => "AGENT",
        "state" => "FAILED",
        "origin" => "PERSON",
        "period" => "MONTH",
        "severity" => "CRITICAL",
        _ => "naïve 🌍 text",
    }
}

/// Microseconds are the finest that both engines keep.
fn time() -> DateTimeUtc {
    DateTimeUtc::from_timestamp_micros(1_795_000_000_123_456).expect("the time is in range")
}
