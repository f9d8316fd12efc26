//! Jobs get queues, priorities and batches, and refreshes become batches.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl::{create_indexes, create_tables, drop_tables, index, key, one_of, owned_by};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const DUE: &str = "ix_jobs_queue_priority_run_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in added() {
            let mut change = Table::alter().table("jobs").to_owned();
            manager
                .alter_table(change.add_column(column).take())
                .await?;
        }
        let connection = manager.get_connection();
        connection.execute_unprepared(SORT_INTO_QUEUES).await?;
        drop_index(manager, "ix_jobs_state_run_at").await?;
        create_tables(manager, [batches()]).await?;
        let indexes = [
            due(),
            index("jobs", ["state", "finished_at"]),
            index("job_batches", ["project_id", "state"])
                .and_where(Expr::col("state").eq("RUNNING"))
                .take(),
        ];
        create_indexes(manager, indexes).await?;
        let move_over = if manager.get_database_backend() == DbBackend::Sqlite {
            BATCHES_OF_REFRESHES_SQLITE
        } else {
            BATCHES_OF_REFRESHES_POSTGRES
        };
        connection.execute_unprepared(move_over).await?;
        drop_tables(manager, ["refreshes"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [refreshes()]).await?;
        create_indexes(manager, [active_refreshes()]).await?;
        let move_back = if manager.get_database_backend() == DbBackend::Sqlite {
            REFRESHES_OF_BATCHES_SQLITE
        } else {
            REFRESHES_OF_BATCHES_POSTGRES
        };
        manager
            .get_connection()
            .execute_unprepared(move_back)
            .await?;
        drop_tables(manager, ["job_batches"]).await?;
        drop_index(manager, DUE).await?;
        drop_index(manager, "ix_jobs_state_finished_at").await?;
        for column in added().into_iter().rev() {
            let mut change = Table::alter().table("jobs").to_owned();
            let column = column.get_column_name().to_owned();
            manager
                .alter_table(change.drop_column(column).take())
                .await?;
        }
        create_indexes(manager, [open_by_time()]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table("jobs").to_owned())
        .await
}

/// A server of an older version, which knows no queues, leaves its jobs to the default one.
fn added() -> [ColumnDef; 3] {
    [
        text("queue").default("short").take(),
        small_integer("priority").default(0).take(),
        uuid_null("batch_id").take(),
    ]
}

const SORT_INTO_QUEUES: &str = "UPDATE jobs SET queue = CASE
    WHEN kind IN ('generation.run', 'generation.summarise') THEN 'runs'
    WHEN kind IN ('accounts.mail', 'invitation.mail') THEN 'mail'
    ELSE 'short' END";

/// In the order in which a queue's jobs are claimed. Finished ones are the many, so it leaves them out.
fn due() -> IndexCreateStatement {
    Index::create()
        .name(DUE)
        .table("jobs")
        .col("queue")
        .col(("priority", IndexOrder::Desc))
        .col("run_at")
        .and_where(Expr::col("state").is_in(["QUEUED", "RUNNING"]))
        .take()
}

fn open_by_time() -> IndexCreateStatement {
    index("jobs", ["state", "run_at"])
        .and_where(Expr::col("state").is_in(["QUEUED", "RUNNING"]))
        .take()
}

fn batches() -> TableCreateStatement {
    Table::create()
        .table("job_batches")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(text("name"))
        .col(uuid("requested_by"))
        .col(text("state").default("RUNNING"))
        .col(big_integer("total_jobs").default(0))
        .col(big_integer("pending_jobs").default(0))
        .col(big_integer("failed_jobs").default(0))
        .col(json_binary("failed_job_ids"))
        .col(json_binary("options"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("job_batches", "project_id", "projects"))
        .check(one_of("job_batches", "state", STATES))
        .take()
}

const STATES: [&str; 4] = ["RUNNING", "COMPLETED", "FAILED", "CANCELLED"];

/// As `m20261121_000007_generation` made it.
fn refreshes() -> TableCreateStatement {
    Table::create()
        .table("refreshes")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("requested_by"))
        .col(json_binary_null("scope"))
        .col(json_binary("ran"))
        .col(text("state").default("RUNNING"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("refreshes", "project_id", "projects"))
        .check(one_of("refreshes", "state", STATES))
        .take()
}

fn active_refreshes() -> IndexCreateStatement {
    index("refreshes", ["project_id", "state"])
        .and_where(Expr::col("state").is_in(["QUEUED", "RUNNING"]))
        .take()
}

/// The jobs of a refresh are its generations. What an old one left stale was not kept.
const BATCHES_OF_REFRESHES_POSTGRES: &str = "INSERT INTO job_batches
    (project_id, id, name, requested_by, state, total_jobs, pending_jobs, failed_jobs,
     failed_job_ids, options, created_at, cancelled_at, finished_at)
    SELECT r.project_id, r.id, 'generation.refresh', r.requested_by, r.state,
        count(g.id),
        count(g.id) FILTER (WHERE g.state IN ('QUEUED', 'RUNNING')),
        count(g.id) FILTER (WHERE g.state = 'FAILED'),
        COALESCE(jsonb_agg(g.id ORDER BY g.id) FILTER (WHERE g.state = 'FAILED'), '[]'),
        jsonb_build_object('nodeIds', r.scope, 'ran', r.ran, 'left', '[]'::jsonb),
        r.created_at,
        CASE WHEN r.state = 'CANCELLED' THEN r.finished_at END,
        r.finished_at
    FROM refreshes AS r
    LEFT JOIN generations AS g ON g.project_id = r.project_id AND g.refresh_id = r.id
    GROUP BY r.project_id, r.id";

/// SQLite keeps ids as 16 bytes, and their text form in documents.
const BATCHES_OF_REFRESHES_SQLITE: &str = "INSERT INTO job_batches
    (project_id, id, name, requested_by, state, total_jobs, pending_jobs, failed_jobs,
     failed_job_ids, options, created_at, cancelled_at, finished_at)
    SELECT r.project_id, r.id, 'generation.refresh', r.requested_by, r.state,
        count(g.id),
        count(g.id) FILTER (WHERE g.state IN ('QUEUED', 'RUNNING')),
        count(g.id) FILTER (WHERE g.state = 'FAILED'),
        json_group_array(lower(
            substr(hex(g.id), 1, 8) || '-' || substr(hex(g.id), 9, 4) || '-' ||
            substr(hex(g.id), 13, 4) || '-' || substr(hex(g.id), 17, 4) || '-' ||
            substr(hex(g.id), 21))) FILTER (WHERE g.state = 'FAILED'),
        json_object('nodeIds', json(r.scope), 'ran', json(r.ran), 'left', json('[]')),
        r.created_at,
        CASE WHEN r.state = 'CANCELLED' THEN r.finished_at END,
        r.finished_at
    FROM refreshes AS r
    LEFT JOIN generations AS g ON g.project_id = r.project_id AND g.refresh_id = r.id
    GROUP BY r.project_id, r.id";

const REFRESHES_OF_BATCHES_POSTGRES: &str = "INSERT INTO refreshes
    (project_id, id, requested_by, scope, ran, state, created_at, finished_at)
    SELECT project_id, id, requested_by, NULLIF(options -> 'nodeIds', 'null'::jsonb),
        options -> 'ran', state, created_at, finished_at
    FROM job_batches WHERE name = 'generation.refresh'";

const REFRESHES_OF_BATCHES_SQLITE: &str = "INSERT INTO refreshes
    (project_id, id, requested_by, scope, ran, state, created_at, finished_at)
    SELECT project_id, id, requested_by, json_extract(options, '$.nodeIds'),
        json_extract(options, '$.ran'), state, created_at, finished_at
    FROM job_batches WHERE name = 'generation.refresh'";
