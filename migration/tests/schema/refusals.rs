//! What the schema refuses, and what goes when its owner goes.

use entity::enums::{
    AuditSeverity, Layout, MediaType, NodeKind, NodeRole, NotificationPriority, NotificationType,
    ProcessingStatus, ScheduleKind, StepKind, TaskStatus, VoiceStatus, VoiceType,
};
use entity::{
    ActorKind, EdgePolicy, JobState, MailedPurpose, NodeStatus, Role, agent_schedule, agent_step,
    agent_task, audit_record, edge, invitation, job, mailed_token, media, node, notification,
    project, project_event, project_member, voice_interaction,
};
use sea_orm_migration::sea_orm::sea_query::Expr;
use sea_orm_migration::sea_orm::{
    ActiveEnum, DatabaseConnection, DbErr, EntityTrait, IdenStatic, Iterable, Set, UpdateResult,
    prelude::Uuid,
};

use crate::engines::on_each_migrated_engine;
use crate::samples::{Fill, ID, OTHER_ID, for_each_entity, insert, sample, store_sample};

#[tokio::test]
async fn every_word_of_files_voice_and_notifications_is_accepted_and_no_other() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;

        accepts_exactly::<media::Entity, _>(db, media::Column::Kind, MediaType::iter()).await;
        accepts_exactly::<media::Entity, _>(
            db,
            media::Column::ProcessingStatus,
            ProcessingStatus::iter(),
        )
        .await;
        accepts_exactly::<voice_interaction::Entity, _>(
            db,
            voice_interaction::Column::Kind,
            VoiceType::iter(),
        )
        .await;
        accepts_exactly::<voice_interaction::Entity, _>(
            db,
            voice_interaction::Column::Status,
            VoiceStatus::iter(),
        )
        .await;
        accepts_exactly::<notification::Entity, _>(
            db,
            notification::Column::Kind,
            NotificationType::iter(),
        )
        .await;
        accepts_exactly::<notification::Entity, _>(
            db,
            notification::Column::Priority,
            NotificationPriority::iter(),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn every_word_of_an_enum_is_accepted_and_no_other() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;

        accepts_exactly::<mailed_token::Entity, _>(
            db,
            mailed_token::Column::Purpose,
            MailedPurpose::iter(),
        )
        .await;
        accepts_exactly::<project_member::Entity, _>(
            db,
            project_member::Column::Role,
            Role::iter(),
        )
        .await;
        accepts_exactly::<node::Entity, _>(db, node::Column::Status, NodeStatus::iter()).await;
        accepts_exactly::<edge::Entity, _>(db, edge::Column::Policy, EdgePolicy::iter()).await;
        accepts_exactly::<project_event::Entity, _>(
            db,
            project_event::Column::ActorKind,
            ActorKind::iter(),
        )
        .await;
        accepts_exactly::<audit_record::Entity, _>(
            db,
            audit_record::Column::ActorKind,
            ActorKind::iter(),
        )
        .await;
        accepts_exactly::<audit_record::Entity, _>(
            db,
            audit_record::Column::Severity,
            AuditSeverity::iter(),
        )
        .await;
        accepts_exactly::<job::Entity, _>(db, job::Column::State, JobState::iter()).await;
        accepts_exactly::<agent_task::Entity, _>(
            db,
            agent_task::Column::Status,
            TaskStatus::iter(),
        )
        .await;
        accepts_exactly::<project::Entity, _>(db, project::Column::Layout, Layout::iter()).await;
        accepts_exactly::<node::Entity, _>(db, node::Column::Kind, NodeKind::iter()).await;
        accepts_exactly::<node::Entity, _>(db, node::Column::Role, NodeRole::iter()).await;
        accepts_exactly::<agent_step::Entity, _>(db, agent_step::Column::Kind, StepKind::iter())
            .await;
        accepts_exactly::<agent_schedule::Entity, _>(
            db,
            agent_schedule::Column::Kind,
            ScheduleKind::iter(),
        )
        .await;
        let offered = Role::iter().filter(|role| *role != Role::Owner);
        accepts_exactly::<invitation::Entity, _>(db, invitation::Column::Role, offered).await;
        let owner = set_word::<invitation::Entity>(db, invitation::Column::Role, "OWNER").await;
        owner.expect_err("ownership cannot be offered");
    })
    .await;
}

#[tokio::test]
async fn a_project_has_one_owner_at_most() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;
        let mut second = sample::<entity::user::Entity>(Fill::Required);
        second.id = Set(OTHER_ID);
        second.email = Set("second".to_owned());
        insert::<entity::user::Entity>(db, second)
            .await
            .expect("a second person signs up");
        set_word::<project_member::Entity>(db, project_member::Column::Role, "OWNER")
            .await
            .expect("the first one owns it");

        let mut member = sample::<project_member::Entity>(Fill::Everything);
        member.user_id = Set(OTHER_ID);
        member.role = Set(Role::Owner);
        let refused = insert::<project_member::Entity>(db, member.clone()).await;
        refused.expect_err("a second owner");

        member.role = Set(Role::Admin);
        insert::<project_member::Entity>(db, member)
            .await
            .expect("a second member");
    })
    .await;
}

#[tokio::test]
async fn an_edge_joins_two_different_nodes_of_its_own_project_once() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;
        let mut other_project = sample::<project::Entity>(Fill::Required);
        other_project.id = Set(OTHER_ID);
        insert::<project::Entity>(db, other_project)
            .await
            .expect("another project");

        let mut again = sample::<edge::Entity>(Fill::Everything);
        again.id = Set(OTHER_ID);
        insert::<edge::Entity>(db, again.clone())
            .await
            .expect_err("the same two nodes");

        let mut elsewhere = again.clone();
        elsewhere.project_id = Set(OTHER_ID);
        insert::<edge::Entity>(db, elsewhere)
            .await
            .expect_err("nodes of another project");

        let mut nowhere = again.clone();
        nowhere.target_id = Set(Uuid::from_u128(3));
        insert::<edge::Entity>(db, nowhere)
            .await
            .expect_err("a node that does not exist");

        let mut looped = again.clone();
        looped.target_id = Set(ID);
        let error = insert::<edge::Entity>(db, looped)
            .await
            .expect_err("an edge to itself");
        assert!(error.to_string().contains("ck_edges_no_loop"), "{error}");

        again.source_id = Set(OTHER_ID);
        again.target_id = Set(ID);
        insert::<edge::Entity>(db, again)
            .await
            .expect("cycles are the business of `graph`");
    })
    .await;
}

#[tokio::test]
async fn an_operation_is_logged_once_and_events_without_one_freely() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;
        let mut event = sample::<project_event::Entity>(Fill::Everything);
        event.seq = Set(1);
        insert::<project_event::Entity>(db, event.clone())
            .await
            .expect_err("the same operation");

        for seq in [1, 2] {
            event.seq = Set(seq);
            event.op_id = Set(None);
            insert::<project_event::Entity>(db, event.clone())
                .await
                .expect("no operation id");
        }

        insert::<project_event::Entity>(db, event)
            .await
            .expect_err("a number that is taken");
    })
    .await;
}

#[tokio::test]
async fn a_new_project_starts_private_and_with_an_empty_log() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;
        let mut row = sample::<project::Entity>(Fill::Required);
        row.id = Set(OTHER_ID);
        row.system_prompt.take();
        row.is_public.take();
        row.head_seq.take();
        row.version.take();

        let new = project::Entity::insert(row)
            .exec_with_returning(db)
            .await
            .expect("it is stored");

        assert_eq!((new.system_prompt.as_str(), new.is_public), ("", false));
        assert_eq!((new.head_seq, new.version), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn new_nodes_edges_and_jobs_start_from_the_defaults() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;
        let mut row = sample::<node::Entity>(Fill::Required);
        row.id = Set(Uuid::from_u128(3));
        row.status.take();
        row.version.take();
        let new = node::Entity::insert(row)
            .exec_with_returning(db)
            .await
            .expect("it is stored");
        assert_eq!((new.status, new.version), (NodeStatus::Idle, 1));

        let mut row = sample::<edge::Entity>(Fill::Required);
        row.id = Set(OTHER_ID);
        row.target_id = Set(Uuid::from_u128(3));
        row.policy.take();
        row.version.take();
        let new = edge::Entity::insert(row)
            .exec_with_returning(db)
            .await
            .expect("it is stored");
        assert_eq!((new.policy, new.version), (EdgePolicy::Full, 1));

        let mut row = sample::<job::Entity>(Fill::Required);
        row.id = Set(OTHER_ID);
        row.state.take();
        row.attempts.take();
        row.queue.take();
        row.priority.take();
        let new = job::Entity::insert(row)
            .exec_with_returning(db)
            .await
            .expect("it is stored");
        assert_eq!((new.state, new.attempts), (JobState::Queued, 0));
        assert_eq!((new.queue.as_str(), new.priority), ("short", 0));
    })
    .await;
}

#[tokio::test]
async fn deleting_a_project_takes_everything_in_it_but_the_audit_records() {
    on_each_migrated_engine(async |db| {
        fill_all_tables(db).await;

        project::Entity::delete_by_id(ID)
            .exec(db)
            .await
            .expect("the project is deleted");

        assert_eq!(count::<project_member::Entity>(db).await, 0);
        assert_eq!(count::<entity::project_viewport::Entity>(db).await, 0);
        assert_eq!(count::<invitation::Entity>(db).await, 0);
        assert_eq!(count::<node::Entity>(db).await, 0);
        assert_eq!(count::<edge::Entity>(db).await, 0);
        assert_eq!(count::<project_event::Entity>(db).await, 0);
        assert_eq!(count::<job::Entity>(db).await, 0);
        assert_eq!(count::<entity::job_batch::Entity>(db).await, 0);
        assert_eq!(count::<audit_record::Entity>(db).await, 1);
    })
    .await;
}

async fn fill_all_tables(db: &DatabaseConnection) {
    for_each_entity!(store_sample(db, Fill::Everything));
}

async fn accepts_exactly<E: EntityTrait, W: ActiveEnum<Value = String>>(
    db: &DatabaseConnection,
    column: E::Column,
    words: impl Iterator<Item = W>,
) {
    for word in words {
        let changed = set_word::<E>(db, column, &word.to_value()).await;
        let changed = changed.expect("the word is accepted");
        assert_ne!(changed.rows_affected, 0, "there is a row to change");
    }
    let error = set_word::<E>(db, column, "Unheard of")
        .await
        .expect_err("no such word");
    let constraint = format!("ck_{}_{}", E::default().table_name(), column.as_str());
    assert!(error.to_string().contains(&constraint), "{error}");
}

async fn set_word<E: EntityTrait>(
    db: &DatabaseConnection,
    column: E::Column,
    word: &str,
) -> Result<UpdateResult, DbErr> {
    E::update_many()
        .col_expr(column, Expr::value(word))
        .exec(db)
        .await
}

async fn count<E: EntityTrait>(db: &DatabaseConnection) -> usize {
    E::find().all(db).await.expect("the query runs").len()
}
