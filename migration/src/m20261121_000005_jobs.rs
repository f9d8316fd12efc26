//! Jobs: the queue that lives beside the rows it works on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{create_indexes, create_tables, drop_tables, index, one_of, owned_by};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [jobs()];
        let indexes = [
            // Finished jobs are the many and never looked for by time, so the index leaves them out.
            index("jobs", ["state", "run_at"])
                .and_where(Expr::col("state").is_in(["QUEUED", "RUNNING"]))
                .take(),
        ];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["jobs"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(json_binary("payload"))
        .col(text("state").default("QUEUED"))
        .col(timestamp_with_time_zone("run_at"))
        .col(integer("attempts").default(0))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(uuid_null("fence"))
        .col(text_null("worker"))
        .col(text_null("last_error"))
        .col(uuid_null("project_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut owned_by("jobs", "project_id", "projects"))
        .check(one_of(
            "jobs",
            "state",
            ["QUEUED", "RUNNING", "DONE", "FAILED"],
        ))
        .take()
}
