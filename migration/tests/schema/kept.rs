//! What a migration moves elsewhere is still there.

use entity::{enums::NodeKind, generation, job_batch, node, project, user};
use migration::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{
    ActiveValue::NotSet,
    ConnectionTrait, DatabaseConnection, EntityTrait, QueryOrder, QuerySelect, Set,
    prelude::{DateTimeUtc, Json},
    sea_query::Query,
};
use uuid::Uuid;

use crate::engines::on_each_engine;
use crate::samples::{Fill, ID, insert, sample};

/// Applies what was there before a migration.
async fn up_to(db: &DatabaseConnection, name: &str) {
    let migrations = Migrator::migrations();
    let place = migrations
        .iter()
        .position(|migration| migration.name() == name);
    let before = place.expect("there is such a migration");
    let steps = u32::try_from(before).expect("there are few");
    Migrator::up(db, Some(steps)).await.expect("they run");
}

#[tokio::test]
async fn refreshes_become_batches_and_refreshes_again() {
    on_each_engine(async |db| {
        up_to(db, "m20261128_000009_job_queues").await;
        insert::<user::Entity>(db, sample::<user::Entity>(Fill::Required))
            .await
            .expect("the user is stored");
        let mut older = sample::<project::Entity>(Fill::Required);
        (older.public_since_seq, older.stored_bytes) = (NotSet, NotSet);
        (older.is_listed, older.layout) = (NotSet, NotSet);
        insert::<project::Entity>(db, older)
            .await
            .expect("the project is stored");
        // Its sample is a run of the refresh that failed.
        let mut run = sample::<generation::Entity>(Fill::Everything);
        // It came later.
        (run.chunk_ends, run.task_id) = (NotSet, NotSet);
        (run.top_p, run.asked_under) = (NotSet, NotSet);
        insert::<generation::Entity>(db, run)
            .await
            .expect("the generation is stored");
        let at = DateTimeUtc::from_timestamp_micros(1_795_000_000_123_456).expect("a time");
        let nodes = Json::from_iter([ID.to_string()]);
        let refresh = Query::insert()
            .into_table("refreshes")
            .columns([
                "project_id",
                "id",
                "requested_by",
                "scope",
                "ran",
                "state",
                "created_at",
                "finished_at",
            ])
            .values_panic([
                ID.into(),
                ID.into(),
                ID.into(),
                nodes.clone().into(),
                nodes.clone().into(),
                "CANCELLED".into(),
                at.into(),
                Some(at).into(),
            ])
            .take();
        db.execute(&refresh).await.expect("the refresh is stored");

        Migrator::up(db, Some(1)).await.expect("the migration runs");
        let batches = job_batch::Entity::find().all(db).await;
        let batches = batches.expect("they are read");
        Migrator::down(db, Some(1)).await.expect("it is undone");
        Migrator::up(db, Some(1)).await.expect("it runs again");
        let again = job_batch::Entity::find().all(db).await;

        assert_eq!(again.expect("they are read"), batches);
        let mut options = Json::from_iter([("nodeIds", nodes.clone()), ("ran", nodes.clone())]);
        options["left"] = Json::Array(Vec::new());
        let batch = job_batch::Model {
            project_id: ID,
            id: ID,
            name: "generation.refresh".to_owned(),
            requested_by: ID,
            state: entity::RunState::Cancelled,
            total_jobs: 1,
            pending_jobs: 0,
            failed_jobs: 1,
            failed_job_ids: nodes,
            options,
            created_at: at,
            cancelled_at: Some(at),
            finished_at: Some(at),
        };
        assert_eq!(batches, [batch]);
    })
    .await;
}

#[tokio::test]
async fn what_is_public_already_has_no_public_history_before_the_migration() {
    on_each_engine(async |db| {
        up_to(db, "m20261128_000013_public_since").await;
        insert::<user::Entity>(db, sample::<user::Entity>(Fill::Required))
            .await
            .expect("the user is stored");
        for (id, is_public) in [(1, true), (2, false)] {
            let mut older = sample::<project::Entity>(Fill::Required);
            older.id = Set(Uuid::from_u128(id));
            older.is_public = Set(is_public);
            older.head_seq = Set(7);
            older.public_since_seq = NotSet;
            older.stored_bytes = NotSet;
            (older.is_listed, older.layout) = (NotSet, NotSet);
            insert::<project::Entity>(db, older)
                .await
                .expect("the project is stored");
        }

        Migrator::up(db, None).await.expect("the migrations run");

        let since: Vec<Option<i64>> = project::Entity::find()
            .select_only()
            .column(project::Column::PublicSinceSeq)
            .order_by_asc(project::Column::Id)
            .into_tuple()
            .all(db)
            .await
            .expect("they are read");
        assert_eq!(since, [Some(7), None]);
    })
    .await;
}

#[tokio::test]
async fn nodes_keep_their_kinds_and_files_become_notes_again() {
    on_each_engine(async |db| {
        Migrator::up(db, None).await.expect("the migrations run");
        insert::<user::Entity>(db, sample::<user::Entity>(Fill::Required))
            .await
            .expect("the user is stored");
        insert::<project::Entity>(db, sample::<project::Entity>(Fill::Required))
            .await
            .expect("the project is stored");
        for (id, kind) in [(1, NodeKind::Frame), (2, NodeKind::Media)] {
            let mut row = sample::<node::Entity>(Fill::Required);
            row.id = Set(Uuid::from_u128(id));
            row.kind = Set(kind);
            insert::<node::Entity>(db, row)
                .await
                .expect("the node is stored");
        }
        let kinds = async || -> Vec<NodeKind> {
            let kinds = node::Entity::find()
                .select_only()
                .column(node::Column::Kind)
                .order_by_asc(node::Column::Id)
                .into_tuple();
            kinds.all(db).await.expect("they are read")
        };

        let newest = Migrator::migrations();
        let place = newest
            .iter()
            .position(|migration| migration.name() == "m20261130_000051_media_nodes");
        let after = newest.len() - place.expect("there is such a migration");
        let steps = u32::try_from(after).expect("there are few");
        Migrator::down(db, Some(steps)).await.expect("it is undone");
        assert_eq!(kinds().await, [NodeKind::Frame, NodeKind::Note]);
        Migrator::up(db, None).await.expect("it runs again");
        assert_eq!(kinds().await, [NodeKind::Frame, NodeKind::Note]);
    })
    .await;
}
